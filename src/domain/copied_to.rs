//! The clipboard that took a copied text.

/// The clipboard that accepted a copied text, so that the message to the user is true.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum CopiedTo {
    /// The clipboard of the desktop accepted the text.
    System,
    /// The clipboard of the terminal (OSC 52). The terminal does not report whether it stored the text.
    Terminal,
    /// The clipboard of the desktop, and the terminal by OSC 52 as well.
    Both,
    /// A tmux buffer. tmux also passed the copied text on to its terminal.
    Tmux,
    /// A tmux buffer only: the settings of tmux forbid sending the text to its terminal.
    TmuxBufferOnly,
    /// The user's copy command, which received the text on its standard input.
    Command,
}
