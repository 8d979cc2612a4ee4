//! Reads an HTML mail as text: parses the document into a bounded tree and reads its visible content as a flow
//! of blocks.
//!
//! Nothing is loaded and no script is run. Extraction of codes and links and [`super::richtext`] share the
//! flow, so a mail is read once, however often it is shown.

pub mod converter;
pub(crate) mod css;
pub mod flow;
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
use flow::{Flow, Unread};
pub(crate) use preview::read_preview;
pub use sanitizer::{LeftOut, Sanitized};
use std::time::Duration;

/// Sanitises a document for programs and assistants: only the visible content remains, without styles.
pub fn sanitize(html: &str) -> Sanitized {
    sanitizer::sanitize(html, &sanitizer::ProgramPolicy)
}

/// Progress in thousandths when all tags are parsed; reading the visible content is the rest.
const TAGS: u32 = 700;

/// Time limit for reading a document. Reading stops there, and the flow is marked as incomplete. The limit
/// applies only where a clock is available.
const MAX_READ_TIME: Duration = Duration::from_secs(4);

/// Reads the visible content of a document.
pub(crate) fn read(html: &str) -> Flow {
    bounded(|| {
        let tree = progress::share(0..TAGS, || tree::parse(html));
        progress::share(TAGS..progress::ALL, || walk::walk(&tree))
    })
}

/// Runs `read` with the time limit. The flow is marked if `read` panics or exceeds the limit.
fn bounded(read: impl FnOnce() -> Flow) -> Flow {
    interrupt::within(MAX_READ_TIME, || {
        let Some(mut flow) = catch_panic(read) else {
            return Flow { unread: Some(Unread::Broken), ..Flow::default() };
        };
        flow.unread = interrupt::is_over().then_some(Unread::Late);
        flow
    })
}

/// Like [`read`], but includes hidden content, marked as hidden.
pub(crate) fn read_with_hidden(html: &str) -> Flow {
    bounded(|| {
        let tree = progress::share(0..TAGS, || tree::parse(html));
        progress::share(TAGS..progress::ALL, || walk::walk_with_hidden(&tree))
    })
}

/// Like [`read`], but frees the source after parsing the tags, because the source of a large mail takes much
/// memory.
pub(crate) fn read_and_free(html: String) -> Flow {
    bounded(move || {
        let tree = progress::share(0..TAGS, || tree::parse(&html));
        drop(html);
        progress::share(TAGS..progress::ALL, || walk::walk(&tree))
    })
}

/// Returns the visible text of a document, one line for each block.
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

/// Appends plain text to a document so that white space and line breaks are preserved.
pub(crate) fn push_preformatted(out: &mut String, text: &str) {
    out.push_str("<div style=\"white-space:pre-wrap\">");
    push_escaped(out, text);
    out.push_str("</div>");
}

/// Appends text with all markup characters escaped.
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
