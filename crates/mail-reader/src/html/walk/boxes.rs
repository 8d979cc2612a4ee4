//! Determines whether an element is block-level or inline (CSS Display Level 3), and how the children of a flex box or
//! grid are arranged. Adds the spaces around inline boxes.

use super::Walker;
use super::context::ElementContext;
use crate::html::css::{Declared, Display};
use crate::html::tree::{Element, HtmlNode, is_block};
use html5ever::{LocalName, local_name};

/// The arrangement of an element's children.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub(in crate::html) enum BoxLayout {
    /// Each child of the element is positioned according to its own `display`.
    #[default]
    Normal,
    /// The children of the element do not fit on one line. Block-level children start on new lines, and all others
    /// are separated by spaces.
    Beside,
    /// The children of the element, even block-level ones, share one line, because their text is short enough.
    Joined,
    /// The children of the element are stacked vertically.
    Stacked,
}

impl BoxLayout {
    /// Returns the arrangement of the children of an element whose CSS declarations are `declared`.
    pub(super) fn from_element(element: Element<'_>, declared: &Declared) -> Self {
        match declared.display {
            Some(Display::Flex) if declared.stacks == Some(true) => Self::Stacked,
            Some(Display::Flex) if fits_line(element) => Self::Joined,
            Some(Display::Flex) => Self::Beside,
            Some(Display::Grid) => Self::Stacked,
            _ => Self::Normal,
        }
    }
}

/// Returns whether both an element and the text after it start on new lines.
pub(super) fn is_on_own_lines(tag: &LocalName, declared: &Declared, outer: &ElementContext) -> bool {
    let block = is_block(tag);
    if is_table_part(tag) {
        return block;
    }
    if outer.layout == BoxLayout::Joined {
        return false;
    }
    match declared.display {
        Some(Display::Block | Display::Flex | Display::Grid) => true,
        Some(Display::Inline | Display::Cell) => outer.layout == BoxLayout::Stacked,
        _ => block || outer.layout == BoxLayout::Stacked,
    }
}

/// Returns whether a list item has a marker. An item that shares a line with other content has none.
pub(super) fn has_mark(declared: &Declared, outer: &ElementContext) -> bool {
    declared.display != Some(Display::Inline) && outer.layout != BoxLayout::Joined
}

/// Returns whether the children of a flex box fit on one line, that is, whether they are short and none of them starts
/// a new line. Returns `false` if each child has only one character, because the characters may form a code.
fn fits_line(element: Element<'_>) -> bool {
    let mut line = LineRoom { characters: MAX_JOINED_CHARS, nodes: MAX_JOINED_NODES };
    let (mut boxes, mut words) = (0, 0);
    for child in element.children() {
        let before = line.characters;
        let fits = match child {
            HtmlNode::Text(text) => line.holds_text(text),
            HtmlNode::Element(inner) => {
                boxes += 1;
                !is_table_part(inner.tag) && !is_heading(inner.tag) && line.holds(inner)
            }
        };
        if !fits {
            return false;
        }
        words += usize::from(before - line.characters > 2);
    }
    boxes > 1 && words > 0
}

/// Maximum total number of characters in the children of a flex box that share one line. If the children have more,
/// [`BoxLayout::Beside`] applies.
const MAX_JOINED_CHARS: usize = 60;
/// Maximum total number of nodes in the children of a flex box that share one line. If the children contain more,
/// [`BoxLayout::Beside`] applies.
const MAX_JOINED_NODES: usize = 64;

/// The remaining width of a line in characters, and the number of nodes that may still be examined.
struct LineRoom {
    characters: usize,
    nodes: usize,
}

impl LineRoom {
    /// Subtracts the length of a string from the remaining width. Returns whether the string fits.
    fn holds_text(&mut self, text: &str) -> bool {
        let length: usize = text.split_whitespace().map(|word| word.chars().count() + 1).sum();
        let fits = length <= self.characters && self.nodes > 0;
        self.characters = self.characters.saturating_sub(length);
        self.nodes = self.nodes.saturating_sub(1);
        fits
    }

    /// Subtracts the length of an element's text from the remaining width. Returns whether the text fits and
    /// the element contains nothing that starts a new line.
    fn holds(&mut self, element: Element<'_>) -> bool {
        self.nodes = self.nodes.saturating_sub(1);
        self.nodes > 0
            && element.children().all(|child| match child {
                HtmlNode::Text(text) => self.holds_text(text),
                HtmlNode::Element(inner) => {
                    !is_block(inner.tag) && *inner.tag != local_name!("br") && self.holds(inner)
                }
            })
    }
}

fn is_heading(tag: &LocalName) -> bool {
    matches!(*tag, local_name!("h1") | local_name!("h2") | local_name!("h3") | local_name!("h4"))
}

/// Returns whether an element is a table or a part of a table. The table determines the position of such an element,
/// regardless of the element's own style.
fn is_table_part(tag: &LocalName) -> bool {
    matches!(
        *tag,
        local_name!("table")
            | local_name!("tbody")
            | local_name!("thead")
            | local_name!("tfoot")
            | local_name!("tr")
            | local_name!("td")
            | local_name!("th")
    )
}

/// Minimum width in CSS pixels of a margin that looks like a space between two words.
const MIN_BLANK_MARGIN_PX: f32 = 4.0;

impl Walker<'_> {
    /// Adds a space before an inline box if browsers display a gap between the preceding text and the box.
    pub(super) fn begin_box(&mut self, element: Element<'_>, declared: &Declared, outer: &ElementContext) {
        let apart = matches!(outer.layout, BoxLayout::Beside | BoxLayout::Joined)
            || declared.display == Some(Display::Cell)
            || has_room(declared) && has_word(element);
        // The font size around the box is ignored: it is often 0 to hide the spaces between the boxes.
        if apart && self.block.needs_blank() && !outer.hides_picture() {
            self.push("\u{a0}", &ElementContext { anchor: None, ..*outer }, false);
        }
    }

    /// Ends an inline box. If the box has space around its text, a space is added before the text that follows the box.
    pub(super) fn end_box(&mut self, element: Element<'_>, declared: &Declared) {
        if has_room(declared) && has_word(element) {
            self.block.ends_box = self.block.needs_blank();
        }
    }
}

/// Returns whether an inline box has space around its text because of its padding, margin or width.
fn has_room(declared: &Declared) -> bool {
    declared.padded
        || declared.margin_left.is_some_and(|margin| margin >= MIN_BLANK_MARGIN_PX)
        || (declared.display == Some(Display::InlineBlock) && declared.width.is_some())
}

/// Returns whether an element contains text of at least two characters. A single character may be part of a code, whose
/// characters must stay together.
fn has_word(element: Element<'_>) -> bool {
    let first = element.children().find_map(|child| match child {
        HtmlNode::Text(text) => Some(text.trim()).filter(|text| !text.is_empty()),
        HtmlNode::Element(_) => None,
    });
    first.is_some_and(|text| text.chars().nth(1).is_some())
}
