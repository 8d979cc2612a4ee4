//! Splits a mail into the lines that a reader sees. The lines are normalised: digits and dashes of all
//! scripts are converted to ASCII.

mod amount;
mod fold;
mod html;
#[cfg(test)]
mod tests;

use super::candidate::{self, Candidate};
use super::distances::Distances;
use super::words::{self, CodeKeyword, KeywordMatch, Languages, LinkWords};
use amount::has_amount;
use fold::without_escapes;
pub(super) use fold::{fold, lower};
use html::from_flow;
use mail_reader::html::flow::{Cell, Flow};
use mail_reader::mail::Mail;
use memchr::memchr;
use std::borrow::Cow;
use std::cell::OnceCell;
use std::ops::Range;

/// Maximum number of lines of each text or HTML part that are searched for codes; later lines are ignored.
const MAX_LINES: usize = 4_000;

/// The source of a line: the subject, the HTML part or the text part of a mail.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum LineSource {
    Subject,
    Html,
    Text,
}

/// One line of a mail as a reader sees it, normalised for the search for codes and links.
#[derive(Debug)]
pub(super) struct TextLine {
    pub(super) source: LineSource,
    /// The text of the line, with ASCII digits and dashes.
    pub(super) text: String,
    /// The code candidates in the line, computed on first use.
    candidates: OnceCell<Vec<Candidate>>,
    /// The positions of words and sentence ends in the line, computed on first use.
    distances: OnceCell<Distances>,
    /// The indications that a number in the line is probably not a code, determined on first use.
    signs: OnceCell<Signs>,
    /// The code-related keywords in the line, such as "verification code".
    pub(super) words: Vec<KeywordMatch<CodeKeyword>>,
    /// The groups of link-related keywords, such as the sign-in group, that have a keyword in the line.
    pub(super) link_words: LinkWords,
    /// Index of the line's block in the HTML part; 0 for lines outside the HTML part.
    pub(super) block: usize,
    /// Whether the whole line is emphasised, for example bold or large.
    pub(super) marked: bool,
    /// Whether each character or digit group of the line has its own table cell or box. Many mails display a code in
    /// this way.
    pub(super) boxed: bool,
    pub(super) quoted: bool,
    pub(super) cell: Option<Cell>,
    /// The emphasised runs of text in the line, normalised.
    pub(super) strong: Vec<String>,
    /// The struck-out runs of text in the line, normalised. The `text` field does not contain them.
    pub(super) struck: Vec<String>,
}

/// Indications that a number in a line is probably not a code.
#[derive(Clone, Copy, Debug)]
pub(super) struct Signs {
    pub(super) percent: bool,
    /// Whether the line contains a currency sign and a digit.
    pub(super) currency: bool,
    pub(super) copyright: bool,
}

impl TextLine {
    /// Creates a line with this normalised text, and finds its keywords.
    fn new(source: LineSource, text: String) -> Self {
        let lower = lower(&text);
        let (codes, links) = words::about_codes_and_links(&lower);
        Self {
            source,
            text,
            candidates: OnceCell::new(),
            distances: OnceCell::new(),
            signs: OnceCell::new(),
            words: outside_addresses(codes, &lower),
            link_words: links.into_iter().map(|found| found.topic.link_word()).collect(),
            block: 0,
            marked: false,
            boxed: false,
            quoted: false,
            cell: None,
            strong: Vec::new(),
            struck: Vec::new(),
        }
    }

    /// Returns all code candidates in the line, in order.
    pub(super) fn candidates(&self) -> &[Candidate] {
        self.candidates.get_or_init(|| candidate::find(&self.text))
    }

    /// Returns the positions of words and sentence ends, which are used to compute distances within the line.
    pub(super) fn distances(&self) -> &Distances {
        self.distances.get_or_init(|| Distances::measure(&self.text))
    }

    /// Returns whether the line starts with a reply prefix, such as `Re:`. Only call this function for the subject of a
    /// mail.
    pub(super) fn is_reply(&self) -> bool {
        const PREFIXES: [&str; 6] = ["re:", "aw:", "sv:", "antw:", "odp:", "回复:"];
        let start: String = self.text.chars().take(6).flat_map(char::to_lowercase).collect();
        PREFIXES.iter().any(|prefix| start.starts_with(prefix))
    }

