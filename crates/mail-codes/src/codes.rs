//! Finds the codes of a mail: computes the features of each code candidate, and lets a model score them.

// This file exceeds 300 lines because the steps from a candidate to a code share the features of the
// candidate.

mod nearby_keywords;
mod purpose;
mod reason;
mod shape;
mod whole_line;

use super::candidate::{self, Candidate, CodeShape};
use super::expiry;
use super::features::Features;
use super::lines::{Part, TextLine};
use super::model::CODES;
use super::words::{self, CodeWord, Topic};
use super::{Code, CodeKind, Confidence, Link};
use jiff::Timestamp;
use mail_reader::mail::Mail;
use mail_reader::sanitize::SafeText;
pub use purpose::CodePurpose;
use std::borrow::Cow;
use std::collections::{HashMap, HashSet};

/// Maximum number of codes that are returned for a mail; the codes with the lowest scores are dropped.
const MAX_CODES: usize = 12;
/// Maximum number of code candidates that are scored in one mail; later candidates are ignored.
const MAX_CANDIDATES: usize = 2_000;
/// Maximum confidence of a voucher code. It is below the confidence that the inbox requires, so a voucher code appears
/// only in the list of code candidates.
const MAX_VOUCHER: Confidence = Confidence(490);
/// Minimum confidence of a code; code candidates with a lower confidence are dropped.
const MIN_CONFIDENCE: Confidence = Confidence(20);
/// Two codes count as equally likely if their confidences differ by at most this many per mille.
const EQUAL: u16 = 15;

/// Features that are the same for all code candidates of a mail, and the data from which they are computed.
pub(super) struct MailContext<'a> {
    pub(super) rows: &'a [TextLine],
    /// For each group of keywords about codes, whether the subject contains a keyword of the group.
    subject: [bool; CodeWord::ALL.len()],
    /// For each group of keywords about codes, the number of lines with a keyword of the group.
    lines: [usize; CodeWord::ALL.len()],
    /// Number of times that keywords about codes, such as `PIN`, occur in the mail.
    keywords: usize,
    /// Number of lines that contain an amount of money.
    amounts: usize,
    /// Number of distinct values among the code candidates of the mail.
    values: usize,
    /// Number of distinct values among the code candidates that are alone on a line.
    alone: usize,
    /// Number of distinct values among the code candidates that are emphasised.
    emphasised: usize,
    /// Whether the subject starts with a reply prefix, such as `Re:`.
    reply: bool,
    /// Whether the subject starts with brackets that contain a number, such as `[Bug 217]`.
    tagged: bool,
    /// The parts of the mail's URLs that follow a `/` or `=`, such as path segments and query values. They are in
    /// lowercase and sorted.
    pieces: Vec<Cow<'a, str>>,
    /// The words of the names and e-mail addresses of the sender and the recipients, in lowercase.
    own: HashSet<String>,
}

/// Facts about one value of code candidates, collected over all its occurrences in a mail.
#[expect(clippy::struct_excessive_bools, reason = "independent features, in any combination")]
#[derive(Debug, Default)]
pub(super) struct Value {
    /// Number of distinct values in the mail with the same pattern of digits and letters, including this
    /// value.
    alike: usize,
    times: usize,
    in_subject: bool,
    in_html: bool,
    in_text: bool,
    emphasised: bool,
    alone: bool,
    /// Whether a number sign (`#` or `№`) precedes an occurrence of the value.
    numbered: bool,
    /// Number of distinct code candidate values that occur earlier in the mail than this value.
    rank: usize,
}

impl MailContext<'_> {
    /// Returns whether a path segment or query value of a URL in the mail starts with `code`, which must be in
    /// lowercase.
    fn is_in_an_address(&self, code: &str) -> bool {
        let at = self.pieces.partition_point(|piece| piece.as_ref() < code);
        self.pieces.get(at).is_some_and(|piece| piece.starts_with(code))
    }

    /// Returns whether a lowercase value is a word of the name or address of the sender or of a recipient.
    fn is_in_own_address(&self, value: &str) -> bool {
        self.own.contains(value)
    }
}

/// A code candidate with the score that the model computed for it, in thousandths of a logit.
struct Scored<'a> {
    /// Index of the line that contains the code candidate.
    at: usize,
    one: &'a Candidate,
    row: &'a TextLine,
    features: Features,
    score: i32,
}

