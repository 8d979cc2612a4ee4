//! Limits the rate of all API calls by this process. The maximum rate is fixed. In addition, all calls are delayed for
//! some time after the service has rejected a call with a rate-limit error.

use crate::domain::backoff::{Backoff, clamp_demanded_delay};
use crate::domain::time::{SignedDuration, Timestamp};
use governor::clock::DefaultClock;
use governor::state::{InMemoryState, NotKeyed};
use governor::{Quota, RateLimiter};
use std::num::NonZeroU32;
use std::sync::{Mutex, PoisonError};
use std::time::Duration;
use tokio::sync::watch;
use tokio::time::Instant;

/// Limits for API calls to a remote service: the maximum number of calls per second, and the maximum number of calls in
/// a burst. The service itself accepts hundreds of calls per minute.
const AT_THE_SERVICE: (NonZeroU32, NonZeroU32) = (nonzero(4), nonzero(60));
/// Limits for API calls to a server on this machine that only this program uses: the maximum number of calls per
/// second, and the maximum number of calls in a burst.
const ON_LOOPBACK: (NonZeroU32, NonZeroU32) = (nonzero(500), nonzero(1000));

const fn nonzero(number: u32) -> NonZeroU32 {
    match NonZeroU32::new(number) {
        Some(number) => number,
        None => NonZeroU32::MIN,
    }
}

/// The delay that applies to all API calls after a rate-limit error.
#[derive(Clone, Copy, Debug)]
struct RateLimitBackoff {
    until: Instant,
    until_requested: Timestamp,
}

/// Limits the rate of all API calls by this process.
#[derive(Debug)]
pub(super) struct CallRateLimiter {
    limiter: RateLimiter<NotKeyed, InMemoryState, DefaultClock>,
    hold: watch::Sender<Option<RateLimitBackoff>>,
    /// Number of consecutive rate-limit errors. Errors that occur while calls are already being delayed are not
    /// counted, because they come from calls that were in flight when the delay began.
    refusals: Mutex<u32>,
    /// The exponential backoff after rate-limit errors without a `Retry-After` header.
    backoff: Backoff,
}

impl CallRateLimiter {
    pub(super) fn new(loopback: bool, first: Duration) -> Self {
        let (rate, burst) = if loopback { ON_LOOPBACK } else { AT_THE_SERVICE };
        Self {
            limiter: RateLimiter::direct(Quota::per_second(rate).allow_burst(burst)),
            hold: watch::Sender::new(None),
            refusals: Mutex::default(),
            backoff: Backoff::rate_limited(first),
        }
    }

    /// Waits until the rate limit allows another API call.
    pub(super) async fn acquire(&self) {
        let mut hold = self.hold.subscribe();
        loop {
            let until = hold.borrow_and_update().map(|hold| hold.until);
            let Some(until) = until.filter(|until| *until > Instant::now()) else { break };
            tokio::select! {
                () = tokio::time::sleep_until(until) => {}
                // This limiter owns the sender, so the channel is never closed.
                _changed = hold.changed() => {}
            }
        }
        self.limiter.until_ready().await;
    }

    /// Delays all calls after a rate-limit error. `asked` is the delay that the service requested, if any. Returns the
    /// delay for this error and the local time until which all calls are delayed.
    pub(super) fn on_rate_limited(&self, asked: Option<Duration>, now: Timestamp) -> (Duration, Timestamp) {
        let mut refusals = self.refusals.lock().unwrap_or_else(PoisonError::into_inner);
        // If several calls in flight are rejected, that counts as one rate-limit error. Later calls wait until the
        // delay has ended.
        let is_held = self.hold.borrow().is_some_and(|hold| hold.until > Instant::now());
        if !is_held || *refusals == 0 {
            *refusals = refusals.saturating_add(1);
        }
        let wait = asked.map_or_else(|| self.backoff.wait(*refusals), clamp_demanded_delay);
        let requested = SignedDuration::try_from(wait).unwrap_or_default();
        let next = RateLimitBackoff {
            until: Instant::now() + wait,
            until_requested: now.saturating_add(requested).unwrap_or(now),
        };
        self.hold.send_modify(|hold| {
            // Several calls in flight may fail together; the longest delay applies.
            if hold.is_none_or(|hold| hold.until < next.until) {
                *hold = Some(next);
            }
        });
        (wait, self.hold.borrow().map_or(next.until_requested, |hold| hold.until_requested))
    }

    /// Resets the number of consecutive rate-limit errors after a successful call. If the delay after such an error is
    /// over, clears the delay and returns `true`.
    pub(super) fn on_success(&self) -> bool {
        *self.refusals.lock().unwrap_or_else(PoisonError::into_inner) = 0;
        let over = |hold: &Option<RateLimitBackoff>| hold.is_some_and(|hold| hold.until <= Instant::now());
        self.hold.send_if_modified(|hold| over(hold) && hold.take().is_some())
    }

    /// Ends the delay after a rate-limit error, because the user wants to retry now.
    pub(super) fn cancel_backoff(&self) {
        self.hold.send_replace(None);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn a_rate_limit_delays_all_requests_until_it_ends_or_is_cancelled() {
        let limiter = CallRateLimiter::new(true, Duration::from_secs(2));
        let start_time = Instant::now();
        let now = Timestamp::UNIX_EPOCH;
        let requested =
            |wait| limiter.on_rate_limited(Some(Duration::from_millis(wait)), now).1.as_millisecond();
        assert_eq!(requested(70), 70);
        assert_eq!(requested(30), 70, "the longest delay applies");
        limiter.acquire().await;
        assert!(start_time.elapsed() >= Duration::from_millis(70));
        assert!(limiter.on_success(), "the end of the delay is reported once");
        assert!(!limiter.on_success());

        assert_eq!(limiter.on_rate_limited(None, now).1.as_second(), 2);
        limiter.cancel_backoff();
        assert_eq!(limiter.on_rate_limited(None, now).1.as_second(), 4);
        assert_eq!(limiter.on_rate_limited(Some(Duration::from_secs(9999)), now).1.as_second(), 120);
        let start_time = Instant::now();
        tokio::join!(limiter.acquire(), async { limiter.cancel_backoff() });
        assert!(start_time.elapsed() < Duration::from_secs(2));
    }

    #[tokio::test]
    async fn simultaneous_refusals_count_once() {
        let limiter = CallRateLimiter::new(true, Duration::from_secs(2));
        let refused = || limiter.on_rate_limited(None, Timestamp::UNIX_EPOCH).0.as_secs();
        assert_eq!((0..8).map(|_| refused()).collect::<Vec<_>>(), [2; 8]);
        // The same happens when the delay ends.
        limiter.cancel_backoff();
        assert_eq!((0..8).map(|_| refused()).collect::<Vec<_>>(), [4; 8]);
    }
}
