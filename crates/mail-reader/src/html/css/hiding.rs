//! Parses the CSS declarations that hide an element by its size, its position or clipping.

use super::declared::{Declared, set_length};
use super::scan;
use super::value::Display;
use crate::html::length::{self, is_zero};

/// Maximum width or height in CSS pixels of a box that is too small for readable text. If the box clips its content,
/// that content counts as invisible.
const MAX_UNREADABLE_BOX_PX: f32 = 1.5;
/// Minimum distance in CSS pixels beyond the left or top edge of the page at which an element counts as invisible.
const OFF_SCREEN_PX: f32 = 500.0;
/// Minimum distance in CSS pixels beyond the right or bottom edge of the page at which an element counts as invisible.
/// The distance is larger than [`OFF_SCREEN_PX`], because users can scroll a page to the right and down.
const FAR_OFF_SCREEN_PX: f32 = 3000.0;
/// Opacity (0 to 1) below which an element counts as invisible.
pub(crate) const UNSEEN_OPACITY: f32 = 0.05;

/// A declared width or height, classified by whether it is large enough for readable text.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum Extent {
    Nothing,
    Something,
}

/// A value of the CSS property `position`, reduced to its effect on the visibility of an element.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum Position {
    Static,
    Relative,
    /// The element is out of the normal flow (`absolute` or `fixed`).
    Placed,
}

/// Parses a CSS declaration that may hide an element, and stores it in `declared`. Other declarations are
/// ignored.
pub(super) fn declaration(declared: &mut Declared, name: &str, value: &str) {
    match name {
        "visibility" => declared.invisible = Some(value == "hidden" || value == "collapse"),
        "opacity" => declared.opacity = share(value).or(declared.opacity),
        "filter" => {
            if let Some(("opacity", amount)) = scan::function(value) {
                declared.opacity = share(amount).or(declared.opacity);
            }
        }
        "overflow" | "overflow-x" | "overflow-y" => declared.clips = Some(!value.contains("visible")),
        "width" => declared.width = extent(value).or(declared.width),
        "max-width" => declared.max_width = extent(value).or(declared.max_width),
        "height" => declared.height = extent(value).or(declared.height),
        "max-height" => declared.max_height = extent(value).or(declared.max_height),
        "line-height" => declared.flat = Some(is_zero(value)),
        "position" => {
            declared.position = Some(match value {
                "absolute" | "fixed" => Position::Placed,
                "relative" | "sticky" => Position::Relative,
                _ => Position::Static,
            });
        }
        "left" | "inset-inline-start" => set_length(&mut declared.left, value),
        "right" | "inset-inline-end" => set_length(&mut declared.right, value),
        "top" | "inset-block-start" => set_length(&mut declared.top, value),
        "bottom" | "inset-block-end" => set_length(&mut declared.bottom, value),
        "inset" => {
            let [top, right, bottom, left] = sides(value);
            (declared.top, declared.right) = (top.or(declared.top), right.or(declared.right));
            (declared.bottom, declared.left) = (bottom.or(declared.bottom), left.or(declared.left));
        }
        "margin-left" | "margin-inline-start" => set_length(&mut declared.margin_left, value),
        "margin-top" | "margin-block-start" => set_length(&mut declared.margin_top, value),
        "margin" => {
            let [top, _, _, left] = sides(value);
            (declared.margin_top, declared.margin_left) = (top, left);
        }
        "text-indent" => set_length(&mut declared.indent, value),
        "transform" | "-webkit-transform" => {
            declared.transformed_away =
                Some(scan::components(&value.replace(") ", ")  ")).any(transforms_away));
        }
        "scale" => declared.transformed_away = Some(scan::components(value).any(is_zero)),
        "translate" => {
            declared.transformed_away = Some(
                scan::components(value)
                    .filter_map(length::pixels)
                    .any(|by| by <= -OFF_SCREEN_PX || by >= FAR_OFF_SCREEN_PX),
            );
        }
        "clip" => declared.clip = Some(clips_all(value)),
        "clip-path" | "-webkit-clip-path" => declared.clip_path = Some(path_is_empty(value)),
        "content-visibility" => declared.skipped = Some(value == "hidden"),
        _ => {}
    }
}

impl Declared {
    /// Returns whether these declarations make an element and its content invisible. `is_cell` indicates
    /// whether the element is a table cell.
    ///
    /// A declared size also counts for an inline element, although browsers ignore it there. A sender who
    /// declares a tiny size intends to hide the text.
    pub(crate) fn hides(&self, is_cell: bool) -> bool {
        self.display == Some(Display::None)
            || self.skipped == Some(true)
            || self.transformed_away == Some(true)
            || self.clip_path == Some(true)
            || (self.clip == Some(true) && self.position == Some(Position::Placed))
            || (self.clips == Some(true) && self.has_no_extent(is_cell))
            || self.is_off_screen()
    }

