//! Detects quoted mails, each of which can be collapsed to a single line.

// This file exceeds 300 lines because a quoted mail is detected from several signs together.

mod lines;

use super::Role;
use super::page::LineBuilder;
use super::wrap::StyledText;
use crate::html::flow::{Block, Flow};
use crate::mail::Mail;
use crate::sanitize::{SafeText, raw_lines};
pub(super) use lines::split_depth;
use lines::{has_date, is_attribution, is_divider, is_header_line, is_sender};
use std::borrow::Cow;
use std::ops::Range;

/// How quoted mails within a mail are displayed.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub enum Quotes {
    /// Quoted mails are displayed like other text, and cannot be collapsed.
    #[default]
    Plain,
    /// Quoted mails are displayed in full, each below a line that states the number of quoted lines.
    Open {
        /// The key with which the user collapses quoted mails. It is displayed in the line above each quoted mail.
        key: String,
    },
    /// Each quoted mail is collapsed to a single line that states the number of collapsed lines.
    Folded {
        /// The key with which the user expands quoted mails. It is displayed in the line of each collapsed quoted mail.
        key: String,
    },
}

/// Maximum length in bytes of a text part that is searched for quoted mails. In a longer text part, quoted mails are
/// not collapsed.
const MAX_TEXT_BYTES: usize = 1_000_000;
/// Maximum number of quoted mails that are collapsed in one mail; further quoted mails are displayed in full.
const MAX_QUOTES: usize = 1_000;
/// A quoted mail with at most this many non-blank lines stays expanded if a reply follows it.
const MAX_ANSWERED_LINES: usize = 3;
/// A mail with fewer than this many words outside quoted mails counts as a forward. In a forward, quoted mails are not
/// collapsed.
const MIN_OWN_WORDS: usize = 4;
/// Maximum number of lines in an attribution, the text that names the author of a quoted mail. Longer text does not
/// count as an attribution.
const MAX_ATTRIBUTION_LINES: usize = 3;
/// Maximum number of characters in the reply prefix of a subject, such as `Re`. Longer text before the colon does not
/// count as a reply prefix.
const MAX_PREFIX_CHARS: usize = 6;
/// A subject is used to detect quoted mails only if it has at least this many characters.
const MIN_SUBJECT_CHARS: usize = 3;
/// Maximum number of header lines that are examined in a quoted mail; further header lines are ignored.
const MAX_HEADER_LINES: usize = 8;

/// A quoted mail that can be collapsed and expanded.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(super) struct Quote {
    /// The range of the quoted mail, as indices of lines in a text part or of blocks in an HTML part.
    pub(super) stretch: Range<usize>,
    /// Number of non-blank lines of text, or of non-blank blocks of an HTML part, in the quoted mail.
    lines: usize,
}

/// The lines of a text part, or the blocks of an HTML part, that are searched for quoted mails.
struct SearchedLines<'a> {
    /// The quoting depth of each line or block.
    depths: Vec<u8>,
    /// The ranges of lines or blocks that a mail client marked as quoted mails.
    marks: &'a [Range<usize>],
    /// Whether quoted lines count as a quoted mail even without an attribution, the text that names the author of a
    /// quoted mail.
    marked: bool,
    /// The subject of the mail that this mail replies to or forwards; `None` if it is unknown.
    subject: Option<&'a str>,
    text: &'a dyn Fn(usize) -> Cow<'a, str>,
}

/// Finds the collapsible quoted mails in an HTML part, as ranges of blocks.
pub(super) fn of_flow(page: &LineBuilder, mail: &Mail, flow: &Flow) -> Vec<Quote> {
    if *page.quotes() == Quotes::Plain {
        return Vec::new();
    }
    let subject = answered(mail);
    let may_quote = |block: &Block| block.quote > 0 || is_dashed(block);
    if flow.quotes.is_empty() && subject.is_none() && !flow.blocks.iter().any(may_quote) {
        return Vec::new();
    }
    let text = |index: usize| flow.blocks.get(index).map_or("".into(), |block| block.words());
    let depths = flow.blocks.iter().map(|block| block.quote).collect();
    SearchedLines { depths, marks: &flow.quotes, marked: false, subject, text: &text }.foldable(page.code())
}

