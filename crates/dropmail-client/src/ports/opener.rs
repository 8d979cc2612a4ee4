//! The port (trait) for opening links and files with the desktop's default programs.

/// The reason why a link or a file could not be opened, as a message for the user.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{0}")]
pub struct OpenError(pub String);

/// Opens links and files with the desktop's default programs. Callers must open a link or a file only in response to a
/// key press by the user.
pub trait Opener: Send + Sync + std::fmt::Debug {
    /// Opens `url` in the default browser. Does not wait for the browser.
    fn open(&self, url: &str) -> Result<(), OpenError>;

    /// Opens a file with the desktop's default program for its file type.
    fn open_file(&self, path: &std::path::Path) -> Result<(), OpenError>;
}
