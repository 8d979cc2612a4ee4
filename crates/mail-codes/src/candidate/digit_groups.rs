//! Finds sequences of digit groups in a line ([`find`]), and decides which sequences are one code ([`code`]).
//!
//! There are two scans for groups, because one cannot do both jobs:
//!
//! - `find` returns all sequences of digit groups that are separated as in phone numbers, dates, card numbers and
//!   codes, regardless of the surrounding text. A sequence that is not a code must be found too, so that no part of it
//!   becomes a code candidate.
//! - [`spread_groups`](super::spread_groups) finds only codes: groups with letters, and groups with wider separators.
//!   Each of its groups is a whole word, and a sequence has one kind of separator.
//!
//! `NR 4821 9035` shows the difference. For `find`, the two digit groups are a sequence. For `spread_groups`, `NR`
//! belongs to the sequence too, and these three groups are not a code.

use super::CodeShape;
use super::run;
use std::ops::Range;

/// Finds sequences of two or more runs of digits that are separated as in phone numbers, dates and codes:
/// `\+?\(?[0-9]+(?:(?:[ .-]{1,2}|\) ?-?| \()[0-9]+)+`.
pub(super) fn find(line: &str) -> impl Iterator<Item = Range<usize>> {
    let bytes = line.as_bytes();
    let mut at = 0;
    std::iter::from_fn(move || {
        loop {
            let first = at + bytes.get(at..)?.iter().position(u8::is_ascii_digit)?;
            let mut end = run(bytes, first, u8::is_ascii_digit);
            let mut groups = 1;
            while let Some(next) = next_group(bytes, end) {
                end = run(bytes, next, u8::is_ascii_digit);
                groups += 1;
            }
            let before = |from: usize, wanted: u8| {
                from.checked_sub(1).filter(|&before| before >= at && bytes.get(before) == Some(&wanted))
            };
            let start = before(first, b'(').unwrap_or(first);
            let start = before(start, b'+').unwrap_or(start);
            at = end;
            if groups > 1 {
                return Some(start..end);
            }
        }
    })
}

/// Returns the byte offset of the run of digits after the separator at `end`; `None` if there is no separator at `end`
/// or no digit follows it.
fn next_group(bytes: &[u8], end: usize) -> Option<usize> {
    let is = |at: usize, wanted: &[u8]| bytes.get(at).is_some_and(|byte| wanted.contains(byte));
    let digit = |at: usize| bytes.get(at).filter(|byte| byte.is_ascii_digit()).map(|_| at);
    let mark = is(end, b" .-");
    let wide = if mark && is(end + 1, b" .-") { digit(end + 2) } else { None };
    let opened = || if is(end, b" ") && is(end + 1, b"(") { digit(end + 2) } else { None };
    let closed = || {
        let spaced = end + 1 + usize::from(is(end + 1, b" "));
        digit(spaced + usize::from(is(spaced, b"-")))
    };
    wide.or_else(|| if mark { digit(end + 1) } else { None })
        .or_else(|| if is(end, b")") { closed() } else { None })
        .or_else(opened)
}

/// Maximum number of digits in a code that consists of digit groups. A longer number is not a code candidate, because
/// it is probably a card number.
const MAX_GROUPED_DIGITS: usize = 12;

/// Converts digit groups into the value and the shape of one code. Returns `None` for phone numbers, dates,
/// card numbers and amounts.
pub(super) fn code(text: &str) -> Option<(String, CodeShape)> {
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

/// Returns whether digit groups consist of pairs of digits, followed by a single digit, such as `60 93 17 4`.
fn ends_short(groups: &[&str]) -> bool {
    groups.split_last().is_some_and(|(last, pairs)| {
        last.len() == 1 && pairs.len() >= 2 && pairs.iter().all(|pair| pair.len() == 2)
    })
}

/// Returns whether three digit groups can be the pick-up number of a parcel, such as `66-2-0417`. Groups that end
/// with a year do not count, because they form a date.
fn is_pickup_number(groups: &[&str]) -> bool {
    let [first, second, third] = groups else { return false };
    let is_year = |group: &str| group.len() == 4 && (group.starts_with("19") || group.starts_with("20"));
    (1..=3).contains(&first.len())
        && (1..=2).contains(&second.len())
        && (3..=5).contains(&third.len())
        && !is_year(third)
}

/// Returns whether digit groups belong to different numbers, each of which may be a code. The caller must have ruled
/// out that the groups are a single code.
pub(super) fn are_of_different_numbers(text: &str) -> bool {
    splits_into_parts(text) || is_place_and_number(text)
}

/// Returns whether the separators between digit groups show that the groups belong to different numbers, as in `617204.
/// 10` or `4821 - 2`.
fn splits_into_parts(text: &str) -> bool {
    text.contains(". ") || text.contains(") ") || text.contains(" (") || text.contains(" - ")
}

/// Returns whether two digit groups are a locker number and a code, as in `7 890828`. In languages whose sentences end
/// with the verb, the two numbers can be adjacent.
fn is_place_and_number(text: &str) -> bool {
    let Some((place, number)) = text.split_once(' ') else { return false };
    let is_number = |text: &str| text.bytes().all(|byte| byte.is_ascii_digit());
    place.len() <= 2 && (5..=8).contains(&number.len()) && is_number(place) && is_number(number)
}

#[cfg(test)]
mod tests {
    use super::find;
    use proptest::prelude::*;
    use regex::Regex;

    proptest! {
        #[test]
        fn the_scan_matches_like_the_regular_expression(line in "[0-9a+() .é-]{0,24}") {
            let pattern = Regex::new(r"\+?\(?[0-9]+(?:(?:[ .-]{1,2}|\) ?-?| \()[0-9]+)+").unwrap();
            let ranges: Vec<_> = pattern.find_iter(&line).map(|hit| hit.range()).collect();
            prop_assert_eq!(find(&line).collect::<Vec<_>>(), ranges);
        }
    }
}