    /// Returns the indications that a number in the line is probably not a code.
    pub(super) fn signs(&self) -> Signs {
        *self.signs.get_or_init(|| Signs {
            percent: memchr(b'%', self.text.as_bytes()).is_some(),
            currency: has_amount(&self.text),
            copyright: has_copyright(&self.text),
        })
    }
}

/// Returns all lines of a mail: the subject, then the HTML part, then the text part. `flow` is the parsed
/// HTML part; `None` if the mail has no HTML part.
pub(super) fn split(mail: &Mail, flow: Option<&Flow>) -> Vec<TextLine> {
    let mut lines = vec![plain(LineSource::Subject, &mail.subject, false)];
    if let Some(flow) = flow {
        from_flow(&mut lines, flow);
    }
    let mut older = false;
    for line in mail.text.as_deref().unwrap_or_default().lines().take(MAX_LINES) {
        older |= starts_quoted_mail(line);
        let quoted = older || line.starts_with('>');
        if !line.trim().is_empty() {
            lines.push(plain(LineSource::Text, line, quoted));
        }
    }
    drop_foreign(&mut lines);
    lines
}

/// Removes short keywords that are used only in languages other than those of the mail.
fn drop_foreign(lines: &mut [TextLine]) {
    let mut languages = Languages::default();
    for line in lines.iter() {
        languages.count(&line.words);
    }
    let possible = languages.possible();
    for line in lines {
        line.words.retain(|word| words::may_be_of(word, possible));
    }
}

/// Returns the keywords outside URLs and e-mail addresses, because a keyword inside one does not describe a code.
/// `found` contains all keywords of the line `lower`, which must be in lowercase.
fn outside_addresses(
    mut found: Vec<KeywordMatch<CodeKeyword>>,
    lower: &str,
) -> Vec<KeywordMatch<CodeKeyword>> {
    if !found.is_empty() {
        let addresses = candidate::addresses(lower);
        // In a bare host name only the last word is ignored: the name can be two sentences without a space
        // between them.
        let is_inside = |address: &Range<usize>, word: &Range<usize>| {
            let text = lower.get(address.clone()).unwrap_or_default();
            let is_whole = text.contains("://") || text.contains('@') || text.starts_with("www.");
            address.start <= word.start && word.end <= address.end && (is_whole || word.end == address.end)
        };
        found.retain(|word| !addresses.iter().any(|address| is_inside(address, &word.range)));
    }
    found
}

fn plain(source: LineSource, text: &str, quoted: bool) -> TextLine {
    let text = without_escapes(text);
    let (text, struck) = without_struck(&text);
    TextLine { quoted, struck, ..TextLine::new(source, fold(&text)) }
}

/// Removes Markdown strikethrough such as `~~1234~~`. Returns the remaining text and the struck-out strings.
fn without_struck(text: &str) -> (Cow<'_, str>, Vec<String>) {
    let mut rest = text;
    let (mut plain, mut struck) = (String::new(), Vec::new());
    while let Some((before, inside)) = rest.split_once("~~") {
        let Some((words, after)) = inside.split_once("~~") else { break };
        if words.is_empty() || words.starts_with(' ') || words.ends_with([' ', '~']) {
            break;
        }
        plain.push_str(before);
        plain.push(' ');
        struck.push(fold(words));
        rest = after;
    }
    if struck.is_empty() {
        return (text.into(), struck);
    }
    plain.push_str(rest);
    (plain.into(), struck)
}

/// Returns whether a line marks the start of a quoted mail, as `-----Original Message-----` does.
fn starts_quoted_mail(line: &str) -> bool {
    let line = line.trim();
    line.starts_with("-----Original") || (line.starts_with("On ") && line.ends_with("wrote:"))
}

/// Returns whether a line contains a copyright sign, a registered-trademark sign or `(c)`.
fn has_copyright(text: &str) -> bool {
    let has_letter = || memchr(b'(', text.as_bytes()).is_some() && text.contains("(c)");
    !text.is_ascii() && text.contains(['©', '®']) || has_letter()
}
