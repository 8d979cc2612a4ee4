//! Finds plain-text URLs in a mail, and describes them.

use super::super::keywords::{keywords, types_code};
use super::super::{link_answer, parsed};
use super::{ANNOUNCING_MARKS, LinkOccurrence, MAX_OCCURRENCES, MAX_WORDS, start_of, words_of};
use crate::words::is_unspaced;
use mail_reader::bare_url::UrlFinder;
use mail_reader::html::flow::{Block, Flow};
use mail_reader::mail::Mail;
use std::borrow::Cow;
use std::ops::Range;
use url::Url;

/// Maximum number of bytes in a line that are searched for URLs; the rest of the line is ignored.
const MAX_LINE_BYTES: usize = 20_000;

/// Collects the lines that are searched for URLs: those blocks of the HTML part that contain no links, an empty line as
/// separator, and then the lines of the text part.
fn lines_with_urls<'a>(mail: &'a Mail, flow: Option<&Flow>) -> Vec<Cow<'a, str>> {
    let unlinked = flow
        .into_iter()
        .flat_map(|flow| &flow.blocks)
        .filter(|block| block.runs.iter().all(|run| run.anchor.is_none()));
    let spelled = unlinked.filter(|block| block.runs.iter().any(|run| run.text.contains(':')));
    let mut lines: Vec<Cow<'a, str>> =
        spelled.map(Block::text).filter(|text| text.contains("://")).map(Cow::Owned).collect();
    let text = mail.text.as_deref().unwrap_or_default();
    lines.push("".into());
    lines.extend(unbroken(text));
    lines
}

/// Finds plain-text URLs in the text part and in those blocks of the HTML part that contain no links. Appends
/// an occurrence for each URL to `occurrences`.
pub(super) fn add(mail: &Mail, flow: Option<&Flow>, occurrences: &mut Vec<LinkOccurrence>) {
    let finder = UrlFinder::new();
    let lines = lines_with_urls(mail, flow);
    let html_lines = lines.iter().position(|line| line.is_empty()).unwrap_or_default();
    let (mut before, mut earlier) = ("", "");
    for (index, line) in lines.iter().enumerate().take(MAX_OCCURRENCES) {
        if line.starts_with('>') {
            continue;
        }
        let line = line.get(..line.floor_char_boundary(MAX_LINE_BYTES)).unwrap_or_default();
        // Only text with `://` can contain a URL with a scheme.
        let hits = line.contains("://").then(|| finder.find(line)).into_iter().flatten();
        for hit in hits {
            let Some(url) = line.get(hit.clone()).and_then(|hit| parsed(hit, None)) else { continue };
            if occurrences.len() >= MAX_OCCURRENCES {
                return;
            }
            let lines = Surroundings { line, before, earlier, next: lines.get(index + 1).map(Cow::as_ref) };
            let occurrence = occurrence(url, hit, &lines, occurrences.len());
            occurrences.push(LinkOccurrence { in_html: index < html_lines, ..occurrence });
        }
        if !line.trim_start().starts_with("http") && !line.trim_start().starts_with("<http") {
            earlier = std::mem::replace(&mut before, line);
        }
    }
}

/// A line with a URL, the two nearest lines above that do not start with a URL, and the line below.
struct Surroundings<'a> {
    line: &'a str,
    before: &'a str,
    earlier: &'a str,
    next: Option<&'a str>,
}

/// Returns the occurrence of a URL at a position in a line.
fn occurrence(url: Url, hit: Range<usize>, lines: &Surroundings<'_>, order: usize) -> LinkOccurrence {
    let Surroundings { line, before, earlier, next } = *lines;
    let behind = start_of(line.get(hit.end..).unwrap_or_default());
    let lead_text = end_of(line.get(..hit.start).unwrap_or_default());
    let lead = lead_text.trim_end().trim_end_matches(['(', '<', '[', ':', '-', '>']).trim();
    let tail = behind.trim_matches([')', '>', ' ', ']', '.']);
    let bare = lead.is_empty();
    let asks = types_code(behind) || !bare && types_code(last_clause(lead));
    let words = if bare { "" } else { last_clause(lead) };
    let label = if bare { label_of(before) } else { "" };
    let named = if bare { label } else { words };
    let around =
        if bare { format!("{}\n{}\n{tail}", start_of(earlier), start_of(before)) } else { String::new() };
    let announced = if bare { before } else { lead_text };
    LinkOccurrence {
        own: if named.contains("://") { Vec::new() } else { keywords(named) },
        answer: link_answer::find_answer(named),
        words: words.to_owned(),
        label: label.to_owned(),
        around,
        lead: lead.chars().count(),
        tail: tail.chars().count(),
        colon: announced.trim_end_matches([' ', '<', '(']).ends_with(ANNOUNCING_MARKS),
        line: words_of(lead).with(words_of(tail)),
        above: words_of(start_of(before)).with(words_of(start_of(earlier))),
        below: next.map(|line| words_of(start_of(line))).unwrap_or_default(),
        bare: true,
        asks,
        ..LinkOccurrence::bare(url, order)
    }
}

