//! The port that opens links and files with programs of the desktop.

/// Why a link or a file could not be opened, as text for the user.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("nothing here opens it: {0}")]
pub struct OpenError(pub String);

/// Opens links and files. The program does so only when the user presses a key for it.
pub trait Opener: Send + Sync + std::fmt::Debug {
    /// Opens `url` in the default browser, and returns without waiting for the browser.
    fn open(&self, url: &str) -> Result<(), OpenError>;

    /// Opens a file with the desktop's default program for the type of the file.
    fn open_file(&self, path: &std::path::Path) -> Result<(), OpenError>;
}
