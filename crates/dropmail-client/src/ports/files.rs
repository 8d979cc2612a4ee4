//! The ports (traits) for writing files, such as saved mails and attachments, to the user's disk.

use mail_reader::sanitize::SafeName;
use std::path::PathBuf;

/// An error while writing a file.
#[derive(Debug, thiserror::Error)]
#[error("{path}: {source}")]
pub struct FileError {
    /// Path of the file or directory that could not be written.
    pub path: PathBuf,
    /// The I/O error that the operating system returned.
    pub source: std::io::Error,
}

/// Writes temporary files that an external program displays. Only the user can read the files.
pub trait TempFiles: Send + Sync + std::fmt::Debug {
    /// Writes `content` to a new temporary file with this file name extension, and returns the path of the file. The
    /// file is deleted when the program exits.
    fn write(&self, extension: &str, content: &[u8]) -> Result<PathBuf, FileError>;
}

/// Writes files to the download folder. Each file is written completely or not at all. Existing files are never
/// overwritten, symbolic links are never followed, and no file is written outside the folder.
pub trait Files: Send + Sync + std::fmt::Debug {
    /// Writes `content` to a file called `name` in the download folder, and returns the path of the file. If a file
    /// with this name already exists, uses `name (2)` instead, and so on.
    fn save(&self, name: &SafeName, content: &[u8]) -> Result<PathBuf, FileError> {
        self.save_with_progress(name, content, &mut |_| true)
    }

    /// Writes a file as [`Self::save`] does, and calls `report` with the number of bytes written so far. If `report`
    /// returns `false`, the function returns the error `Interrupted` and leaves no file behind.
    fn save_with_progress(
        &self,
        name: &SafeName,
        content: &[u8],
        report: &mut dyn FnMut(usize) -> bool,
    ) -> Result<PathBuf, FileError>;
}
