//! Finds codes that consist of letters and are not all uppercase.
//!
//! Ordinary words have the same shape. Letters therefore count as a code only if they cannot be pronounced, or if an
//! uppercase letter directly follows a lowercase letter at least twice. Letters that cannot be pronounced must also be
//! set off from the surrounding text.

use super::{Candidate, CodeShape};

/// Minimum and maximum number of letters in a code that consists of letters only. A shorter or longer word is not a
/// code candidate.
const LENGTHS: std::ops::RangeInclusive<usize> = 4..=12;
/// Maximum number of positions in a line that are checked for a letters-only code; later positions are ignored.
const MAX_PLACES: usize = 8;

/// Returns the letters-only codes in a line. Checks the last word of the line, and the words immediately after a mark
/// such as a colon, an asterisk or an opening quotation mark. Also checks the words that [`mixed`] finds.
pub(super) fn find(line: &str) -> Vec<Candidate> {
    let end = line.trim_end_matches(|c: char| !c.is_ascii_alphanumeric()).len();
    let last = line.get(..end).unwrap_or_default();
    let length = last.bytes().rev().take_while(u8::is_ascii_alphabetic).count();
    let mut found: Vec<Candidate> = Vec::new();
    let behind_marks = ends_of_marks(line).take(MAX_PLACES).filter_map(|end| {
        let rest = line.get(end..)?;
        Some(line.len() - rest.trim_start().len())
    });
    for start in behind_marks.chain([end - length]) {
        if found.iter().all(|known| known.range.start != start) {
            found.extend(at(line, start));
        }
    }
    if rises(line) >= 2 {
        found.extend(mixed(line).take(MAX_PLACES));
    }
    found.sort_by_key(|one| one.range.start);
    found.dedup_by(|a, b| a.range == b.range);
    found
}

/// Returns the words in a line that change case more often than names such as `GitHub` do.
fn mixed(line: &str) -> impl Iterator<Item = Candidate> {
    let is_edge =
        |c: char| c.is_whitespace() || matches!(c, '"' | '“' | '”' | '(' | ')' | ',' | ';' | '.' | '!' | '?');
    let mut at = 0;
    std::iter::from_fn(move || {
        loop {
            let rest = line.as_bytes().get(at..)?;
            let start = at + rest.iter().position(u8::is_ascii_alphabetic)?;
            let (before, rest) = line.split_at_checked(start)?;
            let length = rest.bytes().take_while(u8::is_ascii_alphabetic).count();
            at = start + length;
            let (value, after) = rest.split_at_checked(length)?;
            let is_free = before.chars().next_back().is_none_or(is_edge)
                && after.chars().next().is_none_or(is_edge)
                && !after.strip_prefix('.').is_some_and(|rest| rest.starts_with(char::is_alphanumeric))
                && !before.ends_with('.');
            if is_free && LENGTHS.contains(&length) && rises(value) >= 2 {
                return Some(Candidate {
                    range: start..at,
                    value: value.to_owned(),
                    shape: CodeShape::Letters,
                });
            }
        }
    })
}

/// Returns the byte offsets immediately after colons, asterisks, backticks, opening square brackets and opening
/// quotation marks.
fn ends_of_marks(line: &str) -> impl Iterator<Item = usize> {
    const WIDE: [char; 5] = ['：', '“', '「', '【', '«'];
    let is_mark = |byte: u8| matches!(byte, b':' | b'"' | b'[' | b'`' | b'*') || !byte.is_ascii();
    // Most lines have no mark at all. This loop detects such lines quickly, because it has no branches.
    let has_mark = line.bytes().fold(false, |any, byte| any | is_mark(byte));
    let marked = if has_mark { line } else { "" };
    marked.bytes().enumerate().filter_map(move |(at, byte)| match byte {
        b':' | b'"' | b'[' | b'`' | b'*' => Some(at + 1),
        // The first bytes of the UTF-8 encoding of the marks outside ASCII.
        0xc2 | 0xe2 | 0xe3 | 0xef => {
            line.get(at..)?.chars().next().filter(|c| WIDE.contains(c)).map(|c| at + c.len_utf8())
        }
        _ => None,
    })
}