/// Finds the codes of a mail; the code with the highest confidence comes first.
pub(super) fn find(mail: &Mail, links: &[Link], rows: &[TextLine]) -> Vec<Code> {
    let places = places(rows);
    if places.is_empty() {
        return Vec::new();
    }
    let (context, values) = context(mail, links, rows, &places);
    let mut best: HashMap<&str, Scored<'_>> = HashMap::with_capacity(values.len());
    let mut of_mail = Features::default();
    add_mail_features(&mut of_mail, &context);
    let of_mail = of_mail.values();
    let begun = CODES.begin(of_mail);
    for place in &places {
        let mut features = Features::beginning(of_mail, CODES.features());
        add_features(&mut features, &context, &values, place);
        let score = CODES.finish(begun.clone(), features.values().get(of_mail.len()..).unwrap_or_default());
        if best.get(place.key.as_str()).is_none_or(|known| known.score < score) {
            best.insert(&place.key, Scored { at: place.at, one: place.one, row: place.row, features, score });
        }
    }
    rank(best.into_values().collect(), rows, Times { life: expiry::stated(rows), sent_at: mail.date })
}

/// One occurrence of a code candidate in a mail.
pub(super) struct Place<'a> {
    /// Index of the line that contains the code candidate.
    at: usize,
    row: &'a TextLine,
    one: &'a Candidate,
    /// The normalised value; different spellings of one code have the same key.
    pub(super) key: String,
}

impl Place<'_> {
    /// Returns the string that the user has to type if the code candidate is a code.
    pub(super) fn value(&self) -> &str {
        &self.one.value
    }
}

/// Returns all code candidates of a mail in order. Leaves out keywords and other ordinary words in uppercase, and
/// values that the HTML part strikes out.
pub(super) fn places(rows: &[TextLine]) -> Vec<Place<'_>> {
    let struck = struck(rows);
    let all = rows
        .iter()
        .enumerate()
        .flat_map(|(at, row)| row.candidates().iter().map(move |one| Place { at, row, one, key: key(one) }));
    let shown = all
        .take(MAX_CANDIDATES)
        .filter(|place| place.row.part == Part::Html || struck.is_empty() || !struck.contains(&place.key))
        .filter(|place| !is_keyword(place.row, place.one) && !is_ordinary_word(rows, place));
    shown.collect()
}

/// Returns whether a code candidate is in fact an uppercase keyword, such as `VERIFY` on a button.
fn is_keyword(row: &TextLine, one: &Candidate) -> bool {
    one.form == CodeShape::Letters
        && row.words.iter().any(|word| word.range.start <= one.range.start && one.range.end <= word.range.end)
}

/// Number of lines above an ordinary word in which a keyword can announce the word as a code.
const ANNOUNCED_ABOVE: usize = 2;

/// Returns whether a code candidate is an ordinary word in capitals, such as `HTML`, and no keyword announces
/// it as a code: neither in its line, nor in the lines above it, nor in the subject.
fn is_ordinary_word(rows: &[TextLine], place: &Place<'_>) -> bool {
    let is_word = matches!(place.one.form, CodeShape::Letters | CodeShape::LetterGroups);
    if !is_word || !words::is_ordinary(&place.one.value) {
        return false;
    }
    let announces = |row: &TextLine| {
        let announces = |group| {
            matches!(
                group,
                CodeWord::Code
                    | CodeWord::SomeCode
                    | CodeWord::Password
                    | CodeWord::Voucher
                    | CodeWord::Offer
                    | CodeWord::Entry
            )
        };
        row.words.iter().any(|word| announces(word.topic.code_word()))
    };
    let nearby_keywords = rows.get(place.at.saturating_sub(ANNOUNCED_ABOVE)..=place.at).unwrap_or_default();
    !rows.iter().take(1).chain(nearby_keywords).any(announces)
}

/// Adds the features that all code candidates of a mail share.
pub(super) fn add_mail_features(features: &mut Features, context: &MailContext<'_>) {
    whole_line::add_mail(features, context);
}

/// Appends the features of one code candidate to the features of its mail.
pub(super) fn add_features(
    features: &mut Features,
    context: &MailContext<'_>,
    values: &HashMap<&str, Value>,
    place: &Place<'_>,
) {
    let Place { at, row, one, key } = place;
    let others = row.candidates();
    shape::add(features, one);
    shape::add_edges(features, row, one);
    nearby_keywords::add_line(features, row, one, others);
    nearby_keywords::add_lines(features, context, *at, row);
    whole_line::add_line(features, row, one, others);
    let unknown = Value::default();
    whole_line::add_value(features, context, *at, one, values.get(key.as_str()).unwrap_or(&unknown));
}

