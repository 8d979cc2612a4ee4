//! The port (trait) for storing the state of the user interface, such as the pane sizes, between runs of the program.
//! This state does not include the settings.

/// Stores the state of the user interface as a short string, which the next run of the program reads.
pub trait UiStateStore: Send + Sync + std::fmt::Debug {
    /// Returns the stored state of the user interface; `None` if there is none or it cannot be read.
    fn read(&self) -> Option<String>;
    /// Replaces the stored state of the user interface atomically.
    fn write(&self, text: &str) -> std::io::Result<()>;
}