/// Returns whether a block starts with a dash or an underscore, and may therefore be the divider above a quoted mail.
fn is_dashed(block: &Block) -> bool {
    block.runs.first().is_some_and(|run| run.text.starts_with(['-', '_']))
}

/// Returns the subject of the mail that this mail replies to or forwards: the text after a prefix such as `Re:` in any
/// language. Returns `None` if the subject has no such prefix, or if the text is too short.
fn answered(mail: &Mail) -> Option<&str> {
    let (mark, subject) = mail.subject.split_once([':', '：'])?;
    let subject = subject.trim();
    (mark.chars().count() <= MAX_PREFIX_CHARS && subject.chars().count() >= MIN_SUBJECT_CHARS)
        .then_some(subject)
}

/// Finds the collapsible quoted mails in plain text, as ranges of lines.
pub(super) fn of_text(page: &LineBuilder, mail: &Mail, text: &str) -> Vec<Quote> {
    if *page.quotes() == Quotes::Plain || text.len() > MAX_TEXT_BYTES {
        return Vec::new();
    }
    let lines: Vec<&str> = raw_lines(text).collect();
    let subject = answered(mail);
    if subject.is_none() && !lines.iter().any(|line| line.starts_with(['>', '-', '_', '*'])) {
        return Vec::new();
    }
    let text = |index: usize| lines.get(index).map_or("".into(), |line| Cow::Borrowed(*line));
    let depths =
        lines.iter().map(|line| if line.starts_with(">From ") { 0 } else { split_depth(line).0 }).collect();
    SearchedLines { depths, marks: &[], marked: true, subject, text: &text }.foldable(page.code())
}

impl<'a> SearchedLines<'a> {
    fn len(&self) -> usize {
        self.depths.len()
    }

    fn depth(&self, index: usize) -> u8 {
        self.depths.get(index).copied().unwrap_or(0)
    }

