//! Finds the tokens ([`tokens_but_words`]) and the digit groups ([`groups`]) of a line, each in a single pass.

use std::ops::Range;

/// Finds runs of ASCII letters and digits with single dashes inside: `[A-Za-z0-9]+(?:-[A-Za-z0-9]+)*`.
#[cfg(test)]
fn tokens(line: &str) -> impl Iterator<Item = Range<usize>> {
    let bytes = line.as_bytes();
    let mut at = 0;
    std::iter::from_fn(move || {
        let start = at + bytes.get(at..)?.iter().position(u8::is_ascii_alphanumeric)?;
        let mut end = run(bytes, start, u8::is_ascii_alphanumeric);
        while bytes.get(end) == Some(&b'-') && bytes.get(end + 1).is_some_and(u8::is_ascii_alphanumeric) {
            end = run(bytes, end + 1, u8::is_ascii_alphanumeric);
        }
        at = end;
        Some(start..end)
    })
}

/// Finds runs of ASCII letters and digits with single dashes inside: `[A-Za-z0-9]+(?:-[A-Za-z0-9]+)*`. Leaves out
/// words: runs of letters only, at least one of which is lowercase.
pub(super) fn tokens_but_words(line: &str) -> impl Iterator<Item = Range<usize>> {
    let bytes = line.as_bytes();
    let mut at = 0;
    std::iter::from_fn(move || {
        loop {
            let start = at + bytes.get(at..)?.iter().position(|byte| class(*byte) != 0)?;
            let (mut end, mut classes) = (start, 0);
            while let Some(byte) = bytes.get(end) {
                let is_joined = *byte == b'-' && bytes.get(end + 1).is_some_and(|next| class(*next) != 0);
                let class = if is_joined { OTHER } else { class(*byte) };
                if class == 0 {
                    break;
                }
                classes |= class;
                end += 1;
            }
            at = end;
            if classes & OTHER != 0 || classes & SMALL == 0 {
                return Some(start..end);
            }
        }
    })
}

/// The character class of lowercase letters.
const SMALL: u8 = 1;
/// The character class of uppercase letters.
const CAPITAL: u8 = 2;
/// The character class of digits, and of dashes inside a token.
const OTHER: u8 = 4;

/// Returns the character class of a byte; 0 for a byte that is in no token.
fn class(byte: u8) -> u8 {
    match byte {
        b'a'..=b'z' => SMALL,
        b'A'..=b'Z' => CAPITAL,
        b'0'..=b'9' => OTHER,
        _ => 0,
    }
}

/// Finds sequences of two or more runs of digits that are separated as in phone numbers, dates and codes:
/// `\+?\(?[0-9]+(?:(?:[ .-]{1,2}|\) ?-?| \()[0-9]+)+`.
pub(super) fn groups(line: &str) -> impl Iterator<Item = Range<usize>> {
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

/// Returns the byte offset of the next run of digits if only a digit group separator is between it and `end`; `None` if
/// there is no such run.
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

/// Returns the end offset of the run of bytes that starts at `start` and whose bytes satisfy `wanted`.
fn run(bytes: &[u8], start: usize, wanted: impl Fn(&u8) -> bool) -> usize {
    let rest = bytes.get(start..).unwrap_or_default();
    start + rest.iter().position(|byte| !wanted(byte)).unwrap_or(rest.len())
}

#[cfg(test)]
mod tests {
    use super::{groups, tokens, tokens_but_words};
    use proptest::prelude::*;
    use regex::Regex;
    use std::ops::Range;

    fn by_pattern(pattern: &str, line: &str) -> Vec<Range<usize>> {
        Regex::new(pattern).unwrap().find_iter(line).map(|hit| hit.range()).collect()
    }

    proptest! {
        #[test]
        fn the_scanner_matches_like_the_regular_expressions(line in "[0-9a+() .é-]{0,24}") {
            prop_assert_eq!(
                groups(&line).collect::<Vec<_>>(),
                by_pattern(r"\+?\(?[0-9]+(?:(?:[ .-]{1,2}|\) ?-?| \()[0-9]+)+", &line)
            );
            prop_assert_eq!(
                tokens(&line).collect::<Vec<_>>(),
                by_pattern(r"[A-Za-z0-9]+(?:-[A-Za-z0-9]+)*", &line)
            );
        }

        #[test]
        fn only_words_are_left_out(line in "[0-9a-cA-C .é-]{0,24}") {
            let is_word = |range: &Range<usize>| {
                let token = line.get(range.clone()).unwrap();
                token.bytes().all(|byte| byte.is_ascii_alphabetic()) && token.bytes().any(|byte| byte.is_ascii_lowercase())
            };
            let others: Vec<_> = tokens(&line).filter(|range| !is_word(range)).collect();
            prop_assert_eq!(tokens_but_words(&line).collect::<Vec<_>>(), others);
        }

    }
}
