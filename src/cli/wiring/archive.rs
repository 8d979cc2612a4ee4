//! Opens the archive in the data directory. If this fails, opens an empty archive in memory instead.

use crate::adapters::keyring::SystemKeyring;
use dropmail_client::adapters::clock::SystemClock;
use dropmail_client::adapters::instance_lock::InstanceLockFile;
use dropmail_client::adapters::sqlite::{OpenArchiveError, OpenedArchive, SqliteArchive};
use dropmail_client::ports::archive::Archive;
use dropmail_client::ports::clock::Clock;
use dropmail_client::ports::instance_lock::InstanceLock;
use std::path::{Path, PathBuf};
use std::sync::Arc;

/// The archive in the data directory or, if it could not be opened, an empty archive in memory.
pub(super) struct OnDisk {
    pub(super) archive: Arc<dyn Archive>,
    /// Warnings for the user, for example that the archive was damaged.
    pub(super) warnings: Vec<String>,
    /// The lock that this process must acquire to become the owner of the data directory; `None` if the archive or the
    /// lock file could not be opened.
    pub(super) ownership: Option<Arc<dyn InstanceLock>>,
    /// `false` if the archive on disk could not be opened. The mailbox then uses an empty archive in memory.
    pub(super) is_opened: bool,
}

/// When the program reads secrets from the keyring.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum KeyringUse {
    /// The program queries the keyring at startup, so that the keyring's reply is available when a secret is needed.
    AtOnce,
    /// The program queries the keyring only when it needs a secret. A process that sends its requests through the owner
    /// of the data directory usually needs no secret.
    OnDemand,
}

/// The result of opening the archive in a folder, the folder's lock file (`None` if it cannot be opened), and a warning
/// for the user about the lock file (`None` if there is none).
pub(super) type OpenedArchiveResult =
    (Result<OpenedArchive, OpenArchiveError>, Option<InstanceLockFile>, Option<String>);

pub(super) async fn open_on_disk(folder: PathBuf) -> anyhow::Result<OpenedArchiveResult> {
    let now = SystemClock.now();
    let opening = tokio::task::spawn_blocking(move || {
        let opened = SqliteArchive::open(&folder, now);
        let lock = InstanceLockFile::open(&folder);
        let warning = lock.as_ref().err().and_then(|why| lock_warning(&folder, why));
        (opened, lock.ok(), warning)
    });
    Ok(opening.await?)
}

pub(super) fn with_keyring_use(
    (opened, lock, warning): OpenedArchiveResult,
    keyring: KeyringUse,
) -> anyhow::Result<OnDisk> {
    match opened {
        Ok(opened) => {
            let warnings = archive_warnings(&opened).into_iter().chain(warning).collect();
            let archive = match keyring {
                KeyringUse::AtOnce => opened.archive.with_keyring(Arc::new(SystemKeyring)),
                KeyringUse::OnDemand => opened.archive.with_keyring_on_demand(Arc::new(SystemKeyring)),
            };
            let ownership = lock.map(|lock| Arc::new(lock) as Arc<dyn InstanceLock>);
            Ok(OnDisk { archive: Arc::new(archive), warnings, ownership, is_opened: true })
        }
        // A mailbox without an archive on disk is better than none, provided that the user is warned.
        Err(why) => open_in_memory(vec![format!("{why}. Until then mail and keys are kept in memory only.")]),
    }
}

pub(super) fn open_in_memory(warnings: Vec<String>) -> anyhow::Result<OnDisk> {
    let (archive, _) = memory_archive()?;
    Ok(OnDisk { archive, warnings, ownership: None, is_opened: false })
}

pub(super) fn memory_archive() -> anyhow::Result<(Arc<dyn Archive>, Vec<String>)> {
    Ok((Arc::new(SqliteArchive::in_memory()?), Vec::new()))
}

/// Returns the warnings about an opened archive, for example that it was damaged.
pub(super) fn archive_warnings(opened: &OpenedArchive) -> Vec<String> {
    let quarantine = opened.quarantine.iter().map(ToString::to_string);
    let only_read =
        |why| format!("{why}. What is kept there is shown, and what comes now is kept in memory only.");
    let warnings = opened.warnings.iter().map(ToString::to_string);
    quarantine.chain(warnings).chain(opened.read_only.iter().map(only_read)).collect()
}

/// Returns a warning for the user if something other than a regular file exists at the path of the lock file. Returns
/// `None` for any other error: if the program cannot create a lock file in the folder, it cannot open the archive
/// either, and reports that error.
fn lock_warning(folder: &Path, why: &std::io::Error) -> Option<String> {
    let path = InstanceLockFile::path(folder);
    (why.kind() == std::io::ErrorKind::InvalidInput).then(|| {
        format!(
            "{}: {why}; move it away. Until then several mailboxes in this folder use the network at once",
            path.display()
        )
    })
}
