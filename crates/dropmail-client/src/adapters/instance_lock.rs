//! Locks the data directory. Only the process that holds the lock connects to the service. The operating system
//! releases the lock when that process ends, even after `kill -9`.
//!
//! A hung process keeps its lock. To take over, another process locks a new file and replaces the lock file with it, so
//! that the hung process loses the lock.

use super::data_file;
use super::dir_watcher::{self, WatchDetail};
use crate::ports::BoxStream;
use crate::ports::instance_lock::InstanceLock;
use std::fs::{File, OpenOptions, TryLockError};
use std::io;
use std::os::unix::fs::MetadataExt;
use std::path::{Path, PathBuf};
use std::sync::{Mutex, MutexGuard, PoisonError};

/// Name of the lock file in the data directory.
const FILE: &str = "owner.lock";

/// Name of the new lock file that a process creates and locks before it replaces [`FILE`].
const NEXT_FILE: &str = "owner.lock.next";

/// Name of a second lock file. A process locks this file while it takes over the data directory, so that only one
/// process at a time can take over.
const TURN_FILE: &str = "owner.lock.turn";

/// The lock on a data directory, which only one process at a time can hold.
#[derive(Debug)]
pub struct InstanceLockFile {
    folder: PathBuf,
    /// The open lock file, and whether this process has locked it.
    state: Mutex<(File, bool)>,
}

impl InstanceLockFile {
    /// Returns the path of the lock file in a data directory.
    pub fn path(folder: &Path) -> PathBuf {
        folder.join(FILE)
    }

    /// Opens the lock file in an existing data directory without locking it.
    pub fn open(folder: &Path) -> io::Result<Self> {
        let file = open(folder, FILE)?;
        Ok(Self { folder: folder.to_path_buf(), state: Mutex::new((file, false)) })
    }

    fn state(&self) -> MutexGuard<'_, (File, bool)> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Returns whether the open file is still the lock file in the data directory. Returns `false` if another process
    /// has replaced or removed the lock file.
    fn is_current(&self, file: &File) -> bool {
        let named = std::fs::metadata(self.folder.join(FILE));
        match (file.metadata(), named) {
            (Ok(ours), Ok(named)) => (ours.dev(), ours.ino()) == (named.dev(), named.ino()),
            // An error while reading the directory does not mean that another process has the lock.
            (Err(_), _) => true,
            (_, Err(error)) => error.kind() != io::ErrorKind::NotFound,
        }
    }

    /// Locks a new file and replaces the lock file with it. Returns `None` if another process is taking over the data
    /// directory or has already done so.
    fn replace(&self) -> io::Result<Option<File>> {
        let turn = open(&self.folder, TURN_FILE)?;
        if turn.try_lock().is_err() {
            return Ok(None);
        }
        if !self.is_current(&self.state().0) {
            return Ok(None);
        }
        let next = open(&self.folder, NEXT_FILE)?;
        next.try_lock()?;
        std::fs::rename(self.folder.join(NEXT_FILE), self.folder.join(FILE))?;
        Ok(Some(next))
    }
}

fn open(folder: &Path, name: &str) -> io::Result<File> {
    let mut options = OpenOptions::new();
    options.create(true).truncate(false).write(true);
    data_file::open(&mut options, &folder.join(name))
}

impl InstanceLock for InstanceLockFile {
    fn try_acquire(&self) -> bool {
        let mut state = self.state();
        if !self.is_current(&state.0) {
            let Ok(file) = open(&self.folder, FILE) else { return state.1 };
            *state = (file, false);
        }
        if state.1 {
            return true;
        }
        // If the file system does not support locks, this process acts as if it held the lock, because usually only
        // one process is running.
        state.1 = !matches!(state.0.try_lock(), Err(TryLockError::WouldBlock));
        state.1
    }

    fn is_held(&self) -> bool {
        let state = self.state();
        state.1 && self.is_current(&state.0)
    }

    fn take_over(&self) -> bool {
        // If another process has taken over first, its lock file is in the directory. That process probably works, so
        // its lock is not taken over.
        let was_replaced = !self.is_current(&self.state().0);
        if self.try_acquire() || was_replaced {
            return self.is_held();
        }
        match self.replace() {
            Ok(Some(file)) => {
                *self.state() = (file, true);
                true
            }
            Ok(None) => false,
            Err(error) => {
                tracing::warn!(%error, "the lock of a process that does not answer was not taken over");
                false
            }
        }
    }

    fn events(&self) -> Option<BoxStream<'static, ()>> {
        // When a process ends, the operating system closes its lock file, and inotify reports that as a change.
        dir_watcher::changes(&self.folder, WatchDetail::Writes)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_lock_passes_to_the_next_process() {
        let folder = tempfile::tempdir().unwrap();
        let open = || InstanceLockFile::open(folder.path()).unwrap();
        let (first, second) = (open(), open());
        assert!(first.try_acquire());
        assert!(first.try_acquire());
        assert!(!second.try_acquire());
        drop(first);
        assert!(second.try_acquire());
    }

    #[test]
    fn a_lock_that_was_taken_over_returns_after_its_new_holder() {
        let folder = tempfile::tempdir().unwrap();
        let open = || InstanceLockFile::open(folder.path()).unwrap();
        let (hanging, second, third) = (open(), open(), open());
        assert!(hanging.try_acquire() && hanging.is_held());
        assert!(second.take_over() && second.is_held());
        assert!(!hanging.is_held() && !hanging.try_acquire());
        // The third process tried to take over from the first one, but the second one has already done so.
        assert!(!third.take_over() && second.is_held());
        drop(second);
        assert!(third.try_acquire() && !hanging.try_acquire());
        drop(third);
        assert!(hanging.try_acquire() && hanging.is_held());
    }
}
