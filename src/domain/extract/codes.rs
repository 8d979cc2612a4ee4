//! Weighs candidates by form, place and the words around them.
//!
//! Points add up: what a code looks like, how it is set off, and above all which word governs
//! it. The word before a number governs it, else the word after it in the same sentence, else
//! the line above where the number stands alone.

use super::candidate::{self, Candidate, Form};
use super::page::{Part, Row};
use super::words::{Found, Word};
use super::{Code, CodeKind, Confidence};
use crate::domain::mail::Mail;
use crate::domain::sanitize::SafeText;
use std::collections::HashMap;

/// How many codes are kept.
const MAX_CODES: usize = 12;
/// How many candidates are weighed.
const MAX_CANDIDATES: usize = 2_000;
/// Points at which a code is as likely as not.
const EVEN: i32 = 62;
/// How many lines above a lone number are searched for the word that governs it.
const REACH: usize = 5;

/// What stands over a candidate.
#[derive(Clone, Debug, Default)]
struct Weight {
    points: i32,
    reason: String,
    /// Whether a word that names a code governs it.
    named: bool,
}

/// Everything about the mail as a whole that bears on its codes.
struct Setting<'a> {
    rows: &'a [Row],
    subject: i32,
    life: bool,
    /// Whether the mail is about money and goods.
    trade: bool,
    urls: String,
    own: Vec<String>,
}

/// The codes of a mail, the best first.
pub(super) fn find(mail: &Mail, rows: &[Row]) -> Vec<Code> {
    let setting = setting(mail, rows);
    let mut best: HashMap<String, (Candidate, Weight, Part)> = HashMap::new();
    let mut seen = 0;
    for (index, row) in rows.iter().enumerate() {
        let candidates = candidate::find(&row.text);
        for one in &candidates {
            seen += 1;
            if seen > MAX_CANDIDATES {
                break;
            }
            let weight = weigh(&setting, index, row, one, &candidates);
            let key = one.value.replace('-', "").to_lowercase();
            match best.get_mut(&key) {
                Some((known, weighed, part)) => {
                    // Told twice, in parts that were written apart, is told surely.
                    let bonus = if *part == row.part || weight.points < 20 { 0 } else { 6 };
                    if weight.points > weighed.points {
                        (*known, *weighed, *part) = (one.clone(), weight, row.part);
                    }
                    weighed.points += bonus;
                }
                None => drop(best.insert(key, (one.clone(), weight, row.part))),
            }
        }
    }
    rank(best.into_values().map(|(candidate, weight, _)| (candidate, weight)).collect())
}

fn rank(mut all: Vec<(Candidate, Weight)>) -> Vec<Code> {
    all.retain(|(_, weight)| weight.points > EVEN - 45);
    all.sort_by(|(a, x), (b, y)| y.points.cmp(&x.points).then_with(|| a.value.cmp(&b.value)));
    all.truncate(MAX_CODES);
    let top = all.first().map_or(0, |(_, weight)| weight.points);
    let rivals = all.iter().filter(|(_, weight)| weight.points >= top - 3 && weight.named).count();
    all.into_iter()
        .map(|(candidate, weight)| {
            let behind = if weight.named { 0 } else { (top - weight.points).clamp(0, 30) };
            let mut reason = weight.reason;
            if rivals > 1 && weight.points >= top - 3 {
                reason.push_str("; another code is as likely");
            }
            let kind = if candidate.value.chars().all(|c| c.is_ascii_digit() || c == '-') {
                CodeKind::Digits
            } else {
                CodeKind::Alphanumeric
            };
            Code {
                value: SafeText::new(&candidate.value),
                confidence: confidence(weight.points - behind),
                kind,
                reason: SafeText::new(&reason),
            }
        })
        .collect()
}

/// Points to a share: 0.5 at [`EVEN`], 0.9 some thirty points above.
fn confidence(points: i32) -> Confidence {
    let over = f64::from(points - EVEN);
    let share = 1.0 / (1.0 + (-over / 12.0).exp());
    #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "between 0 and 995")]
    let thousandths = (share * 995.0).round().clamp(0.0, 995.0) as u16;
    Confidence::from_thousandths(if points >= EVEN { thousandths.max(500) } else { thousandths.min(499) })
}

