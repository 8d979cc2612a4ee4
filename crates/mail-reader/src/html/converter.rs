//! Lays out HTML with the html2text crate.
//!
//! The run time of html2text is proportional to the product of a document's size and depth, and html2text creates more
//! nodes than the document contains. Therefore, this module passes only sanitised documents to html2text, and truncates
//! documents that exceed its limits. If html2text panics, the panic is caught.

use super::sanitizer::{ImageUrl, LeftOut, Policy, Presentation, sanitize};
use crate::panic_guard::catch_panic;
use html2text::config::Config;
use html2text::render::{TaggedLine, TextDecorator};

/// Maximum size in bytes of an HTML document that is passed to html2text. A larger document is truncated between two
/// tags.
const MAX_BYTES: usize = 1 << 20;
/// Maximum number of tags in an HTML document that is passed to html2text. A document with more tags is truncated
/// before the next tag.
const MAX_TAGS: usize = 60_000;

/// The lines that html2text produced from an HTML document.
#[derive(Debug)]
pub struct Converted<A> {
    /// The lines, each with the html2text annotations of its text.
    pub lines: Vec<TaggedLine<Vec<A>>>,
    /// The kinds of content that were left out of the lines because they exceed a limit or are hidden.
    pub left_out: Vec<LeftOut>,
}

/// Whether html2text also lays out the text that the styles of an HTML document hide.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum HiddenText {
    /// The lines contain only visible text.
    Skipped,
    /// The lines contain both visible and hidden text.
    Read,
}

impl Policy for HiddenText {
    fn presentation(&self) -> Presentation {
        Presentation::Dropped
    }

    fn keeps_hidden(&self) -> bool {
        *self == Self::Read
    }

    fn picture<'a>(&'a self, _address: &'a str) -> ImageUrl<'a> {
        // html2text drops the alternative text of an image without a URL. Any URL prevents that, because text
        // output does not use it.
        ImageUrl::At("cid:".into())
    }
}

/// Lays out an HTML document with html2text; `None` if html2text fails or panics.
pub fn convert<D: TextDecorator>(
    html: &str,
    hidden: HiddenText,
    config: Config<D>,
    width: usize,
) -> Option<Converted<D::Annotation>> {
    let mut page = sanitize(html, &hidden);
    let end = end(&page.html);
    if end < page.html.len() {
        page.html.truncate(end);
        if !page.left_out.contains(&LeftOut::End) {
            page.left_out.push(LeftOut::End);
        }
    }
    let config = config.allow_width_overflow();
    let lines = catch_panic(|| config.lines_from_read(page.html.as_bytes(), width.max(1)))?.ok()?;
    Some(Converted { lines, left_out: page.left_out })
}

/// Returns the length in bytes of the part of an HTML document that is passed to html2text. A document that exceeds the
/// limits is truncated between two tags.
fn end(html: &str) -> usize {
    let near = html.get(..html.floor_char_boundary(MAX_BYTES)).unwrap_or(html);
    if let Some(tag) = memchr::memchr_iter(b'<', near.as_bytes()).nth(MAX_TAGS) {
        return tag;
    }
    if near.len() == html.len() {
        return html.len();
    }
    near.rfind('<').filter(|tag| near.get(*tag..).is_some_and(|tag| !tag.contains('>'))).unwrap_or(near.len())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn words(html: &str, hidden: HiddenText) -> (Vec<String>, Vec<LeftOut>) {
        let Converted { lines, left_out } = convert(html, hidden, html2text::config::rich(), 40).unwrap();
        let line = |line: &TaggedLine<_>| line.tagged_strings().map(|piece| piece.s.as_str()).collect();
        (lines.iter().map(line).collect(), left_out)
    }

    #[test]
    fn hidden_text_is_included_on_request() {
        let html = "<p style='color:#fff'>x</p><p>a<img alt=b src=http://c><title>t</title>";
        let (lines, left_out) = words(html, HiddenText::Skipped);
        assert_eq!((lines.concat().trim(), left_out), ("ab", vec![LeftOut::Hidden]));
        let (lines, left_out) = words(html, HiddenText::Read);
        assert!(lines.concat().contains('x') && left_out.is_empty(), "{lines:?}");
    }

    #[test]
    fn hostile_documents_give_bounded_output() {
        let nested = ["<div>a", "<table><tr><td>a", "<b><p>a", "<ul><li>a", "<blockquote>a"];
        for unit in nested.into_iter().chain(["<td>a", "<p>a</p>", "a<br>"]) {
            let (lines, left_out) = words(&unit.repeat(150_000 / unit.len()), HiddenText::Skipped);
            assert!(!lines.is_empty() && lines.len() < 150_000, "{unit}");
            assert!(!nested[..2].contains(&unit) || left_out.contains(&LeftOut::Structure), "{unit}");
        }
        let (_, left_out) = words(&"word ".repeat(MAX_BYTES / 4), HiddenText::Skipped);
        assert_eq!(left_out, [LeftOut::End]);
    }
}