    /// Returns whether the element is too small for readable text. The width of a table cell is ignored,
    /// because browsers enlarge a cell to fit its content.
    fn has_no_extent(&self, is_cell: bool) -> bool {
        let nothing = |extent: Option<Extent>| extent == Some(Extent::Nothing);
        nothing(self.height)
            || nothing(self.max_height)
            || self.flat == Some(true)
            || (!is_cell && (nothing(self.width) || nothing(self.max_width)))
    }

    fn is_off_screen(&self) -> bool {
        let beyond = |place: Option<f32>| place.is_some_and(|place| place <= -OFF_SCREEN_PX);
        let far = |place: Option<f32>| place.is_some_and(|place| place >= FAR_OFF_SCREEN_PX);
        let moved = matches!(self.position, Some(Position::Placed | Position::Relative));
        let out = beyond(self.left) || beyond(self.right) || beyond(self.top) || beyond(self.bottom);
        let away = far(self.left) || far(self.right) || far(self.top) || far(self.bottom);
        (moved && (out || away)) || beyond(self.margin_left) || beyond(self.margin_top)
    }

    /// Returns whether `text-indent` moves the text off the screen; `None` if the style does not declare `text-indent`.
    pub(crate) fn indents_away(&self) -> Option<bool> {
        self.indent.map(|indent| indent <= -OFF_SCREEN_PX || indent >= FAR_OFF_SCREEN_PX)
    }
}

fn share(value: &str) -> Option<f32> {
    let (number, unit) = length::number(value)?;
    match unit {
        "%" => Some(number / 100.0),
        "" => Some(number),
        _ => None,
    }
}

fn extent(value: &str) -> Option<Extent> {
    let nothing = match length::number(value)? {
        (number, _) if number <= 0.0 => true,
        (_, "%") => false,
        _ => length::pixels(value)? <= MAX_UNREADABLE_BOX_PX,
    };
    Some(if nothing { Extent::Nothing } else { Extent::Something })
}

/// Expands a CSS value of one to four lengths to the lengths for the top, right, bottom and left sides. Invalid lengths
/// become `None`.
fn sides(value: &str) -> [Option<f32>; 4] {
    let mut lengths = scan::components(value).map(length::pixels);
    let top = lengths.next().flatten();
    let right = lengths.next().unwrap_or(top);
    let bottom = lengths.next().unwrap_or(top);
    let left = lengths.next().unwrap_or(right);
    [top, right, bottom, left]
}

fn transforms_away(function: &str) -> bool {
    let Some((name, arguments)) = scan::function(function) else { return false };
    let mut values = arguments.split([',', ' ']).map(str::trim).filter(|value| !value.is_empty());
    match name {
        "scale" | "scalex" | "scaley" => values.any(is_zero),
        "scale3d" => values.take(2).any(is_zero),
        "matrix" => {
            let numbers: Vec<f32> = values.filter_map(|value| value.parse().ok()).collect();
            matches!(numbers.as_slice(), [a, b, c, d, ..] if (a * d - b * c).abs() < f32::EPSILON)
        }
        "translate" | "translatex" | "translatey" | "translate3d" => {
            let mut moved = values.filter_map(length::pixels);
            moved.any(|by| by <= -OFF_SCREEN_PX || by >= FAR_OFF_SCREEN_PX)
        }
        "rotatex" | "rotatey" => {
            values.any(|angle| matches!(angle, "90deg" | "-90deg" | "270deg" | ".25turn"))
        }
        _ => false,
    }
}

/// Returns whether a value of the CSS property `clip` clips everything, as `rect(0,0,0,0)` does.
fn clips_all(value: &str) -> bool {
    let Some(("rect", arguments)) = scan::function(value) else { return false };
    let mut values = arguments.split([',', ' ']).filter(|value| !value.is_empty()).map(length::pixels);
    let mut side = || values.next().flatten();
    let (top, right, bottom, left) = (side(), side(), side(), side());
    let nothing = |from: Option<f32>, to: Option<f32>| {
        to.is_some_and(|to| to - from.unwrap_or_default() <= MAX_UNREADABLE_BOX_PX)
    };
    nothing(top, bottom) || nothing(left, right)
}

/// Returns whether a value of the CSS property `clip-path` clips everything.
fn path_is_empty(value: &str) -> bool {
    let Some((name, arguments)) = scan::function(value) else { return false };
    let shape = arguments.split(" round ").next().unwrap_or_default();
    let shape = shape.split(" at ").next().unwrap_or_default();
    match name {
        "inset" => {
            let mut sides =
                shape.split_ascii_whitespace().map(|side| side.trim_end_matches('%').parse::<f32>());
            let percent = shape.contains('%');
            let first = sides.next().and_then(Result::ok).unwrap_or_default();
            let second = sides.next().map_or(first, Result::unwrap_or_default);
            let third = sides.next().map_or(first, Result::unwrap_or_default);
            let fourth = sides.next().map_or(second, Result::unwrap_or_default);
            percent && (first + third >= 100.0 || second + fourth >= 100.0)
        }
        "circle" | "ellipse" => shape.split_ascii_whitespace().any(is_zero),
        "polygon" => {
            let mut points = shape.split(',').map(str::trim);
            let first = points.next();
            points.all(|point| Some(point) == first)
        }
        _ => false,
    }
}
