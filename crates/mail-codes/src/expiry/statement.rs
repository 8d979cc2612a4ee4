//! Decides which periods and times of day in a text state how long a code is valid.
//!
//! A sentence such as "please wait 5 minutes before requesting a new code" also has a period. The keywords of the
//! sentence decide, and the keyword that is nearest to the period counts most.

use super::clock::{self, SentAt};
use super::period::{Period, periods};
use crate::lines::lower;
use crate::words::{self, CodeKeyword, CodeWord, KeywordMatch, Topic, ValidityKeyword};
use std::ops::Range;

/// Maximum distance in bytes between a period and the keyword that says that something is valid.
const MAX_DISTANCE_BYTES: usize = 120;
/// Maximum distance in bytes between a period and a keyword such as "within".
const MAX_WITHIN_BYTES: usize = 12;
/// A comma between a period and a keyword counts as this many bytes.
const COMMA_BYTES: usize = 30;

/// Returns the shortest period of validity that a text states for a code, in seconds; `None` if it states none. `names`
/// are the code-related keywords of the text.
pub(super) fn stated_in(
    text: &str,
    names: &[KeywordMatch<CodeKeyword>],
    sent_at: Option<SentAt>,
) -> Option<u32> {
    let lower = lower(text);
    let words = words::about_validity(&lower);
    if words.is_empty() && !text.contains(|c: char| c.is_ascii_digit()) {
        return None;
    }
    sentences(text).filter_map(|range| Sentence::new(&lower, range, &words, names)?.validity(sent_at)).min()
}

/// Returns the byte ranges of the sentences in a text. A full stop before a lowercase letter, as in `10 min. gültig`,
/// does not end a sentence.
fn sentences(text: &str) -> impl Iterator<Item = Range<usize>> {
    let mut start = 0;
    let ends = text.char_indices().filter(|(at, c)| {
        let after = || text.get(at + c.len_utf8()..).unwrap_or_default();
        match c {
            '.' => after()
                .strip_prefix(' ')
                .is_some_and(|next| !next.trim_start().starts_with(char::is_lowercase)),
            '!' | '?' | ';' => after().starts_with(' '),
            '。' | '！' | '？' | '；' | '।' | '؟' | '۔' => true,
            _ => false,
        }
    });
    ends.map(|(at, c)| at + c.len_utf8()).chain([text.len()]).map(move |end| {
        let range = start..end;
        start = end;
        range
    })
}

/// One sentence with its keywords. All byte ranges are relative to the start of the sentence.
struct Sentence<'a> {
    text: &'a str,
    words: Vec<KeywordMatch<ValidityKeyword>>,
    names: Vec<KeywordMatch<CodeKeyword>>,
}

impl<'a> Sentence<'a> {
    /// Creates a sentence from its byte range in a lowercase text and the keywords of this text.
    fn new(
        lower: &'a str,
        range: Range<usize>,
        words: &[KeywordMatch<ValidityKeyword>],
        names: &[KeywordMatch<CodeKeyword>],
    ) -> Option<Self> {
        let text = lower.get(range.clone())?;
        Some(Self { text, words: inside(words, &range), names: inside(names, &range) })
    }

    /// Returns the shortest period of validity that the sentence states, in seconds; `None` if it states none.
    fn validity(&self, sent_at: Option<SentAt>) -> Option<u32> {
        let periods = periods(self.text, &self.words);
        let of_periods =
            periods.iter().filter(|period| self.is_validity(period)).map(|period| period.seconds);
        let is_about_code = self.is_of_code() || self.names.iter().any(|name| name.topic == Topic::Validity);
        let of_clock = sent_at.filter(|_| is_about_code && !self.is_of_other(u128::MAX));
        let of_clock = of_clock.and_then(|sent_at| clock::until(self.text, &self.words, sent_at));
        of_periods.chain(of_clock).min()
    }

