//! The state of the screen that the program saves by itself, such as pane sizes; settings are not part of it.

/// Saves a short text from one start of the program to the next.
pub trait UiStateStore: Send + Sync + std::fmt::Debug {
    /// The saved text; `None` if there is none or it cannot be read.
    fn read(&self) -> Option<String>;
    /// Replaces the saved text, completely or not at all.
    fn write(&self, text: &str) -> std::io::Result<()>;
}