fn setting<'a>(mail: &Mail, rows: &'a [Row]) -> Setting<'a> {
    let subject = rows.first().map_or(0, |row| {
        let has = |class| row.words.iter().any(|word| word.class == class);
        match () {
            () if has(Word::Code) => 14,
            () if has(Word::Promo) || has(Word::Not) => 0,
            () if has(Word::Maybe) => 10,
            () if has(Word::Pass) => 8,
            () if has(Word::Act) => 6,
            () => 0,
        }
    });
    let life = rows.iter().any(|row| row.words.iter().any(|word| word.class == Word::Life));
    let has = |row: &Row, class| row.words.iter().any(|word| word.class == class);
    let amounts = rows.iter().filter(|row| has_amount(&row.text)).count();
    let told = rows.first().is_some_and(|row| has(row, Word::Not) || has(row, Word::Promo)) && subject == 0;
    let trade = !life && (told || amounts >= 2);
    let urls = mail.links.iter().map(|link| link.url.as_str()).collect::<Vec<_>>().join("\n").to_lowercase();
    let own = mail
        .to
        .iter()
        .chain(&mail.cc)
        .map(|to| to.address.to_lowercase())
        .filter(|address| !address.is_empty())
        .collect();
    Setting { rows, subject, life, trade, urls, own }
}

/// Whether a currency's sign stands beside a digit.
fn has_amount(text: &str) -> bool {
    let signs = ['$', '€', '£', '¥', '₽', '₹', '₩', '₺', '₴', '₫', '円', '元', '원'];
    text.contains(signs) && text.contains(|c: char| c.is_ascii_digit())
}

fn weigh(setting: &Setting<'_>, index: usize, row: &Row, one: &Candidate, others: &[Candidate]) -> Weight {
    let mut weight = Weight { points: form_points(one), ..Weight::default() };
    let before = row.text.get(..one.range.start).unwrap_or_default();
    let after = row.text.get(one.range.end..).unwrap_or_default();
    if is_bound(row, before) {
        return Weight { points: 130, reason: "bound to its site by its form".to_owned(), named: true };
    }
    let alone = !before.chars().chain(after.chars()).any(char::is_alphanumeric);
    govern(setting, index, row, one, others, alone, &mut weight);
    let set_off = alone && row.part != Part::Subject;
    if set_off {
        weight.points += 16;
        weight.reason.push_str(", alone on a line");
    }
    let strong =
        row.strong.iter().any(|text| text.trim() == row.text.get(one.range.clone()).unwrap_or_default());
    if row.boxed || strong || (row.marked && alone) {
        weight.points += 10;
        weight.reason.push_str(if row.boxed { ", in boxes" } else { ", set off" });
    }
    weight.points += setting.subject + if setting.life { 6 } else { 0 };
    let folded = one.value.to_lowercase();
    if !weight_is_weak(one) && ["=", "/"].iter().any(|edge| setting.urls.contains(&format!("{edge}{folded}")))
    {
        weight.points += if weight.named { 6 } else { -8 };
    }
    weight.points -= penalties(setting, row, one, before, &weight);
    let shape = shape(one);
    weight.reason = if weight.reason.is_empty() { shape } else { format!("{shape}{}", weight.reason) };
    weight
}

fn weight_is_weak(one: &Candidate) -> bool {
    one.value.len() < 5
}

/// `@example.com #123456`: a code that its sender bound to a site.
fn is_bound(row: &Row, before: &str) -> bool {
    row.text.starts_with('@')
        && before.ends_with(" #")
        && before.len() > 4
        && before.trim_end_matches(" #").chars().all(|c| !c.is_whitespace())
}

fn form_points(one: &Candidate) -> i32 {
    let letters_vary = |text: &str| {
        text.chars().any(|c| c.is_ascii_uppercase()) && text.chars().any(|c| c.is_ascii_lowercase())
    };
    match one.form {
        Form::Digits => match one.value.len() {
            6 => 26,
            5 | 7 | 8 => 20,
            4 => 16,
            9 => 4,
            _ => 0,
        },
        Form::Grouped | Form::Spaced | Form::Prefixed => 24,
        Form::Mixed if letters_vary(&one.value) => 8,
        Form::Mixed if one.value.len() > 8 => 10,
        Form::Mixed | Form::MixedGroups => 20,
        Form::LetterGroups => 20,
        Form::Letters => 4,
        Form::Words => 6,
    }
}

