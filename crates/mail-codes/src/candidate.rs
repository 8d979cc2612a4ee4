//! Finds code candidates: the parts of a line that have the shape of a code.

mod address;
mod digit_groups;
mod edges;
mod letters;
mod pasted;
mod spread_groups;
#[cfg(test)]
mod tests;
mod tokens;

pub(super) use address::addresses;
use edges::{edges_free, end_before_sentence, end_before_suffix, is_sentence_border, without_prefix};
use std::ops::Range;
use tokens::MAX_MIXED_BYTES;

/// The shape of a code candidate: the characters that it contains, and their grouping.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum CodeShape {
    /// The code candidate consists of digits without separators.
    Digits,
    /// The code candidate consists of digit groups, separated by spaces or dashes.
    Grouped,
    /// The code candidate consists of single digits, separated by spaces.
    Spaced,
    /// The code candidate consists of letters, a dash and digits, such as `G-482951`.
    Prefixed,
    /// The code candidate consists of letters and digits without separators.
    Mixed,
    /// The code candidate consists of groups of letters and digits, separated by dashes.
    MixedGroups,
    /// The code candidate consists of groups of uppercase letters, separated by dashes.
    LetterGroups,
    /// The code candidate consists of letters without separators. Either all letters are uppercase, or they do not form
    /// a word and the candidate is set off from the surrounding text.
    Letters,
    /// The code candidate consists of lowercase words, separated by dashes. Some words may contain digits.
    Words,
}

/// A code candidate: a part of a line that has the shape of a code.
#[derive(Clone, Debug)]
pub(super) struct Candidate {
    pub(super) range: Range<usize>,
    /// The string that the user has to type if the code candidate is a code.
    pub(super) value: String,
    pub(super) shape: CodeShape,
}

/// Finds all code candidates in a normalised line.
pub(super) fn find(line: &str) -> Vec<Candidate> {
    let mut taken: Vec<Range<usize>> = Vec::new();
    let mut found: Vec<Candidate> = letters::find(line);
    if !is_promising(line) {
        return found;
    }
    if let Some(token) = pasted::find(line) {
        return vec![token];
    }
    taken.extend(addresses(line).into_iter().filter(|host| !is_sentence_border(line, host)));
    for one in spread_groups::find(line) {
        if is_taken(&taken, &one.range) || !edges_free(line, &one.range) {
            continue;
        }
        // Neighbouring numbers can also be two codes, so each digit group stays a code candidate.
        if one.shape != CodeShape::Grouped {
            taken.push(one.range.clone());
        }
        found.push(one);
    }
    for range in digit_groups::find(line) {
        if is_taken(&taken, &range) {
            continue;
        }
        let text = line.get(range.clone()).unwrap_or_default();
        let free = edges_free(line, &range);
        match digit_groups::code(text).filter(|_| free) {
            Some((value, shape)) => found.push(Candidate { range: range.clone(), value, shape }),
            // Only a whole token such as `AB-12-34` is a code candidate, so its tail `12-34` is not one.
            None if !free => continue,
            None if digit_groups::are_of_different_numbers(text) => continue,
            None => {}
        }
        taken.push(range);
    }
    for mut range in tokens::tokens_but_words(line) {
        range.end = end_before_suffix(line, &range).unwrap_or_else(|| end_before_sentence(line, &range));
        let text = without_prefix(line.get(range.clone()).unwrap_or_default());
        let Some(shape) = tokens::shape(text) else { continue };
        if !is_taken(&taken, &range) && edges_free(line, &range) && !is_colour(line, &range) {
            found.push(Candidate { range, value: text.to_owned(), shape });
        }
    }
    found.extend(joined_token(line, &taken));
    found.extend(short_number(line));
    found.sort_by_key(|candidate| candidate.range.start);
    found.dedup_by(|a, b| a.range == b.range);
    found
}

/// Minimum and maximum length in bytes of a code with underscores. A shorter or longer token is not a code candidate.
const JOINED_BYTES: std::ops::RangeInclusive<usize> = 12..=MAX_MIXED_BYTES;

