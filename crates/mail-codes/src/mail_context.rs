//! Collects the facts about a mail that the search for codes and the search for links share.

use super::lines::{self, TextLine};
use super::words::CodeWord;
use mail_reader::html::flow::Flow;
use mail_reader::mail::Mail;

/// A mail with its lines, and the facts from which the features of codes and links are computed. One context is created
/// for each mail.
pub(super) struct MailContext<'a> {
    /// The parsed mail.
    pub(super) parsed: &'a Mail,
    /// The parsed HTML part; `None` if the mail has no HTML part.
    pub(super) flow: Option<&'a Flow>,
    /// All lines of the mail; the first is the subject.
    pub(super) lines: Vec<TextLine>,
    /// For each group of code-related keywords, the number of lines that contain a keyword from the group.
    pub(super) code_lines: [usize; CodeWord::ALL.len()],
    /// Whether the subject starts with a reply prefix, such as `Re:`.
    pub(super) is_reply: bool,
}

impl<'a> MailContext<'a> {
    /// Splits a parsed mail into lines, and collects the facts about the lines.
    pub(super) fn new(parsed: &'a Mail) -> Self {
        let flow = parsed.flow();
        let lines = lines::split(parsed, flow);
        let mut code_lines = [0; CodeWord::ALL.len()];
        for line in lines.iter().filter(|line| !line.words.is_empty()) {
            let groups: u32 =
                line.words.iter().fold(0, |set, word| set | 1 << (word.topic.code_word() as u32));
            let counts = code_lines.iter_mut().enumerate();
            counts.for_each(|(group, count)| *count += usize::from(groups >> group & 1 == 1));
        }
        let is_reply = lines.first().is_some_and(TextLine::is_reply);
        Self { parsed, flow, lines, code_lines, is_reply }
    }

    /// Returns the line with the subject of the mail; `None` if the mail has no lines.
    pub(super) fn subject(&self) -> Option<&TextLine> {
        self.lines.first()
    }
}
