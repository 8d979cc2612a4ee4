//! Schedules the queries that extend the lifetime of a session.

use std::time::Duration;

/// Maximum interval between queries that keep a session alive: half of the ten minutes after which a session expires.
/// It applies even if the service reports a later expiry time, because a clock may be wrong.
const MAX_INTERVAL: Duration = Duration::from_mins(5);

/// Minimum interval between queries that keep a session alive. It applies when the service reports a very short
/// lifetime.
const SHORTEST_INTERVAL: Duration = Duration::from_millis(500);

/// Interval between queries that keep a session alive if its reported expiry time is in the past, which means that a
/// clock is wrong.
const INTERVAL_PAST_END: Duration = Duration::from_secs(30);

/// Returns the interval between queries that keep a session alive. `left` is the remaining lifetime of the session;
/// `None` if its expiry time is in the past.
pub(super) fn keep_alive_interval(left: Option<Duration>) -> Duration {
    match left {
        Some(left) if left > Duration::ZERO => (left / 2).clamp(SHORTEST_INTERVAL, MAX_INTERVAL),
        Some(_) | None => INTERVAL_PAST_END,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_clock_error_stops_or_floods_the_queries() {
        for (left, interval_secs) in [
            (Some(Duration::from_mins(10)), 300),
            (Some(Duration::from_secs(20)), 10),
            (Some(Duration::from_hours(500_000)), 300),
            (Some(Duration::ZERO), 30),
            (None, 30),
        ] {
            assert_eq!(keep_alive_interval(left).as_secs(), interval_secs, "{left:?}");
        }
        assert_eq!(keep_alive_interval(Some(Duration::from_millis(1))), SHORTEST_INTERVAL);
    }
}
