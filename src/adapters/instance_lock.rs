//! Locks the data folder. Only the process that has the lock connects to the service. The operating system
//! releases the lock when the process ends, even after `kill -9`.

use super::data_file;
use super::dir_watcher::{self, Kind};
use crate::ports::BoxStream;
use crate::ports::instance_lock::InstanceLock;
use std::fs::{File, OpenOptions, TryLockError};
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicBool, Ordering};

/// The name of the lock file in the data folder.
const FILE: &str = "owner.lock";

/// The lock of one data folder, which one process at a time can have.
#[derive(Debug)]
pub struct InstanceLockFile {
    folder: PathBuf,
    file: File,
    ours: AtomicBool,
}

impl InstanceLockFile {
    /// Returns the path of the lock file of a folder.
    pub fn path(folder: &Path) -> PathBuf {
        folder.join(FILE)
    }

    /// Opens the lock file of an existing folder, without taking the lock.
    pub fn open(folder: &Path) -> std::io::Result<Self> {
        let mut options = OpenOptions::new();
        options.create(true).truncate(false).write(true);
        let file = data_file::open(&mut options, &Self::path(folder))?;
        Ok(Self { folder: folder.to_path_buf(), file, ours: AtomicBool::new(false) })
    }
}

impl InstanceLock for InstanceLockFile {
    fn try_acquire(&self) -> bool {
        if self.ours.load(Ordering::Acquire) {
            return true;
        }
        // Without locks in the file system the lock counts as taken; usually only one program runs.
        let ours = !matches!(self.file.try_lock(), Err(TryLockError::WouldBlock));
        self.ours.store(ours, Ordering::Release);
        ours
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
}
