//! Which clipboard is used, as a pure decision over what is here.

use super::Terminal;

/// What the user wants.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default, serde::Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum ClipboardChoice {
    /// The system's own where there is one, else the terminal's.
    #[default]
    Auto,
    /// The system's own and nothing else.
    System,
    /// The terminal's (OSC 52) and nothing else.
    Osc52,
    /// Both at once.
    Both,
}

impl ClipboardChoice {
    /// The word for it in the settings.
    pub fn word(self) -> &'static str {
        match self {
            Self::Auto => "auto",
            Self::System => "system",
            Self::Osc52 => "osc52",
            Self::Both => "both",
        }
    }

    /// The choice of a word; `None` for any other.
    pub fn parse(word: &str) -> Option<Self> {
        [Self::Auto, Self::System, Self::Osc52, Self::Both].into_iter().find(|choice| choice.word() == word)
    }
}

/// Where copied text goes.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum ClipboardRoute {
    /// The system's own; a failure is told.
    System,
    /// The system's own; the terminal's when that fails.
    SystemElseTerminal,
    /// The terminal's.
    Terminal,
    /// Both.
    Both,
}

/// Decides. Over SSH the system's clipboard is the one of the far machine, where nobody pastes.
pub fn route(choice: ClipboardChoice, terminal: &Terminal) -> ClipboardRoute {
    match choice {
        ClipboardChoice::System => ClipboardRoute::System,
        ClipboardChoice::Both => ClipboardRoute::Both,
        ClipboardChoice::Auto if terminal.desktop && !terminal.ssh => ClipboardRoute::SystemElseTerminal,
        ClipboardChoice::Auto | ClipboardChoice::Osc52 => ClipboardRoute::Terminal,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn auto_goes_where_the_user_pastes() {
        let at = |desktop, ssh| Terminal { desktop, ssh, ..Terminal::default() };
        assert_eq!(route(ClipboardChoice::Auto, &at(true, false)), ClipboardRoute::SystemElseTerminal);
        assert_eq!(route(ClipboardChoice::Auto, &at(true, true)), ClipboardRoute::Terminal);
        assert_eq!(route(ClipboardChoice::Auto, &at(false, false)), ClipboardRoute::Terminal);
        assert_eq!(route(ClipboardChoice::Both, &at(false, true)), ClipboardRoute::Both);
        assert_eq!(route(ClipboardChoice::System, &at(false, true)), ClipboardRoute::System);
    }

    #[test]
    fn words_come_back_as_choices() {
        for word in ["auto", "system", "osc52", "both"] {
            assert_eq!(ClipboardChoice::parse(word).map(ClipboardChoice::word), Some(word));
        }
        assert_eq!(ClipboardChoice::parse("wl-copy"), None);
    }
}
