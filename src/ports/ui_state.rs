//! The port (trait) that stores the state of the user interface for the next start, such as the sizes of the
//! panes. Settings are stored elsewhere.

/// Stores the state of the user interface as a short text, which the program reads at its next start.
pub trait UiStateStore: Send + Sync + std::fmt::Debug {
    /// Returns the stored state of the user interface; `None` if there is none or it cannot be read.
    fn read(&self) -> Option<String>;
    /// Replaces the stored state of the user interface atomically.
    fn write(&self, text: &str) -> std::io::Result<()>;
}
