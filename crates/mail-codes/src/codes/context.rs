//! Collects the facts that all code candidates of a mail share, and the facts about the value of each candidate.

use super::CandidateOccurrence;
use crate::Link;
use crate::lines::LineSource;
use crate::mail_context::MailContext;
use crate::words::CodeWord;
use mail_reader::mail::Mail;
use std::borrow::Cow;
use std::collections::{HashMap, HashSet};

/// Features that are the same for all code candidates of a mail, and the data from which they are computed.
pub(crate) struct CodeContext<'a> {
    pub(super) mail: &'a MailContext<'a>,
    /// For each group of code-related keywords, whether the subject contains a keyword from the group.
    pub(super) subject: [bool; CodeWord::ALL.len()],
    /// Number of occurrences of code-related keywords, such as `PIN`, in the mail.
    pub(super) keywords: usize,
    /// Number of lines that contain an amount of money.
    pub(super) amounts: usize,
    /// Number of distinct values among the code candidates of the mail.
    pub(super) values: usize,
    /// Number of distinct values among the code candidates that are alone on a line.
    pub(super) alone: usize,
    /// Number of distinct values among the code candidates that are emphasised.
    pub(super) emphasised: usize,
    /// Whether the subject starts with square brackets that contain a digit, such as `[Bug 217]`.
    pub(super) tagged: bool,
    /// The parts of the mail's URLs that follow a `/` or `=`, such as path segments and query values. They are in
    /// lowercase and sorted.
    pub(super) pieces: Vec<Cow<'a, str>>,
    /// The words in the names and e-mail addresses of the sender and the recipients, in lowercase.
    pub(super) own: HashSet<String>,
}

impl CodeContext<'_> {
    /// Returns whether a path segment or query value of a URL in the mail starts with `code`. The caller must pass
    /// `code` in lowercase.
    pub(super) fn is_in_an_address(&self, code: &str) -> bool {
        let at = self.pieces.partition_point(|piece| piece.as_ref() < code);
        self.pieces.get(at).is_some_and(|piece| piece.starts_with(code))
    }

    /// Returns whether a lowercase value is a word in the name or address of the sender or a recipient.
    pub(super) fn is_in_own_address(&self, value: &str) -> bool {
        self.own.contains(value)
    }
}

/// Facts about the value of a code candidate, collected over all occurrences of the value in a mail.
#[expect(clippy::struct_excessive_bools, reason = "independent features, in any combination")]
#[derive(Debug, Default)]
pub(crate) struct ValueFacts {
    /// Number of distinct values in the mail that have the same pattern of digits and letters as this value. This value
    /// is counted too.
    pub(super) alike: usize,
    pub(super) times: usize,
    pub(super) in_subject: bool,
    pub(super) in_html: bool,
    pub(super) in_text: bool,
    pub(super) emphasised: bool,
    pub(super) alone: bool,
    /// Whether a number sign (`#` or `№`) precedes an occurrence of the value.
    pub(super) numbered: bool,
    /// Number of distinct values of code candidates that occur in the mail before this value.
    pub(super) rank: usize,
}

/// Collects the features of the whole mail, and the facts about the value of each code candidate. The returned map
/// contains the facts, keyed by [`CandidateOccurrence::key`].
pub(crate) fn context<'a, 'p>(
    mail: &'a MailContext<'a>,
    links: &'a [Link],
    occurrences: &'p [CandidateOccurrence<'_>],
) -> (CodeContext<'a>, HashMap<&'p str, ValueFacts>) {
    let mut values: HashMap<&str, ValueFacts> = HashMap::with_capacity(occurrences.len());
    for occurrence in occurrences {
        let rank = values.len();
        let CandidateOccurrence { line, candidate, .. } = occurrence;
        let value =
            values.entry(&occurrence.key).or_insert_with(|| ValueFacts { rank, ..ValueFacts::default() });
        let shown = line.text.get(candidate.range.clone()).unwrap_or_default();
        let rest = [line.text.get(..candidate.range.start), line.text.get(candidate.range.end..)];
        value.times += 1;
        value.in_subject |= line.source == LineSource::Subject;
        value.in_html |= line.source == LineSource::Html;
        value.in_text |= line.source == LineSource::Text;
        value.emphasised |= line.marked || line.strong.iter().any(|strong| strong.trim() == shown);
        value.numbered |= rest[0].is_some_and(|before| before.trim_end().ends_with(['#', '№']));
        value.alone |= line.source != LineSource::Subject
            && !rest.into_iter().flatten().any(|text| text.chars().any(char::is_alphanumeric));
    }
    let mut alike: HashMap<(usize, u128), usize> = HashMap::with_capacity(values.len());
    for key in values.keys() {
        *alike.entry(pattern(key)).or_default() += 1;
    }
    for (key, value) in &mut values {
        value.alike = alike.get(&pattern(key)).copied().unwrap_or_default();
    }
    let mut subject = [false; CodeWord::ALL.len()];
    for word in mail.subject().into_iter().flat_map(|line| &line.words) {
        if let Some(is_there) = subject.get_mut(word.topic.code_word() as usize) {
            *is_there = true;
        }
    }
    let context = CodeContext {
        mail,
        subject,
        keywords: mail.lines.iter().map(|line| line.words.len()).sum(),
        amounts: mail.lines.iter().filter(|line| line.signs().currency).count(),
        values: values.len(),
        alone: values.values().filter(|value| value.alone).count(),
        emphasised: values.values().filter(|value| value.emphasised).count(),
        tagged: mail.subject().is_some_and(|line| is_tagged(&line.text)),
        pieces: pieces(links),
        own: own(mail.parsed),
    };
    (context, values)
}

/// Returns the pattern of a code candidate's key: the length of the key in characters, and a bit mask of its last 128
/// characters. The bits of digits are set.
fn pattern(key: &str) -> (usize, u128) {
    key.chars().fold((0, 0), |(length, digits), c| (length + 1, digits << 1 | u128::from(c.is_ascii_digit())))
}

/// Returns whether a subject starts with square brackets that contain a digit, such as `[Bug 217]`.
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

/// Returns the words in the names and e-mail addresses of the sender and the recipients, in lowercase.
fn own(mail: &Mail) -> HashSet<String> {
    let addresses = mail.to.iter().chain(&mail.cc).chain([&mail.from]);
    let texts = addresses.flat_map(|to| [to.address.as_str(), to.name.as_str()]);
    let parts = texts.flat_map(|text| text.split(['@', '+', '.', ' ', '<', '>', '"']));
    parts.filter(|part| !part.is_empty()).map(str::to_ascii_lowercase).collect()
}

/// Returns a part of a URL in lowercase. Allocates only if the part contains uppercase or non-ASCII characters, which
/// is rare.
fn lower_ascii(text: &str) -> Cow<'_, str> {
    let small = text.bytes().all(|byte| byte.is_ascii() && !byte.is_ascii_uppercase());
    if small { text.into() } else { text.to_lowercase().into() }
}
