//! Scores code candidates by their shape, position and context.
//!
//! The points of all features add up: the shape of a code, its emphasis, and above all the keyword that
//! explains it. That keyword precedes the candidate, or follows it in the same sentence, or is in a line above
//! a candidate that stands alone.

use super::candidate::{self, Candidate, CodeShape};
use super::context::score_by_context;
use super::expiry;
use super::lines::{Part, TextLine};
use super::words::Word;
use super::{Code, CodeKind, Confidence, Link};
use crate::mail_reader::mail::Mail;
use crate::mail_reader::sanitize::SafeText;
use std::borrow::Cow;
use std::collections::{HashMap, HashSet};

/// Maximum number of codes of a mail; the less confident ones are dropped.
const MAX_CODES: usize = 12;
/// Maximum number of candidates of a mail that are scored; later ones are ignored.
const MAX_CANDIDATES: usize = 2_000;
/// Score in points that corresponds to a confidence of 0.5.
const EVEN_SCORE: i32 = 62;

/// Minimum number of candidates of the same shape that count as a list. Each member of a list loses
/// [`LIST_PENALTY`] points.
const MIN_LIST_LENGTH: usize = 6;
const LIST_PENALTY: i32 = 45;

/// Score in points up to which a candidate is dropped.
const MIN_SCORE: i32 = EVEN_SCORE - 45;

/// The score of a candidate and what the score is based on.
#[derive(Clone, Debug, Default)]
pub(super) struct CodeScore {
    pub(super) points: i32,
    pub(super) reason: String,
    /// Whether the candidate is explained by a keyword that names a code.
    pub(super) named: bool,
    /// Whether the keyword is unambiguous and directly precedes the candidate. Such a candidate is never a
    /// member of a list.
    pub(super) plain: bool,
}

/// Features of the whole mail that raise or lower the score of its codes.
pub(super) struct MailContext<'a> {
    pub(super) rows: &'a [TextLine],
    subject: i32,
    life: bool,
    /// Points that are subtracted from each candidate, because the mail is about money or goods.
    trade: i32,
    /// The parts of the mail's URLs after a `/` or `=`, in lower case and sorted, to check whether a URL
    /// contains a code.
    pieces: Vec<Cow<'a, str>>,
    own: Vec<String>,
}

impl MailContext<'_> {
    /// Whether a part of one of the mail's URLs begins with the code, which is given in lower case.
    fn is_in_an_address(&self, code: &str) -> bool {
        let at = self.pieces.partition_point(|piece| piece.as_ref() < code);
        self.pieces.get(at).is_some_and(|piece| piece.starts_with(code))
    }
}

