//! The values of the CSS properties, and their parsers.

use super::css_color::{CssColor, Rgba};
use super::scan;
use crate::html::length::{self, is_zero};

/// The case in which letters are displayed (`text-transform`).
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub enum TextCase {
    /// Displays the letters as the sender wrote them (`text-transform: none`).
    #[default]
    AsWritten,
    /// Displays all letters in uppercase (`text-transform: uppercase`).
    Upper,
    /// Displays all letters in lowercase (`text-transform: lowercase`).
    Lower,
    /// Displays the first letter of each word in uppercase (`text-transform: capitalize`).
    Capitalized,
}

/// How white space and line breaks in the HTML source are displayed (`white-space`).
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub(crate) enum WhiteSpace {
    /// Displays each run of white space and line breaks as one space (`white-space: normal`).
    #[default]
    Collapsed,
    /// Preserves line breaks, and displays each run of spaces as one space (`white-space: pre-line`).
    Lines,
    /// Preserves all white space and all line breaks (`white-space: pre`).
    Preserved,
}

/// Vertical position of text that is not on the baseline: superscript or subscript.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum ScriptPosition {
    Superscript,
    Subscript,
}

/// The marker of list items (`list-style-type`), such as a bullet or a number.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum ListStyle {
    None,
    Bullet,
    Decimal,
    LowerAlpha,
    UpperAlpha,
    LowerRoman,
    UpperRoman,
}

/// The kind of an element's background image.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum BackgroundImage {
    /// The element has no background image. Its background colour is therefore visible.
    None,
    /// The background image is on the network and is never fetched. The background colour therefore counts as visible.
    Fetched,
    /// The background is a gradient or an image inside the mail. Its colour is therefore unknown.
    Painted,
}

/// The background that a style declares for an element.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum Background {
    CssColor(CssColor),
    /// The background is transparent and shows the background of the parent element.
    Transparent,
}

/// The kind of box that `display` declares for an element, reduced to its effect on the order and spacing of text.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum Display {
    None,
    /// The element is a box within a line of text. A text decoration of the parent element, such as strikethrough, does
    /// not apply to it.
    InlineBlock,
    /// The element is a block-level box, which starts and ends with a line break.
    Block,
    /// The element is inline text, without a box of its own.
    Inline,
    /// The element is a box that arranges its children in a row or a column.
    Flex,
    /// The element is a box that arranges its children in rows and columns.
    Grid,
    /// The element is a table cell, even if it is not a `td`.
    Cell,
    Shown,
}

/// Returns the position to which a `vertical-align` value shifts text that is smaller than the text around it. Returns
/// `None` if the position is neither superscript nor subscript.
pub(super) fn shifted(value: &str) -> Option<ScriptPosition> {
    if value == "text-top" {
        return Some(ScriptPosition::Superscript);
    }
    let (by, _) = length::number(value)?;
    (by != 0.0).then_some(if by > 0.0 { ScriptPosition::Superscript } else { ScriptPosition::Subscript })
}

pub(super) fn ground(color: CssColor) -> Background {
    match color {
        CssColor::Known(Rgba([.., 0])) => Background::Transparent,
        color @ (CssColor::Known(_) | CssColor::Inherited | CssColor::Unknown) => Background::CssColor(color),
    }
}

/// Returns whether a background value makes an element visible as a box, such as a button.
pub(super) fn is_box(value: &str) -> bool {
    !matches!(value, "none" | "transparent" | "inherit" | "initial" | "#fff" | "#ffffff" | "white")
}

/// Returns whether a value of `border` or `border-radius` produces a visible border.
pub(super) fn is_border(value: &str) -> bool {
    !is_zero(value) && !value.starts_with("none")
}

pub(super) fn picture(value: &str) -> BackgroundImage {
    let paints = |function: &&str| value.contains(function);
    if ["gradient(", "image(", "image-set(", "var(", "data:", "cid:"].iter().any(paints) {
        BackgroundImage::Painted
    } else if value.contains("url(") {
        BackgroundImage::Fetched
    } else {
        BackgroundImage::None
    }
}

pub(super) fn white_space(value: &str) -> Option<WhiteSpace> {
    Some(match value {
        "normal" | "nowrap" | "initial" | "collapse" => WhiteSpace::Collapsed,
        "pre-line" | "preserve-breaks" => WhiteSpace::Lines,
        "break-spaces" | "preserve" | "preserve nowrap" => WhiteSpace::Preserved,
        _ if value.starts_with("pre") => WhiteSpace::Preserved,
        _ => return None,
    })
}

pub(super) fn text_case(value: &str) -> Option<TextCase> {
    Some(match value {
        "uppercase" => TextCase::Upper,
        "lowercase" => TextCase::Lower,
        "capitalize" => TextCase::Capitalized,
        "none" | "initial" => TextCase::AsWritten,
        _ => return None,
    })
}

pub(super) fn list_style(value: &str) -> Option<ListStyle> {
    scan::components(value).find_map(|word| {
        Some(match word {
            "none" => ListStyle::None,
            "disc" | "circle" | "square" | "disclosure-open" | "disclosure-closed" => ListStyle::Bullet,
            "decimal" | "decimal-leading-zero" => ListStyle::Decimal,
            "lower-alpha" | "lower-latin" => ListStyle::LowerAlpha,
            "upper-alpha" | "upper-latin" => ListStyle::UpperAlpha,
            "lower-roman" => ListStyle::LowerRoman,
            "upper-roman" => ListStyle::UpperRoman,
            _ => return None,
        })
    })
}

/// Returns the kind of box that a value of `display` produces.
pub(super) fn display(value: &str) -> Display {
    match value {
        "none" => Display::None,
        "inline-block" | "inline-flex" | "inline-table" | "inline-grid" => Display::InlineBlock,
        "block" | "flow-root" | "list-item" | "table-row" => Display::Block,
        "inline" | "contents" => Display::Inline,
        "flex" | "-webkit-flex" | "-webkit-box" => Display::Flex,
        "grid" => Display::Grid,
        "table-cell" => Display::Cell,
        _ => Display::Shown,
    }
}

pub(super) fn is_bold(value: &str) -> bool {
    value.starts_with("bold") || value.parse::<u16>().is_ok_and(|weight| (600..=1000).contains(&weight))
}

pub(super) fn is_mono(value: &str) -> bool {
    ["mono", "courier", "consolas", "menlo"].iter().any(|name| value.contains(name))
}
