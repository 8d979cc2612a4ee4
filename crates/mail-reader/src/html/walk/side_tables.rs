//! Places a table at the right edge of the page after the content to its left, because users read from left to right.

use crate::html::tree::{Element, HtmlNode, is_block};
use html5ever::local_name;

/// A table at the right edge of the page is moved after the content to its left only if it is narrower than this many
/// CSS pixels. A wider table leaves no space for content on its left.
const MAX_WIDTH_PX: u16 = 400;

/// A table at the right edge of the page, deferred until the content to its left has been converted.
#[derive(Default)]
pub(super) struct SideTable<'a> {
    waiting: Option<Element<'a>>,
    /// Whether the current node is the deferred table itself.
    is_current_node: bool,
    /// Whether the previous sibling element is a table.
    after_table: bool,
}

impl<'a> SideTable<'a> {
    /// Returns whether an element is a table that must be deferred. A table directly after another table is
    /// not deferred, because it often contains the totals of that table.
    pub(super) fn waits(&mut self, element: Element<'a>) -> bool {
        let waits = self.waiting.is_none() && !self.after_table && is_at_the_right(element);
        if waits {
            (self.waiting, self.is_current_node) = (Some(element), true);
        }
        self.after_table = *element.tag == local_name!("table");
        waits
    }

    /// Returns the deferred table if `node` is the block to the left of the table. The caller must place the table
    /// directly after that block. Returns `None` in all other cases.
    pub(super) fn after(&mut self, node: HtmlNode<'a>) -> Option<Element<'a>> {
        let is_current_node = std::mem::take(&mut self.is_current_node);
        match node {
            HtmlNode::Element(element) if !is_current_node && is_block(element.tag) => self.waiting.take(),
            HtmlNode::Text(_) | HtmlNode::Element(_) => None,
        }
    }

    /// Returns the table that is still deferred at the end of its parent element; `None` if there is no such table.
    pub(super) fn at_end(self) -> Option<Element<'a>> {
        self.waiting
    }
}

/// Returns whether an element is a table at the right edge that is narrow enough to have content to its left.
fn is_at_the_right(element: Element<'_>) -> bool {
    let is = |value: Option<&str>, keyword: &str| {
        value.is_some_and(|value| value.trim().eq_ignore_ascii_case(keyword))
    };
    *element.tag == local_name!("table")
        && is(element.get(&local_name!("align")), "right")
        && element.get(&local_name!("width")).is_none_or(|width| {
            let width = width.trim().trim_end_matches("px");
            match width.strip_suffix('%') {
                Some(share) => share.trim().parse().is_ok_and(|share: u16| share <= 50),
                None => width.parse().is_ok_and(|pixels: u16| pixels < MAX_WIDTH_PX),
            }
        })
}
