//! Finds the codes of a mail: computes the features of each code candidate, and lets a model score them.

mod context;
mod nearby_keywords;
mod nearest_keyword;
mod purpose;
mod ranking;
mod reason;
mod shape;
mod whole_line;

use super::candidate::{self, Candidate, CodeShape};
use super::expiry;
use super::features::Features;
use super::lines::{Part, TextLine};
use super::mail_context::MailContext;
use super::model::CODES;
use super::words::{self, CodeWord};
use super::{Code, Link};
pub(super) use context::{CodeContext, Value, context};
pub use purpose::CodePurpose;
use ranking::{Times, rank};
use std::collections::{HashMap, HashSet};

/// Maximum number of code candidates that are scored in one mail; later candidates are ignored.
const MAX_CANDIDATES: usize = 2_000;

/// A code candidate with the score that the model computed for it, in thousandths of a logit.
struct Scored<'a> {
    /// Index of the line that contains the code candidate.
    at: usize,
    one: &'a Candidate,
    line: &'a TextLine,
    features: Features,
    score: i32,
}

/// Finds the codes of a mail; the code with the highest confidence comes first.
pub(super) fn find(mail: &MailContext<'_>, links: &[Link]) -> Vec<Code> {
    let lines = mail.lines.as_slice();
    let places = places(lines);
    if places.is_empty() {
        return Vec::new();
    }
    let (context, values) = context(mail, links, &places);
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
            best.insert(
                &place.key,
                Scored { at: place.at, one: place.one, line: place.line, features, score },
            );
        }
    }
    rank(
        best.into_values().collect(),
        lines,
        Times { life: expiry::stated(lines), sent_at: mail.parsed.date },
    )
}

/// One occurrence of a code candidate in a mail.
pub(super) struct Place<'a> {
    /// Index of the line that contains the code candidate.
    at: usize,
    line: &'a TextLine,
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
pub(super) fn places(lines: &[TextLine]) -> Vec<Place<'_>> {
    let struck = struck(lines);
    let all = lines.iter().enumerate().flat_map(|(at, line)| {
        line.candidates().iter().map(move |one| Place { at, line, one, key: key(one) })
    });
    let shown = all
        .take(MAX_CANDIDATES)
        .filter(|place| place.line.part == Part::Html || struck.is_empty() || !struck.contains(&place.key))
        .filter(|place| !is_keyword(place.line, place.one) && !is_ordinary_word(lines, place));
    shown.collect()
}

/// Returns whether a code candidate is in fact an uppercase keyword, such as `VERIFY` on a button.
fn is_keyword(line: &TextLine, one: &Candidate) -> bool {
    one.shape == CodeShape::Letters
        && line
            .words
            .iter()
            .any(|word| word.range.start <= one.range.start && one.range.end <= word.range.end)
}

/// Number of lines above an ordinary word in which a keyword can announce the word as a code.
const ANNOUNCED_ABOVE: usize = 2;

/// Returns whether a code candidate is an ordinary word in capitals, such as `HTML`, and no keyword announces
/// it as a code: neither in its line, nor in the lines above it, nor in the subject.
fn is_ordinary_word(lines: &[TextLine], place: &Place<'_>) -> bool {
    let is_word = matches!(place.one.shape, CodeShape::Letters | CodeShape::LetterGroups);
    if !is_word || !words::is_ordinary(&place.one.value) {
        return false;
    }
    let announces = |line: &TextLine| {
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
        line.words.iter().any(|word| announces(word.topic.code_word()))
    };
    let nearby_keywords = lines.get(place.at.saturating_sub(ANNOUNCED_ABOVE)..=place.at).unwrap_or_default();
    !lines.iter().take(1).chain(nearby_keywords).any(announces)
}

/// Adds the features that all code candidates of a mail share.
pub(super) fn add_mail_features(features: &mut Features, context: &CodeContext<'_>) {
    whole_line::add_mail(features, context);
}

/// Appends the features of one code candidate to the features of its mail.
pub(super) fn add_features(
    features: &mut Features,
    context: &CodeContext<'_>,
    values: &HashMap<&str, Value>,
    place: &Place<'_>,
) {
    let Place { at, line, one, key } = place;
    let others = line.candidates();
    shape::add(features, one);
    shape::add_edges(features, line, one);
    nearby_keywords::add_line(features, line, one, others);
    nearby_keywords::add_lines(features, context.mail, *at, line);
    whole_line::add_line(features, line, one, others);
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
fn struck(lines: &[TextLine]) -> HashSet<String> {
    let texts = lines.iter().flat_map(|line| &line.struck);
    let mut struck: HashSet<String> =
        texts.flat_map(|text| candidate::find(text)).map(|one| key(&one)).collect();
    if !struck.is_empty() {
        for one in lines.iter().filter(|line| line.part == Part::Html).flat_map(TextLine::candidates) {
            struck.remove(&key(one));
        }
    }
    struck
}

#[cfg(test)]
mod tests;
