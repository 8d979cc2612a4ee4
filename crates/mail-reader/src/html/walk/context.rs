//! Computes the state that an element passes to its content, such as colours: the inherited state, modified by the
//! element's own style.

// This file exceeds 300 lines because it handles each inherited property in turn.

use super::boxes::Layout;
use crate::html::css::{
    CssColor, Declared, Display, Ground, ListStyle, Picture, Position, Rgba, ScriptPosition, Size,
    UNSEEN_OPACITY, WhiteSpace,
};
use crate::html::flow::{Cell, Kind, TextStyle};
use crate::html::tree::Element;
use html5ever::{LocalName, local_name};

/// Maximum font size in CSS pixels of text that counts as too small to read, and therefore as invisible.
const MAX_UNREADABLE_SIZE: u16 = 1;
/// Minimum difference between the strongest and the weakest colour channel (0 to 255) at which a colour
/// counts as colourful. A colour with a smaller difference counts as white, grey or black.
const COLOURFUL: u8 = 64;
/// Range of vertical offsets in CSS pixels at which smaller text counts as superscript or subscript.
const RAISED: std::ops::Range<f32> = 1.0..24.0;

/// The state that the content of an element inherits from the element.
#[derive(Clone, Copy, Debug)]
#[expect(clippy::struct_excessive_bools, reason = "each property is inherited separately")]
pub(in crate::html) struct Context {
    pub(in crate::html) look: TextStyle,
    pub(in crate::html) size_stated: bool,
    pub(in crate::html) visibility: Visibility,
    pub(in crate::html) white_space: WhiteSpace,
    pub(in crate::html) kind: Kind,
    pub(in crate::html) raised: Option<ScriptPosition>,
    /// Whether the HTML source contains the letters of the text in reverse order. The letters must then be reordered
    /// for reading.
    pub(in crate::html) reversed: bool,
    pub(in crate::html) quote: u8,
    /// Number of nested indentations around the element, not counting quotes.
    pub(in crate::html) indent: u8,
    pub(in crate::html) list_depth: u8,
    pub(in crate::html) list_style: Option<ListStyle>,
    /// Position of the enclosing list item among all list items of the HTML document, starting at 1; 0
    /// outside lists.
    pub(in crate::html) item: u32,
    /// The number of the enclosing list item, as its list displays it.
    pub(in crate::html) ordinal: i32,
    /// Whether the element is a list marker that Microsoft Word wrote at the start of a paragraph.
    pub(in crate::html) word_marker: bool,
    /// Whether the element is inside an SVG drawing, in which only some elements contain text.
    pub(in crate::html) in_drawing: bool,
    /// Whether the element is inside a quotation (HTML element `q`). Nested quotations have different quotation marks.
    pub(in crate::html) in_quotation: bool,
    pub(in crate::html) cell: Option<Cell>,
    pub(in crate::html) anchor: Option<usize>,
    /// The arrangement of the current element's children, such as side by side or one below another.
    pub(in crate::html) layout: Layout,
    /// Whether the background of the enclosing table cell or `div` is colourful, which is usual for buttons.
    pub(in crate::html) painted: bool,
}

/// The inherited properties that determine whether the text of an element is visible.
#[derive(Clone, Copy, Debug)]
#[expect(clippy::struct_excessive_bools, reason = "each property is inherited separately")]
pub(in crate::html) struct Visibility {
    invisible: bool,
    indented_away: bool,
    /// Product of the opacities of the element and its ancestors, from 0 to 1.
    opacity: f32,
    ink: Option<Rgba>,
    /// The text colour of links, which the element `body` may declare.
    link_ink: Rgba,
    /// The background colour; `None` if an image or a gradient makes it unknown.
    ground: Option<Rgba>,
    /// Whether a shadow, an outline or a background inside the letters makes the text visible regardless of its colour.
    shown_otherwise: bool,
    /// Whether the element is inside a hidden element, which is possible only if the list of blocks includes hidden
    /// text.
    pub(in crate::html) hidden: bool,
}

