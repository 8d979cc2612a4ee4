//! Computes features from the characters of a code candidate, and from those directly before and after it.

use super::super::candidate::{Candidate, CodeShape};
use super::super::features::Features;
use super::super::lines::{TextLine, lower};
use super::super::words;

/// Adds the features of the code candidate's characters, such as their number, their kinds and their case.
pub(super) fn add(features: &mut Features, candidate: &Candidate) {
    let value = candidate.value.as_str();
    let count = |is_match: fn(&u8) -> bool| value.bytes().filter(is_match).count();
    let digits = count(u8::is_ascii_digit);
    let upper = count(u8::is_ascii_uppercase);
    let lower = count(u8::is_ascii_lowercase);
    features.push(["shape", ""], rank_of(candidate.shape));
    features.count(["length", ""], digits + upper + lower, 40);
    features.count(["digits", ""], digits, 20);
    features.count(["capitals", ""], upper, 20);
    features.count(["small letters", ""], lower, 20);
    let groups: Vec<usize> = value.split('-').map(str::len).collect();
    features.count(["groups", ""], groups.len(), 9);
    features.count(["first group", ""], groups.first().copied().unwrap_or_default(), 12);
    features.flag(["equal groups", ""], groups.iter().all(|length| Some(length) == groups.first()));
    features.flag(["written in groups", ""], candidate.range.len() > value.len());
    let kind = |byte: u8| match byte {
        b'0'..=b'9' => 0,
        b'a'..=b'z' => 1,
        b'A'..=b'Z' => 2,
        _ => 3,
    };
    let pairs = || value.bytes().zip(value.bytes().skip(1));
    features.count(["changes of kind", ""], pairs().filter(|(a, b)| kind(*a) != kind(*b)).count(), 12);
    features.push(["year", ""], year(value));
    features.flag(["sequence", ""], is_sequence(value));
    features.flag(["word and number", ""], is_word_and_number(value));
    features.flag(["number and word", ""], is_number_and_word(value));
    features.flag(["hexadecimal", ""], digits > 0 && value.bytes().all(|byte| byte.is_ascii_hexdigit()));
    features.flag(["one case", ""], upper == 0 || lower == 0);
    features.flag(["leading zero", ""], value.starts_with('0'));
    features.flag(["0x", ""], value.starts_with("0x"));
    features.count(["vowels in percent", ""], vowels(value) * 100 / (upper + lower).max(1), 100);
    features.count(["consonants in a row", ""], longest_cluster(value), 12);
    features.count(["different characters", ""], different(value), 12);
}

/// Returns the feature value for the shape of a code candidate. Shapes with digits have the lowest values, and shapes
/// with words have the highest.
fn rank_of(shape: CodeShape) -> i16 {
    match shape {
        CodeShape::Digits => 0,
        CodeShape::Grouped => 1,
        CodeShape::Spaced => 2,
        CodeShape::Prefixed => 3,
        CodeShape::Mixed => 4,
        CodeShape::MixedGroups => 5,
        CodeShape::LetterGroups => 6,
        CodeShape::Letters => 7,
        CodeShape::Words => 8,
    }
}

/// Returns the feature value for the calendar in which a four-digit number is a plausible year: 1 for the Gregorian, 2
/// for the Islamic and 3 for the Buddhist calendar; 0 if the number is not a plausible year in any of them.
fn year(value: &str) -> i16 {
    let number: u16 = if value.len() == 4 { value.parse().unwrap_or_default() } else { 0 };
    match number {
        1900..=2099 => 1,
        1300..=1499 => 2,
        2500..=2599 => 3,
        _ => 0,
    }
}

/// Returns whether the characters of a value ascend, descend or are all the same, as in `123456`, `0000` or `ABCD`.
/// Such values are usually examples.
fn is_sequence(value: &str) -> bool {
    let bytes: Vec<u8> = value.bytes().filter(|byte| *byte != b'-').collect();
    let steps = |step: u8| bytes.windows(2).all(|pair| matches!(pair, [a, b] if *b == a.wrapping_add(step)));
    steps(1) || steps(0) || steps(u8::MAX)
}

/// Returns whether a value consists of letters followed by digits, as in the user name `dora77` or the model name
/// `STM32`.
fn is_word_and_number(value: &str) -> bool {
    let rest = value.trim_start_matches(|c: char| c.is_ascii_alphabetic());
    rest.len() < value.len() && !rest.is_empty() && rest.bytes().all(|byte| byte.is_ascii_digit())
}

/// Returns whether a value consists of digits followed by letters, as in the quantity `64bit` or the ordinal `21st`.
fn is_number_and_word(value: &str) -> bool {
    let rest = value.trim_start_matches(|c: char| c.is_ascii_digit());
    rest.len() < value.len() && !rest.is_empty() && rest.bytes().all(|byte| byte.is_ascii_alphabetic())
}

fn is_vowel(byte: u8) -> bool {
    matches!(byte.to_ascii_lowercase(), b'a' | b'e' | b'i' | b'o' | b'u' | b'y')
}