    /// Returns whether a period of the sentence states how long a code is valid.
    fn is_validity(&self, period: &Period) -> bool {
        let languages = period.languages;
        if self.is_of_other(languages) {
            return false;
        }
        let nearest = |class: ValidityKeyword| {
            let wanted = self.words.iter().filter(|word| word.class == class && is_of(word, languages));
            wanted.map(|word| self.distance(period, &word.range)).min()
        };
        let within = nearest(ValidityKeyword::Within).filter(|distance| *distance <= MAX_WITHIN_BYTES);
        // The list of the models has some names of units, and words such as "within".
        let is_other_class = |range: &Range<usize>| {
            self.words.iter().any(|word| match word.class {
                ValidityKeyword::Unit(_) | ValidityKeyword::Period(_) => {
                    word.range.start < range.end && range.start < word.range.end
                }
                ValidityKeyword::Within => word.range == *range,
                ValidityKeyword::Valid
                | ValidityKeyword::Until
                | ValidityKeyword::Delay
                | ValidityKeyword::Other
                | ValidityKeyword::Number(_) => false,
            })
        };
        let names =
            self.names.iter().filter(|name| name.topic == Topic::Validity && !is_other_class(&name.range));
        let valid =
            names.map(|name| self.distance(period, &name.range)).chain(nearest(ValidityKeyword::Valid)).min();
        let valid = valid.filter(|distance| *distance <= MAX_DISTANCE_BYTES);
        match (valid, nearest(ValidityKeyword::Delay)) {
            (Some(valid), Some(delay)) => valid <= delay,
            (Some(_), None) => true,
            (None, Some(_)) => false,
            (None, None) => within.is_some() && self.is_of_code() || self.is_named(period),
        }
    }

    /// Returns whether a code directly follows a period, as in `10-minute code`.
    fn is_named(&self, period: &Period) -> bool {
        self.names.iter().any(|name| {
            let between = self.text.get(period.range.end..name.range.start);
            is_code(name) && between.is_some_and(|between| matches!(between, " " | "-" | ""))
        })
    }

    /// Returns whether the sentence names a code, or asks the reader to type something.
    fn is_of_code(&self) -> bool {
        self.names.iter().any(|name| is_code(name) || matches!(name.topic, Topic::Type | Topic::Offer))
    }

    /// Returns whether the sentence names something else that can expire, such as a subscription, and no code.
    fn is_of_other(&self, languages: u128) -> bool {
        !self.names.iter().any(is_code)
            && self.words.iter().any(|word| word.class == ValidityKeyword::Other && is_of(word, languages))
    }

    /// Returns the distance between a period and a keyword in bytes. Each comma between them increases it.
    fn distance(&self, period: &Period, keyword: &Range<usize>) -> usize {
        let between = if keyword.end <= period.range.start {
            keyword.end..period.range.start
        } else {
            period.range.end..keyword.start.max(period.range.end)
        };
        let text = self.text.get(between).unwrap_or_default();
        text.len() + COMMA_BYTES * text.matches([',', '、', '،']).count()
    }
}

/// Returns the keywords in a byte range of a text, with ranges relative to the start of that range.
fn inside<C: Copy>(words: &[KeywordMatch<C>], range: &Range<usize>) -> Vec<KeywordMatch<C>> {
    let inside = words.iter().filter(|word| range.start <= word.range.start && word.range.end <= range.end);
    let moved = inside.map(|word| KeywordMatch {
        range: word.range.start - range.start..word.range.end - range.start,
        ..word.clone()
    });
    moved.collect()
}

/// Returns whether a keyword names a code or a password.
fn is_code(name: &KeywordMatch<CodeKeyword>) -> bool {
    matches!(name.topic.code_word(), CodeWord::Code | CodeWord::SomeCode | CodeWord::Password)
}

/// Returns whether a keyword may belong to one of the languages in a bit mask.
fn is_of(word: &KeywordMatch<ValidityKeyword>, languages: u128) -> bool {
    words::may_be_of(word, languages)
}
