//! Saves files to a directory. Each file is saved completely or not at all. Never overwrites an existing file, and
//! never follows symbolic links.

use dropmail_client::ports::files::{FileError, Files, TempFiles};
use mail_reader::sanitize::SafeName;
use std::io::{Error, ErrorKind, Write};
use std::path::{Path, PathBuf};
use std::sync::OnceLock;
use tempfile::TempDir;

/// Maximum number of file names that are tried when a file is saved: `name`, then `name (2)` to `name (9999)`. If all
/// of these files exist, saving fails.
const MAX_TRIES: u32 = 9999;

/// Number of bytes that are written to a file between two progress reports.
const CHUNK_BYTES: usize = 1 << 20;

/// File name under which a MIME part without a name is saved.
const NAMELESS: &str = "unnamed";

/// The user's download folder. It is created when the first file is saved.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct DownloadFolder(PathBuf);

impl DownloadFolder {
    /// Creates a handle to the download folder at the path `folder`.
    pub fn new(folder: impl Into<PathBuf>) -> Self {
        Self(folder.into())
    }

    fn write_temporary(
        &self,
        content: &[u8],
        report: &mut dyn FnMut(usize) -> bool,
    ) -> Result<tempfile::NamedTempFile, Error> {
        let mut file = tempfile::Builder::new().prefix(".dropmail-").suffix(".part").tempfile_in(&self.0)?;
        let mut written = 0;
        for chunk in content.chunks(CHUNK_BYTES) {
            file.write_all(chunk)?;
            written += chunk.len();
            if written < content.len() {
                // Each chunk is synced before its progress is reported, so that the final sync takes little time.
                file.as_file().sync_data()?;
                if !report(written) {
                    return Err(ErrorKind::Interrupted.into());
                }
            }
        }
        file.as_file().sync_all()?;
        Ok(file)
    }
}

impl Files for DownloadFolder {
    fn save_with_progress(
        &self,
        name: &SafeName,
        content: &[u8],
        report: &mut dyn FnMut(usize) -> bool,
    ) -> Result<PathBuf, FileError> {
        let about = |path: &Path, source| FileError { path: path.to_owned(), source };
        std::fs::create_dir_all(&self.0).map_err(|source| about(&self.0, source))?;
        let mut file = self.write_temporary(content, report).map_err(|source| about(&self.0, source))?;
        for attempt in 1..=MAX_TRIES {
            let target = self.0.join(numbered_name(name.as_str(), attempt));
            // The file is moved to its final name. The move fails if the name exists; an existing symbolic link counts
            // as existing and is not followed.
            match file.persist_noclobber(&target) {
                Ok(_) => {
                    sync_folder(&self.0);
                    return Ok(target);
                }
                Err(refused) if refused.error.kind() == ErrorKind::AlreadyExists => file = refused.file,
                Err(refused) => return Err(about(&target, refused.error)),
            }
        }
        let taken = Error::new(ErrorKind::AlreadyExists, "this name and its numbered forms are all taken");
        Err(about(&self.0.join(name.as_str()), taken))
    }
}

/// A temporary directory of this process that only the user can access. The directory is created together with its
/// first file, and is deleted with its contents when the process exits.
#[derive(Debug, Default)]
pub struct TempDirFiles(OnceLock<TempDir>);

impl TempFiles for TempDirFiles {
    fn write(&self, extension: &str, content: &[u8]) -> Result<PathBuf, FileError> {
        let about = |source| FileError { path: std::env::temp_dir(), source };
        if self.0.get().is_none() {
            let folder = private_folder().map_err(about)?;
            // If two threads create the folder at the same time, one of the two folders is removed again.
            drop(self.0.set(folder));
        }
        let Some(folder) = self.0.get() else {
            return Err(about(Error::other("no private folder could be made")));
        };
        let suffix = format!(".{extension}");
        let mut file = tempfile::Builder::new()
            .prefix("mail-")
            .suffix(&suffix)
            .tempfile_in(folder.path())
            .map_err(about)?;
        file.write_all(content).map_err(about)?;
        let (_, path) = file.keep().map_err(|failure| about(failure.error))?;
        Ok(path)
    }
}