    fn text(&self, index: usize) -> Cow<'a, str> {
        (self.text)(index)
    }

    fn is_blank(&self, index: usize) -> bool {
        self.text(index).trim().is_empty()
    }

    /// Returns the quoted mails that are long enough to be collapsed: those with more than [`MAX_ANSWERED_LINES`] lines
    /// or, if no reply follows, with more than one line. Returns an empty list if the mail merely forwards them, or if
    /// the code of the mail occurs only in them.
    fn foldable(&self, code: Option<&SafeText>) -> Vec<Quote> {
        let quotes = self.quotes();
        if quotes.is_empty() || self.is_forward(&quotes) || self.holds_the_code(code, &quotes) {
            return Vec::new();
        }
        let end = quotes.iter().rev().fold(self.len(), |end, quote| {
            let mut behind = (quote.end..end).take_while(|index| !is_signature(&self.text(*index)));
            if behind.all(|index| self.is_blank(index)) { quote.start } else { end }
        });
        quotes
            .into_iter()
            .map(|stretch| Quote { lines: self.lines(&stretch), stretch })
            .filter(|quote| quote.lines > if quote.stretch.start >= end { 1 } else { MAX_ANSWERED_LINES })
            .collect()
    }

    /// Returns the number of non-blank lines or blocks in a range.
    fn lines(&self, quote: &Range<usize>) -> usize {
        quote.clone().filter(|index| !self.is_blank(*index)).count()
    }

    /// Finds all quoted mails, in order. The returned ranges do not overlap.
    fn quotes(&self) -> Vec<Range<usize>> {
        let mut found: Vec<Range<usize>> = Vec::new();
        let mut marks = self.marks.iter().peekable();
        let mut index = 0;
        while index < self.len() && found.len() < MAX_QUOTES {
            if let Some(mark) = marks.next_if(|mark| mark.start <= index) {
                if mark.end > self.len() && !self.has_header(mark.start.max(index)) {
                    continue;
                }
                self.split(mark.start.max(index)..mark.end.min(self.len()), &mut found);
                index = mark.end.min(self.len()).max(index);
            } else if self.depth(index) > 0 {
                let run = self.run(index, self.len());
                index = run.end;
                if self.marked || self.attribution(run.start).is_some() {
                    found.push(run);
                }
            } else if self.opens(index) {
                found.push(index..self.len());
                break;
            } else {
                index += 1;
            }
        }
        let mut merged: Vec<Range<usize>> = Vec::new();
        for quote in found {
            let floor = merged.last().map_or(0, |last| last.end);
            let start = self.attribution(quote.start).unwrap_or(quote.start).max(floor);
            match merged.last_mut() {
                Some(last) if last.end == start => last.end = quote.end,
                _ => merged.push(start..quote.end),
            }
        }
        merged
    }

    /// Returns the range of quoted lines that starts at index `start`, including blank lines between them. The
    /// range does not extend beyond `limit`.
    fn run(&self, start: usize, limit: usize) -> Range<usize> {
        let mut end = start;
        for index in start..limit {
            if self.depth(index) > 0 {
                end = index + 1;
            } else if !self.is_blank(index) {
                break;
            }
        }
        start..end
    }

    /// Adds the quoted mails in the range `mark`, which a mail client marked as a single quoted mail, to `found`. Text
    /// between them, such as replies, is left out.
    fn split(&self, mark: Range<usize>, found: &mut Vec<Range<usize>>) {
        let outer = self.depth(mark.start);
        let deep = |index: &usize| self.depth(*index) > outer;
        let Some(first) = mark.clone().take(MAX_ATTRIBUTION_LINES + 1).find(deep) else {
            if !mark.is_empty() {
                found.push(mark);
            }
            return;
        };
        let mut start = mark.start;
        let mut next = Some(first);
        while let Some(begin) = next {
            let run = (begin..mark.end).take_while(|index| deep(index) || self.is_blank(*index));
            let end = run.last().map_or(begin + 1, |last| last + 1);
            found.push(start.min(begin)..end);
            next = (end..mark.end).find(deep);
            start = next.unwrap_or(end);
        }
    }

    /// Returns whether a line starts a quoted mail. Such a line is either a divider followed by a mail header, or the
    /// start of a mail header that contains the subject of the original mail.
    fn opens(&self, index: usize) -> bool {
        let text = self.text(index);
        if is_divider(&text) {
            let count = self.header(index + 1).count();
            if text.chars().any(char::is_alphabetic) {
                let says = |line: Cow<'_, str>| line.contains('@') || has_date(&line);
                return count >= 2 && self.header(index + 1).any(says);
            }
            // A rule without words often precedes other lists of fields. A mail header starts with its
            // sender.
            let sender = self.header(index + 1).next().is_some_and(|line| is_sender(&line));
            return count >= 3 && (sender || self.states_subject(index + 1));
        }
        // Without a divider, only the subject shows that a list of fields is a mail header.
        is_header_line(&text) && self.header(index).count() >= 3 && self.states_subject(index)
    }

    /// Returns whether the mail header that starts at index `from` contains the subject of the original
    /// mail.
    fn states_subject(&self, from: usize) -> bool {
        self.subject.is_some_and(|subject| {
            self.header(from).any(|line| line.trim_end_matches('*').trim_end().ends_with(subject))
        })
    }

    /// Returns the consecutive header lines of a quoted mail from index `from` on, skipping blank lines.
    fn header(&self, from: usize) -> impl Iterator<Item = Cow<'a, str>> {
        let below = (from..self.len()).filter(|index| !self.is_blank(*index)).take(MAX_HEADER_LINES);
        below.map(|index| self.text(index)).take_while(|line| is_header_line(line))
    }

    /// Returns whether a mail header starts at index `from`, or after a divider at that index.
    fn has_header(&self, from: usize) -> bool {
        let first = (from..self.len()).find(|index| !self.is_blank(*index)).unwrap_or(from);
        let from = if is_divider(&self.text(first)) { first + 1 } else { first };
        self.header(from).count() >= 2
    }

    /// Returns the index of the first line of the attribution (the text that names the author) above the quoted mail
    /// that starts at index `start`; `None` if there is no attribution.
    fn attribution(&self, start: usize) -> Option<usize> {
        let mut last = start.checked_sub(1)?;
        if self.is_blank(last) {
            last = last.checked_sub(1)?;
        }
        let mut words = String::new();
        let mut found = None;
        for count in 0..MAX_ATTRIBUTION_LINES {
            let Some(index) = last.checked_sub(count) else { break };
            let text = self.text(index);
            if text.trim().is_empty() || self.depth(index) > 0 {
                break;
            }
            words = format!("{} {words}", text.trim());
            if is_attribution(words.trim()) {
                found = found.or(Some(index));
                // The date may be on the line above the line with the address.
                if has_date(&words) {
                    return Some(index);
                }
            }
        }
        found
    }

    /// Returns whether the mail merely forwards the quoted mails, that is, whether it contains fewer than
    /// [`MIN_OWN_WORDS`] words outside them.
    fn is_forward(&self, quotes: &[Range<usize>]) -> bool {
        let mut words = 0;
        let mut signature = false;
        let mut quotes = quotes.iter().peekable();
        let mut index = 0;
        while index < self.len() {
            if let Some(quote) = quotes.next_if(|quote| quote.start <= index) {
                index = quote.end.max(index);
                signature = false;
                continue;
            }
            let text = self.text(index);
            signature |= is_signature(&text);
            if !signature {
                words += count_words(&text);
            }
            if words >= MIN_OWN_WORDS {
                return false;
            }
            index += 1;
        }
        true
    }

    /// Returns whether the code of the mail occurs only in the quoted mails. If so, they must remain visible.
    fn holds_the_code(&self, code: Option<&SafeText>, quotes: &[Range<usize>]) -> bool {
        let Some(code) = code else { return false };
        let holds = |index: usize| self.text(index).contains(code.as_str());
        let mut from = 0;
        let mut own = Vec::new();
        for quote in quotes {
            own.push(from..quote.start);
            from = quote.end;
        }
        own.push(from..self.len());
        quotes.iter().cloned().flatten().any(holds) && !own.into_iter().flatten().any(holds)
    }
}

