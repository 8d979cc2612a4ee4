//! Drawings inside the page (SVG): only what they write is read.

use super::context::Context;
use html5ever::LocalName;

/// Whether an element of a drawing may hold words or elements that do.
pub(in crate::domain::html) fn is_walked(tag: &LocalName) -> bool {
    holds_words(tag) || matches!(&**tag, "svg" | "g" | "switch" | "foreignobject")
}

/// Whether the text in an element of a drawing is written.
pub(in crate::domain::html) fn holds_words(tag: &LocalName) -> bool {
    matches!(&**tag, "text" | "tspan" | "textpath" | "a")
}

/// Whether an element of a drawing has a place of its own.
pub(in crate::domain::html) fn begins_line(tag: &LocalName) -> bool {
    &**tag == "text"
}

/// Enters an element of a drawing. Colours are not read from it, so that they hide nothing.
pub(in crate::domain::html) fn enter(context: &mut Context, tag: &LocalName) {
    context.sight.forget_colors();
    if &**tag == "foreignobject" {
        context.in_drawing = false;
    }
}