/// Returns the letters-only code that starts at byte `start` of a line; `None` if no such code starts there.
fn at(line: &str, start: usize) -> Option<Candidate> {
    let rest = line.get(start..)?;
    let length = rest.bytes().take_while(u8::is_ascii_alphabetic).count();
    let value = rest.get(..length)?;
    let ends = !rest.get(length..)?.starts_with(|c: char| {
        c.is_alphanumeric() || matches!(c, '-' | '@' | '.' | '_' | '/' | ':' | '\'' | '’')
    }) || rest.get(length..)?.trim_end_matches('.').is_empty();
    let is_candidate = LENGTHS.contains(&length)
        && ends
        && has_case_of_code(value)
        && is_set_off(line.get(..start)?)
        && (!is_pronounceable(value) || rises(value) >= 2);
    is_candidate.then(|| Candidate {
        range: start..start + length,
        value: value.to_owned(),
        shape: CodeShape::Letters,
    })
}

/// Returns whether a code is at the start of its line, or follows a colon, an asterisk, a backtick, an opening bracket
/// (round or square) or an opening quotation mark. `before` is the part of the line before the code.
fn is_set_off(before: &str) -> bool {
    let bare = before.trim_end_matches([' ', '\u{a0}', '*', '"', '“', '`', '[', '(', '「', '【', '«']);
    !bare.chars().any(char::is_alphanumeric)
        || bare.ends_with([':', '：', '៖'])
        || bare.len() < before.trim_end().len()
}

/// Returns the number of times that an uppercase letter directly follows a lowercase letter.
fn rises(value: &str) -> usize {
    let bytes = value.as_bytes();
    let pairs = bytes.iter().zip(bytes.get(1..).unwrap_or_default());
    pairs.map(|(a, b)| usize::from(a.is_ascii_lowercase() & b.is_ascii_uppercase())).sum()
}

/// Returns whether the case of the letters is typical of a code: all are lowercase, or the case changes more often than
/// in names such as `GitHub` and `ChatGPT`.
fn has_case_of_code(value: &str) -> bool {
    value.bytes().all(|byte| byte.is_ascii_lowercase()) || rises(value) >= 2
}

/// Returns whether a string of letters can be pronounced. A pronounceable string has enough vowels, no long run of
/// consonants, and a `u` after each `q`.
fn is_pronounceable(value: &str) -> bool {
    let is_vowel = |byte: &u8| matches!(byte.to_ascii_lowercase(), b'a' | b'e' | b'i' | b'o' | b'u' | b'y');
    let vowels = value.bytes().filter(|byte| is_vowel(byte)).count();
    let heap = value.as_bytes().split(is_vowel).map(<[u8]>::len).max().unwrap_or_default();
    let lower = value.to_ascii_lowercase();
    let is_lone_q = lower.match_indices('q').any(|(at, _)| lower.as_bytes().get(at + 1) != Some(&b'u'));
    vowels * 6 >= value.len() && heap <= 4 && !is_lone_q
}

#[cfg(test)]
mod tests {
    use super::find;

    fn value(line: &str) -> Option<String> {
        find(line).pop().map(|one| one.value)
    }

    #[test]
    fn unpronounceable_letters_at_the_end_of_a_line_are_candidates() {
        assert_eq!(value("tqkwzh").as_deref(), Some("tqkwzh"));
        assert_eq!(value("  **TqKwzH**  ").as_deref(), Some("TqKwzH"));
        assert_eq!(value("Your sign-in code: xkqvbn.").as_deref(), Some("xkqvbn"));
        assert_eq!(value("saisissez le code uFhJdV sur la page").as_deref(), Some("uFhJdV"));
    }

    #[test]
    fn words_and_letters_in_a_sentence_are_not_candidates() {
        for line in [
            "Regards",
            "support",
            "Best wishes: Jonas",
            "GitHub",
            "Thanks",
            "see tqkwzh",
            "GitHub and YouTube",
            "bcd",
            "kind regards,",
        ] {
            assert_eq!(value(line), None, "{line}");
        }
    }
}
