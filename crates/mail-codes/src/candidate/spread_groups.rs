//! Finds grouped codes that [`digit_groups`](super::digit_groups) does not find: groups with letters, and groups with
//! wider separators, such as `K3W 9PF`, `483 - 162`, `T6RW · 2HKQ` and `M 6 2 R 9`.
//!
//! The documentation of `digit_groups` explains why there are two scans. Groups in table cells are joined earlier,
//! while the HTML part is split into lines (`lines/html.rs`).

use super::run;
use super::{Candidate, CodeShape};
use crate::words::{self, CodeWord};
use std::ops::Range;

/// Minimum and maximum total number of letters and digits in the groups of a code.
const TOTAL_CHARS: std::ops::RangeInclusive<usize> = 4..=16;
/// Maximum number of groups in a code. More groups on one line are probably a list.
const MAX_GROUPS: usize = 8;
/// Maximum length in bytes of one group of a code.
const MAX_GROUP_BYTES: usize = 5;

/// Separator between two groups of a code.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
enum Separator {
    Space,
    /// A dash with a space on each side.
    Dash,
    /// A middle dot, with or without spaces around it.
    Dot,
}

/// Finds the code candidates in a normalised line that consist of groups of letters and digits with separators, such as
/// `K3W 9PF` or `483 - 162`.
pub(super) fn find(line: &str) -> Vec<Candidate> {
    let mut found = Vec::new();
    let mut sequence: Vec<Range<usize>> = Vec::new();
    let mut separator = None;
    for group in groups(line) {
        let between = sequence.last().and_then(|last| line.get(last.end..group.start)).and_then(separator_of);
        if between.is_none() || separator.is_some_and(|known| Some(known) != between) {
            found.extend(candidate(line, &sequence, separator));
            // The last group of a sequence may also be the first of the next one, which has a different separator.
            let last = sequence.pop().filter(|_| between.is_some());
            sequence.clear();
            sequence.extend(last);
        }
        separator = between;
        sequence.push(group);
    }
    found.extend(candidate(line, &sequence, separator));
    found
}

/// Returns the runs of digits and uppercase letters in a line that are not part of a longer word.
fn groups(line: &str) -> impl Iterator<Item = Range<usize>> {
    let bytes = line.as_bytes();
    let is_part = |byte: &u8| byte.is_ascii_digit() || byte.is_ascii_uppercase();
    let mut at = 0;
    std::iter::from_fn(move || {
        loop {
            let start = at + bytes.get(at..)?.iter().position(is_part)?;
            let end = run(bytes, start, is_part);
            at = end;
            let joins = |c: Option<char>| c.is_some_and(char::is_alphanumeric);
            let before = line.get(..start).and_then(|before| before.chars().next_back());
            let after = line.get(end..).and_then(|after| after.chars().next());
            if end - start <= MAX_GROUP_BYTES && !joins(before) && !joins(after) {
                return Some(start..end);
            }
        }
    })
}

fn separator_of(between: &str) -> Option<Separator> {
    match between {
        " " => Some(Separator::Space),
        " - " => Some(Separator::Dash),
        "·" | "•" | " · " | " • " => Some(Separator::Dot),
        _ => None,
    }
}

/// Converts a sequence of groups to a code candidate; `None` if the groups do not have the shape of a code.
fn candidate(line: &str, sequence: &[Range<usize>], separator: Option<Separator>) -> Option<Candidate> {
    let sequence = without_label(line, sequence);
    let range = sequence.first()?.start..sequence.last()?.end;
    let groups: Vec<&str> = sequence.iter().filter_map(|group| line.get(group.clone())).collect();
    let value = groups.concat();
    let digits = value.bytes().filter(u8::is_ascii_digit).count();
    let fits = (2..=MAX_GROUPS).contains(&groups.len())
        && TOTAL_CHARS.contains(&value.len())
        && match separator? {
            // Digit groups separated by spaces are found by `digit_groups::find`.
            Separator::Space => digits < value.len() && is_spaced_code(&groups, digits),
            Separator::Dash | Separator::Dot => digits > 0 && is_even(&groups),
        };
    let shape = if digits == value.len() { CodeShape::Grouped } else { CodeShape::Mixed };
    fits.then_some(Candidate { range, value, shape })
}

/// Returns the groups without a label in capitals at their start, such as the `PIN` in `PIN K3W 9PF`.
fn without_label<'a>(line: &str, groups: &'a [Range<usize>]) -> &'a [Range<usize>] {
    let words = groups.iter().map_while(|group| {
        let text = line.get(group.clone())?;
        text.bytes().all(|byte| byte.is_ascii_uppercase()).then(|| text.to_ascii_lowercase())
    });
    let label = words.enumerate().filter(|(_, word)| names_a_code(word)).last();
    label.map_or(groups, |(at, _)| groups.get(at + 1..).unwrap_or_default())
}

