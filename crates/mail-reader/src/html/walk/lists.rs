//! Determines the numbers and markers of list items (HTML standard, sections 4.4.5 to 4.4.11).

use super::context::ElementContext;
use crate::html::css::{Declared, ListStyle};
use crate::html::flow::{BlockKind, Marker, Numbering};
use crate::html::tree::Element;
use html5ever::local_name;

/// Counter that numbers the items of a list.
pub(super) struct Ordinals {
    next: i32,
    step: i32,
}

impl Ordinals {
    /// Creates the counter for the list items in an element. The counter starts at 1 if the element is not an ordered
    /// list.
    pub(super) fn new(list: Element<'_>) -> Self {
        if *list.tag != local_name!("ol") {
            return Self { next: 1, step: 1 };
        }
        let reversed = list.get(&local_name!("reversed")).is_some();
        let count = || list.elements().filter(|item| *item.tag == local_name!("li")).count();
        let first = || if reversed { i32::try_from(count()).unwrap_or(i32::MAX) } else { 1 };
        let next = list.get(&local_name!("start")).and_then(integer).unwrap_or_else(first);
        Self { next, step: if reversed { -1 } else { 1 } }
    }

    /// Returns the number of the next list item, and advances the counter. The item's `value` attribute, if any, sets
    /// the counter.
    pub(super) fn next(&mut self, item: Element<'_>) -> i32 {
        let ordinal = item.get(&local_name!("value")).and_then(integer).unwrap_or(self.next);
        self.next = ordinal.saturating_add(self.step);
        ordinal
    }
}

/// Returns the integer at the start of an attribute value; `None` if the value does not start with an
/// integer.
fn integer(text: &str) -> Option<i32> {
    let text = text.trim_start();
    let end =
        text.char_indices().find(|&(at, c)| !(c.is_ascii_digit() || (at == 0 && matches!(c, '-' | '+'))));
    text.get(..end.map_or(text.len(), |(at, _)| at))?.parse().ok()
}

/// Updates the state that the content of a list inherits.
pub(super) fn enter(context: &mut ElementContext, list: Element<'_>, declared: &Declared) {
    context.list_depth = context.list_depth.saturating_add(1);
    let usual = if *list.tag == local_name!("ol") { ListStyle::Decimal } else { ListStyle::Bullet };
    context.list_style = Some(declared.list_style.or_else(|| stated(list)).unwrap_or(usual));
}

/// Updates the state that the content of a list item inherits. `number` is the position of the item among all list
/// items of the HTML document, counted from 1.
pub(super) fn enter_item(context: &mut ElementContext, item: Element<'_>, declared: &Declared, number: u32) {
    let style = declared.list_style.or_else(|| stated(item)).or(context.list_style);
    let numbered = |numbering| Marker::Number(context.ordinal, numbering);
    let marker = match style {
        Some(ListStyle::None) => Marker::Bare,
        Some(ListStyle::Bullet) | None => Marker::Bullet,
        Some(ListStyle::Decimal) => numbered(Numbering::Decimal),
        Some(ListStyle::LowerAlpha) => numbered(Numbering::LowerAlpha),
        Some(ListStyle::UpperAlpha) => numbered(Numbering::UpperAlpha),
        Some(ListStyle::LowerRoman) => numbered(Numbering::LowerRoman),
        Some(ListStyle::UpperRoman) => numbered(Numbering::UpperRoman),
    };
    context.item = number;
    context.kind = match context.list_depth {
        // Items without markers on the outermost level, such as the links in a footer, are not a list for the
        // reader.
        0 | 1 if marker == Marker::Bare => BlockKind::Paragraph,
        depth => BlockKind::Item { depth: depth.max(1), marker },
    };
}

/// Updates the state that the content of a definition (HTML element `dd`) inherits. Definitions are indented.
pub(super) fn enter_definition(context: &mut ElementContext) {
    context.list_depth = context.list_depth.saturating_add(1);
    context.kind = BlockKind::Item { depth: context.list_depth.saturating_add(1), marker: Marker::Bare };
}

/// Converts a list marker that Microsoft Word wrote at the start of a paragraph. No-break spaces that are used only for
/// alignment become one space, and a letter in a symbol font becomes a bullet.
pub(super) fn word_marker(text: &str) -> &str {
    match text.trim() {
        "" if text.is_empty() => "",
        "" => " ",
        "·" | "o" | "§" | "Ø" | "ü" | "v" | "q" | "\u{f0b7}" | "\u{f0a7}" | "\u{f0d8}" | "\u{f0fc}" => {
            "•"
        }
        words => words,
    }
}

/// Returns the list style that the `type` attribute of a list or list item declares; `None` if there is no such
/// attribute. The value is case-sensitive.
fn stated(element: Element<'_>) -> Option<ListStyle> {
    Some(match element.get(&local_name!("type"))? {
        "1" => ListStyle::Decimal,
        "a" => ListStyle::LowerAlpha,
        "A" => ListStyle::UpperAlpha,
        "i" => ListStyle::LowerRoman,
        "I" => ListStyle::UpperRoman,
        other if other.eq_ignore_ascii_case("none") => ListStyle::None,
        _ => ListStyle::Bullet,
    })
}
