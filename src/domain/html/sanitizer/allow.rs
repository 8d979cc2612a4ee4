//! The elements and attributes that a sanitised document may hold.

use super::policy::Presentation;
use crate::domain::html::tree;
use html5ever::{LocalName, local_name};

/// How an element is written.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum Form {
    /// Its start, what it holds, its end.
    Whole,
    /// Its start alone: it can hold nothing (HTML, 13.1.2).
    Void,
    /// What it holds alone.
    Content,
}

/// Whether a value of an attribute is taken as it is.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum Value {
    /// As it is.
    Plain,
    /// As far as it is a link that may stay.
    Link,
    /// As the policy says.
    Picture,
    /// As far as it is a style that may stay.
    Style,
}

/// How an element is written. All that are named here read their text as HTML.
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

/// Whether an attribute of an element may stay, and how its value is read.
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

/// Whether an attribute says what the words of an element are.
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

/// Whether the tree has to hold an attribute: those that the layout reads say what is seen.
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
                | local_name!("lang")
                | local_name!("scope")
                | local_name!("span")
                | local_name!("valign")
        )
}
