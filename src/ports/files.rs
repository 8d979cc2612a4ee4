//! Files that the user asks for, such as saved mails and attachments.

use crate::domain::sanitize::SafeName;
use std::path::PathBuf;

/// Why a file was not written.
#[derive(Debug, thiserror::Error)]
#[error("{path}: {source}")]
pub struct FileError {
    /// The file or directory that could not be written.
    pub path: PathBuf,
    /// The error of the operating system.
    pub source: std::io::Error,
}

/// Temporary files that only the user may read, for content that another program displays.
pub trait TempFiles: Send + Sync + std::fmt::Debug {
    /// Writes `content` to a file with a unique name that ends in `.extension`; returns its path. The file is
    /// deleted when the program exits.
    fn write(&self, extension: &str, content: &[u8]) -> Result<PathBuf, FileError>;
}

/// Writes files into the download directory. A file is written completely or not at all. Existing files are
/// never overwritten, symbolic links never followed, and nothing is written outside the directory.
pub trait Files: Send + Sync + std::fmt::Debug {
    /// Writes `content` to the file `name`, or to `name (2)` and so on if that exists; returns the path.
    fn save(&self, name: &SafeName, content: &[u8]) -> Result<PathBuf, FileError> {
        self.save_with_progress(name, content, &mut |_| {})
    }

    /// Like [`Self::save`]; calls `report` with the number of bytes written so far.
    fn save_with_progress(
        &self,
        name: &SafeName,
        content: &[u8],
        report: &mut dyn FnMut(usize),
    ) -> Result<PathBuf, FileError>;
}