/// Returns whether a line is the signature delimiter `--` (RFC 3676, section 4.3), or a long dash used in its place.
fn is_signature(line: &str) -> bool {
    matches!(line.trim_end(), "--" | "—")
}

/// Returns the number of words in a string. In scripts without spaces, two characters count as one word.
fn count_words(text: &str) -> usize {
    let unspaced =
        |c: &char| matches!(c, '\u{e00}'..='\u{eff}' | '\u{3040}'..='\u{30ff}' | '\u{3400}'..='\u{9fff}');
    let words = text.split_whitespace().filter(|word| word.chars().any(char::is_alphanumeric)).count();
    words.max(text.chars().filter(unspaced).count() / 2)
}

/// Adds the line that states the number of lines in a quoted mail, and the key that collapses or expands the quoted
/// mail. Returns whether the quoted mail is expanded and the caller must lay it out.
pub(super) fn push_line(page: &mut LineBuilder, quote: &Quote) -> bool {
    let lines = match quote.lines {
        1 => "1 quoted line".to_owned(),
        lines => format!("{lines} quoted lines"),
    };
    let (text, open) = match page.quotes() {
        Quotes::Plain => return true,
        Quotes::Open { key } => (format!("▾ {lines} · {key} folds them"), true),
        Quotes::Folded { key } => (format!("▸ {lines} · {key} shows them"), false),
    };
    page.blank();
    page.push(&[StyledText { text: SafeText::new(&text), role: Role::Fold, link: None }]);
    open
}
