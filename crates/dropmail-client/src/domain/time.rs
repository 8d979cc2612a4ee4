//! Adds and formats times and durations. No function in the `domain` module reads a clock; each one that needs the
//! current time receives it as an argument.

pub use jiff::{SignedDuration, Timestamp};

/// Returns `at` plus `wait`; if the sum overflows, returns the latest representable time.
pub fn saturating_add(at: Timestamp, wait: std::time::Duration) -> Timestamp {
    let wait = SignedDuration::try_from(wait).unwrap_or(SignedDuration::MAX);
    at.saturating_add(wait).unwrap_or(Timestamp::MAX)
}

/// Formats a time as the API does: in RFC 3339 with a numeric offset. Omits the milliseconds if they are zero.
pub fn format_api_time(at: Timestamp) -> String {
    let is_whole = at.as_millisecond().rem_euclid(1000) == 0;
    let form = if is_whole { "%Y-%m-%dT%H:%M:%S+00:00" } else { "%Y-%m-%dT%H:%M:%S.%3f+00:00" };
    at.strftime(form).to_string()
}

/// Formats an age with at most four characters: `now`, `45s`, `12m`, `3h` or `5d`. An age of a thousand days or more is
/// shown in years (`3y`).
pub fn format_age(since: Timestamp, now: Timestamp) -> String {
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

/// Minimum age in seconds that is shown in years.
const YEARS_FROM: i64 = 1000 * 86_400;
/// Average length of a calendar year in seconds, used for ages that are shown in years.
const YEAR: i64 = 31_556_952;

/// Remaining time in seconds below which the screen shows seconds and must be redrawn every second.
pub const SECONDS_BELOW: i64 = 120;

/// Formats the time that remains until `until`: `1:07` if less than two minutes remain (`0:00` once `until` has
/// passed), `9m` under an hour, `2h` under a day, and `5d` for a day or more.
pub fn format_remaining(until: Timestamp, now: Timestamp) -> String {
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
    fn ages_have_at_most_four_characters() {
        let at = |seconds| Timestamp::UNIX_EPOCH + SignedDuration::from_secs(seconds);
        let ages = [(0, "now"), (59, "59s"), (60, "1m"), (7200, "2h"), (200_000, "2d"), (90_200_000, "2y")];
        for (seconds, expected) in ages {
            assert_eq!(format_age(at(0), at(seconds)), expected);
        }
        let lefts = [(-5, "0:00"), (7, "0:07"), (119, "1:59"), (120, "2m"), (599, "9m"), (3600, "1h")];
        for (seconds, expected) in lefts {
            assert_eq!(format_remaining(at(seconds), at(0)), expected);
        }
    }
}
