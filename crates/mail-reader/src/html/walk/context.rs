//! Computes the state that an element passes on to its content, such as colours. This is the state that the element
//! inherits, modified by its own style.

use super::boxes::BoxLayout;
use super::visibility::Visibility;
use crate::html::css::{
    Declared, Display, FontSize, ListStyle, Position, ScriptPosition, UNSEEN_OPACITY, WhiteSpace,
};
use crate::html::flow::{BlockKind, Cell, TextStyle};
use crate::html::tree::Element;
use html5ever::{LocalName, local_name};

/// Maximum font size in CSS pixels of text that counts as too small to read, and therefore as invisible.
const MAX_UNREADABLE_FONT_PX: u16 = 1;
/// Range of shifts, in CSS pixels up or down, at which relatively positioned smaller text counts as superscript or
/// subscript.
const RAISED_PX: std::ops::Range<f32> = 1.0..24.0;

/// The state that the content of an element inherits from the element.
#[derive(Clone, Copy, Debug)]
#[expect(clippy::struct_excessive_bools, reason = "each property is inherited separately")]
pub(in crate::html) struct ElementContext {
    pub(in crate::html) look: TextStyle,
    pub(in crate::html) size_stated: bool,
    pub(in crate::html) visibility: Visibility,
    pub(in crate::html) white_space: WhiteSpace,
    pub(in crate::html) kind: BlockKind,
    pub(in crate::html) raised: Option<ScriptPosition>,
    /// Whether the HTML source contains the letters of the text in reverse order, so that they must be reversed for
    /// reading.
    pub(in crate::html) reversed: bool,
    pub(in crate::html) quote: u8,
    /// Number of nested indentations around the element, not counting quotes.
    pub(in crate::html) indent: u8,
    pub(in crate::html) list_depth: u8,
    pub(in crate::html) list_style: Option<ListStyle>,
    /// Position of the enclosing list item among all list items of the HTML document, counted from 1; 0 outside lists.
    pub(in crate::html) item: u32,
    /// The number of the enclosing list item as displayed in its list.
    pub(in crate::html) ordinal: i32,
    /// Whether the element is a list marker that Microsoft Word wrote at the start of a paragraph.
    pub(in crate::html) word_marker: bool,
    /// Whether the element is inside an SVG drawing, in which only some elements contain text.
    pub(in crate::html) in_drawing: bool,
    /// Whether the element is inside a quotation (HTML element `q`). Nested quotations use different quotation marks.
    pub(in crate::html) in_quotation: bool,
    pub(in crate::html) cell: Option<Cell>,
    pub(in crate::html) anchor: Option<usize>,
    /// The arrangement of the current element's children, such as side by side or stacked vertically.
    pub(in crate::html) layout: BoxLayout,
    /// Whether the enclosing table cell or `div` has a coloured background (not white, grey or black), as buttons
    /// usually do.
    pub(in crate::html) painted: bool,
}

impl Default for ElementContext {
    fn default() -> Self {
        Self {
            look: TextStyle::default(),
            size_stated: false,
            visibility: Visibility::default(),
            white_space: WhiteSpace::default(),
            kind: BlockKind::default(),
            raised: None,
            reversed: false,
            quote: 0,
            indent: 0,
            list_depth: 0,
            list_style: None,
            item: 0,
            ordinal: 1,
            word_marker: false,
            in_drawing: false,
            in_quotation: false,
            cell: None,
            anchor: None,
            layout: BoxLayout::Normal,
            painted: false,
        }
    }
}

impl ElementContext {
    /// Returns whether text that inherits this state is invisible.
    pub(in crate::html) fn hides_text(&self) -> bool {
        let unreadable = self.size_stated && self.look.size <= MAX_UNREADABLE_FONT_PX;
        self.hides_picture() || unreadable || self.visibility.indented_away || self.visibility.hides_ink()
    }

    /// Returns whether an image that inherits this state is invisible. Font sizes and colours have no effect
    /// on images.
    pub(in crate::html) fn hides_picture(&self) -> bool {
        self.visibility.invisible || self.visibility.hidden
    }
}

/// Returns whether an element and all its content are hidden.
///
/// `aria-hidden` has no effect, because it hides content only from screen readers. `mso-hide` has no effect,
/// because it hides content only in Outlook.
pub(in crate::html) fn is_hidden(element: Element<'_>, declared: &Declared, outer: &ElementContext) -> bool {
    let is_cell = matches!(
        *element.tag,
        local_name!("td")
            | local_name!("th")
            | local_name!("tr")
            | local_name!("table")
            | local_name!("tbody")
    );
    declared.hides(is_cell)
        || outer.visibility.opacity * declared.opacity.unwrap_or(1.0) < UNSEEN_OPACITY
        || (declared.display.is_none() && is_hidden_by_nature(element))
}

/// Returns whether browsers hide an element by default, even without any style.
fn is_hidden_by_nature(element: Element<'_>) -> bool {
    element.get(&local_name!("hidden")).is_some()
        || (*element.tag == local_name!("dialog") && element.get(&local_name!("open")).is_none())
}

