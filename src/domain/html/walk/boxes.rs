//! Which boxes elements make, as `display` says (CSS Display Level 3): lines of their own, or words of a line.

use super::Walker;
use super::context::Context;
use crate::domain::html::css::{Declared, Display};
use crate::domain::html::tree::{Element, Node, is_block};
use html5ever::{LocalName, local_name};

/// How the children of an element stand to one another.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub(in crate::domain::html) enum Layout {
    /// As their own boxes say.
    #[default]
    Normal,
    /// Beside one another, each a box of its own.
    Beside,
    /// One below the other.
    Stacked,
}

impl Layout {
    /// Of the children of an element with these declarations.
    pub(super) fn of(declared: &Declared) -> Self {
        match declared.display {
            Some(Display::Flex) if declared.stacks == Some(true) => Self::Stacked,
            Some(Display::Flex) => Self::Beside,
            Some(Display::Grid) => Self::Stacked,
            _ => Self::Normal,
        }
    }
}

/// Whether an element stands on lines of its own.
pub(super) fn is_on_own_lines(tag: &LocalName, declared: &Declared, outer: &Context) -> bool {
    let block = is_block(tag);
    if is_table_part(tag) {
        return block;
    }
    match declared.display {
        Some(Display::Block | Display::Flex | Display::Grid) => true,
        Some(Display::Inline | Display::Cell) => outer.layout == Layout::Stacked,
        _ => block || outer.layout == Layout::Stacked,
    }
}

/// Whether an item of a list has a mark: one in a line has none.
pub(super) fn has_mark(declared: &Declared) -> bool {
    declared.display != Some(Display::Inline)
}

/// Whether a tag is a table or a part of one; its place in the table counts, whatever its style says.
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

/// Room in a line that is as wide as a blank, in CSS pixels.
const BLANK: f32 = 4.0;

impl Walker<'_> {
    /// Sets a box that shares its line with the one before apart from it.
    pub(super) fn begin_box(&mut self, element: Element<'_>, declared: &Declared, outer: &Context) {
        let apart = outer.layout == Layout::Beside
            || declared.display == Some(Display::Cell)
            || has_room(declared) && has_word(element);
        // The size of letters around does not matter: it is often 0, so that blanks take no room.
        if apart && self.block.needs_blank() && !outer.hides_picture() {
            self.push("\u{a0}", &Context { anchor: None, ..*outer }, false);
        }
    }

    /// Sets a box apart from the word that follows it.
    pub(super) fn end_box(&mut self, element: Element<'_>, declared: &Declared) {
        if has_room(declared) && has_word(element) {
            self.block.ends_box = self.block.needs_blank();
        }
    }
}

/// Whether a box in a line keeps room around its words, or has a width of its own.
fn has_room(declared: &Declared) -> bool {
    declared.padded
        || declared.margin_left.is_some_and(|room| room >= BLANK)
        || (declared.display == Some(Display::InlineBlock) && declared.width.is_some())
}

/// Whether an element begins with a text of several characters. Those of a code have boxes of their own too, and
/// stay together.
fn has_word(element: Element<'_>) -> bool {
    let first = element.children().find_map(|child| match child {
        Node::Text(text) => Some(text.trim()).filter(|text| !text.is_empty()),
        Node::Element(_) => None,
    });
    first.is_some_and(|text| text.chars().nth(1).is_some())
}
