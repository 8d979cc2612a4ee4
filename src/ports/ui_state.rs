//! The state of the screen that the program stores by itself, such as the sizes of the panes. Settings are
//! not part of this state.

/// Stores a short text that the program reads at its next start.
pub trait UiStateStore: Send + Sync + std::fmt::Debug {
    /// Returns the stored text; `None` if there is none or it cannot be read.
    fn read(&self) -> Option<String>;
    /// Replaces the stored text, completely or not at all.
    fn write(&self, text: &str) -> std::io::Result<()>;
}
