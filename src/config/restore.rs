//! The `restore` setting, which determines whether the addresses of expired sessions are restored.

/// How the program treats the addresses of an expired session.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub enum RestorePolicy {
    /// The program offers to restore the addresses; the user accepts by pressing a key.
    #[default]
    Ask,
    /// The program restores the addresses automatically as soon as the service can be reached.
    Auto,
    /// The program does not offer to restore the addresses. The user can still restore them by pressing a key.
    Never,
}

impl RestorePolicy {
    /// Returns the value of the `restore` setting for this policy.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Ask => "ask",
            Self::Auto => "auto",
            Self::Never => "never",
        }
    }

    /// Parses a value of the `restore` setting; returns `None` if the value is invalid.
    pub fn parse(word: &str) -> Option<Self> {
        [Self::Ask, Self::Auto, Self::Never].into_iter().find(|choice| choice.as_str() == word)
    }
}
