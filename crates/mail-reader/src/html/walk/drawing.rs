//! Reads the text of SVG drawings in an HTML document.

use super::context::Context;
use html5ever::LocalName;

/// Returns whether an SVG element may contain text, directly or in its children, so that it is read.
pub(in crate::html) fn is_walked(tag: &LocalName) -> bool {
    holds_words(tag) || matches!(&**tag, "svg" | "g" | "switch" | "foreignobject")
}

/// Returns whether the text of an SVG element is displayed.
pub(in crate::html) fn holds_words(tag: &LocalName) -> bool {
    matches!(&**tag, "text" | "tspan" | "textpath" | "a")
}

/// Returns whether an SVG element starts a new line.
pub(in crate::html) fn begins_line(tag: &LocalName) -> bool {
    &**tag == "text"
}

/// Updates the context for the content of an SVG element. The colours of a drawing are not evaluated, so they
/// hide no text.
pub(in crate::html) fn enter(context: &mut Context, tag: &LocalName) {
    context.sight.forget_colors();
    if &**tag == "foreignobject" {
        context.in_drawing = false;
    }
}