/// Returns the key of a code candidate: its value in lowercase and without dashes. Different spellings of one code have
/// the same key.
fn key(one: &Candidate) -> String {
    one.value.chars().filter(|&c| c != '-').map(|c| c.to_ascii_lowercase()).collect()
}

/// Returns the keys of the codes that the HTML part strikes out and does not repeat elsewhere. Callers ignore
/// these codes in the text part too, because plain text cannot show strikethrough.
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

/// Returns the pattern of a code candidate's key: its length, and a bit for each of the last 128 characters that is set if
/// the character is a digit.
fn pattern(key: &str) -> (usize, u128) {
    key.chars().fold((0, 0), |(length, digits), c| (length + 1, digits << 1 | u128::from(c.is_ascii_digit())))
}

/// Collects the features of the whole mail, and the facts about each value of its code candidates. The
/// returned map stores the facts under the key of the value.
pub(super) fn context<'a, 'p>(
    mail: &Mail,
    links: &'a [Link],
    rows: &'a [TextLine],
    places: &'p [Place<'_>],
) -> (MailContext<'a>, HashMap<&'p str, Value>) {
    let mut values: HashMap<&str, Value> = HashMap::with_capacity(places.len());
    for place in places {
        let rank = values.len();
        let Place { row, one, .. } = place;
        let value = values.entry(&place.key).or_insert_with(|| Value { rank, ..Value::default() });
        let shown = row.text.get(one.range.clone()).unwrap_or_default();
        let rest = [row.text.get(..one.range.start), row.text.get(one.range.end..)];
        value.times += 1;
        value.in_subject |= row.part == Part::Subject;
        value.in_html |= row.part == Part::Html;
        value.in_text |= row.part == Part::Text;
        value.emphasised |= row.marked || row.strong.iter().any(|strong| strong.trim() == shown);
        value.numbered |= rest[0].is_some_and(|before| before.trim_end().ends_with(['#', '№']));
        value.alone |= row.part != Part::Subject
            && !rest.into_iter().flatten().any(|text| text.chars().any(char::is_alphanumeric));
    }
    let mut alike: HashMap<(usize, u128), usize> = HashMap::with_capacity(values.len());
    for key in values.keys() {
        *alike.entry(pattern(key)).or_default() += 1;
    }
    for (key, value) in &mut values {
        value.alike = alike.get(&pattern(key)).copied().unwrap_or_default();
    }
    let (mut subject, mut lines) = ([false; CodeWord::ALL.len()], [0; CodeWord::ALL.len()]);
    for (at, row) in rows.iter().enumerate() {
        let mut classes = [false; CodeWord::ALL.len()];
        for word in &row.words {
            if let Some(class) = classes.get_mut(word.topic.code_word() as usize) {
                *class = true;
            }
        }
        if at == 0 {
            subject = classes;
        }
        lines.iter_mut().zip(classes).for_each(|(lines, is_there)| *lines += usize::from(is_there));
    }
    let context = MailContext {
        rows,
        subject,
        lines,
        keywords: rows.iter().map(|row| row.words.len()).sum(),
        amounts: rows.iter().filter(|row| row.signs().currency).count(),
        values: values.len(),
        alone: values.values().filter(|value| value.alone).count(),
        emphasised: values.values().filter(|value| value.emphasised).count(),
        reply: rows.first().is_some_and(|row| is_reply(&row.text)),
        tagged: rows.first().is_some_and(|row| is_tagged(&row.text)),
        pieces: pieces(links),
        own: own(mail),
    };
    (context, values)
}

/// Returns whether a subject starts with a reply prefix, such as `Re:`.
fn is_reply(subject: &str) -> bool {
    const MARKS: [&str; 6] = ["re:", "aw:", "sv:", "antw:", "odp:", "回复:"];
    let start: String = subject.chars().take(6).flat_map(char::to_lowercase).collect();
    MARKS.iter().any(|mark| start.starts_with(mark))
}

/// Returns whether a subject starts with brackets that contain a number, such as `[Bug 217]`.
fn is_tagged(subject: &str) -> bool {
    let inside = subject.strip_prefix('[').and_then(|rest| rest.split_once(']'));
    inside.is_some_and(|(tag, _)| tag.bytes().any(|byte| byte.is_ascii_digit()))
}

