//! Computes features from the keywords near a code candidate: in its line, in the neighbouring lines, and in the header
//! of its table column.

use super::super::candidate::Candidate;
use super::super::features::Features;
use super::super::lines::{LineSource, TextLine};
use super::super::mail_context::MailContext;
use super::super::words::{CodeKeyword, CodeWord, KeywordMatch};

/// Maximum distance between a code candidate and a keyword, in words; a larger distance is clamped. A missing keyword
/// counts as being at this distance.
const FAR: i16 = 30;
/// Maximum number of lines above a code candidate that are searched for keywords; keywords farther above are ignored.
const MAX_LINES_ABOVE: usize = 5;
/// Distance in lines that is used as a feature value if the lines above the code candidate contain no keyword of a
/// group.
const NOT_ABOVE: i16 = 9;
/// Maximum number of keywords examined on each side of a code candidate; more distant keywords are ignored.
const MAX_KEYWORDS: usize = 24;

/// Adds the features of the keywords in a code candidate's line.
pub(super) fn add_line(
    features: &mut Features,
    line: &TextLine,
    candidate: &Candidate,
    others: &[Candidate],
) {
    let far = [FAR; CodeWord::ALL.len()];
    let (mut before, mut after) = (far, far);
    let mut in_sentence = [false; CodeWord::ALL.len()];
    let split = line.words.partition_point(|word| word.range.start < candidate.range.start);
    let (left, right) = line.words.split_at(split);
    for word in left.iter().rev().take(MAX_KEYWORDS) {
        let words = line.distances().words(word.range.end, candidate.range.start);
        nearest(&mut before, word.topic.code_word(), words);
        if line.distances().ends(word.range.end, candidate.range.start) == 0 {
            note(&mut in_sentence, word.topic.code_word());
        }
    }
    for word in right.iter().take(MAX_KEYWORDS) {
        let words = line.distances().words(candidate.range.end, word.range.start);
        nearest(&mut after, word.topic.code_word(), words);
        if line.distances().ends(candidate.range.end, word.range.start) == 0 {
            note(&mut in_sentence, word.topic.code_word());
        }
    }
    for (name, distances) in [("words before:", before), ("words after:", after)] {
        for (group, distance) in CodeWord::ALL.iter().zip(distances) {
            features.push([name, group.name()], distance);
        }
    }
    for (group, says) in CodeWord::ALL.iter().zip(in_sentence) {
        features.flag(["sentence says", group.name()], says);
    }
    let last = left.iter().rev().find(|word| word.names_a_number());
    add_name(features, "name before", line, candidate, last, others);
    let next = right.iter().find(|word| word.names_a_number());
    add_name(features, "name after", line, candidate, next, others);
}

fn nearest(distances: &mut [i16], group: CodeWord, words: usize) {
    if let Some(known) = distances.get_mut(group as usize) {
        *known = (*known).min(i16::try_from(words).unwrap_or(FAR));
    }
}

/// Adds the features of `word`, the nearest keyword on one side of the candidate that labels a number (such as "order
/// number"): the rank of its keyword group, its distance from the candidate, and whether a colon, sentence ends or
/// other code candidates are between the keyword and the candidate. `side` is the prefix of the feature names.
fn add_name(
    features: &mut Features,
    side: &str,
    line: &TextLine,
    candidate: &Candidate,
    word: Option<&KeywordMatch<CodeKeyword>>,
    others: &[Candidate],
) {
    let between = word.map(|word| {
        if word.range.end <= candidate.range.start {
            word.range.end..candidate.range.start
        } else {
            candidate.range.end..word.range.start.max(candidate.range.end)
        }
    });
    let range = between.clone().unwrap_or_default();
    let text = line.text.get(range.clone()).unwrap_or_default();
    features.push([side, ""], rank(word));
    let distance = || line.distances().words(range.start, range.end);
    features.count([side, "distance"], if between.is_some() { distance() } else { 40 }, 40);
    let ends = line.distances().ends(range.start, range.end);
    features.count([side, "sentences"], ends, 5);
    features.flag([side, "colon"], text.trim_end().ends_with([':', '：', '៖', '՝']));
    let others =
        others.iter().filter(|other| range.start <= other.range.start && other.range.end <= range.end);
    features.flag([side, "other between"], between.is_some() && others.count() > 0);
}

