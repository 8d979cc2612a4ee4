//! Extracts the text of SVG drawings in an HTML document.

use super::context::ElementContext;
use html5ever::LocalName;

/// Returns whether an SVG element or its children may contain text. Other SVG elements are skipped.
pub(in crate::html) fn is_walked(tag: &LocalName) -> bool {
    holds_words(tag) || matches!(&**tag, "svg" | "g" | "switch" | "foreignobject")
}

/// Returns whether browsers display the text of an SVG element.
pub(in crate::html) fn holds_words(tag: &LocalName) -> bool {
    matches!(&**tag, "text" | "tspan" | "textpath" | "a")
}

/// Returns whether an SVG element starts a new line.
pub(in crate::html) fn begins_line(tag: &LocalName) -> bool {
    &**tag == "text"
}

/// Updates the state that the content of an SVG element inherits. The colours in SVG drawings are not evaluated, so
/// they never hide text.
pub(in crate::html) fn enter(context: &mut ElementContext, tag: &LocalName) {
    context.visibility.forget_colors();
    if &**tag == "foreignobject" {
        context.in_drawing = false;
    }
}
