//! Finds quoted mails, each of which can be folded to one line.
//!
//! Longer than 300 lines: the signs of a quoted mail are weighed together.

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

/// How the quoted mails in a mail are shown.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub enum Quotes {
    /// Quoted mails are shown like other text, without folding.
    #[default]
    Plain,
    /// Quoted mails are shown in full, below a line that counts their lines.
    Open {
        /// The key that folds the quoted mails, which the line above each of them names.
        key: String,
    },
    /// Each quoted mail is shown as a single line that counts its lines.
    Folded {
        /// The key that unfolds the quoted mails, which the line for each of them names.
        key: String,
    },
}

/// Maximum length in bytes of a text that is searched for quotes; in a longer one, nothing is folded.
const MAX_TEXT: usize = 1_000_000;
/// Maximum number of quotes of one mail; further ones are not folded.
const MAX_QUOTES: usize = 1_000;
/// Maximum number of lines of a quote that stays unfolded because an answer follows it.
const MAX_ANSWERED: usize = 3;
/// Minimum number of words outside of quotes. A mail with fewer only forwards the quote, so the quote is not
/// folded.
const MIN_OWN_WORDS: usize = 4;
/// Maximum number of lines of an attribution, which names the author of a quote; a longer text is no
/// attribution.
const MAX_ATTRIBUTION: usize = 3;
/// Maximum length in characters of a reply prefix such as `Re` in a subject; a longer text is part of the
/// subject.
const MAX_MARK: usize = 6;
/// Minimum length in characters of a subject by which a quoted mail is recognised.
const MIN_SUBJECT: usize = 3;
/// Maximum number of lines in the header of a quoted mail that are examined.
const MAX_HEADER: usize = 8;

/// A quote that can be folded, whether it is folded or not.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(super) struct Quote {
    /// The lines or blocks of the quote, as a range of indices.
    pub(super) stretch: Range<usize>,
    /// Count of the lines in the quote that are not blank.
    lines: usize,
}

/// The lines or blocks of a mail, in which quotes are searched.
struct Source<'a> {
    /// The quoting depth of each line or block.
    depths: Vec<u8>,
    /// Ranges that a mail program marked as a quoted mail.
    marks: &'a [Range<usize>],
    /// Whether quotes that no mail program marked count as quoted mails too.
    marked: bool,
    /// The subject of the mail that is answered or forwarded, if known.
    subject: Option<&'a str>,
    text: &'a dyn Fn(usize) -> Cow<'a, str>,
}

/// Finds the foldable quotes of an HTML part, as ranges of its blocks.
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
    Source { depths, marks: &flow.quotes, marked: false, subject, text: &text }.foldable(page.code())
}

/// Returns whether a block begins with a dash or an underscore, so that it may be the divider above a quoted
/// mail.
fn is_dashed(block: &Block) -> bool {
    block.runs.first().is_some_and(|run| run.text.starts_with(['-', '_']))
}

/// Returns the subject of the mail that is answered or forwarded: the text after "Re:", in any language.
fn answered(mail: &Mail) -> Option<&str> {
    let (mark, subject) = mail.subject.split_once([':', '：'])?;
    let subject = subject.trim();
    (mark.chars().count() <= MAX_MARK && subject.chars().count() >= MIN_SUBJECT).then_some(subject)
}

