//! Lays out a plain text part. Quoted lines are marked with their quoting depth, and URLs become links.

use super::page::LineBuilder;
use super::wrap::StyledText;
use super::{Role, gap_to_mark, link_mark, quotes};
use crate::bare_url::UrlFinder;
use crate::link_url;
use crate::mail::Mail;
use crate::progress;
use crate::sanitize::SafeText;
use quotes::Quote;
use std::collections::HashMap;

/// A text part counts as a placeholder for the HTML part only if it has at most this many characters. A longer text
/// part is always displayed by default.
const MAX_STUB_CHARS: usize = 200;
/// Maximum length in bytes of a line that is searched for URLs. URLs in longer lines do not become links.
const MAX_LINKED_BYTES: usize = 20_000;
/// A text part counts as a placeholder for the HTML part only if the HTML part has more than this many characters of
/// text per character of the text part.
const STUB_FACTOR: usize = 4;

/// Returns whether the text part is only a placeholder, such as a request to read the HTML part. If so, the HTML part
/// is displayed instead.
pub(super) fn is_stub(text: &str, mail: &Mail) -> bool {
    let length = text.trim().chars().take(MAX_STUB_CHARS + 1).count();
    length <= MAX_STUB_CHARS && mail.has_html() && has_more_html_chars(mail, length * STUB_FACTOR)
}

/// Returns whether the text in the HTML part, without markup, has more than `count` characters.
fn has_more_html_chars(mail: &Mail, count: usize) -> bool {
    let blocks = mail.flow.iter().flat_map(|flow| &flow.blocks);
    blocks.flat_map(|block| &block.runs).flat_map(|run| run.text.chars()).nth(count).is_some()
}

/// Returns a map from each URL in a list of links to its index in that list.
pub(super) fn numbers(links: &[SafeText]) -> HashMap<&str, u16> {
    let mut numbers = HashMap::new();
    for (index, link) in links.iter().enumerate() {
        if let Ok(index) = u16::try_from(index) {
            numbers.entry(link.as_str()).or_insert(index);
        }
    }
    numbers
}

/// Lays out the text part of a mail. Quoted mails are collapsed if the layout options require it.
pub(super) fn lay_out_mail(page: &mut LineBuilder, text: &str, mail: &Mail) {
    let quotes = quotes::of_text(page, mail, text);
    lay_out_quotes(page, text, &quotes);
}

/// Lays out plain text without collapsing quoted mails.
pub(super) fn lay_out(page: &mut LineBuilder, text: &str) {
    lay_out_quotes(page, text, &[]);
}

fn lay_out_quotes(page: &mut LineBuilder, text: &str, quotes: &[Quote]) {
    let links = page.links();
    let numbers = numbers(&links);
    let finder = UrlFinder::new();
    let mut read = 0;
    let mut quotes = quotes.iter().peekable();
    let mut folded_until = 0;
    for (index, line) in SafeText::lines(text).enumerate() {
        if page.is_full() {
            return;
        }
        read += line.len() + 1;
        progress::report(read, text.len());
        if let Some(quote) = quotes.next_if(|quote| quote.stretch.start == index)
            && !quotes::push_line(page, quote)
        {
            folded_until = quote.stretch.end;
        }
        if index < folded_until {
            if index + 1 == folded_until {
                page.blank();
            }
            continue;
        }
        let (depth, rest) = quotes::split_depth(&line);
        let role = if depth == 0 { Role::Plain } else { Role::Quote(depth) };
        let pieces = pieces(&line, rest, role, &finder, &numbers);
        if depth == 0 {
            page.push(&pieces);
        } else {
            let prefix = SafeText::new(&"> ".repeat(usize::from(depth)));
            page.push_prefixed(Some(&StyledText { text: prefix, role, link: None }), &pieces);
        }
    }
}

/// Converts the text of a line to styled text with links. `whole` is the complete line, and `line` is the rest of it
/// after the quote marks.
pub(super) fn pieces(
    whole: &SafeText,
    line: &str,
    role: Role,
    finder: &UrlFinder,
    numbers: &HashMap<&str, u16>,
) -> Vec<StyledText> {
    // `line` is a suffix of `whole`.
    let from = whole.len() - line.len();
    let part = |start: usize, end: usize| whole.part(from + start..from + end);
    if line.len() > MAX_LINKED_BYTES || !line.contains("://") && !line.contains("www.") {
        return vec![StyledText { text: part(0, line.len()), role, link: None }];
    }
    let mut pieces = Vec::new();
    let mut done = 0;
    for hit in finder.find(line) {
        if done < hit.start {
            pieces.push(StyledText { text: part(done, hit.start), role, link: None });
        }
        let text = part(hit.start, hit.end);
        let url = line.get(hit.clone()).and_then(|url| link_url::address(url, None));
        let link = url.and_then(|url| numbers.get(url.as_str()).copied());
        let gap = link.and_then(|_| gap_to_mark(&text));
        pieces.push(StyledText { text, role: Role::Link, link });
        pieces.extend(gap);
        pieces.extend(link.map(link_mark));
        done = hit.end;
    }
    if done < line.len() {
        pieces.push(StyledText { text: part(done, line.len()), role, link: None });
    }
    pieces
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::mime;

    #[test]
    fn a_text_in_any_script_is_a_placeholder_only_beside_a_much_longer_html_part() {
        for (word, count) in [("word", 3), ("слов", 3), ("言葉", 6)] {
            let with_html =
                |count: usize| Mail { flow: Some(mime::flow(&word.repeat(count))), ..Mail::default() };
            let text = word.repeat(count);
            assert!(!is_stub(&text, &with_html(count * STUB_FACTOR)), "{word}");
            assert!(is_stub(&text, &with_html(count * STUB_FACTOR + 1)), "{word}");
        }
    }
}
