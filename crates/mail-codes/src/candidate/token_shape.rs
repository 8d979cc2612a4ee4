//! Determines the shape of tokens and digit groups: whether their characters can be a code.

use super::CodeShape;

/// Maximum number of digits of a code that consists of digit groups. A longer number does not count as a code
/// candidate, because it is probably a card number.
const MAX_GROUPED_DIGITS: usize = 12;

/// Converts digit groups into the value and the shape of one code. Returns `None` for phone numbers, dates,
/// card numbers and amounts.
pub(super) fn grouped(text: &str) -> Option<(String, CodeShape)> {
    if text.contains(['+', '(', ')', '.'])
        || text.contains("  ")
        || text.contains(" -")
        || text.contains("- ")
    {
        return None;
    }
    let groups: Vec<&str> = text.split([' ', '-']).collect();
    let digits: usize = groups.iter().map(|group| group.len()).sum();
    let spaced = text.contains(' ');
    if spaced && text.contains('-') {
        return None;
    }
    if groups.iter().all(|group| group.len() == 1) {
        return (4..=10).contains(&digits).then(|| (groups.concat(), CodeShape::Spaced));
    }
    let are_even = groups.iter().all(|group| (2..=5).contains(&group.len())) || ends_short(&groups);
    let fits = (2..=4).contains(&groups.len())
        && (are_even || !spaced && is_pickup_number(&groups))
        && (4..=MAX_GROUPED_DIGITS).contains(&digits);
    fits.then(|| (if spaced { groups.concat() } else { text.to_owned() }, CodeShape::Grouped))
}

/// Returns whether all digit groups are pairs, except for a single digit at the end, such as `60 93 17 4`.
fn ends_short(groups: &[&str]) -> bool {
    groups.split_last().is_some_and(|(last, pairs)| {
        last.len() == 1 && pairs.len() >= 2 && pairs.iter().all(|pair| pair.len() == 2)
    })
}

/// Returns whether three digit groups can be a pick-up number of a parcel station, such as `66-2-0417`.
/// Groups that end with a year are a date.
fn is_pickup_number(groups: &[&str]) -> bool {
    let [first, second, third] = groups else { return false };
    let is_year = |group: &str| group.len() == 4 && (group.starts_with("19") || group.starts_with("20"));
    (1..=3).contains(&first.len())
        && (1..=2).contains(&second.len())
        && (3..=5).contains(&third.len())
        && !is_year(third)
}

/// Maximum number of digits of a code without separators. A longer number does not count as a code candidate.
const MAX_DIGITS: usize = 14;

/// Maximum length in bytes of a code of letters and digits without separators. A longer string does not count as a code
/// candidate.
pub(super) const MAX_MIXED: usize = 44;

/// Returns the shape of a token; `None` if the token does not have the shape of a code.
pub(super) fn form(token: &str) -> Option<CodeShape> {
    let length = token.len();
    let count = |wanted: fn(&char) -> bool| token.chars().filter(wanted).count();
    let digits = count(char::is_ascii_digit);
    let upper = count(char::is_ascii_uppercase);
    let lower = count(char::is_ascii_lowercase);
    if !token.contains('-') {
        return match () {
            () if digits == length => (4..=MAX_DIGITS).contains(&length).then_some(CodeShape::Digits),
            () if digits > 0 => ((4..=MAX_MIXED).contains(&length) && !is_measure(token) && !is_time(token))
                .then_some(CodeShape::Mixed),
            () if upper == length => (4..=12).contains(&length).then_some(CodeShape::Letters),
            () => None,
        };
    }
    let groups: Vec<&str> = token.split('-').collect();
    let longest = groups.iter().map(|group| group.len()).max()?;
    match groups.as_slice() {
        [prefix, number]
            if prefix.len() <= 3 && upper == prefix.len() && number.len() == digits && digits >= 4 =>
        {
            (digits <= 8).then_some(CodeShape::Prefixed)
        }
        _ if length > 40 || groups.len() > 6 => None,
        _ if digits + groups.len() - 1 == length => None,
        _ if digits > 0 && longest <= 8 && groups.len() <= 5 => {
            Some(if lower > 0 && groups.iter().any(|group| group.chars().all(|c| c.is_ascii_lowercase())) {
                CodeShape::Words
            } else {
                CodeShape::MixedGroups
            })
        }
        _ if lower == 0 && longest <= 6 && groups.iter().all(|group| group.len() >= 3) => {
            Some(CodeShape::LetterGroups)
        }
        _ if upper == 0 && digits == 0 && groups.len() >= 3 => Some(CodeShape::Words),
        _ => None,
    }
}

/// Returns whether a token is a time of day in the French or Portuguese format, such as `9h05` or `14h30`.
fn is_time(token: &str) -> bool {
    let number = |text: &str, most: u8| {
        (1..=2).contains(&text.len()) && text.parse::<u8>().is_ok_and(|number| number <= most)
    };
    token
        .split_once(['h', 'H'])
        .is_some_and(|(hours, minutes)| number(hours, 24) && minutes.len() == 2 && number(minutes, 59))
}

/// Returns whether a token is a number followed by a unit or an ordinal suffix, such as `10min`, `1st`,
/// `24h`, `2x` or `500MB`.
fn is_measure(token: &str) -> bool {
    let unit = token.trim_start_matches(|c: char| c.is_ascii_digit());
    let digits = token.len() - unit.len();
    digits > 0
        && matches!(
            unit.to_ascii_lowercase().as_str(),
            "st" | "nd"
                | "rd"
                | "th"
                | "h"
                | "hr"
                | "hrs"
                | "min"
                | "mins"
                | "sec"
                | "s"
                | "d"
                | "x"
                | "px"
                | "pt"
                | "em"
                | "kb"
                | "mb"
                | "gb"
                | "tb"
                | "k"
                | "m"
                | "km"
                | "cm"
                | "mm"
                | "kg"
                | "g"
                | "mg"
                | "ml"
                | "l"
                | "w"
                | "v"
                | "hz"
                | "ghz"
                | "mhz"
                | "am"
                | "pm"
                | "p"
        )
}
