//! Renames damaged archives. A damaged archive is deleted only when the user deletes the whole archive.

use crate::domain::time::Timestamp;
use std::fmt;
use std::fs::{self, OpenOptions};
use std::io::{self, Write};
use std::path::{Path, PathBuf};

/// A damaged archive that was renamed. Its `Display` implementation returns a message for the user.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct QuarantinedArchive {
    /// The new path of the damaged archive file.
    pub moved_to: PathBuf,
    /// The reason why the damaged file is not a valid archive.
    pub reason: String,
}

impl fmt::Display for QuarantinedArchive {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (path, reason) = (self.moved_to.display(), &self.reason);
        write!(f, "the archive was damaged ({reason}); it was kept as {path} and a new one was begun")
    }
}

/// The string between the original file name and the timestamp in the name to which a damaged archive file is renamed.
const BROKEN: &str = ".broken-";

/// File name suffixes of the additional files that SQLite creates next to a database.
const SIDECAR_SUFFIXES: [&str; 2] = ["-wal", "-shm"];

/// Renames a damaged archive and the files that SQLite created next to it; returns the new path of the archive.
pub(super) fn quarantine(path: &Path, now: Timestamp) -> Result<PathBuf, io::Error> {
    let stamp = now.strftime("%Y%m%dT%H%M%SZ");
    let named = |suffix: &str, n: u32| {
        let number = if n == 1 { String::new() } else { format!("-{n}") };
        PathBuf::from(format!("{}{BROKEN}{stamp}{number}{suffix}", path.display()))
    };
    let n = (1..=u32::MAX).find(|n| !named("", *n).exists()).unwrap_or(1);
    let target = named("", n);
    fs::rename(path, &target)?;
    for suffix in SIDECAR_SUFFIXES {
        let beside = PathBuf::from(format!("{}{suffix}", path.display()));
        if beside.exists() {
            fs::rename(beside, named(suffix, n))?;
        }
    }
    Ok(target)
}

/// Returns the paths of all damaged archives that were renamed, and of the files that SQLite created next to them,
/// sorted by name.
pub(super) fn list(archive: &Path) -> Result<Vec<PathBuf>, io::Error> {
    let (Some(folder), Some(name)) = (archive.parent(), archive.file_name()) else { return Ok(Vec::new()) };
    let begin = format!("{}{BROKEN}", name.to_string_lossy());
    let mut found = Vec::new();
    for entry in fs::read_dir(folder)? {
        let entry = entry?;
        if entry.file_name().to_string_lossy().starts_with(&begin) && !entry.file_type()?.is_dir() {
            found.push(entry.path());
        }
    }
    found.sort();
    Ok(found)
}

/// Overwrites a file with zeros and then deletes it, so that its content cannot be recovered. If `path` is a symbolic
/// link, deletes the link and leaves its target unchanged.
pub(super) fn remove(path: &Path) -> Result<(), io::Error> {
    let about = fs::symlink_metadata(path)?;
    // The target of a symbolic link is not a file of this program, so it is not overwritten.
    if about.is_file() {
        let mut file = OpenOptions::new().write(true).open(path)?;
        let blank = vec![0; 1 << 16];
        let mut left = about.len();
        while left > 0 {
            let count = usize::try_from(left).map_or(blank.len(), |left| left.min(blank.len()));
            file.write_all(blank.get(..count).unwrap_or_default())?;
            left -= count as u64;
        }
        file.sync_all()?;
    }
    fs::remove_file(path)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_quarantined_files_are_listed_and_removed() {
        let folder = tempfile::tempdir().unwrap();
        let archive = folder.path().join("archive.sqlite3");
        let other = folder.path().join("other");
        fs::write(&other, "of somebody else").unwrap();
        let mut moved = Vec::new();
        for _ in 0..2 {
            fs::write(&archive, "x".repeat(100_000)).unwrap();
            fs::write(folder.path().join("archive.sqlite3-wal"), "y").unwrap();
            moved.push(quarantine(&archive, Timestamp::UNIX_EPOCH).unwrap());
        }
        fs::write(&archive, "the new one").unwrap();
        let found = list(&archive).unwrap();
        assert_eq!(found.len(), 4, "{found:?}");
        assert!(moved.iter().all(|path| found.contains(path)));
        #[cfg(unix)]
        std::os::unix::fs::symlink(&other, folder.path().join("archive.sqlite3.broken-link")).unwrap();
        for path in list(&archive).unwrap() {
            remove(&path).unwrap();
        }
        let left = fs::read_dir(folder.path()).unwrap().count();
        assert_eq!(left, 2, "the archive and the unrelated file remain");
        assert_eq!(fs::read(other).unwrap(), b"of somebody else");
    }
}