/// Returns the code candidate around the first underscore of a line: a long token of letters, digits, underscores and
/// dashes, which the user has to copy. Returns `None` if there is no such token, or if it overlaps one of the ranges in
/// `taken`.
fn joined_token(line: &str, taken: &[Range<usize>]) -> Option<Candidate> {
    let inside = line.find('_')?;
    let is_part = |c: char| c.is_ascii_alphanumeric() || matches!(c, '_' | '-');
    let (before, after) = line.split_at_checked(inside)?;
    let start = before.len() - before.chars().rev().take_while(|c| is_part(*c)).count();
    let end = inside + after.chars().take_while(|c| is_part(*c)).count();
    let value = line.get(start..end)?;
    let has = |wanted: fn(&u8) -> bool| value.bytes().any(|byte| wanted(&byte));
    let is_token = JOINED_BYTES.contains(&value.len())
        && value.starts_with(|c: char| c.is_ascii_alphanumeric())
        && value.ends_with(|c: char| c.is_ascii_alphanumeric())
        && has(u8::is_ascii_digit)
        && has(u8::is_ascii_alphabetic);
    let range = start..end;
    let is_free = !is_taken(taken, &range) && edges_free(line, &range);
    (is_token && is_free).then(|| Candidate { range, value: value.to_owned(), shape: CodeShape::Mixed })
}

/// Returns the two-digit or three-digit number at the end of a line if the number is alone on the line or follows a
/// colon, `#` or `*`; `None` if there is no such number. Some sign-in mails contain such a number, which the user has
/// to tap on another device.
fn short_number(line: &str) -> Option<Candidate> {
    let end = line.trim_end_matches(|c: char| !c.is_ascii_alphanumeric()).len();
    let digits = line.get(..end)?.bytes().rev().take_while(u8::is_ascii_digit).count();
    let range = end - digits..end;
    let before = line.get(..range.start)?.trim_end();
    let is_set_off = before.is_empty() || before.ends_with([':', '：', '#', '*']);
    let value = line.get(range.clone())?.to_owned();
    ((2..=3).contains(&digits) && is_set_off).then_some(Candidate { range, value, shape: CodeShape::Digits })
}

/// Returns whether a token is one of several hexadecimal colours in a line, such as `#1a2b3c` in a style sheet.
fn is_colour(line: &str, token: &Range<usize>) -> bool {
    let is_hex = |text: &str| text.len() == 6 && text.bytes().all(|byte| byte.is_ascii_hexdigit());
    let begins_with_hex = |text: &str| text.get(..6).is_some_and(is_hex);
    line.get(token.clone()).is_some_and(is_hex)
        && line.get(..token.start).is_some_and(|before| before.ends_with('#'))
        && line.split('#').skip(1).filter(|text| begins_with_hex(text)).count() > 1
}

/// Returns whether a line can contain a code, that is, whether it contains a digit, a dash or four consecutive
/// uppercase letters. Most lines contain none of these and are not searched further.
fn is_promising(line: &str) -> bool {
    // This loop has no branches, so it is fast.
    let is_mark = |byte: u8| byte.is_ascii_digit() || byte == b'-';
    let has_mark = line.bytes().fold(false, |any, byte| any | is_mark(byte));
    let mut capitals = 0;
    has_mark
        || line.bytes().any(|byte| {
            capitals = if byte.is_ascii_uppercase() { capitals + 1 } else { 0 };
            capitals >= 4
        })
}

fn is_taken(taken: &[Range<usize>], range: &Range<usize>) -> bool {
    taken.iter().any(|other| other.start < range.end && range.start < other.end)
}

/// Returns the offset of the first byte at or after `start` that does not satisfy `wanted`; the length of `bytes` if
/// there is none.
fn run(bytes: &[u8], start: usize, wanted: impl Fn(&u8) -> bool) -> usize {
    let rest = bytes.get(start..).unwrap_or_default();
    start + rest.iter().position(|byte| !wanted(byte)).unwrap_or(rest.len())
}