pub(in crate::html) fn inherit(
    outer: ElementContext,
    element: Element<'_>,
    declared: &Declared,
) -> ElementContext {
    let mut context = outer;
    context.layout = BoxLayout::from_element(element, declared);
    context.visibility.of_element(element);
    by_tag(&mut context, element);
    if let Some(size) = declared.size {
        context.look.size = size.pixels(outer.look.size, outer.size_stated);
        context.size_stated = true;
    }
    context.look.strong = declared.strong.unwrap_or(context.look.strong);
    context.look.emphasis = declared.emphasis.unwrap_or(context.look.emphasis);
    context.look.mono = declared.mono.unwrap_or(context.look.mono);
    context.look.spaced = declared.spaced.unwrap_or(context.look.spaced);
    context.look.case = declared.text_case.unwrap_or(context.look.case);
    context.white_space = declared.white_space.unwrap_or(context.white_space);
    context.list_style = declared.list_style.or(context.list_style);
    context.word_marker |= declared.word_marker == Some(true);
    context.visibility.declared(declared);
    if is_painted_box(element.tag) {
        context.painted = context.visibility.is_painted_over(&outer.visibility);
    }
    strike(&mut context, &outer, element, declared);
    context.raised = raised(element, declared).or(context.raised);
    context.look.raised = context.raised.is_some();
    if let Some(rtl) =
        declared.rtl.or_else(|| Some(element.get(&local_name!("dir"))?.eq_ignore_ascii_case("rtl")))
        && (declared.bidi_override == Some(true) || *element.tag == local_name!("bdo"))
    {
        context.reversed = rtl;
    }
    context
}

/// Returns whether an element with this tag can be the coloured box of a button: a table cell or a `div`.
pub(super) fn is_painted_box(tag: &LocalName) -> bool {
    matches!(*tag, local_name!("td") | local_name!("th") | local_name!("div"))
}

/// Applies the default styles that browsers use for an element.
fn by_tag(context: &mut ElementContext, element: Element<'_>) {
    match *element.tag {
        local_name!("b")
        | local_name!("strong")
        | local_name!("h5")
        | local_name!("h6")
        | local_name!("legend")
        | local_name!("summary")
        | local_name!("dt")
        | local_name!("th") => context.look.strong = true,
        local_name!("i")
        | local_name!("em")
        | local_name!("cite")
        | local_name!("dfn")
        | local_name!("var") => context.look.emphasis = true,
        local_name!("code") | local_name!("kbd") | local_name!("samp") | local_name!("tt") => {
            context.look.mono = true;
        }
        local_name!("pre") | local_name!("listing") | local_name!("xmp") => {
            (context.white_space, context.look.mono) = (WhiteSpace::Preserved, true);
        }
        local_name!("textarea") => context.white_space = WhiteSpace::Preserved,
        local_name!("font") => {
            if let Some(size) = element.get(&local_name!("size")).and_then(FontSize::of_font_element) {
                context.look.size = size.pixels(context.look.size, context.size_stated);
                context.size_stated = true;
            }
        }
        local_name!("h1") | local_name!("h2") | local_name!("h3") | local_name!("h4") => {
            context.kind = BlockKind::Heading;
            context.look.strong = true;
            context.look.size = 24;
        }
        local_name!("blockquote") => context.quote = context.quote.saturating_add(1),
        local_name!("table") => {
            context.kind =
                if context.kind == BlockKind::Heading { BlockKind::Paragraph } else { context.kind }
        }
        _ => {}
    }
}

/// Applies the styles of deleted and inserted text. A child element cannot remove its parent's strikethrough. However,
/// the strikethrough does not apply to an inline-block or an absolutely positioned child (CSS Text Decoration Level 3,
/// section 2.1).
fn strike(context: &mut ElementContext, outer: &ElementContext, element: Element<'_>, declared: &Declared) {
    let own_box =
        declared.display == Some(Display::InlineBlock) || declared.position == Some(Position::Placed);
    let (struck, inserted) = match *element.tag {
        local_name!("s") | local_name!("strike") | local_name!("del") => (true, false),
        local_name!("ins") => (false, true),
        _ => (false, false),
    };
    context.look.struck = (outer.look.struck && !own_box) || declared.struck.unwrap_or(struck);
    context.look.inserted = outer.look.inserted || (inserted && declared.underlined != Some(false));
}

/// Returns the position of an element's text: superscript or subscript. Returns `None` if the text is neither.
fn raised(element: Element<'_>, declared: &Declared) -> Option<ScriptPosition> {
    match *element.tag {
        local_name!("sup") => return Some(ScriptPosition::Superscript),
        local_name!("sub") => return Some(ScriptPosition::Subscript),
        // The `vertical-align` of these elements positions a cell or an image, not text.
        local_name!("td")
        | local_name!("th")
        | local_name!("tr")
        | local_name!("table")
        | local_name!("img") => {
            return None;
        }
        _ => {}
    }
    let stated = || element.get(&local_name!("size")).filter(|_| *element.tag == local_name!("font"));
    let size = declared.size.or_else(|| stated().and_then(FontSize::of_font_element));
    let smaller = size.is_some_and(|size| match size {
        FontSize::Times(factor) => factor < 1.0,
        FontSize::Pixels(px) => px < 12.0,
    });
    let shifted = declared.shifted.filter(|_| smaller);
    let moved = declared.top.or_else(|| declared.bottom.map(|bottom| -bottom));
    declared.raised.or(shifted).or_else(|| {
        let by = moved.filter(|by| {
            smaller && declared.position == Some(Position::Relative) && RAISED_PX.contains(&by.abs())
        })?;
        Some(if by < 0.0 { ScriptPosition::Superscript } else { ScriptPosition::Subscript })
    })
}
