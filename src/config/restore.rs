//! The setting `restore`, which decides about the addresses of lapsed sessions.

/// Ways to treat the addresses of a lapsed session.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub enum Restore {
    /// The program offers to restore the addresses; the user does so with one key.
    #[default]
    Ask,
    /// The program restores the addresses without asking, as soon as the service can be reached.
    Auto,
    /// The program does not offer to restore the addresses; the key for restoring still works.
    Never,
}

impl Restore {
    /// Returns the word for this choice in the settings.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Ask => "ask",
            Self::Auto => "auto",
            Self::Never => "never",
        }
    }

    /// Parses a value of the setting `restore`; `None` if the word is no valid value.
    pub fn parse(word: &str) -> Option<Self> {
        [Self::Ask, Self::Auto, Self::Never].into_iter().find(|choice| choice.as_str() == word)
    }
}