fn vowels(value: &str) -> usize {
    value.bytes().filter(|byte| is_vowel(*byte)).count()
}

/// Returns the length in letters of the longest run of consonants.
fn longest_cluster(value: &str) -> usize {
    let runs = value.as_bytes().split(|byte| is_vowel(*byte) || !byte.is_ascii_alphabetic());
    runs.map(<[u8]>::len).max().unwrap_or_default()
}

fn different(value: &str) -> usize {
    let mut bytes: Vec<u8> = value.bytes().collect();
    bytes.sort_unstable();
    bytes.dedup();
    bytes.len()
}

/// Adds the features of the characters and words directly before and after a code candidate.
pub(super) fn add_edges(features: &mut Features, line: &TextLine, candidate: &Candidate) {
    let before = line.text.get(..candidate.range.start).unwrap_or_default();
    let after = line.text.get(candidate.range.end..).unwrap_or_default();
    let (left, right) = (before.trim_end(), after.trim_start());
    let last = left.chars().next_back();
    let first = right.chars().next();
    features.push(["mark before", ""], mark_before(last));
    features.flag(["number sign before", ""], matches!(last, Some('#' | '№')) || left.ends_with("n°"));
    features.flag(["joined before", ""], before.ends_with(char::is_alphanumeric));
    features.flag(["joined after", ""], after.starts_with(char::is_alphanumeric));
    features.push(["mark after", ""], mark_after(first, after.starts_with(' ')));
    let word = left.rsplit(' ').next().unwrap_or_default();
    features.flag(["copula before", ""], is_copula(&lower(word)));
    let next = right.split(' ').next().unwrap_or_default();
    features.flag(["copula after", ""], is_copula(&lower(next)) || next == "-");
    let near = right.get(..right.floor_char_boundary(MAX_UNIT_DISTANCE_BYTES)).unwrap_or_default();
    let unit = words::spans(&lower(near)).first().is_some_and(|span| span.range.start == 0);
    features.flag(["unit of time after", ""], unit);
    let digit = |text: Option<&str>| text.is_some_and(|word| word.bytes().any(|byte| byte.is_ascii_digit()));
    features.flag(["number before", ""], digit(left.rsplit(' ').next()));
    features.flag(["number after", ""], digit(right.split(' ').next()));
}

/// Maximum number of bytes that are examined for a unit of time, such as `minutes`, directly after a code candidate.
const MAX_UNIT_DISTANCE_BYTES: usize = 24;

/// Returns the feature value of the last character before a code candidate: 0 if there is no such character, 1 for most
/// characters, such as letters, and higher values for certain punctuation marks.
fn mark_before(last: Option<char>) -> i16 {
    match last {
        None => 0,
        Some(':' | '：' | '៖' | '՝' | '=' | '-' | '>' | '→') => 5,
        Some('"' | '“' | '„' | '«' | '「' | '『' | '【' | '[' | '(' | '<' | '\'' | '‘' | '`' | '*' | '_') => {
            4
        }
        Some('.' | '!' | '?' | '。' | '！' | '|' | ')' | ']' | '】') => 3,
        Some(',' | ';' | '、' | '/' | '&') => 2,
        Some(_) => 1,
    }
}

/// Returns the feature value of the first character after a code candidate. The value is 0 if there is no such
/// character, 1 for a letter or digit after a space, and higher for punctuation, for units, and for letters that
/// directly follow the candidate. `spaced` indicates whether a space precedes the character.
fn mark_after(first: Option<char>, spaced: bool) -> i16 {
    match first {
        None => 0,
        Some('.' | '!' | '?' | '。' | '！') => 5,
        Some('"' | '”' | '»' | '」' | '』' | '】' | ']' | ')' | '>' | '\'' | '’' | '`' | '*' | '_') => {
            4
        }
        Some(',' | ';' | '、' | ':') => 3,
        Some('(' | '-' | '|' | '/') => 2,
        Some('%' | '$' | '€' | '°') => 6,
        // Telephone systems use `#` as the key that ends a number.
        Some('#') if !spaced => 8,
        Some(_) if spaced => 1,
        Some(_) => 7,
    }
}

/// Returns whether a lowercase word may occur between the keyword for a code and the code itself. Most of these words
/// are forms of "to be" in various languages.
fn is_copula(word: &str) -> bool {
    matches!(
        word,
        "is" | "ist"
            | "lautet"
            | "est"
            | "es"
            | "é"
            | "è"
            | "är"
            | "er"
            | "on"
            | "jest"
            | "to"
            | "je"
            | "это"
            | "is:"
            | "adalah"
            | "là"
            | "este"
            | "είναι"
            | "هو"
            | "är:"
            | "ist:"
            | "est:"
            | "es:"
            | "são"
            | "son"
            | "sind"
            | "zijn"
            | "a"
            | "az"
            | "ni"
            | "yra"
            | "ir"
            | "jsou"
            | "yw"
    )
}
