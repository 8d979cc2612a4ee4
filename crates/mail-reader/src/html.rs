//! Converts an HTML mail to text: parses the document into a tree of limited size, and converts the visible content of
//! the tree to a list of blocks ([`flow::Flow`]).
//!
//! Nothing is loaded from the network, and no script is run. Both the search for codes and links and the layout in
//! [`richtext`](super::richtext) use this list, so the HTML of a mail is parsed only once.

pub mod converter;
pub(crate) mod css;
pub mod flow;
pub(crate) mod image_url;
mod length;
mod media;
mod preview;
pub mod sanitizer;
pub(crate) mod table;
pub(crate) mod tree;
mod walk;

use super::panic_guard::catch_panic;
use super::{interrupt, progress};
pub use css::TextCase;
use flow::{Flow, TruncationReason};
pub(crate) use preview::read_preview;
pub use sanitizer::{LeftOut, Sanitized};
use std::time::Duration;

/// Sanitises an HTML document for programs and AI assistants. The result contains only the visible content,
/// without styles.
pub fn sanitize(html: &str) -> Sanitized {
    sanitizer::sanitize(html, &sanitizer::ProgramPolicy)
}

/// Progress, in per mille, at which all tags of an HTML document have been parsed. The rest of the progress, up to
/// 1000, is for reading the visible content.
const TAGS_PER_MILLE: u32 = 700;

/// Timeout for reading an HTML document. When it expires, the rest of the document is dropped, and the list
/// of blocks is marked as incomplete. There is no timeout if the caller provides no clock.
const MAX_READ_TIME: Duration = Duration::from_secs(4);

/// Converts the visible content of an HTML document to a list of blocks.
pub(crate) fn read(html: &str) -> Flow {
    bounded(|| {
        let tree = progress::share(0..TAGS_PER_MILLE, || tree::parse(html));
        progress::share(TAGS_PER_MILLE..progress::ALL, || walk::walk(&tree))
    })
}

/// Runs the function `read` with a timeout. The returned list of blocks is marked as incomplete if `read`
/// panics or exceeds the timeout.
fn bounded(read: impl FnOnce() -> Flow) -> Flow {
    interrupt::within(MAX_READ_TIME, || {
        let Some(mut flow) = catch_panic(read) else {
            return Flow { unread: Some(TruncationReason::Broken), ..Flow::default() };
        };
        flow.unread = interrupt::is_over().then_some(TruncationReason::Late);
        flow
    })
}

/// Like [`read`], but also includes hidden text, which is marked as hidden.
pub(crate) fn read_with_hidden(html: &str) -> Flow {
    bounded(|| {
        let tree = progress::share(0..TAGS_PER_MILLE, || tree::parse(html));
        progress::share(TAGS_PER_MILLE..progress::ALL, || walk::walk_with_hidden(&tree))
    })
}

/// Like [`read`], but frees the HTML source as soon as its tags are parsed, because the source of a large
/// mail takes up a lot of memory.
pub(crate) fn read_and_free(html: String) -> Flow {
    bounded(move || {
        let tree = progress::share(0..TAGS_PER_MILLE, || tree::parse(&html));
        drop(html);
        progress::share(TAGS_PER_MILLE..progress::ALL, || walk::walk(&tree))
    })
}

/// Returns the visible text of an HTML document, with one line per block.
pub fn to_text(html: &str) -> String {
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

/// Appends plain text to an HTML document, in an element that preserves white space and line breaks.
pub(crate) fn push_preformatted(out: &mut String, text: &str) {
    out.push_str("<div style=\"white-space:pre-wrap\">");
    push_escaped(out, text);
    out.push_str("</div>");
}

/// Appends text to an HTML document, and escapes all characters that have a meaning in markup.
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
