//! Where copied text goes.

/// How long the desktop's clipboard holds a copied text.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub enum Retention {
    /// Until something else is copied, also after the program has ended.
    #[default]
    UntilReplaced,
    /// Until something else is copied or the program ends.
    UntilQuit,
}

/// Where a text was put, so that the program can say so truthfully.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum CopiedTo {
    /// The desktop's own clipboard.
    System,
    /// The terminal was asked to put it into its clipboard (OSC 52); whether it did is not told.
    Terminal,
    /// The desktop's own, and the terminal was asked as well.
    Both,
    /// tmux keeps it and asks its terminal in turn.
    Tmux,
    /// tmux keeps it and asks nobody: its settings forbid it.
    TmuxAlone,
    /// A command of the user's took it.
    Command,
}

/// Why nothing was copied.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum ClipboardError {
    /// There is no clipboard here that the settings allow.
    #[error("no clipboard here: {0}")]
    Unavailable(String),
    /// A program that was to take it did not.
    #[error("{0}")]
    Program(String),
}

/// Programs that take a text.
pub trait Programs: Send + Sync + std::fmt::Debug {
    /// Asks the tmux around us to keep a text and to hand it on.
    fn tmux(&self, text: &str) -> Result<CopiedTo, ClipboardError>;

    /// Runs a command line of the user's with the text on its standard input.
    fn command(&self, line: &str, text: &str) -> Result<CopiedTo, ClipboardError>;
}

/// Takes text for the user to paste elsewhere.
pub trait Clipboard: Send + std::fmt::Debug {
    /// Puts `text` on the clipboard and returns on which.
    fn copy(&mut self, text: &str, retention: Retention) -> Result<CopiedTo, ClipboardError>;
}
