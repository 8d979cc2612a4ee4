//! Defines the kinds of boundaries between blocks, and determines which kind each HTML element produces.

use super::context::ElementContext;
use html5ever::{LocalName, local_name};

/// The kind of boundary at which a block ends.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum BlockEnd {
    /// The block ends at a line break.
    Break,
    /// The block ends at the edge of a block element without a margin.
    Edge,
    /// The block ends at the edge of a table cell.
    Cell,
    /// The block ends at the edge of a block element with a margin, so an empty line follows.
    Apart,
}

/// Returns the kind of boundary before and after an element with this tag.
pub(super) fn edge(tag: &LocalName, outer: &ElementContext) -> BlockEnd {
    match *tag {
        local_name!("td") | local_name!("th") => BlockEnd::Cell,
        // No empty line separates a nested list from its list item (HTML standard, section 15.3.7).
        local_name!("ul") | local_name!("ol") | local_name!("dl") if outer.list_depth > 0 => BlockEnd::Edge,
        _ if keeps_distance(tag) => BlockEnd::Apart,
        _ => BlockEnd::Edge,
    }
}

/// Returns whether an element has a vertical margin by default, which is displayed as an empty line.
fn keeps_distance(tag: &LocalName) -> bool {
    matches!(
        *tag,
        local_name!("p")
            | local_name!("h1")
            | local_name!("h2")
            | local_name!("h3")
            | local_name!("h4")
            | local_name!("h5")
            | local_name!("h6")
            | local_name!("ul")
            | local_name!("ol")
            | local_name!("blockquote")
            | local_name!("table")
            | local_name!("pre")
            | local_name!("dl")
    )
}
