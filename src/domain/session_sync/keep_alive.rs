//! How often a session is touched so that it lives on.

use std::time::Duration;

/// Half of the ten minutes for which the service lets a session live past its last access. An end that
/// is further away, by a clock that is wrong, changes nothing.
const LONGEST_INTERVAL: Duration = Duration::from_mins(5);

/// The shortest, for services whose sessions live for a second.
const SHORTEST_INTERVAL: Duration = Duration::from_millis(500);

/// Where the session should have ended by what the service told, and yet it answers: a clock is wrong.
const INTERVAL_PAST_END: Duration = Duration::from_secs(30);

/// The interval for a session that has so long left; `None` for an end that has passed.
pub(super) fn interval(left: Option<Duration>) -> Duration {
    match left {
        Some(left) if left > Duration::ZERO => (left / 2).clamp(SHORTEST_INTERVAL, LONGEST_INTERVAL),
        Some(_) | None => INTERVAL_PAST_END,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_clock_stops_the_touches_or_makes_them_a_flood() {
        for (left, interval_secs) in [
            (Some(Duration::from_mins(10)), 300),
            (Some(Duration::from_secs(20)), 10),
            (Some(Duration::from_hours(500_000)), 300),
            (Some(Duration::ZERO), 30),
            (None, 30),
        ] {
            assert_eq!(interval(left).as_secs(), interval_secs, "{left:?}");
        }
        assert_eq!(interval(Some(Duration::from_millis(1))), SHORTEST_INTERVAL);
    }
}
