//! What stands where the archive is to be, before the database sees it.

use super::super::data_file::other_kind;
use super::open::{BUSY, OpenArchiveError};
use std::fmt;
use std::fs::{File, TryLockError};
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};
use std::time::Duration;

/// What belongs to a database beside its file.
const SIDECAR_SUFFIXES: [&str; 3] = ["-wal", "-shm", "-journal"];

/// How often a lock that another program holds is looked at.
const LOOK: Duration = Duration::from_millis(20);

/// Something about an archive that the user should know, and that keeps nothing from working.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Remark {
    /// There was a file, and nothing in it.
    BegunAnew {
        /// The file.
        path: PathBuf,
    },
    /// Everybody on the machine may replace what is in the folder.
    Unguarded {
        /// The folder.
        folder: PathBuf,
    },
}

impl fmt::Display for Remark {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::BegunAnew { path } => write!(
                f,
                "the archive at {} was empty, and a new one was begun; if it held mail before, bring it back from \
                 a backup",
                path.display()
            ),
            Self::Unguarded { folder } => write!(
                f,
                "everybody on this machine may write in {}, and replace the archive there; `chmod 700` it",
                folder.display()
            ),
        }
    }
}

/// What a file held before it was opened.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum Content {
    /// There was no file.
    Missing,
    /// There was one, empty or not.
    Found,
}

pub(super) fn content(path: &Path) -> Content {
    if path.exists() { Content::Found } else { Content::Missing }
}

/// Refuses what the database would wait for without end, or not understand.
pub(super) fn check(folder: &Path, file: &Path) -> Result<(), OpenArchiveError> {
    if let Ok(about) = std::fs::metadata(folder)
        && !about.is_dir()
    {
        let kind = other_kind(folder).unwrap_or("a file");
        return Err(OpenArchiveError::NotAFile { path: folder.to_owned(), kind, wanted: "a folder" });
    }
    let beside = SIDECAR_SUFFIXES.iter().map(|end| PathBuf::from(format!("{}{end}", file.display())));
    for path in std::iter::once(file.to_owned()).chain(beside) {
        if let Some(kind) = other_kind(&path) {
            return Err(OpenArchiveError::NotAFile { path, kind, wanted: "a file" });
        }
    }
    Ok(())
}

/// Takes the lock under which an archive is opened; gives up when another program keeps it.
#[expect(
    clippy::disallowed_methods,
    reason = "the system has no way to wait for a lock with a limit: it is looked at, off the event loop"
)]
pub(super) fn hold<'a>(lock: &'a File, archive: &Path) -> Result<Option<&'a File>, OpenArchiveError> {
    for _ in 0..BUSY.as_millis() / LOOK.as_millis() {
        match lock.try_lock() {
            Ok(()) => return Ok(Some(lock)),
            Err(TryLockError::WouldBlock) => std::thread::sleep(LOOK),
            // Where the file system knows no locks, opening goes on without: as a rule there is one program.
            Err(TryLockError::Error(_)) => return Ok(None),
        }
    }
    Err(OpenArchiveError::Held { path: archive.to_owned() })
}

/// Whether everybody may replace the files of a folder: each may write in it, and it does not keep the files of
/// one from the others.
pub(super) fn unguarded(folder: &Path) -> Option<Remark> {
    let mode = std::fs::metadata(folder).ok()?.permissions().mode();
    (mode & 0o1002 == 0o002).then(|| Remark::Unguarded { folder: folder.to_owned() })
}
