//! Finds the targets of links with text. A linked image without alternative text is labelled "picture" only if no link
//! with text has the same target.

use crate::html::tree::{Element, HtmlNode};
use html5ever::local_name;
use std::collections::HashSet;

/// Returns the targets of all links in the element `root`, except links without text. The alternative text of an image
/// counts as text.
pub(super) fn named_links(root: Element<'_>) -> HashSet<&str> {
    let mut named = HashSet::new();
    add(root, None, &mut named);
    named
}

/// Returns the target of a link as the HTML source spells it; `None` if the element is not a link.
pub(super) fn address(link: Element<'_>) -> Option<&str> {
    link.get(&local_name!("href"))
        .map(str::trim)
        .filter(|_| matches!(*link.tag, local_name!("a") | local_name!("area")))
}

fn add<'a>(element: Element<'a>, around: Option<&'a str>, named: &mut HashSet<&'a str>) {
    let link = address(element).or(around);
    for child in element.children() {
        match child {
            HtmlNode::Text(text) if !text.trim().is_empty() => named.extend(link),
            HtmlNode::Text(_) => {}
            HtmlNode::Element(inner) => {
                if inner.get(&local_name!("alt")).is_some_and(|words| !words.trim().is_empty()) {
                    named.extend(link);
                }
                add(inner, link, named);
            }
        }
    }
}
