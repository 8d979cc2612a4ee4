//! What the program remembers of its own looks, apart from the user's settings.

/// A small text that is kept across starts.
pub trait ScreenState: Send + Sync + std::fmt::Debug {
    /// What was kept; nothing where there is none or it cannot be read.
    fn read(&self) -> Option<String>;
    /// Keeps a text in place of the one before: whole, or not at all.
    fn write(&self, text: &str) -> std::io::Result<()>;
}
