//! The allow list: the elements and attributes that a sanitised document may contain.

use super::policy::Presentation;
use crate::html::tree;
use html5ever::{LocalName, local_name};

/// How an element is written to the sanitised document.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum Form {
    /// The start tag, the content and the end tag of the element are written.
    Whole,
    /// Only the start tag of the element is written, because it has no content (HTML, 13.1.2).
    Void,
    /// Only the content of the element is written, without the tags.
    Content,
}

/// How the value of an allowed attribute is checked.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum Value {
    /// The value of the attribute is written unchanged.
    Plain,
    /// The value of the attribute is written if it is an allowed link.
    Link,
    /// The value of the attribute is the URL of an image; the policy decides which URL the sanitiser writes.
    Picture,
    /// The value of the attribute is written if it is an allowed style.
    Style,
}

/// Returns how an element is written. An element that is not on the allow list loses its tags.
pub(super) fn form(tag: &LocalName, presentation: Presentation) -> Form {
    let looks = || if presentation == Presentation::Kept { Form::Whole } else { Form::Content };
    match &**tag {
        "br" | "hr" | "img" | "wbr" | "col" => Form::Void,
        "a" | "abbr" | "acronym" | "address" | "article" | "aside" | "b" | "bdi" | "bdo" | "big"
        | "blockquote" | "caption" | "center" | "cite" | "code" | "colgroup" | "data" | "dd" | "del"
        | "details" | "dfn" | "div" | "dl" | "dt" | "em" | "figcaption" | "figure" | "footer" | "h1"
        | "h2" | "h3" | "h4" | "h5" | "h6" | "header" | "hgroup" | "i" | "ins" | "kbd" | "li" | "main"
        | "mark" | "nav" | "ol" | "p" | "pre" | "q" | "rp" | "rt" | "rtc" | "ruby" | "s" | "samp"
        | "section" | "small" | "span" | "strike" | "strong" | "sub" | "summary" | "sup" | "table"
        | "tbody" | "td" | "tfoot" | "th" | "thead" | "time" | "tr" | "tt" | "u" | "ul" | "var" => {
            Form::Whole
        }
        "font" => looks(),
        _ => Form::Content,
    }
}

/// Returns how the value of an attribute is checked; `None` if the attribute is not allowed.
pub(super) fn value(tag: &LocalName, attribute: &LocalName, presentation: Presentation) -> Option<Value> {
    let kept = presentation == Presentation::Kept;
    match (&**tag, &**attribute) {
        ("a", "href") | ("blockquote" | "q" | "del" | "ins", "cite") => Some(Value::Link),
        ("img", "src") => Some(Value::Picture),
        (_, "style") => kept.then_some(Value::Style),
        (_, "title" | "lang") => Some(Value::Plain),
        (name, attribute) if is_of_words(name, attribute) => Some(Value::Plain),
        (_, "dir" | "align" | "valign" | "bgcolor" | "width" | "height")
        | ("font", "color" | "face" | "size")
        | ("table", "border" | "cellpadding" | "cellspacing") => kept.then_some(Value::Plain),
        _ => None,
    }
}

/// Returns whether an attribute affects the text of an element rather than its look.
fn is_of_words(tag: &str, attribute: &str) -> bool {
    match tag {
        "bdo" => attribute == "dir",
        "img" => matches!(attribute, "alt" | "width" | "height" | "align"),
        "ol" => matches!(attribute, "start" | "reversed" | "type"),
        "li" | "data" => attribute == "value",
        "td" | "th" => matches!(attribute, "colspan" | "rowspan" | "align" | "headers" | "scope"),
        "col" | "colgroup" => matches!(attribute, "span" | "align"),
        "table" | "tbody" | "tfoot" | "thead" | "tr" => attribute == "align",
        "hr" => matches!(attribute, "align" | "size" | "width"),
        "del" | "ins" | "time" => attribute == "datetime",
        "details" => attribute == "open",
        _ => false,
    }
}

/// Returns whether the tree must store an attribute. The tree also stores attributes that are not written but
/// show which text is hidden.
pub(super) fn is_kept(attribute: &LocalName) -> bool {
    tree::is_read(attribute)
        || matches!(
            *attribute,
            local_name!("cellpadding")
                | local_name!("cellspacing")
                | local_name!("cite")
                | local_name!("datetime")
                | local_name!("face")
                | local_name!("headers")
                | local_name!("scope")
                | local_name!("span")
                | local_name!("valign")
        )
}