impl Default for Visibility {
    fn default() -> Self {
        Self {
            invisible: false,
            indented_away: false,
            opacity: 1.0,
            ink: Some(Rgba::BLACK),
            link_ink: Rgba::LINK,
            ground: Some(Rgba::WHITE),
            shown_otherwise: false,
            hidden: false,
        }
    }
}

impl Default for Context {
    fn default() -> Self {
        Self {
            look: TextStyle::default(),
            size_stated: false,
            visibility: Visibility::default(),
            white_space: WhiteSpace::default(),
            kind: Kind::default(),
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
            layout: Layout::Normal,
            painted: false,
        }
    }
}

impl Context {
    /// Returns whether text that inherits this state is invisible.
    pub(in crate::html) fn hides_text(&self) -> bool {
        let unreadable = self.size_stated && self.look.size <= MAX_UNREADABLE_SIZE;
        self.hides_picture() || unreadable || self.visibility.indented_away || self.visibility.hides_ink()
    }

    /// Returns whether an image that inherits this state is invisible. Font sizes and colours have no effect
    /// on images.
    pub(in crate::html) fn hides_picture(&self) -> bool {
        self.visibility.invisible || self.visibility.hidden
    }
}

impl Visibility {
    fn hides_ink(&self) -> bool {
        let Some(ink) = self.ink.filter(|_| !self.shown_otherwise) else { return false };
        ink.is_unseen() || self.ground.is_some_and(|ground| ink.is_like(ground))
    }

    /// Returns whether the background of the element is colourful and differs from the background around it.
    fn is_painted_over(&self, around: &Self) -> bool {
        let colourful = |Rgba([red, green, blue, _]): Rgba| {
            red.max(green).max(blue) - red.min(green).min(blue) >= COLOURFUL
        };
        self.ground != around.ground && self.ground.is_some_and(colourful)
    }

    /// Marks the text and background colours as unknown. No text is then hidden because of its colour.
    pub(in crate::html) fn forget_colors(&mut self) {
        (self.ink, self.ground) = (None, None);
    }

    fn ground(&mut self, ground: Ground) {
        match ground {
            Ground::CssColor(CssColor::Known(rgba)) => {
                let Rgba([.., alpha]) = rgba;
                // On an unknown background, the result is known only for an opaque colour.
                self.ground = match self.ground {
                    Some(behind) => Some(rgba.over(behind)),
                    None => (alpha == u8::MAX).then_some(rgba),
                };
            }
            Ground::CssColor(CssColor::Unknown) => self.ground = None,
            Ground::CssColor(CssColor::Inherited) | Ground::Transparent => {}
        }
    }

    fn ink(&mut self, color: CssColor) {
        match color {
            CssColor::Known(rgba) => self.ink = Some(rgba),
            CssColor::Unknown => self.ink = None,
            CssColor::Inherited => {}
        }
    }

    /// Applies the default colours of browsers, and the colours in the HTML attributes of an element.
    fn of_element(&mut self, element: Element<'_>) {
        match *element.tag {
            local_name!("a") if element.get(&local_name!("href")).is_some() => self.ink = Some(self.link_ink),
            local_name!("mark") => {
                (self.ink, self.ground) = (Some(Rgba::BLACK), Some(Rgba([255, 255, 0, 255])));
            }
            local_name!("button")
            | local_name!("input")
            | local_name!("select")
            | local_name!("textarea") => {
                (self.ink, self.ground) = (Some(Rgba::BLACK), Some(Rgba([239, 239, 239, 255])));
            }
            _ => {}
        }
        if !element.has_attributes() {
            return;
        }
        let color = |name: &LocalName| element.get(name).and_then(CssColor::of_attribute);
        if let Some(ground) = color(&local_name!("bgcolor")) {
            self.ground(Ground::CssColor(ground));
        }
        if element.get(&local_name!("background")).is_some_and(|address| !address.trim().is_empty()) {
            self.ground = None;
        }
        match *element.tag {
            local_name!("font") => {
                if let Some(ink) = color(&local_name!("color")) {
                    self.ink(ink);
                }
            }
            local_name!("body") => {
                if let Some(ink) = color(&local_name!("text")) {
                    self.ink(ink);
                }
                if let Some(CssColor::Known(rgba)) = color(&local_name!("link")) {
                    self.link_ink = rgba;
                }
            }
            _ => {}
        }
    }