/// Records that a keyword of `group` is in the same sentence as the code candidate.
fn note(in_sentence: &mut [bool], group: CodeWord) {
    if let Some(says) = in_sentence.get_mut(group as usize) {
        *says = true;
    }
}

/// Rank that is used as a feature value if no keyword near the code candidate labels a number, as "order number" does.
const NO_NAME: i16 = 4;

/// Returns the rank of a keyword that labels a number, such as "code" or "order number"; [`NO_NAME`] if there is no
/// such keyword. The lower the rank, the more likely the labelled number is a code.
fn rank(name: Option<&KeywordMatch<CodeKeyword>>) -> i16 {
    name.and_then(|word| word.topic.code_word().rank()).unwrap_or(NO_NAME)
}

/// Adds the features of the lines above and below a code candidate's line, and of the header of the candidate's table
/// column. `at` is the index of the candidate's line.
pub(super) fn add_lines(features: &mut Features, mail: &MailContext<'_>, at: usize, line: &TextLine) {
    let mut above = [NOT_ABOVE; CodeWord::ALL.len()];
    let earlier = mail.lines.get(..at).unwrap_or_default().iter().rev();
    let earlier =
        earlier.take_while(|other| other.source == line.source && line.source != LineSource::Subject);
    let earlier = earlier.filter(|other| !is_of_another_column(line, other));
    for (away, other) in earlier.clone().take(MAX_LINES_ABOVE).enumerate() {
        for word in &other.words {
            nearest(&mut above, word.topic.code_word(), away + 1);
        }
    }
    for (group, lines) in CodeWord::ALL.iter().zip(above) {
        features.push(["lines above:", group.name()], lines);
    }
    let line_above = earlier.clone().next();
    let name = line_above.and_then(|other| other.words.iter().rev().find(|word| word.names_a_number()));
    features.push(["line above", "name"], rank(name));
    let rest =
        line_above.zip(name).map(|(line, name)| line.distances().words(name.range.end, line.text.len()));
    features.count(["line above", "words after name"], rest.unwrap_or(20), 20);
    let words = line_above.map_or(0, |line| line.distances().all());
    features.count(["line above", "words"], words, 30);
    let colon = line_above.is_some_and(|line| line.text.trim_end().ends_with([':', '：', '៖', '՝', '。']));
    features.flag(["line above", "colon"], colon);
    let number = line_above.is_some_and(|line| line.candidates().iter().any(has_digit));
    features.flag(["line above", "number"], number);
    let below = mail.lines.get(at + 1).filter(|other| other.source == line.source);
    let name = below.and_then(|other| other.words.iter().find(|word| word.names_a_number()));
    features.push(["line below", "name"], rank(name));
    let head = column_head(mail, at, line);
    let name = head.and_then(|head| head.words.iter().rev().find(|word| word.names_a_number()));
    features.push(["column head", ""], rank(name));
}

/// Returns whether both lines are cells of the same data table, in different rows and columns. A keyword in one such
/// cell does not describe a code candidate in the other.
fn is_of_another_column(line: &TextLine, other: &TextLine) -> bool {
    let cells = line.cell.zip(other.cell).filter(|(cell, _)| cell.data);
    cells.is_some_and(|(cell, other)| {
        cell.table == other.table && cell.row != other.row && cell.column != other.column
    })
}

fn has_digit(candidate: &Candidate) -> bool {
    candidate.value.bytes().any(|byte| byte.is_ascii_digit())
}

/// Maximum number of lines above a table cell that are searched for the column header; lines farther above are
/// ignored.
const MAX_CELLS: usize = 60;

/// Returns the line that is the column header of a data table cell; `None` if `line` is not a cell of a data
/// table or its column has no header. `at` is the index of `line`.
fn column_head<'a>(mail: &'a MailContext<'_>, at: usize, line: &TextLine) -> Option<&'a TextLine> {
    let cell = line.cell.filter(|cell| cell.data && cell.row > 0)?;
    let earlier = mail.lines.get(..at)?.iter().rev().take(MAX_CELLS);
    earlier.filter(|other| other.source == line.source).find(|other| {
        other.cell.is_some_and(|head| {
            head.table == cell.table
                && head.row < cell.row
                && head.column == cell.column
                && (head.head || head.row == 0)
        })
    })
}
