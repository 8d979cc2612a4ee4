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

impl CopiedTo {
    const ALL: [Self; 6] =
        [Self::System, Self::Terminal, Self::Both, Self::Tmux, Self::TmuxBufferOnly, Self::Command];

    /// Returns the name of the clipboard, in the archive and in JSON.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::System => "system",
            Self::Terminal => "terminal",
            Self::Both => "both",
            Self::Tmux => "tmux",
            Self::TmuxBufferOnly => "tmux-buffer",
            Self::Command => "command",
        }
    }

    /// Finds a clipboard by its name.
    pub fn parse(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|to| to.as_str() == name)
    }

    /// Returns the clipboard in words for the user.
    pub fn text(self) -> &'static str {
        match self {
            Self::System => "the clipboard",
            Self::Terminal => "the terminal's clipboard",
            Self::Both => "the clipboard and the terminal's",
            Self::Tmux => "tmux and its terminal",
            Self::TmuxBufferOnly => "tmux's paste buffer",
            Self::Command => "clipboard_command",
        }
    }
}
