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
use super::lines::{LineSource, TextLine};
use super::mail_context::MailContext;
use super::model::CODES;
use super::words::{self, CodeWord};
use super::{Code, Link};
pub(super) use context::{CodeContext, ValueFacts, context};
pub use purpose::CodePurpose;
use ranking::{Times, rank};
use std::collections::{HashMap, HashSet};

/// Maximum number of code candidates per mail that are scored; later candidates are ignored.
const MAX_CANDIDATES: usize = 2_000;

/// A code candidate with the score that the model computed for it, in thousandths of a logit.
struct Scored<'a> {
    /// Index of the line that contains the code candidate.
    at: usize,
    candidate: &'a Candidate,
    line: &'a TextLine,
    features: Features,
    score: i32,
}

/// Finds the codes of a mail; the code with the highest confidence comes first.
pub(super) fn find(mail: &MailContext<'_>, links: &[Link]) -> Vec<Code> {
    let lines = mail.lines.as_slice();
    let occurrences = occurrences(lines);
    if occurrences.is_empty() {
        return Vec::new();
    }
    let (context, values) = context(mail, links, &occurrences);
    let mut best: HashMap<&str, Scored<'_>> = HashMap::with_capacity(values.len());
    let mut of_mail = Features::default();
    add_mail_features(&mut of_mail, &context);
    let of_mail = of_mail.values();
    let begun = CODES.begin(of_mail);
    for occurrence in &occurrences {
        let mut features = Features::beginning(of_mail, CODES.features());
        add_features(&mut features, &context, &values, occurrence);
        let score = CODES.finish(begun.clone(), features.values().get(of_mail.len()..).unwrap_or_default());
        if best.get(occurrence.key.as_str()).is_none_or(|known| known.score < score) {
            best.insert(
                &occurrence.key,
                Scored {
                    at: occurrence.at,
                    candidate: occurrence.candidate,
                    line: occurrence.line,
                    features,
                    score,
                },
            );
        }
    }
    let is_any_listed = best.values().any(|scored| ranking::is_listed(scored.score));
    let life = if is_any_listed { expiry::stated(lines, mail.parsed) } else { None };
    rank(best.into_values().collect(), lines, Times { life, sent_at: mail.parsed.date })
}

/// One occurrence of a code candidate in a mail.
pub(super) struct CandidateOccurrence<'a> {
    /// Index of the line that contains the code candidate.
    at: usize,
    line: &'a TextLine,
    candidate: &'a Candidate,
    /// The normalised value; different spellings of one code have the same key.
    pub(super) key: String,
}

impl CandidateOccurrence<'_> {
    /// Returns the string that the user has to type if the code candidate is a code.
    pub(super) fn value(&self) -> &str {
        &self.candidate.value
    }
}

/// Returns all code candidates of a mail in order. Leaves out keywords and other ordinary words in uppercase, and
/// values that are struck out in the mail.
pub(super) fn occurrences(lines: &[TextLine]) -> Vec<CandidateOccurrence<'_>> {
    let struck = struck(lines);
    let all = lines.iter().enumerate().flat_map(|(at, line)| {
        line.candidates().iter().map(move |candidate| CandidateOccurrence {
            at,
            line,
            candidate,
            key: key(candidate),
        })
    });
    let shown = all
        .take(MAX_CANDIDATES)
        .filter(|occurrence| {
            occurrence.line.source == LineSource::Html
                || struck.is_empty()
                || !struck.contains(&occurrence.key)
        })
        .filter(|occurrence| {
            !is_keyword(occurrence.line, occurrence.candidate) && !is_ordinary_word(lines, occurrence)
        });
    shown.collect()
}

/// Returns whether a code candidate is actually an uppercase keyword, such as `VERIFY` on a button.
fn is_keyword(line: &TextLine, candidate: &Candidate) -> bool {
    candidate.shape == CodeShape::Letters
        && line
            .words
            .iter()
            .any(|word| word.range.start <= candidate.range.start && candidate.range.end <= word.range.end)
}

/// Number of lines above an ordinary word that are searched for a keyword announcing the word as a code.
const ANNOUNCING_LINES_ABOVE: usize = 2;

/// Returns whether a code candidate is an ordinary word in capitals, such as `HTML`. Returns `false` if a keyword in
/// the same line, in the lines directly above or in the subject announces the word as a code.
fn is_ordinary_word(lines: &[TextLine], occurrence: &CandidateOccurrence<'_>) -> bool {
    let is_word = matches!(occurrence.candidate.shape, CodeShape::Letters | CodeShape::LetterGroups);
    if !is_word || !words::is_ordinary(&occurrence.candidate.value) {
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
    let nearby_keywords =
        lines.get(occurrence.at.saturating_sub(ANNOUNCING_LINES_ABOVE)..=occurrence.at).unwrap_or_default();
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
    values: &HashMap<&str, ValueFacts>,
    occurrence: &CandidateOccurrence<'_>,
) {
    let CandidateOccurrence { at, line, candidate, key } = occurrence;
    let others = line.candidates();
    shape::add(features, candidate);
    shape::add_edges(features, line, candidate);
    nearby_keywords::add_line(features, line, candidate, others);
    nearby_keywords::add_lines(features, context.mail, *at, line);
    whole_line::add_line(features, line, candidate, others);
    let unknown = ValueFacts::default();
    whole_line::add_value(features, context, *at, candidate, values.get(key.as_str()).unwrap_or(&unknown));
}

/// Returns the key of a code candidate: its value in lowercase and without dashes. Different spellings of one code have
/// the same key.
fn key(candidate: &Candidate) -> String {
    candidate.value.chars().filter(|&c| c != '-').map(|c| c.to_ascii_lowercase()).collect()
}

/// Returns the keys (normalised values) of the codes that are struck out in the mail and occur nowhere in the HTML part
/// without strikethrough. Callers ignore these codes in the text part too, because plain text rarely shows
/// strikethrough.
fn struck(lines: &[TextLine]) -> HashSet<String> {
    let texts = lines.iter().flat_map(|line| &line.struck);
    let mut struck: HashSet<String> =
        texts.flat_map(|text| candidate::find(text)).map(|candidate| key(&candidate)).collect();
    if !struck.is_empty() {
        for candidate in
            lines.iter().filter(|line| line.source == LineSource::Html).flat_map(TextLine::candidates)
        {
            struck.remove(&key(candidate));
        }
    }
    struck
}

#[cfg(test)]
mod tests;
