//! The setting `restore`: what to do with sessions that have lapsed.

/// Whether the addresses of a lapsed session are restored.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub enum Restore {
    /// The program offers to restore them; one key does it.
    #[default]
    Ask,
    /// The program restores them without asking, as soon as the service can be reached.
    Auto,
    /// The program does not offer it; the key still works.
    Never,
}

impl Restore {
    /// The value in the settings.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Ask => "ask",
            Self::Auto => "auto",
            Self::Never => "never",
        }
    }

    /// Parses a value of the setting.
    pub fn parse(word: &str) -> Option<Self> {
        [Self::Ask, Self::Auto, Self::Never].into_iter().find(|choice| choice.as_str() == word)
    }
}
