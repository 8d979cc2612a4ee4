//! The connection of one session: a state, so that reconnecting is seen, tested and never
//! happens twice at once.

use crate::domain::channel::Channel;
use crate::domain::ids::MailId;
use crate::domain::sanitize::SafeText;
use crate::domain::time::{SignedDuration, Timestamp};

/// Numbers questions and streams, so that a late answer is known as late.
pub type Generation = u64;

/// What a stream of new mail was started with.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Watch {
    /// Which stream it is.
    pub generation: Generation,
    /// The newest mail that was known when it was started.
    pub after: Option<MailId>,
    /// How it hears of new mail.
    pub channel: Channel,
    /// Whether there is no other channel to fall back to.
    pub alone: bool,
}

/// How a session hears of new mail.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Link {
    /// The stream is being set up.
    Connecting {
        /// The stream.
        watch: Watch,
        /// How many tries came before.
        attempt: u32,
    },
    /// New mail is pushed.
    Up {
        /// The stream.
        watch: Watch,
        /// Since when it stands.
        since: Timestamp,
    },
    /// The stream broke; the next try comes by itself.
    Waiting {
        /// How many tries came before.
        attempt: u32,
        /// When the next one starts.
        until: Timestamp,
        /// What broke it.
        why: SafeText,
        /// The channel that never stood. Whether it is to blame shows when anything else of the
        /// service is reached.
        suspect: Option<Channel>,
    },
    /// There is nothing to hear of: the session has lapsed.
    Off,
}

impl Link {
    /// The stream that this state lives on, if any.
    pub fn watch(&self) -> Option<&Watch> {
        match self {
            Self::Connecting { watch, .. } | Self::Up { watch, .. } => Some(watch),
            Self::Waiting { .. } | Self::Off => None,
        }
    }

    /// Whether this stream is the one that the state lives on.
    pub fn is(&self, generation: Generation) -> bool {
        self.watch().is_some_and(|watch| watch.generation == generation)
    }

    /// Tries that failed in a row.
    pub fn attempts(&self) -> u32 {
        match self {
            Self::Connecting { attempt, .. } | Self::Waiting { attempt, .. } => *attempt,
            Self::Up { .. } | Self::Off => 0,
        }
    }
}

/// The longest wait between two tries.
const LONGEST: u64 = 30_000;

/// When to try again after `attempt` failures: at once, then 1 s, 2 s, 4 s up to 30 s, each
/// shortened by up to a half so that many clients do not come back together. `seed` decides by
/// how much: the core has no source of chance, and needs none.
pub fn retry_at(now: Timestamp, attempt: u32, seed: u64) -> Timestamp {
    let full = match attempt {
        0 => 0,
        n => 1000_u64.saturating_mul(1 << (n - 1).min(10)).min(LONGEST),
    };
    // Fibonacci hashing spreads neighbouring seeds over the whole range.
    let chance = seed.wrapping_add(u64::from(attempt)).wrapping_mul(0x9E37_79B9_7F4A_7C15) >> 54;
    let wait = full - full * chance / 2048;
    let wait = SignedDuration::from_millis(i64::try_from(wait).unwrap_or(0));
    now.saturating_add(wait).unwrap_or(now)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn waits_grow_and_stay_within_bounds() {
        let now = Timestamp::UNIX_EPOCH;
        assert_eq!(retry_at(now, 0, 7), now);
        for attempt in 1..40 {
            for seed in 0..50 {
                let wait = retry_at(now, attempt, seed).duration_since(now).as_millis();
                let full = (1000_i128 << (attempt - 1).min(10)).min(30_000);
                assert!((full / 2..=full).contains(&wait), "{attempt} {seed} {wait}");
            }
        }
    }
}
