//! The clipboards to which the program copies text.

use crate::domain::copied_to::CopiedTo;

/// How long a copied text stays on the desktop's clipboard.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub enum Retention {
    /// The text stays until something else is copied, also after the program has ended.
    #[default]
    UntilReplaced,
    /// The text stays until something else is copied or the program ends.
    UntilQuit,
}

/// Reasons why no text was copied to a clipboard.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum ClipboardError {
    /// There is no clipboard here that the settings allow.
    #[error("no clipboard here: {0}")]
    Unavailable(String),
    /// tmux or the user's copy command failed.
    #[error("{0}")]
    Program(String),
}

/// Programs that receive copied text: tmux, and the user's copy command.
pub trait ClipboardCommands: Send + Sync + std::fmt::Debug {
    /// Stores a text in the buffer of the tmux around this program, and makes tmux send the text to the
    /// terminal too.
    fn tmux(&self, text: &str) -> Result<CopiedTo, ClipboardError>;

    /// Runs the user's copy command `line` with the text on its standard input.
    fn command(&self, line: &str, text: &str) -> Result<CopiedTo, ClipboardError>;
}

/// A clipboard from which the user can paste.
pub trait Clipboard: Send + std::fmt::Debug {
    /// Copies `text` and returns the clipboard that accepted it.
    fn copy(&mut self, text: &str, retention: Retention) -> Result<CopiedTo, ClipboardError>;
}
