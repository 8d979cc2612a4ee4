//! Defines the exponential backoffs for all retries, and limits the delays that the service can request.

use std::time::Duration;

/// Upper limit for a delay that the service requests; a longer delay is reduced to this limit. A session without
/// requests expires after ten minutes, so a `Retry-After` header must not delay requests for long.
pub const MAX_DEMANDED_DELAY: Duration = Duration::from_mins(2);

/// An exponential backoff: a delay that doubles with each consecutive failure, up to a maximum.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Backoff {
    first: Duration,
    longest: Duration,
}

impl Backoff {
    /// The backoff for reopening a push stream, and for repeating a query while a user or a script is waiting for mail.
    pub const RETRY: Self = Self::new(Duration::from_millis(500), Duration::from_secs(30));
    /// The backoff until the service has responded for the first time. Its delays are short, because a caller is
    /// waiting for the response or for the error that the service is unreachable.
    pub const FIRST_ANSWER: Self = Self::new(Duration::from_millis(500), Duration::from_secs(1));
    /// The backoff for background work whose result the user is not waiting for.
    pub const BACKGROUND: Self = Self::new(Duration::from_secs(1), Duration::from_secs(90));

    /// The backoff between attempts to download a mail.
    pub const DOWNLOAD: Self = Self::new(Duration::from_millis(300), Duration::from_secs(10));
    /// The backoff between long-poll requests that the service answers immediately but without a mail.
    pub const EMPTY_REPLIES: Self = Self::new(Duration::from_millis(500), Duration::from_secs(10));
    /// The backoff before a failed push transport is tried again.
    pub const TRANSPORT: Self = Self::new(Duration::from_mins(5), Duration::from_hours(1));

    /// Returns the backoff for all requests after rate-limit errors for which the service specified no delay. `first`
    /// is the delay after the first such error.
    pub const fn rate_limited(first: Duration) -> Self {
        Self::new(first, MAX_DEMANDED_DELAY)
    }

    /// Creates a backoff with the delay `first` after the first failure and the maximum delay `longest`.
    const fn new(first: Duration, longest: Duration) -> Self {
        Self { first, longest }
    }

    /// Returns the maximum delay of the backoff.
    pub const fn max_delay(self) -> Duration {
        self.longest
    }

    /// Returns the delay after `failures` consecutive failures; zero if there were none.
    pub fn wait(self, failures: u32) -> Duration {
        match failures {
            0 => Duration::ZERO,
            n => self.first.saturating_mul(1 << (n - 1).min(20)).min(self.longest),
        }
    }

    /// Returns the delay after `failures` consecutive failures, randomly shortened by up to half, so that many clients
    /// do not retry at the same moment. `seed` determines the reduction, because the `domain` module has no random
    /// number generator.
    pub fn delay_with_jitter(self, failures: u32, seed: u64) -> Duration {
        let full = self.wait(failures);
        // Fibonacci hashing distributes adjacent seeds evenly over 0 to 1,023.
        let share = seed.wrapping_add(u64::from(failures)).wrapping_mul(0x9E37_79B9_7F4A_7C15) >> 54;
        let less = full.saturating_mul(u32::try_from(share).unwrap_or(0)) / 2_048;
        full.saturating_sub(less)
    }

    /// Returns the longer of two delays: the result of [`Self::delay_with_jitter`], and the delay `demanded` by the
    /// service (`Retry-After`; `None` if it requested none). The latter is limited to [`MAX_DEMANDED_DELAY`].
    pub fn delay_at_least(self, failures: u32, seed: u64, demanded: Option<Duration>) -> Duration {
        self.delay_with_jitter(failures, seed).max(clamp_demanded_delay(demanded.unwrap_or_default()))
    }
}

/// Returns the delay `demanded` by the service, limited to [`MAX_DEMANDED_DELAY`].
pub fn clamp_demanded_delay(demanded: Duration) -> Duration {
    demanded.min(MAX_DEMANDED_DELAY)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn delays_double_up_to_the_maximum_with_jitter() {
        let policy = Backoff::RETRY;
        assert_eq!(policy.delay_with_jitter(0, 7), Duration::ZERO);
        for failures in 1..40 {
            let full = policy.wait(failures);
            assert_eq!(full, Duration::from_millis((500 << (failures - 1).min(10)).min(30_000)));
            for seed in 0..50 {
                let wait = policy.delay_with_jitter(failures, seed);
                assert!(full / 2 <= wait && wait <= full, "{failures} {seed} {wait:?}");
            }
        }
        assert_eq!(policy.wait(u32::MAX), Duration::from_secs(30));
    }

    #[test]
    fn a_requested_delay_is_observed_up_to_two_minutes() {
        let seconds =
            |demanded| Backoff::RETRY.delay_at_least(1, 0, Some(Duration::from_secs(demanded))).as_secs();
        assert_eq!((seconds(7), seconds(9_999), seconds(u64::MAX)), (7, 120, 120));
        assert_eq!(
            Backoff::RETRY.delay_at_least(3, 9, Some(Duration::ZERO)),
            Backoff::RETRY.delay_with_jitter(3, 9)
        );
        assert_eq!(Backoff::RETRY.delay_at_least(3, 9, None), Backoff::RETRY.delay_with_jitter(3, 9));
    }
}
