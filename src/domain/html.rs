//! HTML mail, read for its words: a bounded tree, what of it is visible, and its layout in
//! columns through html2text.
//!
//! Nothing is loaded and nothing is run. html2text never sees what the sender wrote: it is given
//! a small, well-formed document made of the visible parts alone (`markup`), since odd input
//! is what it stumbles over.

pub mod clean;
pub(crate) mod css;
pub(crate) mod flow;
pub(crate) mod layout;
mod markup;
pub(crate) mod table;
pub(crate) mod tree;
mod walk;

use flow::Flow;

/// The visible parts of a document.
pub(crate) fn read(html: &str) -> Flow {
    walk::walk(&tree::parse(html))
}

/// The visible text of a document, a line for each block.
pub(crate) fn to_text(html: &str) -> String {
    let flow = read(html);
    let mut out = String::new();
    for block in &flow.blocks {
        if block.gap && !out.is_empty() {
            out.push('\n');
        }
        out.push_str(&block.text());
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
