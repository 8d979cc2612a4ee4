//! Scores a candidate by its keyword. The keyword is in the same line, in the column header, in the lines above
//! or in the next line.

mod above;
mod line;

use super::candidate::{Candidate, CodeShape};
use super::codes::{CodeScore, MailContext};
use super::lines::TextLine;
use super::words::{self, KeywordMatch, Word};
use above::above;
use line::{after_in_line, before_in_line};

/// Finds the keyword that explains a candidate and adds its points to the score.
pub(super) fn score_by_context(
    setting: &MailContext<'_>,
    index: usize,
    row: &TextLine,
    one: &Candidate,
    others: &[Candidate],
    alone: bool,
    weight: &mut CodeScore,
) {
    let inside = before_in_line(row, one, others);
    let after = after_in_line(row, one);
    let (points, words, named) = match (inside, after) {
        (Some(a), Some(b)) if a.0 < 0 && b.0 > 0 && !a.2 => b,
        (Some(a), Some(b)) if a.0 >= 0 && b.0 > a.0 => b,
        (Some(a), _) => a,
        (None, Some(b)) => b,
        (None, None) if alone || lead(row, one) => above(setting, index, row, alone).unwrap_or_default(),
        (None, None) => return,
    };
    let needs_name = matches!(one.form, CodeShape::Letters | CodeShape::Words);
    let strong =
        row.strong.iter().any(|text| text.trim() == row.text.get(one.range.clone()).unwrap_or_default());
    let fits =
        !needs_name || alone || directly(row, one) && (strong || ends_line(row, one)) || strong && named;
    weight.points += if points > 0 && !fits { points / 4 } else { points };
    weight.named = named && points > 0 && fits;
    // The candidate is emphasised and directly follows the keyword.
    let shown = strong && directly(row, one) && points >= 46;
    weight.plain = weight.named && (points > 46 || shown);
    weight.points += if needs_name && weight.named { 12 } else { 0 };
    if points != 0 && !words.is_empty() {
        weight.reason = format!(" after '{words}'");
    }
}

type KeywordScore = (i32, String, bool);

/// Whether a candidate is the first text in its line.
fn lead(row: &TextLine, one: &Candidate) -> bool {
    !row.text.get(..one.range.start).unwrap_or_default().chars().any(char::is_alphanumeric)
}

/// Whether a candidate is the first text in its line or its sentence.
fn begins(row: &TextLine, one: &Candidate) -> bool {
    let before = row.text.get(..one.range.start).unwrap_or_default().trim_end();
    lead(row, one) || before.ends_with([':', '.', '!', '-', ']', '】', '：', '。'])
}

fn ends_line(row: &TextLine, one: &Candidate) -> bool {
    !row.text.get(one.range.end..).unwrap_or_default().chars().any(char::is_alphanumeric)
}

/// Words between a name and its value, such as `is` in "your code is 1234".
const COPULAS: [&str; 35] = [
    "is",
    "ist",
    "lautet",
    "est",
    "es",
    "é",
    "è",
    "är",
    "er",
    "on",
    "jest",
    "to",
    "je",
    "это",
    "is:",
    "adalah",
    "là",
    "este",
    "είναι",
    "هو",
    "är:",
    "ist:",
    "est:",
    "es:",
    "são",
    "son",
    "sind",
    "zijn",
    "a",
    "az",
    "ni",
    "yra",
    "ir",
    "jsou",
    "yw",
];

/// Whether a colon or a similar mark, a copula such as `is`, or a keyword stands directly before the candidate.
fn directly(row: &TextLine, one: &Candidate) -> bool {
    let before = row.text.get(..one.range.start).unwrap_or_default().trim_end();
    before.ends_with([':', '：', '-', '=', '«', '"', '“', '「', '[', '【', '('])
        || before.split(' ').next_back().is_some_and(|word| COPULAS.contains(&word))
        || row.words.iter().any(|word| word.range.end == before.len() && points(word.class).is_some())
}

fn points(class: Word) -> Option<i32> {
    match class {
        Word::Code => Some(46),
        Word::Maybe => Some(34),
        Word::Pass => Some(14),
        Word::Not => Some(-50),
        Word::Promo | Word::Offer => Some(-60),
        Word::Act | Word::Life | Word::Type | Word::Once | Word::Figure | Word::Other => None,
    }
}

/// Returns the points of a keyword in its line; `None` if the keyword says nothing about codes. A password that
/// the line calls valid only once counts as a code. An offer code counts as a code if the line also mentions
/// signing in.
fn class_points(row: &TextLine, word: &KeywordMatch<Word>) -> Option<i32> {
    let has = |class: Word| row.words.iter().any(|other| other.class == class);
    match word.class {
        Word::Pass if has(Word::Once) => points(Word::Code),
        Word::Offer
            if (has(Word::Act) || has(Word::Code)) && !has(Word::Promo) && !row.text.contains('%') =>
        {
            points(Word::Maybe)
        }
        class => points(class),
    }
}

fn text_of(row: &TextLine, word: &KeywordMatch<Word>) -> String {
    row.text.get(word.range.clone()).unwrap_or_default().to_owned()
}

/// Returns the distance in words that a text spans; four characters of a script without spaces count as one
/// word.
fn distance(between: &str) -> usize {
    if between.is_ascii() {
        let mut inside = false;
        let begins = |byte: u8| {
            !std::mem::replace(&mut inside, byte.is_ascii_alphanumeric()) && byte.is_ascii_alphanumeric()
        };
        return between.bytes().map(begins).filter(|&begins| begins).count();
    }
    let unspaced = between.chars().filter(|&c| words::is_unspaced(c)).count();
    let spaced = between
        .split(|c: char| !c.is_alphanumeric())
        .filter(|word| !word.is_empty() && !word.chars().any(words::is_unspaced))
        .count();
    spaced + unspaced / 4
}

/// Converts a count to `i32`, so that points can be computed from it.
fn count(number: usize) -> i32 {
    i32::try_from(number).unwrap_or(i32::MAX)
}
