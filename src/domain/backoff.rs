//! The one policy for retries: how long to wait after a failure, and how far to follow a wait that the
//! service demands.

use std::time::Duration;

/// Longest wait that the service can impose; a longer one is shortened. A session without requests ends after
/// ten minutes, and a header must not silence the program.
pub const LONGEST_TOLD_WAIT: Duration = Duration::from_mins(2);

/// A wait that doubles with each failure in a row, up to a maximum.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Backoff {
    first: Duration,
    longest: Duration,
}

impl Backoff {
    /// Back-off while a user or a program waits for the result. This back-off is used for streams, and for
    /// queries while a caller waits.
    pub const RETRY: Self = Self::new(Duration::from_millis(500), Duration::from_secs(30));
    /// Back-off before the first reply of the service; it is short, so that a caller soon learns that the
    /// service is unreachable.
    pub const FIRST_ANSWER: Self = Self::new(Duration::from_millis(500), Duration::from_secs(1));
    /// Back-off for background work, for which the user does not wait.
    pub const BACKGROUND: Self = Self::new(Duration::from_secs(1), Duration::from_secs(90));

    /// Back-off of one download.
    pub const DOWNLOAD: Self = Self::new(Duration::from_millis(300), Duration::from_secs(10));
    /// Back-off after empty replies that came at once.
    pub const EMPTY_REPLIES: Self = Self::new(Duration::from_millis(500), Duration::from_secs(10));
    /// Back-off from a push transport that does not work.
    pub const TRANSPORT: Self = Self::new(Duration::from_mins(5), Duration::from_hours(1));

    /// Returns the back-off of all requests after a refusal for the rate limit, if the service names no wait.
    pub const fn rate_limited(first: Duration) -> Self {
        Self::new(first, LONGEST_TOLD_WAIT)
    }

    /// Creates a back-off with a first wait and a longest wait.
    const fn new(first: Duration, longest: Duration) -> Self {
        Self { first, longest }
    }

    /// Returns the longest wait of the back-off.
    pub const fn longest(self) -> Duration {
        self.longest
    }

    /// Returns the wait after `failures` failures in a row; zero after none.
    pub fn wait(self, failures: u32) -> Duration {
        match failures {
            0 => Duration::ZERO,
            n => self.first.saturating_mul(1 << (n - 1).min(20)).min(self.longest),
        }
    }

    /// Like [`Self::wait`], but shortened by up to half, so that many clients do not retry at the same moment.
    /// `seed` decides by how much, because `domain` has no random numbers.
    pub fn spread(self, failures: u32, seed: u64) -> Duration {
        let full = self.wait(failures);
        // Fibonacci hashing spreads neighbouring seeds evenly over 0 to 1,023.
        let share = seed.wrapping_add(u64::from(failures)).wrapping_mul(0x9E37_79B9_7F4A_7C15) >> 54;
        let less = full.saturating_mul(u32::try_from(share).unwrap_or(0)) / 2_048;
        full.saturating_sub(less)
    }

    /// Like [`Self::spread`], but at least the wait that the service demanded, up to [`LONGEST_TOLD_WAIT`].
    pub fn after(self, failures: u32, seed: u64, told: Option<Duration>) -> Duration {
        self.spread(failures, seed).max(followed(told.unwrap_or_default()))
    }
}

/// Returns the part of a demanded wait that is followed.
pub fn followed(told: Duration) -> Duration {
    told.min(LONGEST_TOLD_WAIT)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn waits_double_up_to_the_longest_and_are_spread_over_half_of_themselves() {
        let policy = Backoff::RETRY;
        assert_eq!(policy.spread(0, 7), Duration::ZERO);
        for failures in 1..40 {
            let full = policy.wait(failures);
            assert_eq!(full, Duration::from_millis((500 << (failures - 1).min(10)).min(30_000)));
            for seed in 0..50 {
                let wait = policy.spread(failures, seed);
                assert!(full / 2 <= wait && wait <= full, "{failures} {seed} {wait:?}");
            }
        }
        assert_eq!(policy.wait(u32::MAX), Duration::from_secs(30));
    }

    #[test]
    fn a_demanded_wait_is_followed_for_two_minutes_at_most() {
        let seconds = |told| Backoff::RETRY.after(1, 0, Some(Duration::from_secs(told))).as_secs();
        assert_eq!((seconds(7), seconds(9_999), seconds(u64::MAX)), (7, 120, 120));
        assert_eq!(Backoff::RETRY.after(3, 9, Some(Duration::ZERO)), Backoff::RETRY.spread(3, 9));
        assert_eq!(Backoff::RETRY.after(3, 9, None), Backoff::RETRY.spread(3, 9));
    }
}
