//! Defines the lifetimes that the service offers for a new token.

/// A lifetime that the service offers for a new token.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub enum TokenLifetime {
    /// The token is valid for one hour.
    Hour,
    /// The token is valid for one day. This is the longest lifetime for which the service does not require a captcha.
    #[default]
    Day,
    /// The token is valid for ninety days. The service requires a captcha for this lifetime.
    NinetyDays,
}

impl TokenLifetime {
    /// Returns the name of this lifetime in the API and in the settings file, such as `90d`.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Hour => "1h",
            Self::Day => "1d",
            Self::NinetyDays => "90d",
        }
    }

    /// Parses the name of a lifetime, such as `90d`; returns `None` if there is no lifetime with that name.
    pub fn parse(word: &str) -> Option<Self> {
        [Self::Hour, Self::Day, Self::NinetyDays].into_iter().find(|lifetime| lifetime.as_str() == word)
    }

    /// Returns this lifetime in seconds.
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
    fn setting_values_parse_to_lifetimes() {
        for word in ["1h", "1d", "90d"] {
            assert_eq!(TokenLifetime::parse(word).map(TokenLifetime::as_str), Some(word));
        }
        assert_eq!(TokenLifetime::parse("1w"), None);
    }
}
