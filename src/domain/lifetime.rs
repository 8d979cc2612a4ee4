//! How long a free token lives.

/// The lifetimes that the service gives.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub enum Lifetime {
    /// An hour.
    Hour,
    /// A day: the longest that is given without a captcha.
    #[default]
    Day,
    /// Ninety days; the service asks for a captcha.
    NinetyDays,
}

impl Lifetime {
    /// The service's word for it, which is also the one in the settings.
    pub fn word(self) -> &'static str {
        match self {
            Self::Hour => "1h",
            Self::Day => "1d",
            Self::NinetyDays => "90d",
        }
    }

    /// The lifetime of a word; `None` for any other.
    pub fn parse(word: &str) -> Option<Self> {
        [Self::Hour, Self::Day, Self::NinetyDays].into_iter().find(|lifetime| lifetime.word() == word)
    }

    /// Its length in seconds.
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
            assert_eq!(Lifetime::parse(word).map(Lifetime::word), Some(word));
        }
        assert_eq!(Lifetime::parse("1w"), None);
    }
}
