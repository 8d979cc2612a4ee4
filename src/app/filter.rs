//! The inbox filter: plain words, and terms such as `from:shop is:unread after:2026-03-01`. The inbox shows
//! only the mails that match all words and terms.

mod parse;

use dropmail_client::domain::mail::Summary;
use dropmail_client::domain::search::{SearchQuery, normalise};
use dropmail_client::domain::stored_mail::StoredMail;
use dropmail_client::domain::time::Timestamp;
use jiff::tz::TimeZone;
use mail_reader::sanitize::SafeText;
use memchr::{memchr_iter, memmem};
use parse::{parse_term, parse_terms};
use std::borrow::Cow;
use std::fmt;
use std::ops::Range;

/// An inbox filter: the conditions that a mail must meet to be shown in the inbox.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct Filter {
    text: String,
    terms: Vec<Term>,
}

#[derive(Clone, PartialEq, Eq, Debug)]
struct Term {
    /// If `true`, the term is negated (`-word`): it excludes the mails that contain the word or meet the condition.
    not: bool,
    test: Test,
}

#[derive(Clone, PartialEq, Eq, Debug)]
enum Test {
    Anywhere(Needle),
    From(Needle),
    Subject(Needle),
    To(Needle),
    HasCode,
    HasLink,
    HasAttachment,
    Unread,
    Read,
    Starred,
    Before(Timestamp),
    After(Timestamp),
}

/// A word that the filter searches for in every mail. The search tables for the word are computed only once.
#[derive(Clone)]
struct Needle(memmem::Finder<'static>);

impl Needle {
    fn new(word: &str) -> Self {
        Self(memmem::Finder::new(word).into_owned())
    }

    fn is_in(&self, text: &str) -> bool {
        self.0.find(text.as_bytes()).is_some()
    }

    fn as_str(&self) -> Cow<'_, str> {
        String::from_utf8_lossy(self.0.needle())
    }
}

impl PartialEq for Needle {
    fn eq(&self, other: &Self) -> bool {
        self.0.needle() == other.0.needle()
    }
}

impl Eq for Needle {}

impl fmt::Debug for Needle {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("Needle").field(&self.as_str()).finish()
    }
}

impl Filter {
    /// Parses the filter text that the user typed. Relative dates such as `2d` refer to `now`. Dates such as
    /// `2026-03-01` are in the time zone `zone`.
    ///
    /// Returns the filter and a message about the invalid terms; the message is `None` if all terms are valid. The
    /// filter and its [`Self::text`] omit the invalid terms.
    pub fn parse(text: &str, now: Timestamp, zone: &TimeZone) -> (Self, Option<SafeText>) {
        let mut filter = Self::default();
        let (mut understood, mut wrong) = (Vec::new(), Vec::new());
        for word in parse_terms(text) {
            match parse_term(&word, now, zone) {
                Ok(term) => {
                    filter.terms.push(term);
                    understood.push(text.get(word.typed).unwrap_or_default());
                }
                Err(why) if wrong.contains(&why) => {}
                Err(why) => wrong.push(why),
            }
        }
        filter.text = understood.join(" ");
        let wrong = wrong.into_iter().reduce(|all, why| format!("{all}; {why}").into());
        (filter, wrong)
    }

    /// Splits the filter into an archive query (the plain words) and a filter that is applied to the results of the
    /// query (the other terms).
    pub fn into_search(self) -> (SearchQuery, Self) {
        let (mut words, mut without) = (Vec::new(), Vec::new());
        let mut terms = self.terms;
        terms.retain(|Term { not, test }| {
            let Test::Anywhere(word) = test else { return true };
            if *not { &mut without } else { &mut words }.push(word.as_str().into_owned());
            false
        });
        (SearchQuery::from_words(words, without), Self { text: self.text, terms })
    }

    /// Returns whether the filter contains a `to:` term, negated or not.
    pub fn selects_recipient(&self) -> bool {
        self.terms.iter().any(|term| matches!(term.test, Test::To(_)))
    }

