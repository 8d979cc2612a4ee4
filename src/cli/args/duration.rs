//! Parses durations and ages on the command line.

use jiff::SignedDuration;
use std::time::Duration;

const EXAMPLES: &str = "write a duration such as 90, 90s, 2m or 1h";

/// Parses a duration: a number of seconds, with or without a fraction, or numbers with units (`90s`, `1h 30m`). Returns
/// an error message if the text is not a valid duration.
pub(in super::super) fn parse_duration(text: &str) -> Result<Duration, String> {
    let text = text.trim();
    if let Ok(seconds) = text.parse::<f64>() {
        return Duration::try_from_secs_f64(seconds).map_err(|_negative| EXAMPLES.to_owned());
    }
    let parsed: SignedDuration = text.parse().map_err(|_unread| EXAMPLES.to_owned())?;
    Duration::try_from(parsed).map_err(|_negative| EXAMPLES.to_owned())
}

/// Length of a day in seconds.
const DAY_SECONDS: u64 = 86_400;

/// Parses an age: a number of days, a number with a unit for weeks or days (`2w`, `10d`), or a duration with units.
/// Returns an error message if the text is not a valid age.
pub(super) fn parse_age(text: &str) -> Result<Duration, String> {
    let text = text.trim();
    let days = |number: &str, days: u64| {
        number.trim().parse::<u64>().ok().and_then(|number| number.checked_mul(days * DAY_SECONDS))
    };
    let seconds = match text.strip_suffix('w') {
        Some(weeks) => days(weeks, 7),
        None => days(text.strip_suffix('d').unwrap_or(text), 1),
    };
    let examples = || "write an age such as 30 (days), 36h, 10d or 2w".to_owned();
    seconds.map(Duration::from_secs).or_else(|| parse_duration(text).ok()).ok_or_else(examples)
}

/// Parses a duration that must be a whole number of seconds from `least` to `most`, both included. Returns an error
/// message if the text is not such a duration.
pub(super) fn parse_seconds_within(text: &str, least: u64, most: u64) -> Result<u64, String> {
    let parsed = parse_duration(text)?;
    let seconds = parsed.as_secs();
    if parsed.subsec_nanos() == 0 && (least..=most).contains(&seconds) {
        Ok(seconds)
    } else {
        Err(format!("{EXAMPLES}; whole seconds, from {least} to {most}"))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_duration_is_a_number_of_seconds_or_has_units() {
        for (text, milliseconds) in [
            ("90", 90_000),
            ("0.5", 500),
            ("0", 0),
            ("90s", 90_000),
            ("2m", 120_000),
            ("1h", 3_600_000),
            ("1h 30m", 5_400_000),
            ("500ms", 500),
        ] {
            assert_eq!(parse_duration(text), Ok(Duration::from_millis(milliseconds)), "{text}");
        }
        for text in ["", "soon", "-1", "-2m", "NaN", "1e308", "m"] {
            assert!(parse_duration(text).is_err(), "{text}");
        }
        for (text, hours) in [("30", 720), ("10d", 240), ("2w", 336), ("36h", 36), ("0", 0)] {
            assert_eq!(parse_age(text), Ok(Duration::from_secs(hours * 3600)), "{text}");
        }
        for text in ["", "-1", "w", "soon", "99999999999999999999w", "1.5x"] {
            assert!(parse_age(text).is_err(), "{text}");
        }
        assert_eq!(parse_seconds_within("2m", 1, 120), Ok(120));
        assert!(parse_seconds_within("121", 1, 120).is_err());
        assert!(parse_seconds_within("1.5", 1, 120).is_err());
    }
}
