//! Finds the tokens in a line ([`tokens_but_words`]), and decides which of them have the shape of a code ([`shape`]).

use super::CodeShape;
#[cfg(test)]
use super::run;
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
            if classes & OTHER != 0 || classes & LOWERCASE == 0 {
                return Some(start..end);
            }
        }
    })
}

/// The character class of lowercase letters.
const LOWERCASE: u8 = 1;
/// The character class of uppercase letters.
const UPPERCASE: u8 = 2;
/// The character class of digits, and of dashes inside a token.
const OTHER: u8 = 4;

/// Returns the character class of a byte; 0 for a byte that cannot be part of a token.
fn class(byte: u8) -> u8 {
    match byte {
        b'a'..=b'z' => LOWERCASE,
        b'A'..=b'Z' => UPPERCASE,
        b'0'..=b'9' => OTHER,
        _ => 0,
    }
}

/// Maximum number of digits in a code without separators. A longer number is not a code candidate.
const MAX_DIGITS: usize = 14;

/// Maximum length in bytes of a code of letters and digits without separators. A longer string is not a code candidate.
pub(super) const MAX_MIXED_BYTES: usize = 44;

/// Returns the shape of a token; `None` if the token does not have the shape of a code.
pub(super) fn shape(token: &str) -> Option<CodeShape> {
    let length = token.len();
    let count = |wanted: fn(&char) -> bool| token.chars().filter(wanted).count();
    let digits = count(char::is_ascii_digit);
    let upper = count(char::is_ascii_uppercase);
    let lower = count(char::is_ascii_lowercase);
    if !token.contains('-') {
        return match () {
            () if digits == length => (4..=MAX_DIGITS).contains(&length).then_some(CodeShape::Digits),
            () if digits > 0 => {
                ((4..=MAX_MIXED_BYTES).contains(&length) && !is_measure(token) && !is_time(token))
                    .then_some(CodeShape::Mixed)
            }
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

#[cfg(test)]
mod tests {
    use super::{tokens, tokens_but_words};
    use proptest::prelude::*;
    use regex::Regex;
    use std::ops::Range;

    proptest! {
        #[test]
        fn the_scan_matches_like_the_regular_expression(line in "[0-9a+() .é-]{0,24}") {
            let pattern = Regex::new(r"[A-Za-z0-9]+(?:-[A-Za-z0-9]+)*").unwrap();
            let ranges: Vec<_> = pattern.find_iter(&line).map(|hit| hit.range()).collect();
            prop_assert_eq!(tokens(&line).collect::<Vec<_>>(), ranges);
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
