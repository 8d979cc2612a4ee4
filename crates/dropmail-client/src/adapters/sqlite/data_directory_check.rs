//! Checks the data directory and the archive file before SQLite opens the archive.

use super::super::data_file::special_file_kind;
use super::open::{BUSY, OpenArchiveError};
use std::fmt;
use std::fs::{File, TryLockError};
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};
use std::time::Duration;

/// File name suffixes of the additional files that SQLite creates next to a database.
const SIDECAR_SUFFIXES: [&str; 3] = ["-wal", "-shm", "-journal"];

/// Interval between attempts to acquire a lock that another process holds.
const LOCK_RETRY_INTERVAL: Duration = Duration::from_millis(20);

/// A warning for the user about a problem that did not prevent the archive from being opened.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum ArchiveWarning {
    /// The archive file existed but was empty, so a new archive was created in it.
    WasEmpty {
        /// Path of the archive file that was empty.
        path: PathBuf,
    },
    /// Any user on this machine can replace the files in the data directory.
    WorldWritable {
        /// Path of the data directory in which other users can replace files.
        folder: PathBuf,
    },
}

impl fmt::Display for ArchiveWarning {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::WasEmpty { path } => write!(
                f,
                "the archive at {} was empty, and a new one was begun; if it held mail before, bring it back from \
                 a backup",
                path.display()
            ),
            Self::WorldWritable { folder } => write!(
                f,
                "everybody on this machine may write in {}, and replace the archive there; `chmod 700` it",
                folder.display()
            ),
        }
    }
}

/// Whether the archive file existed before this program opened it.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum FilePresence {
    /// The archive file did not exist before this program opened it.
    Missing,
    /// The archive file existed before this program opened it. The file may have been empty.
    Found,
}

pub(super) fn file_presence(path: &Path) -> FilePresence {
    if path.exists() { FilePresence::Found } else { FilePresence::Missing }
}

/// Checks the data directory `folder`, the archive file `file`, the files that SQLite creates next to it, and the lock
/// file `lock`. Returns an error if one of these paths refers to something that SQLite cannot read or that blocks
/// forever when opened, such as a pipe.
pub(super) fn check(folder: &Path, file: &Path, lock: &Path) -> Result<(), OpenArchiveError> {
    if let Ok(about) = std::fs::metadata(folder)
        && !about.is_dir()
    {
        let kind = special_file_kind(folder).unwrap_or("a file");
        return Err(OpenArchiveError::NotAFile { path: folder.to_owned(), kind, expected: "a folder" });
    }
    let beside = SIDECAR_SUFFIXES.iter().map(|end| PathBuf::from(format!("{}{end}", file.display())));
    for path in [file.to_owned(), lock.to_owned()].into_iter().chain(beside) {
        if let Some(kind) = special_file_kind(&path) {
            return Err(OpenArchiveError::NotAFile { path, kind, expected: "a file" });
        }
    }
    Ok(())
}

/// Acquires the lock that is required to open the archive. Returns `None` if the file system does not support locks,
/// and an error if another process holds the lock for longer than `BUSY`.
#[expect(
    clippy::disallowed_methods,
    reason = "the operating system offers no lock with a timeout, so a blocking thread polls"
)]
pub(super) fn acquire_lock<'a>(lock: &'a File, archive: &Path) -> Result<Option<&'a File>, OpenArchiveError> {
    for _ in 0..BUSY.as_millis() / LOCK_RETRY_INTERVAL.as_millis() {
        match lock.try_lock() {
            Ok(()) => return Ok(Some(lock)),
            Err(TryLockError::WouldBlock) => std::thread::sleep(LOCK_RETRY_INTERVAL),
            // If the file system does not support locks, the archive is opened without one, because usually only one
            // program is running.
            Err(TryLockError::Error(_)) => return Ok(None),
        }
    }
    Err(OpenArchiveError::Held { path: archive.to_owned() })
}

/// Returns a warning if any user on this machine can replace files in a directory. This is the case if the directory is
/// world-writable and does not have the sticky bit set. Returns `None` for any other directory.
pub(super) fn unsafe_directory_warning(folder: &Path) -> Option<ArchiveWarning> {
    let mode = std::fs::metadata(folder).ok()?.permissions().mode();
    (mode & 0o1002 == 0o002).then(|| ArchiveWarning::WorldWritable { folder: folder.to_owned() })
}