fn shape(one: &Candidate) -> String {
    let digits = one.value.chars().filter(char::is_ascii_digit).count();
    match one.form {
        Form::Digits | Form::Grouped | Form::Spaced => format!("{digits} digits"),
        Form::Letters | Form::LetterGroups => {
            format!("{} letters", one.value.chars().filter(char::is_ascii_alphabetic).count())
        }
        _ => format!("{} letters and digits", one.value.chars().filter(char::is_ascii_alphanumeric).count()),
    }
}

/// Finds the word that governs the candidate and gives its points.
fn govern(
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
    let strong = row.strong.iter().any(|text| text.trim() == row.text.get(one.range.clone()).unwrap_or_default());
    let fits = !needs_name || alone || directly(row, one) && (strong || ends_line(row, one)) || strong && named;
    weight.points += if points > 0 && !fits { points / 4 } else { points };
    weight.named = named && points > 0 && fits;
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

fn ends_line(row: &Row, one: &Candidate) -> bool {
    !row.text.get(one.range.end..).unwrap_or_default().chars().any(char::is_alphanumeric)
}

/// Words that stand between a name and its value.
const COPULAS: [&str; 20] = [
    "is", "ist", "lautet", "est", "es", "é", "è", "är", "er", "on", "jest", "to", "je", "это", "is:", "adalah", "là", "este", "είναι", "هو",
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
    for word in row.words.iter().rev().filter(|word| word.range.end <= one.range.start) {
        let between = row.text.get(word.range.end..one.range.start).unwrap_or_default();
        let typed = word.class == Word::Type && distance(between) == 0 && !matches!(one.form, Form::Letters | Form::Words);
        let Some(mut points) = points(word.class).or(typed.then_some(36)) else { continue };
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
            let binds = distance <= 2;
            if best.is_none() {
                return Some((points, text_of(row, word), binds));
            }
            continue;
        }
        if word.class == Word::Pass && distance <= 3 && between.trim_end().ends_with([':', '：']) {
            points += 22;
        }
        if distance <= 1 && is_led(between) || distance <= 6 && between.trim_end().ends_with([':', '：']) {
            points += if points < 40 { 12 } else { 4 };
        }
        points -= i32::try_from(distance).unwrap_or(i32::MAX).saturating_sub(3).clamp(0, 24);
        points -= i32::try_from(ends).unwrap_or(9).min(3) * 6;
        points -= if taken { 10 } else { 0 };
        if best.as_ref().is_none_or(|(known, ..)| points > *known) {
            best = Some((points, text_of(row, word), true));
        }
    }
    best
}

/// Whether what is between a name and a value says that they are one: `is`, `:`, `[`.
fn is_led(between: &str) -> bool {
    let between = between.trim();
    between.is_empty() || COPULAS.contains(&between) || between.ends_with([':', '：', '-', '=', '[', '【', '「', '(', '«', '“', '"'])
}

fn sentence_ends(text: &str) -> usize {
    let spaced = [". ", "! ", "? ", "; "].iter().map(|end| text.matches(end).count()).sum::<usize>();
    spaced + text.matches(['。', '！', '？', '；']).count()
}