fn pieces(links: &[Link]) -> Vec<Cow<'_, str>> {
    let addresses = links.iter().flat_map(|link| after_marks(&link.url));
    let mut pieces: Vec<Cow<'_, str>> = addresses.filter(|piece| piece.len() >= 5).map(lower_ascii).collect();
    pieces.sort_unstable();
    pieces
}

/// Returns the parts of a URL that follow a `/` or `=`.
fn after_marks(url: &str) -> impl Iterator<Item = &str> {
    let mut marks = memchr::memchr2_iter(b'/', b'=', url.as_bytes()).peekable();
    std::iter::from_fn(move || {
        let start = marks.next()? + 1;
        url.get(start..marks.peek().copied().unwrap_or(url.len()))
    })
}

/// Returns the words of the names and e-mail addresses of the sender and the recipients, in lowercase.
fn own(mail: &Mail) -> HashSet<String> {
    let addresses = mail.to.iter().chain(&mail.cc).chain([&mail.from]);
    let texts = addresses.flat_map(|to| [to.address.as_str(), to.name.as_str()]);
    let parts = texts.flat_map(|text| text.split(['@', '+', '.', ' ', '<', '>', '"']));
    parts.filter(|part| !part.is_empty()).map(str::to_ascii_lowercase).collect()
}

/// The time when a mail was sent, and the period for which its codes are valid.
#[derive(Clone, Copy)]
struct Times {
    life: Option<u32>,
    sent_at: Option<Timestamp>,
}

/// Sorts code candidates by score, and converts the best ones to codes. Codes with low confidence, such as vouchers,
/// are moved to the end.
fn rank(mut all: Vec<Scored<'_>>, rows: &[TextLine], times: Times) -> Vec<Code> {
    all.sort_by(|a, b| b.score.cmp(&a.score).then_with(|| a.one.value.cmp(&b.one.value)));
    all.truncate(MAX_CODES);
    let has_parcel = purpose::mentions(rows, Topic::Parcel);
    let has_voucher = purpose::mentions(rows, Topic::Voucher);
    let purposes: Vec<CodePurpose> =
        all.iter().map(|scored| purpose::code_purpose(scored, rows, has_parcel, has_voucher)).collect();
    let confidences: Vec<Confidence> = all
        .iter()
        .zip(&purposes)
        .map(|(scored, purpose)| match purpose {
            CodePurpose::Voucher => CODES.confidence(scored.score).clamp(MIN_CONFIDENCE, MAX_VOUCHER),
            CodePurpose::Proof | CodePurpose::Pin => CODES.confidence(scored.score),
        })
        .collect();
    let top = confidences.iter().copied().max().unwrap_or_default();
    let is_rival = |confidence: Confidence| {
        confidence.is_confident() && confidence.thousandths() + EQUAL >= top.thousandths()
    };
    let rivals = confidences.iter().filter(|confidence| is_rival(**confidence)).count();
    let listed = all.into_iter().zip(confidences).zip(purposes);
    let listed = listed.filter(|((_, confidence), _)| *confidence >= MIN_CONFIDENCE);
    let mut codes: Vec<Code> = listed
        .map(|((scored, confidence), purpose)| {
            let ambiguous = rivals > 1 && is_rival(confidence);
            let mut reason = reason::reason_text(&scored, rows);
            if ambiguous {
                reason.push_str("; another code is as likely");
            }
            let value = &scored.one.value;
            let is_digits = value.chars().all(|c| c.is_ascii_digit() || c == '-');
            Code {
                value: SafeText::new(value),
                confidence,
                kind: if is_digits { CodeKind::Digits } else { CodeKind::Alphanumeric },
                purpose,
                life: times.life,
                sent_at: times.sent_at,
                ambiguous,
                reason: SafeText::new(&reason),
            }
        })
        .collect();
    // A voucher can have a high score but a low confidence, so it moves behind the confident codes. The sort
    // is stable.
    codes.sort_by_key(|code| !code.confidence.is_confident());
    codes
}

/// Returns a part of a URL in lowercase. Allocates only if the part contains uppercase or non-ASCII characters, which
/// is rare.
fn lower_ascii(text: &str) -> Cow<'_, str> {
    let small = text.bytes().all(|byte| byte.is_ascii() && !byte.is_ascii_uppercase());
    if small { text.into() } else { text.to_lowercase().into() }
}

#[cfg(test)]
mod tests;