/// Finds the foldable quotes of a plain text, as ranges of its lines.
pub(super) fn of_text(page: &LineBuilder, mail: &Mail, text: &str) -> Vec<Quote> {
    if *page.quotes() == Quotes::Plain || text.len() > MAX_TEXT {
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
    Source { depths, marks: &[], marked: true, subject, text: &text }.foldable(page.code())
}

impl<'a> Source<'a> {
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

    /// Returns the quotes that are long enough to be folded. There are none if the mail only forwards them, or
    /// if only they contain its code.
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
            .filter(|quote| quote.lines > if quote.stretch.start >= end { 1 } else { MAX_ANSWERED })
            .collect()
    }

    /// Counts the lines in a range that are not blank.
    fn lines(&self, quote: &Range<usize>) -> usize {
        quote.clone().filter(|index| !self.is_blank(*index)).count()
    }

    /// Finds all quotes in order; none of them is inside another.
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

    /// Returns the quoted range that begins at `start`, including blank lines inside it. The range ends at
    /// `limit` at the latest.
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

    /// Splits a range that a mail program marked. If the range contains answers between quotes, only the quotes
    /// are added.
    fn split(&self, mark: Range<usize>, found: &mut Vec<Range<usize>>) {
        let outer = self.depth(mark.start);
        let deep = |index: &usize| self.depth(*index) > outer;
        let Some(first) = mark.clone().take(MAX_ATTRIBUTION + 1).find(deep) else {
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

    /// Returns whether a quoted mail begins at a line: there is a divider or a rule with a mail header below
    /// it.
    fn opens(&self, index: usize) -> bool {
        let text = self.text(index);
        if is_divider(&text) {
            let count = self.header(index + 1).count();
            if text.chars().any(char::is_alphabetic) {
                let says = |line: Cow<'_, str>| line.contains('@') || has_date(&line);
                return count >= 2 && self.header(index + 1).any(says);
            }
            // A rule without words often precedes other fields; the header of a mail begins with its
            // sender.
            let sender = self.header(index + 1).next().is_some_and(|line| is_sender(&line));
            return count >= 3 && (sender || self.states_subject(index + 1));
        }
        // Without a divider, only the subject distinguishes the header of a mail from other fields.
        is_header_line(&text) && self.header(index).count() >= 3 && self.states_subject(index)
    }

    /// Returns whether the mail header at `from` contains the subject of the mail that is answered.
    fn states_subject(&self, from: usize) -> bool {
        self.subject.is_some_and(|subject| {
            self.header(from).any(|line| line.trim_end_matches('*').trim_end().ends_with(subject))
        })
    }

    /// Returns the lines of the mail header that begins at `from`.
    fn header(&self, from: usize) -> impl Iterator<Item = Cow<'a, str>> {
        let below = (from..self.len()).filter(|index| !self.is_blank(*index)).take(MAX_HEADER);
        below.map(|index| self.text(index)).take_while(|line| is_header_line(line))
    }

    /// Returns whether a mail header begins at a line, directly or after a divider.
    fn has_header(&self, from: usize) -> bool {
        let first = (from..self.len()).find(|index| !self.is_blank(*index)).unwrap_or(from);
        let from = if is_divider(&self.text(first)) { first + 1 } else { first };
        self.header(from).count() >= 2
    }

    /// Returns the index of the first attribution line of the quote that begins at `start`; `None` if it has
    /// none.
    fn attribution(&self, start: usize) -> Option<usize> {
        let mut last = start.checked_sub(1)?;
        if self.is_blank(last) {
            last = last.checked_sub(1)?;
        }
        let mut words = String::new();
        let mut found = None;
        for count in 0..MAX_ATTRIBUTION {
            let Some(index) = last.checked_sub(count) else { break };
            let text = self.text(index);
            if text.trim().is_empty() || self.depth(index) > 0 {
                break;
            }
            words = format!("{} {words}", text.trim());
            if is_attribution(words.trim()) {
                found = found.or(Some(index));
                // The date may be on a line above the address.
                if has_date(&words) {
                    return Some(index);
                }
            }
        }
        found
    }

    /// Returns whether the mail only forwards quotes: it has fewer than [`MIN_OWN_WORDS`] words outside of
    /// them.
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

    /// Returns whether the most confident code of the mail occurs only in quotes, so that they must stay
    /// visible.
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

/// Returns whether a signature begins at a line (RFC 3676, 4.3).
fn is_signature(line: &str) -> bool {
    matches!(line.trim_end(), "--" | "—")
}

/// Counts the words of a text; in scripts without spaces, two characters count as one word.
fn count_words(text: &str) -> usize {
    let unspaced =
        |c: &char| matches!(c, '\u{e00}'..='\u{eff}' | '\u{3040}'..='\u{30ff}' | '\u{3400}'..='\u{9fff}');
    let words = text.split_whitespace().filter(|word| word.chars().any(char::is_alphanumeric)).count();
    words.max(text.chars().filter(unspaced).count() / 2)
}

/// Adds the line that folds or unfolds a quote. Returns whether the quote itself has to follow.
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
