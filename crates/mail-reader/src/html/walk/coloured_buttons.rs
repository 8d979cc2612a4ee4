//! Detects buttons in the form of coloured boxes. A coloured box is a table cell or `div` whose background is not
//! white, grey or black. Such a box is a button if it has one short link, either inside or around it.

use super::Walker;
use super::context::{ElementContext, is_painted_box};
use crate::html::tree::{Element, HtmlNode};
use html5ever::local_name;

/// Maximum number of characters in the text of a coloured box that is treated as a button.
const MAX_WORDS: usize = 40;
/// Maximum length in bytes of a text node, including white space, in a coloured box that is treated as a button.
const MAX_TEXT_BYTES: usize = 1024;
/// Maximum number of HTML nodes in a coloured box that is treated as a button.
const MAX_NODES: usize = 64;

/// Statistics about the content of a coloured box, which determine whether the box is a button.
#[derive(Default)]
struct BoxContent {
    nodes: usize,
    links: usize,
    /// Number of characters in the text of the box.
    length: usize,
    /// Whether the box contains text outside links. If so, the box is not treated as a button.
    words_beside: bool,
}

impl BoxContent {
    /// Examines the content of a coloured box; `None` if it contains too much content for a button. `in_link` indicates
    /// whether the box is inside a link.
    fn from_cell(cell: Element<'_>, in_link: bool) -> Option<Self> {
        let mut content = Self::default();
        content.add(cell, in_link).then_some(content)
    }

    fn add(&mut self, element: Element<'_>, in_link: bool) -> bool {
        element.children().all(|child| {
            self.nodes += 1;
            if self.nodes > MAX_NODES {
                return false;
            }
            match child {
                HtmlNode::Text(text) if text.len() > MAX_TEXT_BYTES => return false,
                HtmlNode::Text(text) => {
                    let length = text.trim().chars().take(MAX_WORDS + 1).count();
                    self.length += length;
                    self.words_beside |= length > 0 && !in_link;
                }
                HtmlNode::Element(inner) => {
                    let link = *inner.tag == local_name!("a") && inner.get(&local_name!("href")).is_some();
                    self.links += usize::from(link);
                    if !self.add(inner, in_link || link) {
                        return false;
                    }
                }
            }
            self.length <= MAX_WORDS && self.links < 2
        })
    }
}

impl Walker<'_> {
    /// Marks the link around a coloured box as a button if the box contains nothing but short text.
    pub(super) fn note_painted_cell(&mut self, cell: Element<'_>, context: &ElementContext) {
        let Some(anchor) = context.anchor.filter(|_| context.painted) else { return };
        let is_button = BoxContent::from_cell(cell, true).is_some_and(|content| content.length > 0);
        if let Some(anchor) = self.flow.anchors.get_mut(anchor) {
            anchor.button |= is_button;
        }
    }

    /// Returns whether the current link is the only content of a coloured box. Such a link is a button.
    pub(super) fn fills_painted_cell(&self, outer: &ElementContext) -> bool {
        if !outer.painted {
            return false;
        }
        let cell = self.path.iter().rev().find(|element| is_painted_box(element.tag));
        let content = cell.and_then(|cell| BoxContent::from_cell(*cell, false));
        content.is_some_and(|content| content.links == 1 && content.length > 0 && !content.words_beside)
    }
}