fn after_in_line(row: &Row, one: &Candidate) -> Option<Governed> {
    let mut best: Option<Governed> = None;
    for word in row.words.iter().filter(|word| word.range.start >= one.range.end) {
        let Some(points) = points(word.class) else { continue };
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
        let points = points - 4 - i32::try_from(distance).unwrap_or(9).saturating_sub(3).max(0) * 2;
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
    let mut away = 0;
    for other in setting.rows.get(..index)?.iter().rev().take(REACH) {
        if other.part != row.part {
            break;
        }
        let labelled = other.words.iter().rev().find_map(|word| {
            let points = points(word.class)?;
            let rest = other.text.get(word.range.end..).unwrap_or_default();
            Some((points, text_of(other, word), rest))
        });
        let numbers =
            candidate::find(&other.text).iter().any(|one| matches!(one.form, Form::Digits | Form::Grouped));
        if let Some((points, words, rest)) = labelled {
            // A sentence that names both is about the code.
            let strongest = other.words.iter().filter_map(|word| points_of(word)).max().unwrap_or_default();
            let short = other.text.chars().count() <= 40;
            if points < 0 && (strongest <= 0 || short) {
                // Only a label of its own binds the next line; running text does not.
                let label = away == 0 && short && distance(rest) <= 2 && !numbers;
                if label {
                    return Some((points, words, false));
                }
            } else {
                let far = i32::try_from(away).unwrap_or(9) * 5;
                let lead = if alone { 0 } else { 12 };
                let colon = if other.text.trim_end().ends_with([':', '：']) { 5 } else { 0 };
                return Some((strongest.max(points) - 2 - far - lead + colon, words, true));
            }
        }
        away += 1;
    }
    let next = setting.rows.get(index + 1).filter(|next| next.part == row.part && alone)?;
    let word = next.words.iter().find(|word| points(word.class).is_some_and(|points| points > 0))?;
    Some((points(word.class)? - 16, text_of(next, word), true))
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
        Word::Promo => Some(-60),
        Word::Act | Word::Life | Word::Type => None,
    }
}

fn points_of(word: &Found<Word>) -> Option<i32> {
    points(word.class)
}

fn text_of(row: &Row, word: &Found<Word>) -> String {
    row.text.get(word.range.clone()).unwrap_or_default().to_owned()
}

/// How far apart, in words; four characters of a script without spaces make one.
fn distance(between: &str) -> usize {
    let unspaced = between.chars().filter(|&c| super::words::is_unspaced(c)).count();
    let spaced = between
        .split(|c: char| !c.is_alphanumeric())
        .filter(|word| !word.is_empty() && !word.chars().any(super::words::is_unspaced))
        .count();
    spaced + unspaced / 4
}

fn penalties(setting: &Setting<'_>, row: &Row, one: &Candidate, before: &str, weight: &Weight) -> i32 {
    let mut points = 0;
    let lower = row.text.to_lowercase();
    if row.quoted {
        points += 45;
    }
    if setting.trade {
        points += 14;
    }
    if is_year(&one.value) && one.form == Form::Digits {
        let date = lower.contains('©') || lower.contains("copyright") || lower.contains("(c)");
        points += if date {
            80
        } else if weight.named {
            8
        } else {
            40
        };
    }
    if before.trim_end().ends_with(['#', '№'])
        || before.trim_end().ends_with("n°")
        || before.trim_end().ends_with("nº")
    {
        points += if weight.named { 10 } else { 40 };
    }
    if one.form == Form::Digits && is_sequence(&one.value) && !weight.named {
        points += 20;
    }
    if matches!(one.form, Form::Letters) && reads_like_a_word(&one.value) {
        points += 30;
    }
    if setting
        .own
        .iter()
        .any(|address| address.split(['@', '+', '.']).any(|piece| piece == one.value.to_lowercase()))
    {
        points += 60;
    }
    points
}

fn is_year(value: &str) -> bool {
    value.len() == 4 && (value.starts_with("19") || value.starts_with("20"))
}

/// `123456`, `0000`: what examples are made of.
fn is_sequence(value: &str) -> bool {
    let bytes = value.as_bytes();
    bytes.windows(2).all(|pair| matches!(pair, [a, b] if *b == a + 1))
        || bytes.windows(2).all(|pair| matches!(pair, [a, b] if a == b))
}

/// Capital letters with as many vowels as speech has, and no heap of consonants.
fn reads_like_a_word(value: &str) -> bool {
    let vowels = value.chars().filter(|c| matches!(c, 'A' | 'E' | 'I' | 'O' | 'U' | 'Y')).count();
    let heap = value.split(['A', 'E', 'I', 'O', 'U', 'Y']).map(str::len).max().unwrap_or_default();
    vowels * 4 >= value.len() && heap <= 3
}
