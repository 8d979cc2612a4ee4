//! The lifetime of a free token.

/// Lifetimes that the service offers for a free token.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub enum TokenLifetime {
    /// One hour.
    Hour,
    /// One day: the longest lifetime that needs no captcha.
    #[default]
    Day,
    /// Ninety days; the service requires a captcha.
    NinetyDays,
}

impl TokenLifetime {
    /// The value that the service and the settings use.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Hour => "1h",
            Self::Day => "1d",
            Self::NinetyDays => "90d",
        }
    }

    /// The lifetime for such a value; `None` for any other text.
    pub fn parse(word: &str) -> Option<Self> {
        [Self::Hour, Self::Day, Self::NinetyDays].into_iter().find(|lifetime| lifetime.as_str() == word)
    }

    /// The lifetime in seconds.
    pub fn seconds(self) -> i64 {
        match self {
            Self::Hour => 3600,
            Self::Day => 86_400,
            Self::NinetyDays => 90 * 86_400,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_come_back_as_lifetimes() {
        for word in ["1h", "1d", "90d"] {
            assert_eq!(TokenLifetime::parse(word).map(TokenLifetime::as_str), Some(word));
        }
        assert_eq!(TokenLifetime::parse("1w"), None);
    }
}
