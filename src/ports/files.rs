//! The port for files that the program writes for the user, such as saved mails and attachments.

use mail_reader::sanitize::SafeName;
use std::path::PathBuf;

/// Why a file could not be written.
#[derive(Debug, thiserror::Error)]
#[error("{path}: {source}")]
pub struct FileError {
    /// Path of the file or directory that could not be written.
    pub path: PathBuf,
    /// The error that the operating system returned.
    pub source: std::io::Error,
}

/// Creates temporary files that only the user may read, for content that another program displays.
pub trait TempFiles: Send + Sync + std::fmt::Debug {
    /// Writes `content` to a new file whose name ends in `.extension` and returns its path. The file is
    /// deleted when the program exits.
    fn write(&self, extension: &str, content: &[u8]) -> Result<PathBuf, FileError>;
}

/// Writes files into the download directory. A file is written completely or not at all. Existing files are
/// never overwritten, symbolic links never followed, and nothing is written outside the directory.
pub trait Files: Send + Sync + std::fmt::Debug {
    /// Writes `content` to the file `name` and returns its path. If the file exists, the name becomes `name
    /// (2)` and so on.
    fn save(&self, name: &SafeName, content: &[u8]) -> Result<PathBuf, FileError> {
        self.save_with_progress(name, content, &mut |_| true)
    }

    /// Like [`Self::save`], and calls `report` with the count of bytes written so far. If `report` returns `false`,
    /// writing stops with the error `Interrupted`, and no file is left.
    fn save_with_progress(
        &self,
        name: &SafeName,
        content: &[u8],
        report: &mut dyn FnMut(usize) -> bool,
    ) -> Result<PathBuf, FileError>;
}
