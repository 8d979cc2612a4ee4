//! The ports (traits) for the clipboards to which the program copies text.

use crate::domain::copied_to::CopiedTo;

/// Specifies how long copied text stays on the desktop's clipboard.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub enum Retention {
    /// The text stays on the clipboard until it is replaced by another copy, even after the program has exited.
    #[default]
    UntilReplaced,
    /// The text stays on the clipboard until it is replaced by another copy or the program exits.
    UntilQuit,
}

/// Reasons why text could not be copied to a clipboard.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum ClipboardError {
    /// None of the clipboards that the settings allow is available.
    #[error("no clipboard here: {0}")]
    Unavailable(String),
    /// tmux or the user's clipboard command failed.
    #[error("{0}")]
    Program(String),
}

/// External programs that receive copied text: tmux and the user's clipboard command.
pub trait ClipboardCommands: Send + Sync + std::fmt::Debug {
    /// Stores `text` in the paste buffer of the tmux session in which the program runs, and asks tmux to pass the text
    /// on to the terminal's clipboard. Returns whether tmux also passed the text on or only stored it.
    fn copy_to_tmux(&self, text: &str) -> Result<CopiedTo, ClipboardError>;

    /// Runs the user's clipboard command `line` with the text on its standard input. Returns
    /// [`CopiedTo::Command`].
    fn copy_by_command(&self, line: &str, text: &str) -> Result<CopiedTo, ClipboardError>;
}

/// The clipboard of the desktop.
pub trait Clipboard: Send + std::fmt::Debug {
    /// Copies `text` to the clipboard. Returns which clipboard received it.
    fn copy(&mut self, text: &str, retention: Retention) -> Result<CopiedTo, ClipboardError>;
}
