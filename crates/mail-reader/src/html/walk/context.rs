//! The state that an element inherits from its ancestors, and the changes that its style makes to that state.
//!
//! Longer than 300 lines: there is one inherited property after the other.

use super::boxes::Layout;
use crate::html::css::{
    CssColor, Declared, Display, Ground, ListStyle, Picture, Position, Raised, Rgba, Size, UNSEEN_OPACITY,
    WhiteSpace,
};
use crate::html::flow::{Cell, Kind, TextStyle};
use crate::html::tree::Element;
use html5ever::{LocalName, local_name};

/// Maximum font size in CSS pixels at which text counts as invisible.
const MAX_UNREADABLE_SIZE: u16 = 1;
/// Minimum difference between the strongest and the weakest channel (0 to 255) of a colour that counts as
/// colourful. With a smaller difference the colour is white, grey or black.
const COLOURFUL: u8 = 64;
/// Vertical offsets in CSS pixels by which smaller text becomes superscript or subscript.
const RAISED: std::ops::Range<f32> = 1.0..24.0;

/// The state that an element passes to its content.
#[derive(Clone, Copy, Debug)]
#[expect(clippy::struct_excessive_bools, reason = "each is inherited by itself")]
pub(in crate::html) struct Context {
    pub(in crate::html) look: TextStyle,
    pub(in crate::html) size_stated: bool,
    pub(in crate::html) sight: Sight,
    pub(in crate::html) white_space: WhiteSpace,
    pub(in crate::html) kind: Kind,
    pub(in crate::html) raised: Option<Raised>,
    /// Whether text here is written with its letters in reverse order, so that reading must restore it.
    pub(in crate::html) reversed: bool,
    pub(in crate::html) quote: u8,
    /// Count of the indentations around the element that are no quotes.
    pub(in crate::html) indent: u8,
    pub(in crate::html) list_depth: u8,
    pub(in crate::html) list_style: Option<ListStyle>,
    /// Position of the enclosing list item among all list items of the document, from 1; 0 outside lists.
    pub(in crate::html) item: u32,
    /// The number that the enclosing list item has in its list.
    pub(in crate::html) ordinal: i32,
    /// Whether the element is the marker of a list item that Microsoft Word wrote as a paragraph.
    pub(in crate::html) word_marker: bool,
    /// Whether the element is in an SVG drawing, where only some elements contain text.
    pub(in crate::html) in_drawing: bool,
    /// Whether the element is inside a quotation (`q`), where other quotation marks are used.
    pub(in crate::html) in_quotation: bool,
    pub(in crate::html) cell: Option<Cell>,
    pub(in crate::html) anchor: Option<usize>,
    /// How the children of the current element are arranged: in boxes, side by side or stacked.
    pub(in crate::html) layout: Layout,
    /// Whether the current cell or division has a background in a colour other than white, grey or black, as
    /// buttons have.
    pub(in crate::html) painted: bool,
}

/// The properties of an element that determine whether its text is visible.
#[derive(Clone, Copy, Debug)]
#[expect(clippy::struct_excessive_bools, reason = "each is inherited by itself")]
pub(in crate::html) struct Sight {
    invisible: bool,
    indented_away: bool,
    /// Combined opacity of the element and its ancestors, from 0 to 1.
    opacity: f32,
    ink: Option<Rgba>,
    /// The colour of links, which `body` may set.
    link_ink: Rgba,
    /// The background colour; `None` if it is unknown, as for images and gradients.
    ground: Option<Rgba>,
    /// Whether a shadow or an outline makes the text visible, whatever its colour is.
    shown_otherwise: bool,
    /// Whether an ancestor is hidden; only in a flow that includes hidden text.
    pub(in crate::html) hidden: bool,
}

impl Default for Sight {
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
            sight: Sight::default(),
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
    /// Returns whether text at this place is invisible.
    pub(in crate::html) fn hides_text(&self) -> bool {
        let unreadable = self.size_stated && self.look.size <= MAX_UNREADABLE_SIZE;
        self.hides_picture() || unreadable || self.sight.indented_away || self.sight.hides_ink()
    }