/// Returns whether a lowercase word is a keyword that names a code or a password, such as "pin".
fn names_a_code(word: &str) -> bool {
    words::about_codes(word).first().is_some_and(|found| {
        let group = found.topic.code_word();
        found.range == (0..word.len())
            && matches!(group, CodeWord::Code | CodeWord::SomeCode | CodeWord::Password)
    })
}

/// Returns whether groups separated by spaces form one code, for example if all groups are single characters, if each
/// group contains a digit, or if one of three or more groups mixes letters and digits. `NR 4821` and `230 V` are not
/// codes, because the letters are a label or a unit.
fn is_spaced_code(groups: &[&str], digits: usize) -> bool {
    let has_digit = |group: &&str| group.bytes().any(|byte| byte.is_ascii_digit());
    let has_letter =
        |group: Option<&&str>| group.is_some_and(|group| group.bytes().any(|byte| byte.is_ascii_uppercase()));
    let is_single = groups.iter().all(|group| group.len() == 1);
    let is_framed = has_letter(groups.first()) && has_letter(groups.last());
    let is_mixed = groups.iter().any(|group| has_digit(group) && has_letter(Some(group)));
    is_single
        || digits > 0 && groups.iter().all(has_digit)
        || digits > 0 && groups.len() > 2 && (is_framed || is_mixed)
        || digits > 0 && is_framed && is_even(groups)
}

/// Returns whether all groups have the same length, except that the last group may be shorter by one character.
fn is_even(groups: &[&str]) -> bool {
    let first = groups.first().map_or(0, |group| group.len());
    let (last, others) = groups.split_last().map_or((0, groups), |(last, others)| (last.len(), others));
    let is_last = last == first || (first > 2 || groups.len() > 2) && last + 1 == first;
    is_last && others.iter().all(|group| group.len() == first)
}

#[cfg(test)]
mod tests {
    use super::find;

    fn values(line: &str) -> Vec<String> {
        find(line).into_iter().map(|one| one.value).collect()
    }

    #[test]
    fn groups_with_any_separator_are_one_candidate() {
        assert_eq!(values("K3W 9PF"), ["K3W9PF"]);
        assert_eq!(values("type M 6 2 R 9 now"), ["M62R9"]);
        assert_eq!(values("RT 60 92 V"), ["RT6092V"]);
        assert_eq!(values("write H7O KXV in the app"), ["H7OKXV"]);
        assert_eq!(values("Code: T6RW - 2HKQ - 90ZB"), ["T6RW2HKQ90ZB"]);
        assert_eq!(values("483 - 162"), ["483162"]);
        assert_eq!(values("98 - 74 - 7"), ["98747"]);
        assert_eq!(values("F 94 3Z 5 or 89 T4 Y"), ["F943Z5", "89T4Y"]);
        assert_eq!(values("615 · 338 or K3W•9PF"), ["615338", "K3W9PF"]);
        assert_eq!(values("Q W K Z"), ["QWKZ"]);
    }

    #[test]
    fn a_keyword_before_the_groups_is_no_part_of_the_code() {
        for line in [
            "PIN K3W 9PF",
            "CODE K3W 9PF",
            "TOKEN K3W 9PF",
            "KOD K3W 9PF",
            "YOUR CODE K3W 9PF",
            "code K3W 9PF",
        ] {
            assert_eq!(values(line), ["K3W9PF"], "{line}");
        }
        assert_eq!(values("TOKEN AB12 CD34"), ["AB12CD34"]);
        assert_eq!(values("PIN M 6 2 R 9"), ["M62R9"]);
        // Without a blank, the letters are a part of the code.
        assert_eq!(values("PINK3W 9PF"), [""; 0]);
        assert_eq!(values("PINK3 W9PF2"), ["PINK3W9PF2"]);
        for line in ["OTP 483 162", "PIN K3W", "CODE K3W9"] {
            assert_eq!(values(line), [""; 0], "{line}");
        }
    }

    #[test]
    fn labels_units_and_sentences_are_no_groups_of_a_code() {
        for line in
            ["PIN 4821", "NR 60 92", "230 V", "READ THIS NOW", "604 917", "9 - 17", "from 4821 to 9035"]
        {
            assert_eq!(values(line), [""; 0], "{line}");
        }
    }
}
