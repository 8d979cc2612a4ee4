//! Files that the user asks for: saved mails and attachments.

use crate::domain::sanitize::SafeName;
use std::path::PathBuf;

/// Why a file was not written.
#[derive(Debug, thiserror::Error)]
#[error("{path}: {source}")]
pub struct FileError {
    /// The file or folder that it is about.
    pub path: PathBuf,
    /// What the system said.
    pub source: std::io::Error,
}

/// Writes files that only this run needs and only the user may read: another program is to show
/// them.
pub trait Scratch: Send + Sync + std::fmt::Debug {
    /// Writes `content` under a name of its own that ends in `.extension`; returns where it is.
    /// It is gone when the program ends.
    fn write(&self, extension: &str, content: &[u8]) -> Result<PathBuf, FileError>;
}

/// Writes files into the download folder: whole or not at all, never over an existing file,
/// never through a link, never outside the folder.
pub trait Files: Send + Sync + std::fmt::Debug {
    /// Writes `content` under `name`, or under `name (2)` and so on where that is taken; returns
    /// where it went.
    fn save(&self, name: &SafeName, content: &[u8]) -> Result<PathBuf, FileError> {
        self.save_telling(name, content, &mut |_| {})
    }

    /// As [`Self::save`]; tells how many bytes are written as it goes on.
    fn save_telling(
        &self,
        name: &SafeName,
        content: &[u8],
        tell: &mut dyn FnMut(usize),
    ) -> Result<PathBuf, FileError>;
}
