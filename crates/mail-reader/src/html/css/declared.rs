//! Parses the CSS declarations that affect the visibility and appearance of text.

use super::css_color::CssColor;
use super::hiding::{self, Extent, Position};
use super::value::{
    Background, BackgroundImage, Display, ListStyle, ScriptPosition, TextCase, WhiteSpace, display, ground,
    is_bold, is_border, is_box, is_mono, list_style, picture, shifted, text_case, white_space,
};
use super::variables::Variables;
use super::{grid, scan};
use crate::html::length::{self, FontSize, is_zero};
use std::borrow::Cow;

/// Defines the struct that stores the declared CSS properties, and its method that overrides earlier declarations with
/// later ones.
macro_rules! declared {
    ($($(#[$doc:meta])* $name:ident: $kind:ty,)*) => {
        /// The declared values of the CSS properties; `None` for a property that is not declared.
        #[derive(Clone, Copy, PartialEq, Debug, Default)]
        pub(crate) struct Declared {
            pub(crate) boxed: bool,
            /// Whether the element has padding. If so, a space separates its text from adjacent text.
            pub(crate) padded: bool,
            pub(crate) block: bool,
            $($(#[$doc])* pub(crate) $name: Option<$kind>,)*
        }

        impl Declared {
            /// Overrides these declarations with the later declarations `other`.
            pub(crate) fn add(&mut self, other: &Self) {
                self.boxed |= other.boxed;
                self.block |= other.block;
                self.padded |= other.padded;
                $(self.$name = other.$name.or(self.$name);)*
            }
        }
    };
}

declared! {
    display: Display,
    /// Whether the children of the flex box are stacked vertically.
    stacks: bool,
    /// Whether the children of the flex box are spread over its whole width (`justify-content: space-between`).
    spreads: bool,
    /// Number of columns in the grid that the element forms.
    columns: u16,
    /// Number of columns that the element spans in the enclosing grid.
    column_span: u16,
    invisible: bool,
    /// Opacity of the element, from 0 to 1.
    opacity: f32,
    size: FontSize,
    strong: bool,
    emphasis: bool,
    mono: bool,
    spaced: bool,
    white_space: WhiteSpace,
    text_case: TextCase,
    /// Whether the element has a border.
    bordered: bool,
    struck: bool,
    underlined: bool,
    raised: ScriptPosition,
    /// The position to which `vertical-align` shifts the text of the element, such as superscript. The property is
    /// ignored unless the text is smaller than the text around it.
    shifted: ScriptPosition,
    list_style: ListStyle,
    /// Whether the element is a list marker that Microsoft Word wrote at the start of a paragraph.
    word_marker: bool,
    color: CssColor,
    ground: Background,
    /// The kind of the declared background image; `BackgroundImage::None` if the declaration removes the image. The
    /// `declared` macro wraps this type in an `Option`, which is `None` if no declaration affects the background image.
    pictured: BackgroundImage,
    /// Whether the background is visible only inside the letters (`background-clip: text`). If so, the text colour is
    /// irrelevant.
    filled_by_ground: bool,
    /// Whether a text shadow or an outline makes the letters visible regardless of their colour.
    shadowed: bool,
    rtl: bool,
    /// Whether `unicode-bidi` overrides the natural direction of letters. If so, even Latin letters are displayed in
    /// reverse order in right-to-left text.
    bidi_override: bool,
    clips: bool,
    flat: bool,
    width: Extent,
    max_width: Extent,
    height: Extent,
    max_height: Extent,
    position: Position,
    left: f32,
    right: f32,
    top: f32,
    bottom: f32,
    margin_left: f32,
    margin_top: f32,
    indent: f32,
    /// Whether `transform` makes the element invisible. If so, its text counts as hidden.
    transformed_away: bool,
    clip: bool,
    clip_path: bool,
    skipped: bool,
}

/// The declarations of a CSS rule, separated into normal ones and those with `!important`.
#[derive(Clone, Copy, PartialEq, Debug, Default)]
pub(crate) struct RuleDeclarations {
    pub(crate) normal: Declared,
    /// The declarations with `!important`, which override the normal ones.
    pub(crate) important: Declared,
}

impl RuleDeclarations {
    /// Parses a block of CSS declarations such as `name: value; name: value !important`.
    pub(super) fn parse(style: &str, variables: &Variables<'_>) -> Self {
        let style = scan::without_comments(style);
        let mut styles = Self::default();
        if style.contains(['(', '"', '\'', '{', '[', '\\']) {
            scan::declarations(&style).for_each(|(name, value)| styles.declaration(name, value, variables));
        } else {
            let declarations = style.split(';').filter_map(|declaration| declaration.split_once(':'));
            declarations.for_each(|(name, value)| styles.declaration(name.trim(), value.trim(), variables));
        }
        for declared in [&mut styles.normal, &mut styles.important] {
            declared.boxed |= declared.padded && declared.block;
        }
        styles
    }

    fn declaration(&mut self, name: &str, value: &str, variables: &Variables<'_>) {
        let (name, value) = (lower(name), lower(value));
        let (value, important) = match value.rsplit_once('!') {
            Some((before, word)) if word.trim() == "important" => (before.trim_end(), true),
            _ => (value.as_ref(), false),
        };
        let declared = if important { &mut self.important } else { &mut self.normal };
        if value.contains("var(") {
            declared.declaration(&name, &lower(&variables.replaced(value)));
        } else {
            declared.declaration(&name, value);
        }
    }

    /// Overrides these declarations with those of a more specific rule.
    pub(super) fn add(&mut self, other: &Self) {
        self.normal.add(&other.normal);
        self.important.add(&other.important);
    }

    /// Returns the result of the CSS cascade: the normal declarations, overridden by those with `!important`.
    pub(super) fn cascaded(&self) -> Declared {
        let mut all = self.normal;
        all.add(&self.important);
        all
    }

    /// Returns these declarations, adapted to an element to which they may or may not apply. Declared colours become
    /// unknown, a declared background image is kept, and all other properties become undeclared.
    pub(super) fn doubted(&self) -> Self {
        let doubted = |declared: &Declared| {
            let ground = declared.ground.map(|_| Background::CssColor(CssColor::Unknown));
            let color = declared.color.map(|_| CssColor::Unknown);
            Declared { ground, color, pictured: declared.pictured, ..Declared::default() }
        };
        Self { normal: doubted(&self.normal), important: doubted(&self.important) }
    }
}

impl Declared {
    fn declaration(&mut self, name: &str, value: &str) {
        match name {
            "display" => {
                self.display = Some(display(value));
                self.block |= value.contains("block");
            }
            "flex-direction" | "flex-flow" | "-webkit-flex-direction" => {
                self.stacks = Some(value.contains("column"));
            }
            "justify-content" => self.spreads = Some(value == "space-between"),
            "grid-template-columns" => self.columns = grid::columns(value),
            "grid-template" | "grid" => self.columns = grid::shorthand_columns(value),
            "grid-column" => self.column_span = grid::column_span(value),
            "font-size" => self.size = FontSize::keyword(value).or_else(|| FontSize::parse(value)),
            "font-weight" => self.strong = Some(is_bold(value)),
            "font-style" => self.emphasis = Some(value.starts_with("italic") || value.starts_with("oblique")),
            "font-family" => self.mono = Some(is_mono(value)),
            "font" => self.font(value),
            "letter-spacing" => {
                self.spaced = Some(FontSize::parse(value).is_some_and(|size| {
                    matches!(size, FontSize::Pixels(px) if px >= 1.0)
                        || matches!(size, FontSize::Times(em) if em >= 0.05)
                }));
            }
            "white-space" | "white-space-collapse" => self.white_space = white_space(value),
            "text-transform" => self.text_case = text_case(value),
            "vertical-align" | "font-variant-position" => self.vertical_align(value),
            "text-decoration" | "text-decoration-line" => {
                self.struck = Some(value.contains("line-through"));
                self.underlined = Some(value.contains("underline"));
            }
            "list-style" | "list-style-type" => self.list_style = list_style(value),
            "mso-list" => self.word_marker = (value == "ignore").then_some(true).or(self.word_marker),
            "color" | "-webkit-text-fill-color" => self.color = CssColor::parse(value).or(self.color),
            "background" => self.background(value),
            "background-color" => {
                self.ground = CssColor::parse(value).map(ground).or(self.ground);
                self.boxed |= is_box(value);
            }
            "background-image" => self.pictured = Some(picture(value)),
            "background-clip" | "-webkit-background-clip" => {
                self.filled_by_ground = Some(value.contains("text"));
            }
            "text-shadow" | "-webkit-text-stroke" | "-webkit-text-stroke-width" => {
                let lengths = scan::components(value).filter_map(length::pixels);
                self.shadowed = Some(lengths.into_iter().any(|length| length != 0.0));
            }
            "direction" => self.rtl = Some(value == "rtl"),
            "unicode-bidi" => self.bidi_override = Some(value.contains("override")),
            "padding" => self.padded |= scan::components(value).any(|side| !is_zero(side)),
            "border" => {
                let bordered = is_border(value);
                self.boxed |= bordered;
                self.bordered = Some(bordered);
            }
            "border-left" => self.bordered = Some(is_border(value)),
            "border-radius" => self.boxed |= is_border(value),
            _ => hiding::declaration(self, name, value),
        }
    }

    fn vertical_align(&mut self, value: &str) {
        self.raised = match value {
            "super" => Some(ScriptPosition::Superscript),
            "sub" => Some(ScriptPosition::Subscript),
            _ => None,
        };
        self.shifted = shifted(value);
    }

    fn background(&mut self, value: &str) {
        self.boxed |= is_box(value);
        self.pictured = Some(picture(value));
        let color = scan::components(value).find_map(CssColor::parse);
        self.ground = Some(color.map_or(Background::Transparent, ground));
        if value.ends_with(" text") {
            self.filled_by_ground = Some(true);
        }
    }

    /// Parses a value of the shorthand property `font`, such as `700 28px/1.4 monospace`, and stores the declared
    /// properties.
    fn font(&mut self, value: &str) {
        for word in scan::components(value) {
            let word = word.split('/').next().unwrap_or_default();
            if word.ends_with("px")
                || word.ends_with("pt")
                || word.ends_with("em")
                || word.ends_with('%')
                || word == "0"
            {
                self.size = FontSize::parse(word);
            } else if is_bold(word) {
                self.strong = Some(true);
            } else if let Some(size) = FontSize::keyword(word).filter(|_| word != "initial") {
                self.size = Some(size);
            }
        }
        self.mono = Some(is_mono(value));
    }
}

/// Returns a string in lowercase; allocates only if the string contains uppercase letters.
fn lower(text: &str) -> Cow<'_, str> {
    if text.bytes().any(|byte| byte.is_ascii_uppercase()) {
        text.to_ascii_lowercase().into()
    } else {
        text.into()
    }
}

/// Stores a length in CSS pixels in `field`; an invalid length leaves `field` unchanged.
pub(super) fn set_length(field: &mut Option<f32>, value: &str) {
    *field = length::pixels(value).or(*field);
}
