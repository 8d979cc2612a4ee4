//! The port (trait) that stores the state of the user interface, such as the sizes of the panes, for the next run of
//! the program. Settings are not part of this state.

/// Stores the state of the user interface as a short string. The program reads it when it is started again.
pub trait UiStateStore: Send + Sync + std::fmt::Debug {
    /// Returns the stored state of the user interface; `None` if there is none or it cannot be read.
    fn read(&self) -> Option<String>;
    /// Replaces the stored state of the user interface atomically.
    fn write(&self, text: &str) -> std::io::Result<()>;
}