    fn declared(&mut self, declared: &Declared) {
        // A background inside the letters makes them visible in any text colour.
        self.shown_otherwise = match declared.filled_by_ground {
            Some(true) => true,
            _ => declared.shadowed.unwrap_or(self.shown_otherwise),
        };
        if let Some(ground) = declared.ground {
            self.ground(ground);
        }
        match declared.pictured {
            // Mail programs do not fetch remote images unless the user requests it, so a background colour
            // remains visible.
            Some(Picture::Fetched) if matches!(declared.ground, Some(Ground::CssColor(_))) => {}
            Some(Picture::Fetched | Picture::Painted) => self.ground = None,
            Some(Picture::None) | None => {}
        }
        if let Some(color) = declared.color {
            self.ink(color);
        }
        self.invisible = declared.invisible.unwrap_or(self.invisible);
        self.indented_away = declared.indents_away().unwrap_or(self.indented_away);
        self.opacity *= declared.opacity.unwrap_or(1.0).clamp(0.0, 1.0);
    }
}

/// Returns whether an element and all its content are hidden.
///
/// `aria-hidden` has no effect, because it hides content only from screen readers. `mso-hide` has no effect,
/// because it hides content only in Outlook.
pub(in crate::html) fn is_hidden(element: Element<'_>, declared: &Declared, outer: &Context) -> bool {
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

/// Returns whether browsers hide an element even without any style.
fn is_hidden_by_nature(element: Element<'_>) -> bool {
    element.get(&local_name!("hidden")).is_some()
        || (*element.tag == local_name!("dialog") && element.get(&local_name!("open")).is_none())
}

pub(in crate::html) fn inherit(outer: Context, element: Element<'_>, declared: &Declared) -> Context {
    let mut context = outer;
    context.layout = Layout::from_element(element, declared);
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
fn by_tag(context: &mut Context, element: Element<'_>) {
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
            if let Some(size) = element.get(&local_name!("size")).and_then(Size::of_font_element) {
                context.look.size = size.pixels(context.look.size, context.size_stated);
                context.size_stated = true;
            }
        }
        local_name!("h1") | local_name!("h2") | local_name!("h3") | local_name!("h4") => {
            context.kind = Kind::Heading;
            context.look.strong = true;
            context.look.size = 24;
        }
        local_name!("blockquote") => context.quote = context.quote.saturating_add(1),
        local_name!("table") => {
            context.kind = if context.kind == Kind::Heading { Kind::Paragraph } else { context.kind }
        }
        _ => {}
    }
}

/// Applies the styles of deleted and inserted text. A child element cannot remove its parent's strikethrough;
/// only an inline-block is unaffected (CSS Text Decoration Level 3, section 2.1).
fn strike(context: &mut Context, outer: &Context, element: Element<'_>, declared: &Declared) {
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

/// Returns the vertical position of an element's text: superscript or subscript; `None` if it is neither.
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
    let size = declared.size.or_else(|| stated().and_then(Size::of_font_element));
    let smaller = size.is_some_and(|size| match size {
        Size::Times(factor) => factor < 1.0,
        Size::Pixels(px) => px < 12.0,
    });
    let shifted = declared.shifted.filter(|_| smaller);
    let moved = declared.top.or_else(|| declared.bottom.map(|bottom| -bottom));
    declared.raised.or(shifted).or_else(|| {
        let by = moved.filter(|by| {
            smaller && declared.position == Some(Position::Relative) && RAISED.contains(&by.abs())
        })?;
        Some(if by < 0.0 { ScriptPosition::Superscript } else { ScriptPosition::Subscript })
    })
}
