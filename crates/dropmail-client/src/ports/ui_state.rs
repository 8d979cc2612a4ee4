//! The port (trait) for storing the state of the user interface, such as the pane sizes, until the program is started
//! again. This state does not include the settings.

/// Stores the state of the user interface as a short string, which the program reads when it is started again.
pub trait UiStateStore: Send + Sync + std::fmt::Debug {
    /// Returns the stored state of the user interface; `None` if there is none or it cannot be read.
    fn read(&self) -> Option<String>;
    /// Replaces the stored state of the user interface atomically.
    fn write(&self, text: &str) -> std::io::Result<()>;
}
