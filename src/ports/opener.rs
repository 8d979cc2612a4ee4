//! Opens links and files with programs of the desktop.

/// Why a link or a file could not be opened.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("nothing here opens it: {0}")]
pub struct OpenError(pub String);

/// Opens links and files. It is called only when the user presses a key for it.
pub trait Opener: Send + Sync + std::fmt::Debug {
    /// Opens `url` in the default browser. Does not wait for the browser.
    fn open(&self, url: &str) -> Result<(), OpenError>;

    /// Opens a file with the desktop's default program for its type.
    fn open_file(&self, path: &std::path::Path) -> Result<(), OpenError>;
}