    /// Returns the words of the `from:` terms and the words of the `subject:` terms, excluding negated terms. The inbox
    /// highlights these words in search results.
    pub fn sender_and_subject_words(&self) -> (Vec<String>, Vec<String>) {
        let (mut sender, mut subject) = (Vec::new(), Vec::new());
        for term in self.terms.iter().filter(|term| !term.not) {
            match &term.test {
                Test::From(word) => sender.push(normalise(&word.as_str())),
                Test::Subject(word) => subject.push(normalise(&word.as_str())),
                Test::Anywhere(_)
                | Test::To(_)
                | Test::HasCode
                | Test::HasLink
                | Test::HasAttachment
                | Test::Unread
                | Test::Read
                | Test::Starred
                | Test::Before(_)
                | Test::After(_) => {}
            }
        }
        (sender, subject)
    }

    /// Returns the text of the filter as the user typed it, without the invalid terms.
    pub fn text(&self) -> &str {
        &self.text
    }

    /// Returns `true` if the filter has no terms and therefore matches every mail.
    pub fn is_empty(&self) -> bool {
        self.terms.is_empty()
    }

    /// Returns `true` if a mail matches the filter. `text` is the searchable text of the mail, as returned by
    /// [`searchable_text`].
    pub fn matches(&self, mail: &StoredMail, text: &str) -> bool {
        let passes = |term: &Term| term.test.matches(mail, text) != term.not;
        // Searches in the text take the longest, so they come last.
        let (first, last) =
            (|term: &&Term| !term.test.searches_text(), |term: &&Term| term.test.searches_text());
        self.terms.iter().filter(first).all(passes) && self.terms.iter().filter(last).all(passes)
    }
}

impl Test {
    /// Returns `true` if this condition of a filter term searches for a word in the searchable text of a mail.
    fn searches_text(&self) -> bool {
        match self {
            Self::Anywhere(_) | Self::From(_) | Self::Subject(_) | Self::To(_) => true,
            Self::HasCode
            | Self::HasLink
            | Self::HasAttachment
            | Self::Unread
            | Self::Read
            | Self::Starred
            | Self::Before(_)
            | Self::After(_) => false,
        }
    }

    fn matches(&self, mail: &StoredMail, text: &str) -> bool {
        let Summary { envelope, code, link, attachments, .. } = &mail.summary;
        let holds = |fields: Range<usize>, word: &Needle| word.is_in(line_range(text, fields));
        match self {
            Self::Anywhere(word) => word.is_in(text),
            Self::From(word) => holds(SENDER, word),
            Self::Subject(word) => holds(SUBJECT, word),
            Self::To(word) => holds(TO, word) || word.is_in(&envelope.to.to_lowercase()),
            Self::HasCode => code.is_some(),
            Self::HasLink => link.is_some(),
            Self::HasAttachment => *attachments > 0,
            Self::Unread => !mail.read,
            Self::Read => mail.read,
            Self::Starred => mail.starred,
            Self::Before(at) => envelope.received_at < *at,
            Self::After(at) => envelope.received_at >= *at,
        }
    }
}

/// The lines of a mail's [`searchable_text`] that describe the sender, as line numbers counted from 0. The `from:`
/// filter term searches only these lines.
const SENDER: Range<usize> = 0..3;
const SUBJECT: Range<usize> = 3..4;
const TO: Range<usize> = 4..5;

/// Returns the searchable text of a mail in lower case, with one line for each field. No field contains a line break.
pub fn searchable_text(summary: &Summary) -> String {
    let code = summary.code.as_ref().map_or("", |code| code.value.as_str());
    let Summary { sender, sender_address, subject, envelope, .. } = summary;
    format!("{sender}\n{sender_address}\n{}\n{subject}\n{}\n{code}", envelope.from, envelope.to_orig)
        .to_lowercase()
}

/// Returns the lines of `text` whose numbers, counted from 0, are in the range `line_numbers`. The range may extend
/// beyond the end of the text.
fn line_range(text: &str, line_numbers: Range<usize>) -> &str {
    let mut ends = memchr_iter(b'\n', text.as_bytes());
    let start = match line_numbers.start.checked_sub(1) {
        None => 0,
        Some(before) => ends.nth(before).map_or(text.len(), |end| end + 1),
    };
    let end = ends.nth(line_numbers.len().saturating_sub(1)).unwrap_or(text.len());
    text.get(start..end).unwrap_or_default()
}

#[cfg(test)]
mod tests;
