//! Finds periods of time in a sentence, such as `15 minutes`, `fifteen minutes`, `10min` and `half an hour`.

use crate::words::{KeywordMatch, ValidityKeyword};
use std::ops::Range;

/// A period of time in a sentence.
#[derive(Debug)]
pub(super) struct Period {
    pub(super) range: Range<usize>,
    pub(super) seconds: u32,
    /// The length of the unit of time, in seconds.
    unit: u32,
    /// The languages in which the unit has this name, as a bit mask.
    pub(super) languages: u128,
}

/// The highest number of units in a period. A higher number is probably a code.
const MAX_NUMBER: u32 = 1000;
/// Maximum length in bytes of the text between the parts of one period, as in `1 hour and 30 minutes`.
const MAX_GAP_BYTES: usize = 7;

/// Returns the periods in a lowercase sentence, in order. `words` are the validity keywords of the sentence.
pub(super) fn periods(text: &str, words: &[KeywordMatch<ValidityKeyword>]) -> Vec<Period> {
    let mut found: Vec<Period> = words.iter().filter_map(|word| period(text, words, word)).collect();
    found.extend(abbreviated(text));
    found.sort_by_key(|period| (period.range.start, std::cmp::Reverse(period.range.end)));
    let mut all: Vec<Period> = Vec::new();
    for next in found {
        match all.last_mut() {
            Some(last) if next.range.start < last.range.end => {}
            Some(last) if continues(text, last, &next) => {
                last.seconds = last.seconds.saturating_add(next.seconds);
                last.range.end = next.range.end;
                last.unit = next.unit;
            }
            _ => all.push(next),
        }
    }
    all
}

/// Returns the period that ends with the keyword `word`; `None` if `word` is neither a unit of time behind a number nor
/// a period in itself.
fn period(
    text: &str,
    words: &[KeywordMatch<ValidityKeyword>],
    word: &KeywordMatch<ValidityKeyword>,
) -> Option<Period> {
    let before = text.get(..word.range.start)?.trim_end_matches([' ', '-']);
    let (start, seconds, unit) = match word.class {
        ValidityKeyword::Unit(unit) => {
            let (start, number) = digits(before)
                .or_else(|| number_word(before, words, word.languages))
                .or_else(|| digits(without_last_word(before)?))?;
            (start, number.checked_mul(unit.seconds())?, unit.seconds())
        }
        ValidityKeyword::Period(_) if before.ends_with(|c: char| c.is_ascii_digit()) => return None,
        ValidityKeyword::Period(seconds) => (word.range.start, seconds, seconds),
        ValidityKeyword::Valid
        | ValidityKeyword::Within
        | ValidityKeyword::Until
        | ValidityKeyword::Delay
        | ValidityKeyword::Other
        | ValidityKeyword::Number(_) => return None,
    };
    Some(Period { range: start..word.range.end, seconds, unit, languages: word.languages })
}

/// Returns the number in digits at the end of a string, and its byte offset. Returns `None` for the last digits of a
/// decimal number, a time of day or a date.
fn digits(before: &str) -> Option<(usize, u32)> {
    let rest = before.trim_end_matches(|c: char| c.is_ascii_digit());
    let number = before.get(rest.len()..)?.parse().ok().filter(|number| (1..=MAX_NUMBER).contains(number))?;
    let is_part = rest.ends_with(['.', ',', ':', '/'])
        && rest.get(..rest.len() - 1).is_some_and(|rest| rest.ends_with(|c: char| c.is_ascii_digit()));
    (!is_part).then_some((rest.len(), number))
}

/// Returns the number in words at the end of a string, and its byte offset. The number must belong to one of
/// `languages`: `on` is ten in Turkish, but not before an English unit.
fn number_word(
    before: &str,
    words: &[KeywordMatch<ValidityKeyword>],
    languages: u128,
) -> Option<(usize, u32)> {
    words.iter().find_map(|word| {
        let ValidityKeyword::Number(number) = word.class else { return None };
        let is_before_unit = word.range.end == before.len() && word.languages & languages != 0;
        is_before_unit.then_some((word.range.start, number))
    })
}

/// Returns a string without its last word, which may be in parentheses, as in `15 (fifteen)` and `15 prochaines`.
fn without_last_word(before: &str) -> Option<&str> {
    let rest = before.trim_end_matches(')').trim_end_matches(char::is_alphabetic);
    (rest.len() < before.len()).then(|| rest.trim_end_matches([' ', '(']))
}

/// Returns whether the period `next` is a part of the period `last`, as in `1 hour 30 minutes`.
fn continues(text: &str, last: &Period, next: &Period) -> bool {
    let gap = text.get(last.range.end..next.range.start).unwrap_or_default();
    gap.len() <= MAX_GAP_BYTES
        && gap.chars().all(|c| c.is_alphabetic() || c == ' ')
        && next.unit < last.unit
        && next.seconds < last.unit
}

/// Returns the periods with an abbreviated unit that follows the digits without a space, such as `10min`.
fn abbreviated(text: &str) -> impl Iterator<Item = Period> {
    const UNITS: [(&str, u32); 15] = [
        ("s", 1),
        ("sec", 1),
        ("sek", 1),
        ("m", 60),
        ("mn", 60),
        ("min", 60),
        ("mins", 60),
        ("minutes", 60),
        ("мин", 60),
        ("хв", 60),
        ("h", 3600),
        ("hr", 3600),
        ("hrs", 3600),
        ("d", 86_400),
        ("ч", 3600),
    ];
    let starts = text.char_indices().filter(|(_, c)| c.is_alphabetic());
    starts.filter_map(move |(at, _)| {
        let before = text.get(..at).filter(|before| before.ends_with(|c: char| c.is_ascii_digit()))?;
        let rest = text.get(at..)?;
        let length = rest.len() - rest.trim_start_matches(char::is_alphabetic).len();
        let name = rest.get(..length)?;
        let (_, unit) = UNITS.into_iter().find(|(known, _)| *known == name)?;
        let (start, number) = digits(before)?;
        let is_free = !text.get(..start)?.ends_with(|c: char| c.is_alphanumeric() || c == '-')
            && !rest.get(length..)?.starts_with(|c: char| c.is_ascii_digit());
        is_free.then(|| Period {
            range: start..at + length,
            seconds: number.saturating_mul(unit),
            unit,
            languages: u128::MAX,
        })
    })
}

#[cfg(test)]
mod tests {
    use super::periods;
    use crate::words::about_validity;

    fn seconds(text: &str) -> Vec<u32> {
        periods(text, &about_validity(text)).into_iter().map(|period| period.seconds).collect()
    }

    #[test]
    fn periods_are_found_in_digits_and_in_words() {
        for (text, expected) in [
            ("for 15 minutes", 900),
            ("a 10-minute code", 600),
            ("10min", 600),
            ("for 24h.", 86_400),
            ("fifteen minutes", 900),
            ("15 (fifteen) minutes", 900),
            ("les 15 prochaines minutes", 900),
            ("half an hour", 1800),
            ("1 hour and 30 minutes", 5400),
            ("on dakika", 600),
            ("十分钟", 600),
        ] {
            assert_eq!(seconds(text), [expected], "{text}");
        }
    }

    #[test]
    fn other_numbers_are_no_periods() {
        for text in [
            "one time",
            "on minute details",
            "482913 minutes",
            "at 14:05 hours",
            "1.5 hours",
            "a7h",
            "7h2k",
            "k7t2-4m",
        ] {
            assert_eq!(seconds(text), [0; 0], "{text}");
        }
    }
}
