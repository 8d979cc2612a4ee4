//! Determines which boxes elements make (CSS Display Level 3): boxes on lines of their own, or text within a
//! line.

use super::Walker;
use super::context::Context;
use crate::html::css::{Declared, Display};
use crate::html::tree::{Element, Node, is_block};
use html5ever::{LocalName, local_name};

/// How the children of an element are arranged.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub(in crate::html) enum Layout {
    /// Each child of the element is placed by its own `display`.
    #[default]
    Normal,
    /// The children of the element are boxes side by side.
    Beside,
    /// The children of the element share one line, which is wide enough for all of them.
    Joined,
    /// The children of the element stand one below the other.
    Stacked,
}

impl Layout {
    /// Returns the arrangement of the children of an element with these declarations.
    pub(super) fn of(element: Element<'_>, declared: &Declared) -> Self {
        match declared.display {
            Some(Display::Flex) if declared.stacks == Some(true) => Self::Stacked,
            Some(Display::Flex) if fits_line(element) => Self::Joined,
            Some(Display::Flex) => Self::Beside,
            Some(Display::Grid) => Self::Stacked,
            _ => Self::Normal,
        }
    }
}

/// Returns whether an element starts on a new line and ends its line.
pub(super) fn is_on_own_lines(tag: &LocalName, declared: &Declared, outer: &Context) -> bool {
    let block = is_block(tag);
    if is_table_part(tag) {
        return block;
    }
    if outer.layout == Layout::Joined {
        return false;
    }
    match declared.display {
        Some(Display::Block | Display::Flex | Display::Grid) => true,
        Some(Display::Inline | Display::Cell) => outer.layout == Layout::Stacked,
        _ => block || outer.layout == Layout::Stacked,
    }
}

/// Returns whether a list item has a marker; an item that shares a line has none.
pub(super) fn has_mark(declared: &Declared, outer: &Context) -> bool {
    declared.display != Some(Display::Inline) && outer.layout != Layout::Joined
}

/// Returns whether the children of a flexible box fit on one line: they are short, and nothing in them begins
/// a line. Boxes with one character each are the characters of a code, and keep lines of their own.
fn fits_line(element: Element<'_>) -> bool {
    let mut line = LineRoom { characters: MAX_JOINED, nodes: MAX_JOINED_NODES };
    let (mut boxes, mut words) = (0, 0);
    for child in element.children() {
        let before = line.characters;
        let fits = match child {
            Node::Text(text) => line.holds_text(text),
            Node::Element(inner) => {
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

/// Maximum length in characters of a line of joined boxes.
const MAX_JOINED: usize = 60;
/// Maximum number of elements and texts in joined boxes.
const MAX_JOINED_NODES: usize = 64;

/// The space that is left on a line, and the count of nodes that may still be read.
struct LineRoom {
    characters: usize,
    nodes: usize,
}

impl LineRoom {
    /// Subtracts the length of a text; returns whether it fits.
    fn holds_text(&mut self, text: &str) -> bool {
        let length: usize = text.split_whitespace().map(|word| word.chars().count() + 1).sum();
        let fits = length <= self.characters && self.nodes > 0;
        self.characters = self.characters.saturating_sub(length);
        self.nodes = self.nodes.saturating_sub(1);
        fits
    }

    /// Subtracts the length of an element; returns whether it fits and nothing in it begins a line.
    fn holds(&mut self, element: Element<'_>) -> bool {
        self.nodes = self.nodes.saturating_sub(1);
        self.nodes > 0
            && element.children().all(|child| match child {
                Node::Text(text) => self.holds_text(text),
                Node::Element(inner) => {
                    !is_block(inner.tag) && *inner.tag != local_name!("br") && self.holds(inner)
                }
            })
    }
}

fn is_heading(tag: &LocalName) -> bool {
    matches!(*tag, local_name!("h1") | local_name!("h2") | local_name!("h3") | local_name!("h4"))
}

/// Returns whether a tag is a table or a part of one. Such an element is placed by its role in the table,
/// whatever its style declares.
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

/// Width in CSS pixels of a margin that looks like a space between two words.
const BLANK: f32 = 4.0;

impl Walker<'_> {
    /// Adds a space before a box that has a distance to the box before it in the same line.
    pub(super) fn begin_box(&mut self, element: Element<'_>, declared: &Declared, outer: &Context) {
        let apart = matches!(outer.layout, Layout::Beside | Layout::Joined)
            || declared.display == Some(Display::Cell)
            || has_room(declared) && has_word(element);
        // The font size around the box does not matter: it is often 0, so that spaces take no width.
        if apart && self.block.needs_blank() && !outer.hides_picture() {
            self.push("\u{a0}", &Context { anchor: None, ..*outer }, false);
        }
    }

    /// Ends a box in a line. If the box has space around its text, a space separates it from the text that
    /// follows.
    pub(super) fn end_box(&mut self, element: Element<'_>, declared: &Declared) {
        if has_room(declared) && has_word(element) {
            self.block.ends_box = self.block.needs_blank();
        }
    }
}

/// Returns whether a box in a line has space around its text, or a width of its own.
fn has_room(declared: &Declared) -> bool {
    declared.padded
        || declared.margin_left.is_some_and(|room| room >= BLANK)
        || (declared.display == Some(Display::InlineBlock) && declared.width.is_some())
}

/// Returns whether an element begins with a text of at least two characters. A box with a single character
/// may be part of a code, whose characters must stay together.
fn has_word(element: Element<'_>) -> bool {
    let first = element.children().find_map(|child| match child {
        Node::Text(text) => Some(text.trim()).filter(|text| !text.is_empty()),
        Node::Element(_) => None,
    });
    first.is_some_and(|text| text.chars().nth(1).is_some())
}
