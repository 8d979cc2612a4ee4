//! Finds codes that consist of letters and are not all capitals.
//!
//! Ordinary words have the same shape. So a text counts as a code only if no language could pronounce it, and
//! if it stands alone in its line or follows a colon.

use super::{Candidate, CodeShape};

/// Minimum and maximum length of a code of letters; shorter and longer texts are ignored.
const LENGTHS: std::ops::RangeInclusive<usize> = 5..=10;

/// Finds a code of letters at the end of a line.
pub(super) fn find(line: &str) -> Option<Candidate> {
    let end = line.trim_end_matches(|c: char| !c.is_ascii_alphanumeric()).len();
    let text = line.get(..end)?;
    let length = text.bytes().rev().take_while(u8::is_ascii_alphabetic).count();
    let start = end - length;
    let value = text.get(start..)?;
    let is_candidate = LENGTHS.contains(&length)
        && has_case_of_code(value)
        && is_set_off(line.get(..start)?)
        && !is_pronounceable(value);
    is_candidate.then(|| Candidate { range: start..end, value: value.to_owned(), form: CodeShape::Letters })
}

/// Whether the code begins its line or follows a colon; `before` is the text before the code.
fn is_set_off(before: &str) -> bool {
    let before = before.trim_end_matches([' ', '\u{a0}', '*', '"', '“', '`', '[', '(']);
    !before.chars().any(char::is_alphanumeric) || before.ends_with([':', '：'])
}

/// Whether the case of the letters fits a code: all are lower-case, or the case changes more often than in
/// names such as `GitHub` and `ChatGPT`.
fn has_case_of_code(value: &str) -> bool {
    let rises = value
        .as_bytes()
        .windows(2)
        .filter(|pair| matches!(pair, [a, b] if a.is_ascii_lowercase() && b.is_ascii_uppercase()));
    value.bytes().all(|byte| byte.is_ascii_lowercase()) || rises.count() >= 2
}

/// Whether letters could be a word: with vowels, without a long run of consonants, and without a Q that no
/// U follows.
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
        find(line).map(|one| one.value)
    }

    #[test]
    fn letters_that_no_word_has_are_found_at_the_end_of_a_line() {
        assert_eq!(value("tqkwzh").as_deref(), Some("tqkwzh"));
        assert_eq!(value("  **TqKwzH**  ").as_deref(), Some("TqKwzH"));
        assert_eq!(value("Your sign-in code: xkqvbn.").as_deref(), Some("xkqvbn"));
    }

    #[test]
    fn words_and_letters_in_a_sentence_are_not() {
        for line in [
            "Regards",
            "support",
            "Best wishes: Jonas",
            "GitHub",
            "Thanks",
            "see tqkwzh",
            "bcd",
            "kind regards,",
        ] {
            assert_eq!(value(line), None, "{line}");
        }
    }
}
