//! Durations on the command line.

use jiff::SignedDuration;
use std::time::Duration;

const EXAMPLES: &str = "write a duration such as 90, 90s, 2m or 1h";

/// Parses a duration: a number of seconds, with or without a fraction, or numbers with units (`90s`, `1h 30m`).
pub(in super::super) fn duration(text: &str) -> Result<Duration, String> {
    let text = text.trim();
    if let Ok(seconds) = text.parse::<f64>() {
        return Duration::try_from_secs_f64(seconds).map_err(|_negative| EXAMPLES.to_owned());
    }
    let parsed: SignedDuration = text.parse().map_err(|_unread| EXAMPLES.to_owned())?;
    Duration::try_from(parsed).map_err(|_negative| EXAMPLES.to_owned())
}

/// Parses a duration in whole seconds between `least` and `most`, both included.
pub(super) fn seconds_within(text: &str, least: u64, most: u64) -> Result<u64, String> {
    let parsed = duration(text)?;
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
            assert_eq!(duration(text), Ok(Duration::from_millis(milliseconds)), "{text}");
        }
        for text in ["", "soon", "-1", "-2m", "NaN", "1e308", "m"] {
            assert!(duration(text).is_err(), "{text}");
        }
        assert_eq!(seconds_within("2m", 1, 120), Ok(120));
        assert!(seconds_within("121", 1, 120).is_err());
        assert!(seconds_within("1.5", 1, 120).is_err());
    }
}
