//! Determines how long a code is valid. A mail may state a period of validity, such as "valid for 5 minutes".
//! A code older than ten minutes counts as stale even within a longer period.

mod clock;
mod period;
mod statement;
#[cfg(test)]
mod tests;

use super::Code;
use super::lines::{LineSource, TextLine};
use super::words::{CodeKeyword, KeywordMatch, Topic};
use clock::SentAt;
use jiff::{SignedDuration, Timestamp};
use mail_reader::mail::Mail;

/// Age above which a code counts as stale, regardless of the period of validity that its mail states.
pub const MAX_FRESH_AGE: SignedDuration = SignedDuration::from_mins(10);

/// Reason why a code may no longer work.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Stale {
    /// The code is older than the period of validity that its mail states.
    Expired,
    /// The code is older than [`MAX_FRESH_AGE`], the age above which any code counts as stale.
    Old,
}

impl Code {
    /// Returns the reason why a code that arrived at `arrived_at` may no longer work at time `now`; `None` if the code
    /// is fresh.
    pub fn stale(&self, arrived_at: Timestamp, now: Timestamp) -> Option<Stale> {
        let age = now.duration_since(arrived_at);
        match self.life {
            Some(life) if age > SignedDuration::from_secs(life.into()) => Some(Stale::Expired),
            _ if age > MAX_FRESH_AGE => Some(Stale::Old),
            _ => None,
        }
    }
}

/// Minimum length in bytes at which a line of plain text may have been wrapped, so that the next line belongs to the
/// same paragraph.
const MIN_WRAPPED_LINE_BYTES: usize = 45;
/// Maximum length in bytes of a paragraph; a longer one is divided.
const MAX_PARAGRAPH_BYTES: usize = 2_000;

/// Returns the shortest period of validity that a mail states for its codes, in seconds; `None` if the mail states no
/// period. Lines of quoted mails are ignored.
pub(super) fn stated(lines: &[TextLine], mail: &Mail) -> Option<u32> {
    let sent_at = SentAt::from_mail(mail);
    let mut paragraphs: Vec<Paragraph> = Vec::new();
    let mut last: Option<&TextLine> = None;
    for line in lines.iter().filter(|line| !line.quoted) {
        let open = paragraphs.last_mut().zip(last).filter(|(open, last)| open.continues(last, line));
        match open {
            Some((paragraph, _)) => paragraph.add(line),
            None => paragraphs.push(Paragraph { text: line.text.clone(), names: line.words.clone() }),
        }
        last = Some(line);
    }
    paragraphs.iter().filter_map(|part| statement::stated_in(&part.text, &part.names, sent_at)).min()
}

/// Consecutive lines that belong together: a paragraph of plain text, or a label with its value.
struct Paragraph {
    text: String,
    names: Vec<KeywordMatch<CodeKeyword>>,
}

impl Paragraph {
    /// Returns whether `line` continues the paragraph, whose last line is `last`.
    fn continues(&self, last: &TextLine, line: &TextLine) -> bool {
        let is_label = last.text.ends_with([':', '：']);
        let is_of_validity = last.words.iter().any(|word| word.topic == Topic::Validity);
        let is_wrapped = line.source == LineSource::Text
            && last.text.len() >= MIN_WRAPPED_LINE_BYTES
            && !last.text.ends_with([':', '：', '.', '!', '?', '。', '।']);
        last.source == line.source
            && (is_wrapped || is_label && is_of_validity)
            && self.text.len() + line.text.len() <= MAX_PARAGRAPH_BYTES
    }

    fn add(&mut self, line: &TextLine) {
        self.text.push(' ');
        let start = self.text.len();
        self.text.push_str(&line.text);
        self.names.extend(line.words.iter().map(|word| KeywordMatch {
            range: start + word.range.start..start + word.range.end,
            ..word.clone()
        }));
    }
}
