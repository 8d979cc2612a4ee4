//! Limits the rate at which protocol messages without mail (pings, empty events and empty responses) are read from a
//! push connection. A server that floods the client with such messages is thus slowed down by TCP flow control.

use crate::domain::backoff::Backoff;
use std::time::Duration;
use tokio::time::{Instant, sleep};

/// Maximum number of messages without mail that are read from a push connection at full speed after a quiet period.
/// Further messages without mail are read at a limited rate ([`INTERVAL`]).
const BURST: u32 = 50;
/// Interval at which messages without mail are read from a push connection after the first [`BURST`] of them.
const INTERVAL: Duration = Duration::from_millis(50);

/// The exponential backoff between long-poll requests that the service answers immediately but without a mail.
const EMPTY_ANSWERS: Backoff = Backoff::EMPTY_REPLIES;
/// An empty response that arrives at least this long after a long-poll request is treated as the service's regular
/// timeout. An earlier one is treated as an immediate response.
const MIN_LONG_POLL: Duration = Duration::from_secs(20);

/// Counts the protocol messages without mail on a push connection, and delays reading after too many of them.
#[derive(Debug)]
pub(super) struct Throttle {
    left: u32,
    counted_at: Instant,
}

impl Throttle {
    pub(super) fn new() -> Self {
        Self { left: BURST, counted_at: Instant::now() }
    }

    /// Counts one message without mail from the push connection. Once the server has sent too many such messages, waits
    /// before returning, which slows the server down.
    pub(super) async fn delay_message(&mut self) {
        let wait = self.wait(Instant::now());
        if !wait.is_zero() {
            sleep(wait).await;
        }
    }

    fn wait(&mut self, now: Instant) -> Duration {
        let intervals = now.saturating_duration_since(self.counted_at).as_millis() / INTERVAL.as_millis();
        if intervals > 0 {
            self.left = self.left.saturating_add(u32::try_from(intervals).unwrap_or(BURST)).min(BURST);
            self.counted_at = now;
        }
        if let Some(left) = self.left.checked_sub(1) {
            self.left = left;
            return Duration::ZERO;
        }
        INTERVAL
    }
}

/// Counts consecutive long-poll requests that the service answered immediately but without a mail.
#[derive(Debug, Default)]
pub(super) struct EmptyResponses(u32);

impl EmptyResponses {
    /// Returns the delay before the next long-poll request. `held` is the time that the service took to respond to the
    /// previous request; `is_empty` is `true` if that response contained no mail.
    pub(super) fn wait(&mut self, held: Duration, is_empty: bool) -> Duration {
        self.0 = if is_empty && held < MIN_LONG_POLL { self.0.saturating_add(1) } else { 0 };
        EMPTY_ANSWERS.wait(self.0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_flood_is_throttled_and_a_burst_is_not() {
        let start_time = Instant::now();
        let mut throttle = Throttle { left: BURST, counted_at: start_time };
        let mut now = start_time;
        for _ in 0..BURST {
            assert_eq!(throttle.wait(now), Duration::ZERO);
        }
        for _ in 0..200 {
            now += throttle.wait(now);
        }
        let rate = now.duration_since(start_time).as_millis() / 200;
        assert!((20..=60).contains(&rate), "{rate} ms for each message");
        assert_eq!(throttle.wait(now + Duration::from_mins(1)), Duration::ZERO);
    }

    #[test]
    fn empty_replies_are_polled_with_growing_delay() {
        let mut empty = EmptyResponses::default();
        let at_once = Duration::from_millis(1);
        let waits: Vec<u64> = (0..8).map(|_| empty.wait(at_once, true).as_secs()).collect();
        assert_eq!(waits, [0, 1, 2, 4, 8, 10, 10, 10]);
        assert_eq!(empty.wait(at_once, false), Duration::ZERO);
        assert_eq!(empty.wait(Duration::from_mins(3), true), Duration::ZERO);
    }
}
