//! Finds the keyword of a candidate in other lines: the column header, the lines above, or the next line.

use super::{KeywordScore, class_points, count, distance, points, text_of};
use crate::mail_codes::candidate::CodeShape;
use crate::mail_codes::codes::MailContext;
use crate::mail_codes::lines::{Part, TextLine};
use crate::mail_codes::words::Word;

/// Maximum number of lines above a number that are searched for its keyword.
const MAX_LINES_ABOVE: usize = 5;
/// Maximum length in characters of a line that counts as a label; a longer line counts as a sentence.
const MAX_LABEL_CHARS: usize = 40;

/// Finds the keyword of a number outside its own line: in the column header, the lines above, or the next line.
/// The next line counts only if the number stands alone (`alone`).
pub(super) fn above(
    setting: &MailContext<'_>,
    index: usize,
    row: &TextLine,
    alone: bool,
) -> Option<KeywordScore> {
    if row.part == Part::Subject {
        return None;
    }
    if let Some(head) = column_head(setting, index, row) {
        return Some(head);
    }
    for (away, other) in setting.rows.get(..index)?.iter().rev().take(MAX_LINES_ABOVE).enumerate() {
        if other.part != row.part {
            break;
        }
        let labelled = other.words.iter().rev().find_map(|word| {
            let points = class_points(other, word)?;
            let rest = other.text.get(word.range.end..).unwrap_or_default();
            Some((points, text_of(other, word), rest))
        });
        let numbers = || {
            other.candidates().iter().any(|one| matches!(one.form, CodeShape::Digits | CodeShape::Grouped))
        };
        if let Some((last, words, rest)) = labelled {
            // A sentence that names both a code and something else is about the code.
            let strongest =
                other.words.iter().filter_map(|word| class_points(other, word)).max().unwrap_or_default();
            let short = other.text.chars().count() <= MAX_LABEL_CHARS;
            if last < 0 && strongest < 40 && (strongest <= 0 || short) {
                // Only a separate label applies to the next line; running text does not.
                let label = away == 0 && short && distance(rest) <= 2 && !numbers();
                if label {
                    return Some((last, words, false));
                }
            } else {
                let far = count(away) * 5;
                let lead = if alone { 0 } else { 12 };
                let colon = if other.text.trim_end().ends_with([':', '：']) { 5 } else { 0 };
                // A line with only "Collection PIN" is a label of the number below it.
                let title = away == 0 && distance(rest) == 0 && distance(&other.text) <= 3;
                let title = if title && strongest < 40 && alone { 10 } else { 0 };
                return Some((strongest.max(last) - 2 - far - lead + colon + title, words, true));
            }
        }
    }
    if !alone {
        return None;
    }
    below(setting, index, row)
        .into_iter()
        .chain(asked(setting, index, row))
        .max_by_key(|(points, ..)| *points)
}

/// Finds the keyword of a number in the next line.
fn below(setting: &MailContext<'_>, index: usize, row: &TextLine) -> Option<KeywordScore> {
    let next = setting.rows.get(index + 1).filter(|next| next.part == row.part)?;
    let word = next.words.iter().find(|word| points(word.class).is_some_and(|points| points > 0))?;
    Some((points(word.class)? - 16, text_of(next, word), true))
}

/// Returns the score of a number that stands alone without a keyword. The number has a score if the lines above
/// ask to type something, or if the subject names a code.
fn asked(setting: &MailContext<'_>, index: usize, row: &TextLine) -> Option<KeywordScore> {
    let earlier = setting
        .rows
        .get(..index)?
        .iter()
        .rev()
        .take_while(|other| other.part == row.part)
        .take(MAX_LINES_ABOVE);
    let mut asked: Option<KeywordScore> = None;
    for (away, other) in earlier.enumerate() {
        let has = |class: Word| other.words.iter().rev().find(|word| word.class == class);
        let (figure, kind) = (has(Word::Figure), has(Word::Type));
        let points = match (figure, kind) {
            (Some(_), Some(_)) => 34,
            (Some(_), None) if has(Word::Act).is_some() => 26,
            (None, Some(_)) => 24,
            (Some(_), None) => 14,
            (None, None) => continue,
        } - count(away) * 5;
        let word = figure.or(kind)?;
        if asked.as_ref().is_none_or(|(known, ..)| points > *known) {
            asked = Some((points, text_of(other, word), points >= 24));
        }
    }
    let subject = setting.rows.first()?;
    let named = subject.words.iter().find(|word| points(word.class).is_some_and(|points| points > 14));
    let named = named.map(|word| (points(word.class).unwrap_or_default() - 14, text_of(subject, word), true));
    asked.into_iter().chain(named).max_by_key(|(points, ..)| *points)
}

/// Finds the keyword of a number in the header of its column, if the number is in a data table.
fn column_head(setting: &MailContext<'_>, index: usize, row: &TextLine) -> Option<KeywordScore> {
    let cell = row.cell.filter(|cell| cell.data && cell.row > 0)?;
    let head = setting.rows.get(..index)?.iter().rev().find(|other| {
        other.cell.is_some_and(|head| {
            head.table == cell.table && head.row + 1 == cell.row && head.column == cell.column
        })
    })?;
    // A sentence is no column header.
    if head.text.chars().count() > MAX_LABEL_CHARS {
        return None;
    }
    let beside = setting
        .rows
        .get(index.checked_sub(1)?)
        .filter(|other| other.cell.is_some_and(|left| left.table == cell.table && left.row == cell.row));
    if beside.is_some_and(|beside| beside.words.iter().any(|word| points(word.class).is_some())) {
        return None;
    }
    let word = head.words.iter().rev().find(|word| points(word.class).is_some())?;
    Some((points(word.class)?, text_of(head, word), true))
}