    /// Returns whether an image at this place is invisible; font sizes and colours do not matter for an
    /// image.
    pub(in crate::html) fn hides_picture(&self) -> bool {
        self.sight.invisible || self.sight.hidden
    }
}

impl Sight {
    fn hides_ink(&self) -> bool {
        let Some(ink) = self.ink.filter(|_| !self.shown_otherwise) else { return false };
        ink.is_unseen() || self.ground.is_some_and(|ground| ink.is_like(ground))
    }

    /// Returns whether the background differs from the background around it, and is neither white nor grey
    /// nor black.
    fn is_painted_over(&self, around: &Self) -> bool {
        let colourful = |Rgba([red, green, blue, _]): Rgba| {
            red.max(green).max(blue) - red.min(green).min(blue) >= COLOURFUL
        };
        self.ground != around.ground && self.ground.is_some_and(colourful)
    }

    /// Marks the colours of the text and of the background as unknown, so that they hide no text.
    pub(in crate::html) fn forget_colors(&mut self) {
        (self.ink, self.ground) = (None, None);
    }

    fn ground(&mut self, ground: Ground) {
        match ground {
            Ground::CssColor(CssColor::Known(rgba)) => {
                let Rgba([.., alpha]) = rgba;
                // Over an unknown background, only an opaque colour is known.
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

    /// Applies the default colours of browsers, and the colours that old attributes declare.
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
        // A background that fills the letters makes them visible in any text colour.
        self.shown_otherwise = match declared.filled_by_ground {
            Some(true) => true,
            _ => declared.shadowed.unwrap_or(self.shown_otherwise),
        };
        if let Some(ground) = declared.ground {
            self.ground(ground);
        }
        match declared.pictured {
            // Mail programs do not fetch pictures unasked, so a colour beside the picture is what is seen.
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

/// Returns whether an element is hidden with all its content.
///
///
/// `aria-hidden` does not count: it is for screen readers, and the content is visible. `mso-hide` does not
/// count either: it is for Outlook, and the content is visible to everybody else.
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
        || outer.sight.opacity * declared.opacity.unwrap_or(1.0) < UNSEEN_OPACITY
        || (declared.display.is_none() && is_hidden_by_nature(element))
}

/// Returns whether browsers hide an element unless a style makes it visible.
fn is_hidden_by_nature(element: Element<'_>) -> bool {
    element.get(&local_name!("hidden")).is_some()
        || (*element.tag == local_name!("dialog") && element.get(&local_name!("open")).is_none())
}

pub(in crate::html) fn inherit(outer: Context, element: Element<'_>, declared: &Declared) -> Context {
    let mut context = outer;
    context.layout = Layout::of(element, declared);
    context.sight.of_element(element);
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
    context.sight.declared(declared);
    if is_painted_box(element.tag) {
        context.painted = context.sight.is_painted_over(&outer.sight);
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

/// Returns whether an element of this kind may be the painted box of a button.
pub(super) fn is_painted_box(tag: &LocalName) -> bool {
    matches!(*tag, local_name!("td") | local_name!("th") | local_name!("div"))
}

/// Applies the default styles that browsers give to an element.
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

/// Applies strikethrough and insertion. An inner element cannot remove a line that is drawn through the text of
/// its parent; only an inline-block is not affected by it (CSS Text Decoration Level 3, 2.1).
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

/// Returns whether an element is superscript or subscript; `None` if it is neither.
fn raised(element: Element<'_>, declared: &Declared) -> Option<Raised> {
    match *element.tag {
        local_name!("sup") => return Some(Raised::Superscript),
        local_name!("sub") => return Some(Raised::Subscript),
        // For these elements, `vertical-align` refers to the table row or the image.
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
        Some(if by < 0.0 { Raised::Superscript } else { Raised::Subscript })
    })
}
