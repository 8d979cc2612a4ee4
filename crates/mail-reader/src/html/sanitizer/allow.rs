//! Defines the allow list of the sanitiser: the elements and attributes that a sanitised document may contain.

use super::policy::Presentation;
use crate::html::tree;
use html5ever::{LocalName, local_name};

/// The parts of an element that the sanitiser writes.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum ElementOutput {
    /// The start tag, the content and the end tag of the element are written.
    Whole,
    /// Only the start tag is written, because the element has no content (void elements; HTML standard,
    /// section 13.1.2).
    Void,
    /// Only the content of the element is written, without the element's tags.
    Content,
}

/// The check that the sanitiser applies to the value of an allowed attribute.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum ValueCheck {
    /// The value is not checked. The sanitiser only escapes special characters when it writes the value.
    Plain,
    /// The value is a URL, and is written only if its scheme is allowed for links.
    Link,
    /// The value is the URL of an image. The sanitiser policy determines the URL that is written instead.
    Picture,
    /// The value is an inline style, and is written only if the style is harmless.
    Style,
}

/// Returns the parts of an element that the sanitiser writes. If the element is not in the allow list, only its content
/// is written.
pub(super) fn output_of(tag: &LocalName, presentation: Presentation) -> ElementOutput {
    let looks =
        || if presentation == Presentation::Kept { ElementOutput::Whole } else { ElementOutput::Content };
    match &**tag {
        "br" | "hr" | "img" | "wbr" | "col" => ElementOutput::Void,
        "a" | "abbr" | "acronym" | "address" | "article" | "aside" | "b" | "bdi" | "bdo" | "big"
        | "blockquote" | "caption" | "center" | "cite" | "code" | "colgroup" | "data" | "dd" | "del"
        | "details" | "dfn" | "div" | "dl" | "dt" | "em" | "figcaption" | "figure" | "footer" | "h1"
        | "h2" | "h3" | "h4" | "h5" | "h6" | "header" | "hgroup" | "i" | "ins" | "kbd" | "li" | "main"
        | "mark" | "nav" | "ol" | "p" | "pre" | "q" | "rp" | "rt" | "rtc" | "ruby" | "s" | "samp"
        | "section" | "small" | "span" | "strike" | "strong" | "sub" | "summary" | "sup" | "table"
        | "tbody" | "td" | "tfoot" | "th" | "thead" | "time" | "tr" | "tt" | "u" | "ul" | "var" => {
            ElementOutput::Whole
        }
        "font" => looks(),
        _ => ElementOutput::Content,
    }
}

/// Returns the check that the sanitiser applies to the value of an attribute; `None` if the attribute is not in the
/// allow list.
pub(super) fn value(
    tag: &LocalName,
    attribute: &LocalName,
    presentation: Presentation,
) -> Option<ValueCheck> {
    let keeps_styles = presentation == Presentation::Kept;
    match (&**tag, &**attribute) {
        ("a", "href") | ("blockquote" | "q" | "del" | "ins", "cite") => Some(ValueCheck::Link),
        ("img", "src") => Some(ValueCheck::Picture),
        (_, "style") => keeps_styles.then_some(ValueCheck::Style),
        (_, "title" | "lang") => Some(ValueCheck::Plain),
        (name, attribute) if is_of_words(name, attribute) => Some(ValueCheck::Plain),
        (_, "dir" | "align" | "valign" | "bgcolor" | "width" | "height")
        | ("font", "color" | "face" | "size")
        | ("table", "border" | "cellpadding" | "cellspacing") => keeps_styles.then_some(ValueCheck::Plain),
        _ => None,
    }
}

/// Returns whether an attribute affects the meaning of the text rather than only its appearance.
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

/// Returns whether the tree must store an attribute for the sanitiser. This is the case if the sanitiser may write the
/// attribute, or if the attribute may hide text.
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
