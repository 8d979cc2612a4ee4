//! Moments and spans as the screen tells them. The clock itself is a port: this room is told
//! what time it is.

pub use jiff::{SignedDuration, Timestamp};

/// The moment so long after another; the last of all where there is none.
pub fn later(at: Timestamp, wait: std::time::Duration) -> Timestamp {
    let wait = SignedDuration::try_from(wait).unwrap_or(SignedDuration::MAX);
    at.saturating_add(wait).unwrap_or(Timestamp::MAX)
}

/// A moment as the API writes it: RFC 3339 with a numeric offset, and milliseconds where there are any.
pub fn api_moment(at: Timestamp) -> String {
    let is_whole = at.as_millisecond().rem_euclid(1000) == 0;
    let form = if is_whole { "%Y-%m-%dT%H:%M:%S+00:00" } else { "%Y-%m-%dT%H:%M:%S.%3f+00:00" };
    at.strftime(form).to_string()
}

/// A span in at most four letters: `now`, `45s`, `12m`, `3h`, `5d`, `3y` from a thousand days on.
pub fn age(since: Timestamp, now: Timestamp) -> String {
    let seconds = now.duration_since(since).as_secs();
    match seconds {
        ..=0 => "now".to_owned(),
        1..=59 => format!("{seconds}s"),
        60..=3599 => format!("{}m", seconds / 60),
        3600..=86_399 => format!("{}h", seconds / 3600),
        86_400..YEARS_FROM => format!("{}d", seconds / 86_400),
        _ => format!("{}y", seconds / YEAR),
    }
}

/// Spans of so many seconds are told in years.
const YEARS_FROM: i64 = 1000 * 86_400;
/// A year of the calendar, in seconds, on the average.
const YEAR: i64 = 31_556_952;

/// With less than this many seconds left they are counted one by one.
pub const SECONDS_BELOW: i64 = 120;

/// What is left until a moment: `9m`, `1:07` when seconds count, `0:00` when it has passed, `2h`
/// beyond an hour, `5d` beyond a day.
pub fn left(until: Timestamp, now: Timestamp) -> String {
    let seconds = until.duration_since(now).as_secs().max(0);
    match seconds {
        0..SECONDS_BELOW => format!("{}:{:02}", seconds / 60, seconds % 60),
        SECONDS_BELOW..=3599 => format!("{}m", seconds / 60),
        3600..=86_399 => format!("{}h", seconds / 3600),
        _ => format!("{}d", seconds / 86_400),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn spans_are_told_in_few_letters() {
        let at = |seconds| Timestamp::UNIX_EPOCH + SignedDuration::from_secs(seconds);
        let ages = [(0, "now"), (59, "59s"), (60, "1m"), (7200, "2h"), (200_000, "2d"), (90_200_000, "2y")];
        for (seconds, want) in ages {
            assert_eq!(age(at(0), at(seconds)), want);
        }
        let lefts = [(-5, "0:00"), (7, "0:07"), (119, "1:59"), (120, "2m"), (599, "9m"), (3600, "1h")];
        for (seconds, want) in lefts {
            assert_eq!(left(at(seconds), at(0)), want);
        }
    }
}
