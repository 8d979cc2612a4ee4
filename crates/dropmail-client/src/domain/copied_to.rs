//! The clipboard or program that received copied text.

/// The clipboard or program that received copied text, as reported to the user.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum CopiedTo {
    /// The desktop clipboard received the text.
    System,
    /// The terminal received the text for its clipboard (OSC 52). The terminal does not report whether it copied the
    /// text.
    Terminal,
    /// Both the desktop clipboard and the terminal (OSC 52) received the text.
    Both,
    /// tmux stored the text in a paste buffer and passed it on to the terminal.
    Tmux,
    /// tmux only stored the text in a paste buffer, because its options do not allow it to pass the text on to the
    /// terminal.
    TmuxBufferOnly,
    /// The user's copy command received the text on its standard input.
    Command,
}

impl CopiedTo {
    const ALL: [Self; 6] =
        [Self::System, Self::Terminal, Self::Both, Self::Tmux, Self::TmuxBufferOnly, Self::Command];

    /// Returns the name of this clipboard in the archive and in JSON output, such as `tmux-buffer`.
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

    /// Returns the clipboard with this name; `None` for an unknown name.
    pub fn parse(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|to| to.as_str() == name)
    }

    /// Returns a description of the clipboard for messages to the user.
    pub fn description(self) -> &'static str {
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
