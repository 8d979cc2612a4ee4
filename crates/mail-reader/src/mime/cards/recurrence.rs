//! Describes the recurrence rules of appointments in words (RFC 5545, section 3.3.10).

/// Describes a recurrence rule in words, such as `every 2 weeks on Monday and Thursday, 10 times`. Unknown
/// parts of the rule are ignored.
pub(super) fn repeats(rule: &str) -> String {
    let part = |name: &str| {
        let parts = rule.split(';').filter_map(|part| part.split_once('='));
        parts
            .into_iter()
            .find(|(known, _)| known.trim().eq_ignore_ascii_case(name))
            .map(|(_, value)| value.trim())
    };
    let unit = match part("FREQ").unwrap_or_default().to_ascii_uppercase().as_str() {
        "HOURLY" => "hour",
        "DAILY" => "day",
        "WEEKLY" => "week",
        "MONTHLY" => "month",
        "YEARLY" => "year",
        _ => return "repeats".to_owned(),
    };
    let every = match part("INTERVAL").and_then(|count| count.parse::<u32>().ok()) {
        Some(count) if count > 1 => format!("every {count} {unit}s"),
        _ => format!("every {unit}"),
    };
    let days: Vec<String> =
        part("BYDAY").into_iter().flat_map(|days| days.split(',')).filter_map(day).collect();
    let on = match days.split_last() {
        None => String::new(),
        Some((last, [])) => format!(" on {last}"),
        Some((last, others)) => format!(" on {} and {last}", others.join(", ")),
    };
    let count = part("COUNT").and_then(|count| count.parse::<u32>().ok());
    let ends = match (count, part("UNTIL").and_then(date)) {
        (Some(1), _) => ", once".to_owned(),
        (Some(count), _) => format!(", {count} times"),
        (None, Some(date)) => format!(", until {date}"),
        (None, None) => String::new(),
    };
    format!("{every}{on}{ends}")
}

/// Describes the weekday of a recurrence rule in words: `-1FR` becomes `the last Friday`. Returns `None` if `text` is
/// not a weekday.
fn day(text: &str) -> Option<String> {
    let text = text.trim();
    let (place, day) = text.split_at_checked(text.len().checked_sub(2)?)?;
    let day = match day.to_ascii_uppercase().as_str() {
        "MO" => "Monday",
        "TU" => "Tuesday",
        "WE" => "Wednesday",
        "TH" => "Thursday",
        "FR" => "Friday",
        "SA" => "Saturday",
        "SU" => "Sunday",
        _ => return None,
    };
    let place: i32 = match place {
        "" => return Some(day.to_owned()),
        place => place.parse().ok()?,
    };
    Some(match place {
        -1 => format!("the last {day}"),
        1 => format!("the first {day}"),
        2 => format!("the second {day}"),
        3 => format!("the third {day}"),
        4 => format!("the fourth {day}"),
        _ => day.to_owned(),
    })
}

/// Formats the date of a recurrence rule: `20250630T215959Z` becomes `2025-06-30`. Returns `None` if `text` is not a
/// date.
fn date(text: &str) -> Option<String> {
    let digits = text.get(..8).filter(|text| text.bytes().all(|byte| byte.is_ascii_digit()))?;
    Some([digits.get(..4)?, digits.get(4..6)?, digits.get(6..8)?].join("-"))
}

#[cfg(test)]
mod tests {
    use super::repeats;

    #[test]
    fn a_recurrence_rule_is_described_in_words() {
        for (rule, words) in [
            ("FREQ=DAILY", "every day"),
            ("FREQ=WEEKLY;INTERVAL=2;BYDAY=MO,TH;COUNT=10", "every 2 weeks on Monday and Thursday, 10 times"),
            (
                "FREQ=WEEKLY;BYDAY=MO,WE,FR;UNTIL=20250630T215959Z",
                "every week on Monday, Wednesday and Friday, until 2025-06-30",
            ),
            ("FREQ=MONTHLY;BYDAY=-1FR", "every month on the last Friday"),
            ("freq=monthly;byday=1MO", "every month on the first Monday"),
            ("FREQ=YEARLY;INTERVAL=1;COUNT=1", "every year, once"),
            ("FREQ=SECONDLY", "repeats"),
            ("FREQ=WEEKLY;BYDAY=ü,XX,,99999999999MO;UNTIL=ü;COUNT=-3", "every week"),
            ("", "repeats"),
        ] {
            assert_eq!(repeats(rule), words, "{rule}");
        }
    }
}