/// Maximum number of characters in a line that counts as the label of the URL below it.
const MAX_LABEL_CHARS: usize = 32;

/// Returns the line above a URL if that line is a label of the URL, that is, if it is short and ends with a colon or a
/// similar mark. Returns an empty string if the line is not a label.
fn label_of(before: &str) -> &str {
    let text = before.trim();
    if text.ends_with(ANNOUNCING_MARKS) && text.chars().count() <= MAX_LABEL_CHARS { text } else { "" }
}

/// Returns the end of a string, at most [`MAX_WORDS`] bytes. A word that would be cut is left out.
fn end_of(text: &str) -> &str {
    let start = text.ceil_char_boundary(text.len().saturating_sub(MAX_WORDS));
    let Some((before, end)) = text.split_at_checked(start) else { return text };
    let is_of_word = |c: char| c.is_alphanumeric() && !is_unspaced(c);
    let rest = end.trim_start_matches(is_of_word);
    // A string without the end of a word is kept, because nothing would remain of it.
    if before.ends_with(is_of_word) && !rest.is_empty() { rest } else { end }
}

/// Returns the non-blank lines of a string. A URL in angle brackets that is broken over several lines is joined (RFC
/// 3986, appendix C).
fn unbroken(text: &str) -> Vec<Cow<'_, str>> {
    const MAX_PIECES: usize = 40;
    let mut lines: Vec<Cow<'_, str>> = Vec::new();
    let mut open = 0;
    for line in text.lines().filter(|line| !line.trim().is_empty()) {
        // Later lines are not searched, and a list of all lines can be larger than the mail.
        if lines.len() > 2 * MAX_OCCURRENCES {
            break;
        }
        if let Some(last) = lines.last_mut().filter(|_| open > 0) {
            last.to_mut().push_str(line.trim());
            open = if line.contains('>') { 0 } else { open - 1 };
        } else {
            let tail = line.rsplit_once("<http").map(|(_, tail)| tail);
            open = if tail.is_some_and(|tail| !tail.contains(['>', ' '])) { MAX_PIECES } else { 0 };
            lines.push(line.into());
        }
    }
    lines
}

/// Returns the last clause of the text before a link: the part after the last sentence end, vertical bar or closing
/// parenthesis. A dot inside a name, such as `shop.example`, does not end a sentence.
fn last_clause(lead: &str) -> &str {
    let is_end = |at: usize, c: char| match c {
        '.' => !lead.get(at + 1..).unwrap_or_default().starts_with(|next: char| next.is_ascii_lowercase()),
        ')' | '!' | '?' | '|' | '。' | '！' | '？' => true,
        _ => false,
    };
    let end = lead.char_indices().rev().find(|(at, c)| is_end(*at, *c));
    let from = end.map_or(0, |(at, c)| at + c.len_utf8());
    let clause = lead.get(from..).unwrap_or(lead).trim();
    if clause.is_empty() { lead } else { clause }
}

#[cfg(test)]
mod tests {
    use super::{MAX_WORDS, end_of};

    #[test]
    fn the_end_of_a_long_text_starts_with_a_whole_word() {
        let long = format!("{}хотите посмотреть {}", "а".repeat(200), "да ".repeat(94));
        assert!(end_of(&long).trim_start().starts_with("да "), "{}", end_of(&long));
        assert_eq!(end_of("open"), "open");
        let word = "a".repeat(2 * MAX_WORDS);
        assert_eq!(end_of(&word).len(), MAX_WORDS);
        let unspaced = "開".repeat(MAX_WORDS);
        assert_eq!(end_of(&unspaced).len(), MAX_WORDS);
    }
}
