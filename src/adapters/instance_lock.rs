//! Locks the data folder. Only the process that has the lock connects to the service. The operating system
//! releases the lock when the process ends, even after `kill -9`.
//!
//! A process that hangs keeps its lock. Another process takes over by putting a new lock file in the place of the
//! locked one; a process whose file is no longer there has lost the lock.

use super::data_file;
use super::dir_watcher::{self, Kind};
use crate::ports::BoxStream;
use crate::ports::instance_lock::InstanceLock;
use std::fs::{File, OpenOptions, TryLockError};
use std::io;
use std::os::unix::fs::MetadataExt;
use std::path::{Path, PathBuf};
use std::sync::{Mutex, MutexGuard, PoisonError};

/// The name of the lock file in the data folder.
const FILE: &str = "owner.lock";

/// The name of the lock file that a process prepares to take the place of [`FILE`].
const NEXT_FILE: &str = "owner.lock.next";

/// The name of the lock file that serialises the processes which take over.
const TURN_FILE: &str = "owner.lock.turn";

/// The lock of one data folder, which one process at a time can have.
#[derive(Debug)]
pub struct InstanceLockFile {
    folder: PathBuf,
    /// The lock file and whether this process has locked it.
    state: Mutex<(File, bool)>,
}

impl InstanceLockFile {
    /// Returns the path of the lock file of a folder.
    pub fn path(folder: &Path) -> PathBuf {
        folder.join(FILE)
    }

    /// Opens the lock file of an existing folder, without taking the lock.
    pub fn open(folder: &Path) -> io::Result<Self> {
        let file = open(folder, FILE)?;
        Ok(Self { folder: folder.to_path_buf(), state: Mutex::new((file, false)) })
    }

    fn state(&self) -> MutexGuard<'_, (File, bool)> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Returns whether the file is the one in the folder, and not one that another process has replaced.
    fn is_current(&self, file: &File) -> bool {
        let named = std::fs::metadata(self.folder.join(FILE));
        match (file.metadata(), named) {
            (Ok(ours), Ok(named)) => (ours.dev(), ours.ino()) == (named.dev(), named.ino()),
            // A folder that cannot be read at the moment is no sign of another owner.
            (Err(_), _) => true,
            (_, Err(error)) => error.kind() != io::ErrorKind::NotFound,
        }
    }

    /// Locks a new file and puts it in the place of the lock file, unless another process has done so.
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
        // Without locks in the file system the lock counts as taken; usually only one program runs.
        state.1 = !matches!(state.0.try_lock(), Err(TryLockError::WouldBlock));
        state.1
    }

    fn is_held(&self) -> bool {
        let state = self.state();
        state.1 && self.is_current(&state.0)
    }

    fn take_over(&self) -> bool {
        // If another process was faster, its file is the one in the folder, and that process may work well.
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

    fn changes(&self) -> Option<BoxStream<'static, ()>> {
        // When a process ends, the operating system closes its lock file, which is reported as a change.
        dir_watcher::changes(&self.folder, Kind::Writes)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_has_it_and_the_next_one_gets_it() {
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
    fn a_lock_that_was_taken_over_is_lost_and_comes_back_after_its_new_holder() {
        let folder = tempfile::tempdir().unwrap();
        let open = || InstanceLockFile::open(folder.path()).unwrap();
        let (hanging, second, third) = (open(), open(), open());
        assert!(hanging.try_acquire() && hanging.is_held());
        assert!(second.take_over() && second.is_held());
        assert!(!hanging.is_held() && !hanging.try_acquire());
        // The third process wanted to take over from the first one, and comes too late.
        assert!(!third.take_over() && second.is_held());
        drop(second);
        assert!(third.try_acquire() && !hanging.try_acquire());
        drop(third);
        assert!(hanging.try_acquire() && hanging.is_held());
    }
}
