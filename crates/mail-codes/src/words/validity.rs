//! Defines the classes of the keywords in statements about how long a code is valid.

use super::TimeUnit;

/// The class of a keyword in a statement about how long a code is valid. These keywords are listed in `validity.txt`.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum ValidityKeyword {
    /// A keyword, such as "expires", that says that something is valid or ceases to be valid.
    Valid,
    /// A keyword, such as "within", that connects a period with the time in which the reader has to act.
    Within,
    /// A keyword, such as "until", before or after a time of day.
    Until,
    /// A keyword, such as "wait" or "ago", which shows that a period is not a period of validity.
    Delay,
    /// A keyword for something else that can expire, such as "subscription".
    Other,
    /// A unit of time, which a number precedes.
    Unit(TimeUnit),
    /// A period of time without a number, such as "half an hour", in seconds.
    Period(u32),
    /// A number in words.
    Number(u32),
}

impl TimeUnit {
    /// Returns the length of the unit in seconds.
    pub(crate) fn seconds(self) -> u32 {
        match self {
            Self::Second => 1,
            Self::Minute => 60,
            Self::Hour => 3600,
            Self::Day => 86_400,
        }
    }
}
