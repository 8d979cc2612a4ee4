//! What happens to sessions that have lapsed.

/// Whether the addresses of a lapsed session are brought back.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default, serde::Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Restore {
    /// It is offered: one key brings them back.
    #[default]
    Ask,
    /// By itself, as soon as the service is reached.
    Auto,
    /// Nothing is said of it; the key works all the same.
    Never,
}

impl Restore {
    /// The word for it in the settings.
    pub fn word(self) -> &'static str {
        match self {
            Self::Ask => "ask",
            Self::Auto => "auto",
            Self::Never => "never",
        }
    }
}
