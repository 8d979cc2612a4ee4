//! The ports (traits) for the clipboards to which the program copies text.

use crate::domain::copied_to::CopiedTo;

/// How long copied text stays on the desktop's clipboard.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub enum Retention {
    /// The text stays on the clipboard until other text is copied, even after the program has exited.
    #[default]
    UntilReplaced,
    /// The text stays on the clipboard until other text is copied or the program exits.
    UntilQuit,
}

/// Reasons why text could not be copied to a clipboard.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum ClipboardError {
    /// None of the clipboards that the settings allow is available. The value is an explanation.
    #[error("no clipboard here: {0}")]
    Unavailable(String),
    /// tmux or the user's clipboard command failed.
    #[error("{0}")]
    Program(String),
}

/// The external programs that receive copied text: tmux and the user's clipboard command.
pub trait ClipboardCommands: Send + Sync + std::fmt::Debug {
    /// Stores `text` in the paste buffer of the tmux session in which the program runs, and makes tmux pass it on to
    /// the terminal's clipboard if tmux allows this. Returns whether tmux passed the text on or only stored it.
    fn copy_to_tmux(&self, text: &str) -> Result<CopiedTo, ClipboardError>;

    /// Runs the user's clipboard command `line` with `text` on its standard input. Returns [`CopiedTo::Command`] on
    /// success.
    fn copy_by_command(&self, line: &str, text: &str) -> Result<CopiedTo, ClipboardError>;
}

/// The desktop's clipboard.
pub trait Clipboard: Send + std::fmt::Debug {
    /// Copies `text` to the clipboard. Returns the clipboard that received it.
    fn copy(&mut self, text: &str, retention: Retention) -> Result<CopiedTo, ClipboardError>;
}
