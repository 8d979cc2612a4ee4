//! Where copied text goes.

/// Where a text was put, so that the program can say so truthfully.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum CopiedTo {
    /// The desktop's own clipboard.
    System,
    /// The terminal was asked to put it into its clipboard (OSC 52); whether it did is not told.
    Terminal,
}

/// Why nothing was copied.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum ClipboardError {
    /// There is no clipboard here that the settings allow.
    #[error("no clipboard here: {0}")]
    Unavailable(String),
}

/// Takes text for the user to paste elsewhere.
pub trait Clipboard: Send + std::fmt::Debug {
    /// Puts `text` on the clipboard and says on which.
    fn copy(&mut self, text: &str) -> Result<CopiedTo, ClipboardError>;
}
