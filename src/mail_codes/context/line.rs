//! Finds the keyword of a candidate in its own line, before or after it.

use super::{COPULAS, KeywordScore, begins, class_points, count, distance, text_of};
use crate::mail_codes::candidate::{Candidate, CodeShape};
use crate::mail_codes::lines::TextLine;
use crate::mail_codes::words::Word;

/// Maximum number of keywords before a number that are examined, to bound the work; earlier ones are ignored.
const MAX_WORDS_BEFORE: usize = 24;

pub(super) fn before_in_line(row: &TextLine, one: &Candidate, others: &[Candidate]) -> Option<KeywordScore> {
    let mut best: Option<KeywordScore> = None;
    let mut loose: Option<KeywordScore> = None;
    let earlier = row.words.iter().rev().filter(|word| word.range.end <= one.range.start);
    for word in earlier.take(MAX_WORDS_BEFORE) {
        let between = row.text.get(word.range.end..one.range.start).unwrap_or_default();
        let typed = word.class == Word::Type
            && distance(between) == 0
            && !matches!(one.form, CodeShape::Letters | CodeShape::Words);
        let Some(mut points) = class_points(row, word).or(typed.then_some(36)) else { continue };
        let taken = others
            .iter()
            .any(|other| other.range.start >= word.range.end && other.range.end <= one.range.start);
        let distance = distance(between);
        let ends = sentence_ends(between);
        if points < 0 {
            // A keyword of something else explains only a number directly after it.
            if taken || distance > 4 || ends > usize::from(between.trim_start().starts_with('.')) {
                continue;
            }
            if distance <= 2 && best.is_none() {
                return Some((points, text_of(row, word), true));
            }
            loose = loose.or_else(|| Some((points / 2, text_of(row, word), false)));
            continue;
        }
        if word.class == Word::Pass && distance <= 3 && between.trim_end().ends_with([':', '：']) {
            points += 22;
        }
        if distance <= 1 && is_led(between) || distance <= 6 && between.trim_end().ends_with([':', '：']) {
            points += if points < 40 { 12 } else { 4 };
        }
        points -= count(distance).saturating_sub(3).clamp(0, 12);
        // A keyword this far before the number rarely announces it.
        points -= count(distance).saturating_sub(15).clamp(0, 12) * 2;
        points -= count(ends).min(3) * 6;
        points -= if taken { 6 } else { 0 };
        if best.as_ref().is_none_or(|(known, ..)| points > *known) {
            best = Some((points, text_of(row, word), true));
        }
    }
    best.or(loose)
}

/// Whether the text between a name and a value joins them: `is`, `:`, `[`.
fn is_led(between: &str) -> bool {
    let between = between.trim();
    between.is_empty()
        || COPULAS.contains(&between)
        || between.ends_with([':', '：', '-', '=', '[', '【', '「', '(', '«', '“', '"'])
}

fn sentence_ends(text: &str) -> usize {
    let after = text.bytes().skip(1);
    let pairs = text.bytes().zip(after);
    let spaced = pairs.filter(|pair| matches!(pair, (b'.' | b'!' | b'?' | b';', b' '))).count();
    let unspaced = || text.chars().filter(|c| matches!(c, '。' | '！' | '？' | '；')).count();
    spaced + if text.is_ascii() { 0 } else { unspaced() }
}

pub(super) fn after_in_line(row: &TextLine, one: &Candidate) -> Option<KeywordScore> {
    let mut best: Option<KeywordScore> = None;
    for word in row.words.iter().filter(|word| word.range.start >= one.range.end) {
        let Some(points) = class_points(row, word) else { continue };
        let between = row.text.get(one.range.end..word.range.start).unwrap_or_default();
        let distance = distance(between);
        if between.contains(['.', '!', '?', '。', '！', '？', ';', ':', '：']) || distance > 8 {
            break;
        }
        if points < 0 {
            if distance == 0 && best.is_none() {
                return Some((points / 2, text_of(row, word), false));
            }
            continue;
        }
        // "482951 is your code" is as clear as a statement can be.
        let stated = begins(row, one)
            && between.split_whitespace().next().is_some_and(|word| COPULAS.contains(&word) || word == "-");
        let stated = if stated { 18 } else { 0 };
        let points = points - 4 + stated - count(distance).saturating_sub(3).max(0) * 2;
        if best.as_ref().is_none_or(|(known, ..)| points > *known) {
            best = Some((points, text_of(row, word), true));
        }
    }
    best
}
