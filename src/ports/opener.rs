//! Hands a link to the desktop.

/// Why a link could not be handed over.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("nothing here opens it: {0}")]
pub struct OpenError(pub String);

/// Opens an address in the user's browser. Only ever called on the user's own key.
pub trait Opener: Send + Sync + std::fmt::Debug {
    /// Hands `url` to the desktop and returns without waiting for the browser.
    fn open(&self, url: &str) -> Result<(), OpenError>;

    /// Hands a file to the program that the desktop has for it.
    fn open_file(&self, path: &std::path::Path) -> Result<(), OpenError>;
}