/// Finds the codes of a mail, the most confident first.
pub(super) fn find(mail: &Mail, links: &[Link], rows: &[TextLine]) -> Vec<Code> {
    let setting = setting(mail, links, rows);
    let count = rows.iter().map(|row| row.candidates().len()).sum::<usize>().min(MAX_CANDIDATES);
    let struck = struck(rows);
    let mut best: HashMap<String, (Candidate, CodeScore, Part)> = HashMap::with_capacity(count);
    let mut seen = 0;
    for (index, row) in rows.iter().enumerate() {
        let candidates = row.candidates();
        for one in candidates {
            seen += 1;
            if seen > MAX_CANDIDATES {
                break;
            }
            let weight = score(&setting, index, row, one, candidates);
            let key = key(one);
            if row.part != Part::Html && struck.contains(&key) {
                continue;
            }
            match best.get_mut::<String>(&key) {
                Some((known, weighed, part)) => {
                    // A code that both the text part and the HTML part contain is more certain.
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
    let life = expiry::stated(rows);
    let mut all = best.into_values().map(|(candidate, weight, _)| (candidate, weight)).collect();
    penalize_lists(&mut all);
    rank(all, life)
}

/// Returns the key by which different spellings of a code are recognised as one: lower case, without dashes.
fn key(one: &Candidate) -> String {
    one.value.chars().filter(|&c| c != '-').map(|c| c.to_ascii_lowercase()).collect()
}

/// Returns the keys of codes that the HTML part strikes out and does not repeat elsewhere. These codes are
/// ignored in the text part too, which cannot show strikethrough.
fn struck(rows: &[TextLine]) -> HashSet<String> {
    let texts = rows.iter().flat_map(|row| &row.struck);
    let mut struck: HashSet<String> =
        texts.flat_map(|text| candidate::find(text)).map(|one| key(&one)).collect();
    if !struck.is_empty() {
        for one in rows.iter().filter(|row| row.part == Part::Html).flat_map(TextLine::candidates) {
            struck.remove(&key(one));
        }
    }
    struck
}

/// Lowers the scores of codes that are members of a long list. A mail asks to type a single code; the user
/// stores a list for later.
fn penalize_lists(all: &mut Vec<(Candidate, CodeScore)>) {
    let shape = |one: &Candidate| -> String {
        let sign = |c: char| {
            if c.is_ascii_digit() {
                '0'
            } else if c.is_alphabetic() {
                'a'
            } else {
                c
            }
        };
        one.value.chars().map(sign).collect()
    };
    let likely = |weight: &CodeScore| weight.points > MIN_SCORE;
    if all.iter().filter(|(_, weight)| likely(weight)).count() < MIN_LIST_LENGTH {
        return;
    }
    let mut alike: HashMap<String, usize> = HashMap::new();
    for (one, _) in all.iter().filter(|(_, weight)| likely(weight)) {
        *alike.entry(shape(one)).or_default() += 1;
    }
    for (one, weight) in all {
        if alike.get(&shape(one)).is_some_and(|&count| count >= MIN_LIST_LENGTH) && !weight.plain {
            weight.points -= LIST_PENALTY;
            weight.reason.push_str(", one of many alike");
        }
    }
}

fn rank(mut all: Vec<(Candidate, CodeScore)>, life: Option<u32>) -> Vec<Code> {
    all.retain(|(_, weight)| weight.points > MIN_SCORE);
    all.sort_by(|(a, x), (b, y)| y.points.cmp(&x.points).then_with(|| a.value.cmp(&b.value)));
    all.truncate(MAX_CODES);
    let top = all.first().map_or(0, |(_, weight)| weight.points);
    let rivals = all.iter().filter(|(_, weight)| weight.points >= top - 3 && weight.named).count();
    all.into_iter()
        .map(|(candidate, weight)| {
            let behind = if weight.named { 0 } else { (top - weight.points).clamp(0, 30) };
            let mut reason = weight.reason;
            let ambiguous = rivals > 1 && weight.named && weight.points >= top - 3;
            if ambiguous {
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
                life,
                ambiguous,
                reason: SafeText::new(&reason),
            }
        })
        .collect()
}

/// Converts points to a confidence: 0.5 at [`EVEN_SCORE`] points, 0.9 about thirty points above that.
fn confidence(points: i32) -> Confidence {
    let over = f64::from(points - EVEN_SCORE);
    let share = 1.0 / (1.0 + (-over / 12.0).exp());
    #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "between 0 and 995")]
    let thousandths = (share * 995.0).round().clamp(0.0, 995.0) as u16;
    Confidence::from_thousandths(if points >= EVEN_SCORE {
        thousandths.max(500)
    } else {
        thousandths.min(499)
    })
}

fn setting<'a>(mail: &Mail, links: &'a [Link], rows: &'a [TextLine]) -> MailContext<'a> {
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
    let has = |row: &TextLine, class| row.words.iter().any(|word| word.class == class);
    let amounts = rows.iter().filter(|row| has_amount(&row.text)).count();
    // "Verify your phone number" refers to no number in the mail.
    let other = |row: &TextLine| has(row, Word::Promo) || has(row, Word::Not) && !has(row, Word::Act);
    let told = rows.first().is_some_and(other) && subject == 0;
    let trade = match () {
        () if life => 0,
        () if amounts >= 2 => 22,
        () if told => 14,
        () => 0,
    };
    let addresses = links.iter().flat_map(|link| link.url.split(['/', '=']).skip(1));
    let mut pieces: Vec<Cow<'a, str>> = addresses.filter(|piece| piece.len() >= 5).map(lower_ascii).collect();
    pieces.sort_unstable();
    let own = mail
        .to
        .iter()
        .chain(&mail.cc)
        .map(|to| to.address.to_lowercase())
        .filter(|address| !address.is_empty())
        .collect();
    MailContext { rows, subject, life, trade, pieces, own }
}

/// Whether a text has a currency sign next to a digit.
fn has_amount(text: &str) -> bool {
    let signs = ['$', '€', '£', '¥', '₽', '₹', '₩', '₺', '₴', '₫', '円', '元', '원'];
    if text.is_ascii() {
        return text.contains('$') && text.bytes().any(|byte| byte.is_ascii_digit());
    }
    text.bytes().any(|byte| byte.is_ascii_digit()) && text.chars().any(|c| signs.contains(&c))
}

/// Returns a URL in lower case. URLs are ASCII and rarely have capitals, so most are not copied.
fn lower_ascii(text: &str) -> Cow<'_, str> {
    let small = text.bytes().all(|byte| byte.is_ascii() && !byte.is_ascii_uppercase());
    if small { text.into() } else { text.to_lowercase().into() }
}

fn score(
    setting: &MailContext<'_>,
    index: usize,
    row: &TextLine,
    one: &Candidate,
    others: &[Candidate],
) -> CodeScore {
    let mut weight = CodeScore { points: form_points(one), ..CodeScore::default() };
    let before = row.text.get(..one.range.start).unwrap_or_default();
    let after = row.text.get(one.range.end..).unwrap_or_default();
    if is_bound(row, before) {
        return CodeScore {
            points: 130,
            reason: "bound to its site by its form".to_owned(),
            named: true,
            plain: true,
        };
    }
    let alone = !before.chars().chain(after.chars()).any(char::is_alphanumeric);
    score_by_context(setting, index, row, one, others, alone, &mut weight);
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
    if !weight_is_weak(one) && setting.is_in_an_address(&one.value.to_ascii_lowercase()) {
        weight.points += if weight.named { 6 } else { -8 };
    }
    weight.points -= penalties(setting, row, one, before, &weight);
    if weight.points > MIN_SCORE {
        weight.reason.insert_str(0, &shape(one));
    }
    weight
}

fn weight_is_weak(one: &Candidate) -> bool {
    one.value.len() < 5
}

/// Whether a line states a code together with the domain that it is for, such as `@example.com #123456`.
fn is_bound(row: &TextLine, before: &str) -> bool {
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
        CodeShape::Digits => match one.value.len() {
            6 => 26,
            5 | 7 | 8 => 20,
            4 => 16,
            9 => 4,
            _ => 0,
        },
        CodeShape::Grouped if one.value.chars().filter(char::is_ascii_digit).count() == 4 => 10,
        CodeShape::Grouped | CodeShape::Spaced | CodeShape::Prefixed => 24,
        CodeShape::Mixed if letters_vary(&one.value) => 8,
        CodeShape::Mixed if one.value.len() > 8 => 10,
        CodeShape::Mixed | CodeShape::MixedGroups | CodeShape::LetterGroups => 20,
        CodeShape::Letters => 4,
        CodeShape::Words => 6,
    }
}

fn shape(one: &Candidate) -> String {
    let digits = one.value.chars().filter(char::is_ascii_digit).count();
    match one.form {
        CodeShape::Digits | CodeShape::Grouped | CodeShape::Spaced => format!("{digits} digits"),
        CodeShape::Letters | CodeShape::LetterGroups => {
            format!("{} letters", one.value.chars().filter(char::is_ascii_alphabetic).count())
        }
        _ => format!("{} letters and digits", one.value.chars().filter(char::is_ascii_alphanumeric).count()),
    }
}

fn penalties(
    setting: &MailContext<'_>,
    row: &TextLine,
    one: &Candidate,
    before: &str,
    weight: &CodeScore,
) -> i32 {
    let mut points = 0;
    if row.quoted {
        points += 45;
    }
    // An unambiguous keyword counts almost fully, whatever else the mail is about.
    points += if weight.plain { setting.trade / 3 } else { setting.trade };
    if is_year(&one.value) && one.form == CodeShape::Digits {
        let lower = row.text.to_lowercase();
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
    if one.form == CodeShape::Digits && is_sequence(&one.value) && !weight.named {
        points += 20;
    }
    if matches!(one.form, CodeShape::Letters) && reads_like_a_word(&one.value) {
        points += 30;
    }
    let folded = one.value.to_ascii_lowercase();
    if setting.own.iter().any(|address| address.split(['@', '+', '.']).any(|piece| piece == folded)) {
        points += 60;
    }
    points
}

fn is_year(value: &str) -> bool {
    value.len() == 4 && (value.starts_with("19") || value.starts_with("20"))
}

/// Whether a value is a sequence that examples use, such as `123456` or `0000`.
fn is_sequence(value: &str) -> bool {
    let bytes = value.as_bytes();
    bytes.windows(2).all(|pair| matches!(pair, [a, b] if *b == a + 1))
        || bytes.windows(2).all(|pair| matches!(pair, [a, b] if a == b))
}

/// Whether capital letters could be a word: they have enough vowels and no long run of consonants.
fn reads_like_a_word(value: &str) -> bool {
    let vowels = value.chars().filter(|c| matches!(c, 'A' | 'E' | 'I' | 'O' | 'U' | 'Y')).count();
    let heap = value.split(['A', 'E', 'I', 'O', 'U', 'Y']).map(str::len).max().unwrap_or_default();
    vowels * 4 >= value.len() && heap <= 3
}
