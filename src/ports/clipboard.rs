//! The ports (traits) for the clipboards to which the program copies text.

use crate::domain::copied_to::CopiedTo;

/// How long a copied text stays on the system clipboard.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub enum Retention {
    /// The copied text stays until another text is copied, even after the program has ended.
    #[default]
    UntilReplaced,
    /// The copied text stays until another text is copied or the program ends.
    UntilQuit,
}

/// Reasons why a text could not be copied to a clipboard.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum ClipboardError {
    /// None of the clipboards that the settings permit is available.
    #[error("no clipboard here: {0}")]
    Unavailable(String),
    /// tmux or the user's clipboard command failed.
    #[error("{0}")]
    Program(String),
}

/// External programs that receive copied text: tmux and the user's clipboard command.
pub trait ClipboardCommands: Send + Sync + std::fmt::Debug {
    /// Stores a text in the paste buffer of the surrounding tmux, and makes tmux send the text to its terminal's
    /// clipboard. Returns to which clipboard the text was copied.
    fn tmux(&self, text: &str) -> Result<CopiedTo, ClipboardError>;

    /// Runs the user's clipboard command `line` with the text on its standard input. Returns to which clipboard the
    /// text was copied.
    fn command(&self, line: &str, text: &str) -> Result<CopiedTo, ClipboardError>;
}

/// The clipboards to which the program can copy text.
pub trait Clipboard: Send + std::fmt::Debug {
    /// Copies `text` to a clipboard and returns which clipboard it was.
    fn copy(&mut self, text: &str, retention: Retention) -> Result<CopiedTo, ClipboardError>;
}
