//! The word that governs a number: before it, after it, in the column's head or in the lines
//! above.

use super::candidate::{self, Candidate, Form};
use super::codes::{Setting, Weight};
use super::page::{Part, Row};
use super::words::{self, Found, Word};

/// How many lines above a lone number are searched for the word that governs it.
const REACH: usize = 5;

/// Finds the word that governs the candidate and gives its points.
pub(super) fn govern(
    setting: &Setting<'_>,
    index: usize,
    row: &Row,
    one: &Candidate,
    others: &[Candidate],
    alone: bool,
    weight: &mut Weight,
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
    let needs_name = matches!(one.form, Form::Letters | Form::Words);
    let strong =
        row.strong.iter().any(|text| text.trim() == row.text.get(one.range.clone()).unwrap_or_default());
    let fits =
        !needs_name || alone || directly(row, one) && (strong || ends_line(row, one)) || strong && named;
    weight.points += if points > 0 && !fits { points / 4 } else { points };
    weight.named = named && points > 0 && fits;
    weight.plain = weight.named && points > 46;
    weight.points += if needs_name && weight.named { 12 } else { 0 };
    if points != 0 && !words.is_empty() {
        weight.reason = format!(" after '{words}'");
    }
}

type Governed = (i32, String, bool);

/// Whether the candidate begins its line.
fn lead(row: &Row, one: &Candidate) -> bool {
    !row.text.get(..one.range.start).unwrap_or_default().chars().any(char::is_alphanumeric)
}

/// Whether the candidate begins its line or its sentence.
fn begins(row: &Row, one: &Candidate) -> bool {
    let before = row.text.get(..one.range.start).unwrap_or_default().trim_end();
    lead(row, one) || before.ends_with([':', '.', '!', '-', ']', '】', '：', '。'])
}

fn ends_line(row: &Row, one: &Candidate) -> bool {
    !row.text.get(one.range.end..).unwrap_or_default().chars().any(char::is_alphanumeric)
}

/// Words that stand between a name and its value.
const COPULAS: [&str; 34] = [
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
];

/// Whether a colon or the like, a copula or the naming word is right before the candidate.
fn directly(row: &Row, one: &Candidate) -> bool {
    let before = row.text.get(..one.range.start).unwrap_or_default().trim_end();
    before.ends_with([':', '：', '-', '=', '«', '"', '“', '「', '[', '【', '('])
        || before.split(' ').next_back().is_some_and(|word| COPULAS.contains(&word))
        || row.words.iter().any(|word| word.range.end == before.len() && points(word.class).is_some())
}

fn before_in_line(row: &Row, one: &Candidate, others: &[Candidate]) -> Option<Governed> {
    let mut best: Option<Governed> = None;
    let mut loose: Option<Governed> = None;
    for word in row.words.iter().rev().filter(|word| word.range.end <= one.range.start) {
        let between = row.text.get(word.range.end..one.range.start).unwrap_or_default();
        let typed = word.class == Word::Type
            && distance(between) == 0
            && !matches!(one.form, Form::Letters | Form::Words);
        let Some(mut points) = class_points(row, word).or(typed.then_some(36)) else { continue };
        let taken = others
            .iter()
            .any(|other| other.range.start >= word.range.end && other.range.end <= one.range.start);
        let distance = distance(between);
        let ends = sentence_ends(between);
        if points < 0 {
            // A name of something else binds what follows at once, and nothing further on.
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
        points -= count(ends).min(3) * 6;
        points -= if taken { 6 } else { 0 };
        if best.as_ref().is_none_or(|(known, ..)| points > *known) {
            best = Some((points, text_of(row, word), true));
        }
    }
    best.or(loose)
}

/// Whether what is between a name and a value says that they are one: `is`, `:`, `[`.
fn is_led(between: &str) -> bool {
    let between = between.trim();
    between.is_empty()
        || COPULAS.contains(&between)
        || between.ends_with([':', '：', '-', '=', '[', '【', '「', '(', '«', '“', '"'])
}

fn sentence_ends(text: &str) -> usize {
    let spaced = [". ", "! ", "? ", "; "].iter().map(|end| text.matches(end).count()).sum::<usize>();
    spaced + text.matches(['。', '！', '？', '；']).count()
}

fn after_in_line(row: &Row, one: &Candidate) -> Option<Governed> {
    let mut best: Option<Governed> = None;
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
        // "482951 is your code" says it as plainly as can be said.
        let stated = begins(row, one)
            && between.split_whitespace().next().is_some_and(|word| COPULAS.contains(&word) || word == "-");
        let stated = if stated { 14 } else { 0 };
        let points = points - 4 + stated - count(distance).saturating_sub(3).max(0) * 2;
        if best.as_ref().is_none_or(|(known, ..)| points > *known) {
            best = Some((points, text_of(row, word), true));
        }
    }
    best
}

