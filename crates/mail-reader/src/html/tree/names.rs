//! Classifies HTML elements and attributes by their names.

use super::tokenizer::RawText;
use html5ever::{LocalName, local_name};

pub(super) fn raw_kind(name: &LocalName) -> Option<RawText> {
    match *name {
        local_name!("style") | local_name!("iframe") | local_name!("noembed") | local_name!("noframes") => {
            Some(RawText::Plain)
        }
        local_name!("script") => Some(RawText::Script),
        local_name!("title") => Some(RawText::WithReferences),
        _ => None,
    }
}

/// Returns how the tokenizer must read an element whose content is displayed but cannot contain tags, such as
/// `textarea`. Returns `None` for all other elements.
pub(super) fn raw_text_kind(name: &LocalName) -> Option<RawText> {
    match *name {
        local_name!("textarea") => Some(RawText::WithReferences),
        local_name!("xmp") => Some(RawText::Plain),
        _ => None,
    }
}

/// Returns whether an element may be inside the `head` element. Also accepts elements in which office suites store
/// settings (`xml`, `o:...`).
pub(super) fn belongs_to_head(name: &LocalName) -> bool {
    matches!(
        *name,
        local_name!("base")
            | local_name!("basefont")
            | local_name!("bgsound")
            | local_name!("head")
            | local_name!("link")
            | local_name!("meta")
            | local_name!("noframes")
            | local_name!("noscript")
            | local_name!("script")
            | local_name!("style")
            | local_name!("template")
            | local_name!("title")
    ) || &**name == "xml"
        || name.contains(':')
}

pub(super) fn is_void(name: &LocalName) -> bool {
    matches!(
        *name,
        local_name!("area")
            | local_name!("base")
            | local_name!("basefont")
            | local_name!("bgsound")
            | local_name!("br")
            | local_name!("col")
            | local_name!("embed")
            | local_name!("frame")
            | local_name!("hr")
            | local_name!("img")
            | local_name!("input")
            | local_name!("link")
            | local_name!("meta")
            | local_name!("param")
            | local_name!("source")
            | local_name!("track")
            | local_name!("wbr")
    )
}

/// Returns whether an HTML element is a block element.
pub(crate) fn is_block(name: &LocalName) -> bool {
    matches!(
        *name,
        local_name!("address")
            | local_name!("article")
            | local_name!("aside")
            | local_name!("blockquote")
            | local_name!("body")
            | local_name!("caption")
            | local_name!("center")
            | local_name!("dd")
            | local_name!("details")
            | local_name!("dialog")
            | local_name!("dir")
            | local_name!("div")
            | local_name!("dl")
            | local_name!("dt")
            | local_name!("fieldset")
            | local_name!("figcaption")
            | local_name!("figure")
            | local_name!("footer")
            | local_name!("form")
            | local_name!("h1")
            | local_name!("h2")
            | local_name!("h3")
            | local_name!("h4")
            | local_name!("h5")
            | local_name!("h6")
            | local_name!("header")
            | local_name!("hr")
            | local_name!("legend")
            | local_name!("li")
            | local_name!("listing")
            | local_name!("main")
            | local_name!("marquee")
            | local_name!("menu")
            | local_name!("nav")
            | local_name!("ol")
            | local_name!("p")
            | local_name!("pre")
            | local_name!("section")
            | local_name!("summary")
            | local_name!("table")
            | local_name!("tbody")
            | local_name!("td")
            | local_name!("tfoot")
            | local_name!("th")
            | local_name!("thead")
            | local_name!("tr")
            | local_name!("ul")
            | local_name!("xmp")
    )
}

/// Returns whether the layout never shows an element, such as a `template`, a `noscript` fallback, or media that would
/// have to be played or drawn.
pub(crate) fn is_never_shown(name: &LocalName) -> bool {
    matches!(
        *name,
        local_name!("template")
            | local_name!("noscript")
            | local_name!("noframes")
            | local_name!("audio")
            | local_name!("video")
            | local_name!("canvas")
            | local_name!("datalist")
            | local_name!("rp")
            | local_name!("annotation")
            | local_name!("annotation-xml")
    ) || &**name == "xml"
}

/// Returns whether the layout uses an attribute. If so, the tree must store the attribute.
pub(crate) fn is_read(attribute: &LocalName) -> bool {
    matches!(
        *attribute,
        local_name!("style")
            | local_name!("class")
            | local_name!("id")
            | local_name!("hidden")
            | local_name!("href")
            | local_name!("src")
            | local_name!("alt")
            | local_name!("width")
            | local_name!("height")
            | local_name!("value")
            | local_name!("type")
            | local_name!("size")
            | local_name!("itemprop")
            | local_name!("content")
            | local_name!("start")
            | local_name!("colspan")
            | local_name!("rowspan")
            | local_name!("role")
            | local_name!("border")
            | local_name!("title")
            | local_name!("align")
            | local_name!("aria-label")
            | local_name!("background")
            | local_name!("bgcolor")
            | local_name!("checked")
            | local_name!("color")
            | local_name!("dir")
            | local_name!("label")
            | local_name!("link")
            | local_name!("name")
            | local_name!("open")
            | local_name!("placeholder")
            | local_name!("reversed")
            | local_name!("multiple")
            | local_name!("selected")
            | local_name!("srcset")
            | local_name!("text")
            | local_name!("aria-hidden")
            | local_name!("lang")
    ) || attribute.starts_with("data-")
}
