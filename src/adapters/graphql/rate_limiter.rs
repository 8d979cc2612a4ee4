//! One pace for all calls of a process: never faster than a good guest, and slower when the
//! service says so. A refusal of one call holds all others back too.

use crate::domain::session_sync::Backoff;
use crate::domain::time::{SignedDuration, Timestamp};
use governor::clock::DefaultClock;
use governor::state::{InMemoryState, NotKeyed};
use governor::{Quota, RateLimiter};
use std::num::NonZeroU32;
use std::sync::{Mutex, PoisonError};
use std::time::Duration;
use tokio::sync::watch;
use tokio::time::Instant;

/// The longest that one refusal holds calls back, whatever it asks for.
const MAX_WAIT: Duration = Duration::from_mins(2);

/// Calls a second, and how many may be made at once after a quiet time. The service takes
/// hundreds a minute.
const AT_THE_SERVICE: (NonZeroU32, NonZeroU32) = (nonzero(4), nonzero(60));
/// A server on this machine is there for this program.
const ON_LOOPBACK: (NonZeroU32, NonZeroU32) = (nonzero(500), nonzero(1000));

const fn nonzero(number: u32) -> NonZeroU32 {
    match NonZeroU32::new(number) {
        Some(number) => number,
        None => NonZeroU32::MIN,
    }
}

/// Why and until when calls wait.
#[derive(Clone, Copy, Debug)]
struct RateLimitBackoff {
    until: Instant,
    until_told: Timestamp,
}

/// The pace of all calls.
#[derive(Debug)]
pub(super) struct CallRateLimiter {
    limiter: RateLimiter<NotKeyed, InMemoryState, DefaultClock>,
    hold: watch::Sender<Option<RateLimitBackoff>>,
    refusals: Mutex<u32>,
    /// The wait after the first refusal that names none; it doubles with each one that follows.
    first: Duration,
}

impl CallRateLimiter {
    pub(super) fn new(loopback: bool, first: Duration) -> Self {
        let (rate, burst) = if loopback { ON_LOOPBACK } else { AT_THE_SERVICE };
        Self {
            limiter: RateLimiter::direct(Quota::per_second(rate).allow_burst(burst)),
            hold: watch::Sender::new(None),
            refusals: Mutex::default(),
            first,
        }
    }

    /// Waits for one's turn.
    pub(super) async fn acquire(&self) {
        let mut hold = self.hold.subscribe();
        loop {
            let until = hold.borrow_and_update().map(|hold| hold.until);
            let Some(until) = until.filter(|until| *until > Instant::now()) else { break };
            tokio::select! {
                () = tokio::time::sleep_until(until) => {}
                // The sender is ours: it cannot be gone.
                _changed = hold.changed() => {}
            }
        }
        self.limiter.until_ready().await;
    }

    /// The service has refused a call: all wait. Returns until when, by the local clock.
    pub(super) fn on_rate_limited(&self, asked: Option<Duration>, now: Timestamp) -> Timestamp {
        let mut refusals = self.refusals.lock().unwrap_or_else(PoisonError::into_inner);
        *refusals = refusals.saturating_add(1);
        let own = Backoff::new(self.first, MAX_WAIT).wait(*refusals);
        let wait = asked.unwrap_or(own).min(MAX_WAIT);
        let told = SignedDuration::try_from(wait).unwrap_or_default();
        let next = RateLimitBackoff {
            until: Instant::now() + wait,
            until_told: now.saturating_add(told).unwrap_or(now),
        };
        self.hold.send_modify(|hold| {
            // Several calls that were under way are refused together: the longest wait holds.
            if hold.is_none_or(|hold| hold.until < next.until) {
                *hold = Some(next);
            }
        });
        self.hold.borrow().map_or(next.until_told, |hold| hold.until_told)
    }

    /// A call went through: the next refusal is a first one again.
    pub(super) fn on_success(&self) -> bool {
        *self.refusals.lock().unwrap_or_else(PoisonError::into_inner) = 0;
        let over = |hold: &Option<RateLimitBackoff>| hold.is_some_and(|hold| hold.until <= Instant::now());
        self.hold.send_if_modified(|hold| over(hold) && hold.take().is_some())
    }

    /// Ends the wait.
    pub(super) fn cancel_backoff(&self) {
        self.hold.send_replace(None);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn a_rate_limit_holds_all_calls_back_until_it_ends_or_is_cancelled() {
        let pace = CallRateLimiter::new(true, Duration::from_secs(2));
        let begun = Instant::now();
        let now = Timestamp::UNIX_EPOCH;
        let told = |wait| pace.on_rate_limited(Some(Duration::from_millis(wait)), now).as_millisecond();
        assert_eq!(told(70), 70);
        assert_eq!(told(30), 70, "the longest holds");
        pace.acquire().await;
        assert!(begun.elapsed() >= Duration::from_millis(70));
        assert!(pace.on_success(), "the wait is over and said so once");
        assert!(!pace.on_success());

        assert_eq!(pace.on_rate_limited(None, now).as_second(), 2);
        assert_eq!(pace.on_rate_limited(None, now).as_second(), 4);
        assert_eq!(pace.on_rate_limited(Some(Duration::from_secs(9999)), now).as_second(), 120);
        let begun = Instant::now();
        tokio::join!(pace.acquire(), async { pace.cancel_backoff() });
        assert!(begun.elapsed() < Duration::from_secs(2));
    }
}