/// The word that governs a number which stands alone: in the column's head, in the lines above,
/// or right below.
fn above(setting: &Setting<'_>, index: usize, row: &Row, alone: bool) -> Option<Governed> {
    if row.part == Part::Subject {
        return None;
    }
    if let Some(head) = column_head(setting, index, row) {
        return Some(head);
    }
    for (away, other) in setting.rows.get(..index)?.iter().rev().take(REACH).enumerate() {
        if other.part != row.part {
            break;
        }
        let labelled = other.words.iter().rev().find_map(|word| {
            let points = class_points(other, word)?;
            let rest = other.text.get(word.range.end..).unwrap_or_default();
            Some((points, text_of(other, word), rest))
        });
        let numbers =
            candidate::find(&other.text).iter().any(|one| matches!(one.form, Form::Digits | Form::Grouped));
        if let Some((last, words, rest)) = labelled {
            // A sentence that names both is about the code.
            let strongest =
                other.words.iter().filter_map(|word| class_points(other, word)).max().unwrap_or_default();
            let short = other.text.chars().count() <= 40;
            if last < 0 && strongest < 40 && (strongest <= 0 || short) {
                // Only a label of its own binds the next line; running text does not.
                let label = away == 0 && short && distance(rest) <= 2 && !numbers;
                if label {
                    return Some((last, words, false));
                }
            } else {
                let far = count(away) * 5;
                let lead = if alone { 0 } else { 12 };
                let colon = if other.text.trim_end().ends_with([':', '：']) { 5 } else { 0 };
                // "Collection PIN" and nothing else: a label of the number below.
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

/// The word in the line right below.
fn below(setting: &Setting<'_>, index: usize, row: &Row) -> Option<Governed> {
    let next = setting.rows.get(index + 1).filter(|next| next.part == row.part)?;
    let word = next.words.iter().find(|word| points(word.class).is_some_and(|points| points > 0))?;
    Some((points(word.class)? - 16, text_of(next, word), true))
}

/// A lone number that nobody names, under lines that ask to type something, or in a mail whose
/// subject names a code.
fn asked(setting: &Setting<'_>, index: usize, row: &Row) -> Option<Governed> {
    let earlier =
        setting.rows.get(..index)?.iter().rev().take_while(|other| other.part == row.part).take(REACH);
    let mut asked: Option<Governed> = None;
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

/// In a table of data, the head of the column that the number stands in.
fn column_head(setting: &Setting<'_>, index: usize, row: &Row) -> Option<Governed> {
    let cell = row.cell.filter(|cell| cell.data && cell.row > 0)?;
    let head = setting.rows.get(..index)?.iter().rev().find(|other| {
        other.cell.is_some_and(|head| {
            head.table == cell.table && head.row + 1 == cell.row && head.column == cell.column
        })
    })?;
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

fn points(class: Word) -> Option<i32> {
    match class {
        Word::Code => Some(46),
        Word::Maybe => Some(34),
        Word::Pass => Some(14),
        Word::Not => Some(-50),
        Word::Promo | Word::Offer => Some(-60),
        Word::Act | Word::Life | Word::Type | Word::Once | Word::Figure => None,
    }
}

/// The points of a word in its line: "once" makes a password a code, and a way in makes a code
/// of what else would be an offer.
fn class_points(row: &Row, word: &Found<Word>) -> Option<i32> {
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

fn text_of(row: &Row, word: &Found<Word>) -> String {
    row.text.get(word.range.clone()).unwrap_or_default().to_owned()
}

/// How far apart, in words; four characters of a script without spaces make one.
fn distance(between: &str) -> usize {
    let unspaced = between.chars().filter(|&c| words::is_unspaced(c)).count();
    let spaced = between
        .split(|c: char| !c.is_alphanumeric())
        .filter(|word| !word.is_empty() && !word.chars().any(words::is_unspaced))
        .count();
    spaced + unspaced / 4
}

/// A count as points.
fn count(number: usize) -> i32 {
    i32::try_from(number).unwrap_or(i32::MAX)
}