/// Creates a temporary directory that only the user can access.
fn private_folder() -> std::io::Result<TempDir> {
    let mut builder = tempfile::Builder::new();
    builder.prefix("dropmail-");
    #[cfg(unix)]
    builder.permissions(std::os::unix::fs::PermissionsExt::from_mode(0o700));
    builder.tempdir()
}

/// Returns the file name to try at the given attempt: `name.ext` at attempt 1, `name (2).ext` at attempt 2, and so on.
fn numbered_name(name: &str, attempt: u32) -> String {
    // The name has already been sanitised; this removes path separators as an additional safeguard.
    let name = name.trim_matches(|c: char| matches!(c, '/' | '\\') || c.is_whitespace());
    let name = if name.is_empty() || name.chars().all(|c| c == '.') { NAMELESS } else { name };
    let name = name.replace(['/', '\\'], "_");
    if attempt == 1 {
        return name;
    }
    match name.rsplit_once('.') {
        Some((stem, extension)) if !stem.is_empty() => format!("{stem} ({attempt}).{extension}"),
        _ => format!("{name} ({attempt})"),
    }
}

/// Flushes a directory to the disk, so that the name of a new file in the directory survives a power failure.
fn sync_folder(folder: &Path) {
    if let Ok(folder) = std::fs::File::open(folder) {
        // Some file systems cannot sync a directory. The file is then still saved.
        let _synced = folder.sync_all();
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_second_file_of_the_same_name_gets_a_number() {
        let temporary = tempfile::tempdir().unwrap();
        let folder = DownloadFolder::new(temporary.path().join("new/folder"));
        let save = |content: &[u8]| folder.save(&SafeName::new("report.tar.gz"), content).unwrap();
        let (first, second) = (save(b"one"), save(b"two"));
        assert_eq!(std::fs::read(&first).unwrap(), b"one");
        assert!(second.ends_with("report.tar (2).gz"), "{second:?}");
        assert_eq!(std::fs::read(&second).unwrap(), b"two");
        assert_eq!(
            std::fs::read_dir(temporary.path().join("new/folder")).unwrap().count(),
            2,
            "no temporary file remains"
        );
    }

    #[cfg(unix)]
    #[test]
    fn temporary_files_are_private_and_deleted_at_exit() {
        use std::os::unix::fs::PermissionsExt;
        let folder = TempDirFiles::default();
        let path = folder.write("html", b"<p>hello").unwrap();
        let mode = |path: &Path| std::fs::metadata(path).unwrap().permissions().mode() & 0o777;
        assert_eq!((mode(&path), mode(path.parent().unwrap())), (0o600, 0o700));
        assert_ne!(folder.write("html", b"").unwrap(), path);
        drop(folder);
        assert!(!path.exists());
    }

    #[cfg(unix)]
    #[test]
    fn a_planted_symlink_is_not_followed() {
        let temporary = tempfile::tempdir().unwrap();
        let outside = temporary.path().join("outside");
        let inside = temporary.path().join("inside");
        std::fs::create_dir(&inside).unwrap();
        std::os::unix::fs::symlink(&outside, inside.join("a.txt")).unwrap();
        let saved = DownloadFolder::new(&inside).save(&SafeName::new("a.txt"), b"x").unwrap();
        assert!(saved.ends_with("a (2).txt"), "{saved:?}");
        assert!(!outside.exists());
    }

    #[test]
    fn a_file_name_never_leaves_its_folder() {
        for (name, expected) in
            [("..", NAMELESS), ("", NAMELESS), ("/etc/passwd", "etc_passwd"), (".x", ".x")]
        {
            assert_eq!(numbered_name(name, 1), expected);
        }
        assert_eq!(numbered_name(".bashrc", 2), ".bashrc (2)");
    }

    #[test]
    fn a_folder_that_cannot_be_created_is_reported() {
        let temporary = tempfile::tempdir().unwrap();
        let file = temporary.path().join("file");
        std::fs::write(&file, b"").unwrap();
        let error = DownloadFolder::new(file.join("sub")).save(&SafeName::new("a"), b"x").unwrap_err();
        assert!(error.to_string().contains("file"), "{error}");
    }
}
