//! HTML mail, read for its words: a bounded tree, and what of it is visible as a flow of blocks.
//!
//! Nothing is loaded and nothing is run. The flow is what codes and links are found in and what
//! [`super::richtext`] lays out, so that a mail is read once, however often it is shown.

mod browser_page;
pub(crate) mod converter;
pub(crate) mod css;
pub(crate) mod flow;
pub(crate) mod sanitizer;
mod start;
pub(crate) mod table;
pub(crate) mod tree;
mod walk;

use super::caught::caught;
use super::{interrupt, progress};
pub use browser_page::browser_page;
use flow::{Flow, Unread};
pub use sanitizer::{LeftOut, Sanitized};
pub(crate) use start::read_start;
use std::time::Duration;

/// A document as HTML for programs and assistants: what a reader would see of it, without its looks.
pub fn sanitize(html: &str) -> Sanitized {
    sanitizer::sanitize(html, &sanitizer::ProgramPolicy)
}

/// What reading the tags is of the time that a document takes, in thousandths.
const TAGS: u32 = 700;

/// Longest time that a document is read, where the time is known.
const MAX_READ_TIME: Duration = Duration::from_secs(4);

/// The visible parts of a document.
pub(crate) fn read(html: &str) -> Flow {
    bounded(|| {
        let tree = progress::share(0..TAGS, || tree::parse(html));
        progress::share(TAGS..progress::ALL, || walk::walk(&tree))
    })
}

/// Reads a document; one that defeats its reader or takes too long is marked as such.
fn bounded(read: impl FnOnce() -> Flow) -> Flow {
    interrupt::within(MAX_READ_TIME, || {
        let Some(mut flow) = caught(read) else {
            return Flow { unread: Some(Unread::Broken), ..Flow::default() };
        };
        flow.unread = interrupt::is_over().then_some(Unread::Late);
        flow
    })
}

/// The document with what is hidden in it, marked as such.
pub(crate) fn read_with_hidden(html: &str) -> Flow {
    bounded(|| {
        let tree = progress::share(0..TAGS, || tree::parse(html));
        progress::share(TAGS..progress::ALL, || walk::walk_with_hidden(&tree))
    })
}

/// As [`read`]; the source is freed as soon as its tags are known, since a large one is much to hold.
pub(crate) fn read_and_free(html: String) -> Flow {
    bounded(move || {
        let tree = progress::share(0..TAGS, || tree::parse(&html));
        drop(html);
        progress::share(TAGS..progress::ALL, || walk::walk(&tree))
    })
}

/// The visible text of a document, a line for each block.
pub(crate) fn to_text(html: &str) -> String {
    let flow = read(html);
    let mut out = String::new();
    for block in &flow.blocks {
        if block.gap && !out.is_empty() {
            out.push('\n');
        }
        out.push_str(&block.words());
        out.push('\n');
    }
    out
}

/// Appends plain text to a document, so that it reads as it was written.
pub(crate) fn push_preformatted(out: &mut String, text: &str) {
    out.push_str("<div style=\"white-space:pre-wrap\">");
    push_escaped(out, text);
    out.push_str("</div>");
}

/// Appends text so that no character of it is markup.
pub(crate) fn push_escaped(out: &mut String, text: &str) {
    for c in text.chars() {
        match c {
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '&' => out.push_str("&amp;"),
            '"' => out.push_str("&quot;"),
            other => out.push(other),
        }
    }
}

#[cfg(test)]
mod tests;
