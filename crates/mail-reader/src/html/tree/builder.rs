//! Builds an HTML tree from tokens. Determines which tags close which elements, and enforces the size limits.

// This file exceeds 300 lines because the rules for implied end tags depend on each other.

use super::names::{belongs_to_head, is_block, is_void, raw_kind, raw_text_kind};
use super::tokenizer::{RawAttribute, RawText, StartTag, TextContext, TokenSink, decode};
use super::{Attribute, NodeSlot, Tree};
use crate::html::media;
use html5ever::{LocalName, local_name};

/// Maximum nesting depth of elements. Deeper elements are dropped, and their text is added to the innermost open
/// element.
const MAX_DEPTH: usize = 200;
/// Maximum number of nodes in a tree; further elements and text nodes are dropped.
const MAX_NODES: usize = 500_000;
/// Estimated number of bytes of the HTML source per node. Determines the initial capacity of the list of nodes.
const SOURCE_BYTES_PER_NODE: usize = 24;
/// Estimated ratio of the size of an HTML source to the total size of its text and attribute values. Determines the
/// initial capacity of the buffer for text and attribute values.
const SOURCE_BYTES_PER_TEXT_BYTE: usize = 3;
/// Maximum total size in bytes of all style sheets, and maximum size in bytes of one JSON-LD document. Content that
/// exceeds these limits is dropped.
const MAX_RAW_TEXT_BYTES: usize = 256 << 10;

/// The kind of element whose raw text is being read, such as a style sheet or a script.
#[derive(Default, PartialEq)]
enum RawTextKind {
    #[default]
    None,
    Style,
    JsonLd,
    Ignored,
}

/// Builds an HTML tree from a stream of tokens.
pub(super) struct Builder {
    tree: Tree,
    /// The open elements; the root comes first.
    open: Vec<OpenElement>,
    /// Number of start tags beyond the maximum depth whose end tags have not been read yet. These end tags must not
    /// close other elements.
    too_deep: usize,
    raw: RawTextKind,
    /// Index of the `head` element in the list of open elements; `None` if `head` is not open.
    head: Option<usize>,
    /// Number of open paragraphs. If it is 0, a block element need not search for a paragraph to close.
    paragraphs: usize,
    /// Function that returns whether the tree stores an attribute with this name.
    keeps: fn(&LocalName) -> bool,
}

/// An open element, that is, an element whose end tag has not been read yet.
struct OpenElement {
    tag: LocalName,
    id: u32,
    /// Index of the last child of the element; 0 if there is none.
    last: u32,
}

impl Builder {
    /// Creates a tree builder for an HTML source of about `size` bytes. The tree stores the attributes for
    /// which `keeps` returns `true`.
    pub(super) fn new(size: usize, keeps: fn(&LocalName) -> bool) -> Self {
        let tag = local_name!("html");
        let root = NodeSlot::Element { tag: tag.clone(), attributes: 0..0, first: 0, next: 0 };
        let mut slots = Vec::with_capacity((size / SOURCE_BYTES_PER_NODE + 1).min(MAX_NODES));
        slots.push(root);
        let words = String::with_capacity(size / SOURCE_BYTES_PER_TEXT_BYTE);
        let tree = Tree { slots, words, ..Tree::default() };
        let open = vec![OpenElement { tag, id: 0, last: 0 }];
        Self { tree, open, too_deep: 0, raw: RawTextKind::None, head: None, paragraphs: 0, keeps }
    }

    pub(super) fn into_tree(self) -> Tree {
        self.tree
    }

    fn add_text(&mut self, text: &str) {
        match self.raw {
            RawTextKind::None => {}
            RawTextKind::Style => {
                let remaining = MAX_RAW_TEXT_BYTES.saturating_sub(self.tree.css.len());
                self.tree.styles_cut |= remaining < text.len();
                let end = text.floor_char_boundary(remaining.min(text.len()));
                self.tree.css.push_str(text.get(..end).unwrap_or_default());
                return;
            }
            RawTextKind::JsonLd => {
                if let Some(json) =
                    self.tree.json_ld.last_mut().filter(|json| json.len() + text.len() < MAX_RAW_TEXT_BYTES)
                {
                    json.push_str(text);
                }
                return;
            }
            RawTextKind::Ignored => return,
        }
        if self.is_in_head() && !text.trim_ascii().is_empty() {
            self.close_head();
        }
        let last = self.open.last().map_or(0, |open| open.last);
        let end = self.tree.words.len();
        if let Some(NodeSlot::Text { words: before, .. }) = self.tree.slots.get_mut(last as usize)
            && before.end as usize == end
        {
            self.tree.words.push_str(text);
            before.end = number(self.tree.words.len());
        } else if let Some(next_index) = self.next_index() {
            let start = number(self.tree.words.len());
            self.tree.words.push_str(text);
            let words = start..number(self.tree.words.len());
            self.append(next_index, NodeSlot::Text { words, next: 0 });
        }
    }

    /// Returns the index for the next node; `None` if the tree already has the maximum number of nodes.
    fn next_index(&mut self) -> Option<u32> {
        let has_space = self.tree.slots.len() < MAX_NODES;
        self.tree.cut |= !has_space;
        has_space.then(|| number(self.tree.slots.len()))
    }

    fn append(&mut self, id: u32, slot: NodeSlot) {
        let slots = &mut self.tree.slots;
        if slots.len() == slots.capacity() {
            // Doubling the capacity could reserve memory for more nodes than the limit allows.
            slots.reserve_exact(slots.len().min(MAX_NODES.saturating_sub(slots.len())).max(1));
        }
        slots.push(slot);
        let Some(parent) = self.open.last_mut() else { return };
        let before = std::mem::replace(&mut parent.last, id);
        let holder = if before == 0 { parent.id } else { before };
        match self.tree.slots.get_mut(holder as usize) {
            Some(NodeSlot::Element { first, .. }) if before == 0 => *first = id,
            Some(slot) => slot.set_next(id),
            None => {}
        }
    }

    fn append_element(&mut self, tag: &StartTag<'_>) -> Option<u32> {
        let id = self.next_index()?;
        let start = number(self.tree.attributes.len());
        for attribute in tag.attributes {
            let name = attribute.local_name();
            if !(self.keeps)(&name) {
                continue;
            }
            let start = number(self.tree.words.len());
            decode(attribute.value, TextContext::Attribute, |piece| self.tree.words.push_str(piece));
            self.tree.attributes.push(Attribute { name, value: start..number(self.tree.words.len()) });
        }
        let attributes = start..number(self.tree.attributes.len());
        self.append(id, NodeSlot::Element { tag: tag.name.clone(), attributes, first: 0, next: 0 });
        Some(id)
    }

    fn start_element(&mut self, tag: &StartTag<'_>) -> Option<RawText> {
        let name = &tag.name;
        self.close_implied(name);
        if let Some(raw) = raw_kind(name) {
            self.raw = match *name {
                local_name!("style") if applies(tag) => {
                    self.tree.css.push('\0');
                    RawTextKind::Style
                }
                local_name!("script") if is_json_ld(tag) => {
                    self.tree.json_ld.push(String::new());
                    RawTextKind::JsonLd
                }
                _ => RawTextKind::Ignored,
            };
            return Some(raw);
        }
        if is_void(name) || (tag.self_closing && name.contains(':')) {
            let _void = self.append_element(tag);
        } else if self.open.len() >= MAX_DEPTH {
            self.too_deep += 1;
            self.tree.cut = true;
        } else if let Some(id) = self.append_element(tag) {
            if *name == local_name!("head") {
                self.head = Some(self.open.len());
            }
            self.paragraphs += usize::from(*name == local_name!("p"));
            self.open.push(OpenElement { tag: name.clone(), id, last: 0 });
        }
        raw_text_kind(name)
    }

    /// Closes the `head` element if it is open. Also called before the first element that is not allowed inside `head`,
    /// because the end tag `</head>` may be missing (HTML standard, section 13.2.6.4.4).
    fn close_head(&mut self) {
        if let Some(head) = self.head.take()
            && self.open.get(head).is_some_and(|open| open.tag == local_name!("head"))
        {
            self.close_to(head);
        }
    }

    /// Returns whether the `head` element is the innermost open element.
    fn is_in_head(&self) -> bool {
        self.head.is_some_and(|head| {
            self.open.len() == head + 1
                && self.open.last().is_some_and(|open| open.tag == local_name!("head"))
        })
    }

    fn end_element(&mut self, name: &LocalName) {
        if self.raw != RawTextKind::None {
            self.raw = RawTextKind::None;
            return;
        }
        if *name == local_name!("head") && self.too_deep == 0 {
            self.close_head();
            return;
        }
        if self.too_deep > 0 {
            self.too_deep -= usize::from(!matches!(*name, local_name!("br") | local_name!("p")));
            return;
        }
        let table_part = matches!(
            *name,
            local_name!("table")
                | local_name!("tbody")
                | local_name!("thead")
                | local_name!("tfoot")
                | local_name!("tr")
                | local_name!("td")
                | local_name!("th")
        );
        self.close(name, |tag| {
            *tag == local_name!("table")
                || (!table_part && matches!(*tag, local_name!("td") | local_name!("th")))
        });
    }

    /// Closes the open elements whose index in the list of open elements is at least `position`.
    fn close_to(&mut self, position: usize) {
        let closed = self.open.get(position..).unwrap_or_default();
        self.paragraphs -= closed.iter().filter(|open| open.tag == local_name!("p")).count();
        self.open.truncate(position);
    }

    /// Closes the innermost open element with this name, and all open elements inside it. Closes nothing if `is_wall`
    /// returns `true` for any of these inner elements.
    fn close(&mut self, name: &LocalName, is_wall: impl Fn(&LocalName) -> bool) {
        for (position, open) in self.open.iter().enumerate().skip(1).rev() {
            if open.tag == *name {
                self.close_to(position);
                return;
            }
            if is_wall(&open.tag) {
                return;
            }
        }
    }

    /// Closes the elements that a start tag closes implicitly, such as a paragraph before a block element.
    fn close_implied(&mut self, name: &LocalName) {
        if self.is_in_head() && !belongs_to_head(name) {
            self.close_head();
        }
        let cell =
            |tag: &LocalName| matches!(*tag, local_name!("td") | local_name!("th") | local_name!("table"));
        match *name {
            local_name!("li") => self.close(&local_name!("li"), |tag| {
                matches!(*tag, local_name!("ul") | local_name!("ol")) || cell(tag)
            }),
            local_name!("dt") | local_name!("dd") => {
                self.close(&local_name!("dt"), |tag| *tag == local_name!("dl") || cell(tag));
                self.close(&local_name!("dd"), |tag| *tag == local_name!("dl") || cell(tag));
            }
            local_name!("option") => {
                self.close(&local_name!("option"), |tag| *tag == local_name!("select") || cell(tag));
            }
            local_name!("optgroup") => {
                self.close(&local_name!("option"), |tag| *tag == local_name!("select") || cell(tag));
                self.close(&local_name!("optgroup"), |tag| *tag == local_name!("select") || cell(tag));
            }
            local_name!("td") | local_name!("th") => {
                self.close(&local_name!("td"), |tag| {
                    matches!(*tag, local_name!("tr") | local_name!("table"))
                });
                self.close(&local_name!("th"), |tag| {
                    matches!(*tag, local_name!("tr") | local_name!("table"))
                });
            }
            local_name!("tr") => self.close(&local_name!("tr"), |tag| *tag == local_name!("table")),
            local_name!("tbody") | local_name!("thead") | local_name!("tfoot") => {
                for part in &[local_name!("tbody"), local_name!("thead"), local_name!("tfoot")] {
                    self.close(part, |tag| *tag == local_name!("table"));
                }
            }
            local_name!("a") => self.close(&local_name!("a"), cell),
            local_name!("rt") | local_name!("rp") => {
                self.close(&local_name!("rt"), |tag| *tag == local_name!("ruby") || cell(tag));
                self.close(&local_name!("rp"), |tag| *tag == local_name!("ruby") || cell(tag));
            }
            _ => {}
        }
        if self.paragraphs > 0 && is_block(name) {
            self.close(&local_name!("p"), |tag| {
                cell(tag) || matches!(*tag, local_name!("button") | local_name!("div") | local_name!("li"))
            });
        }
    }
}

/// Converts an index or offset to `u32`, the type in which the tree stores it. Because of the tree's limits, all values
/// are far below `u32::MAX`.
fn number(place: usize) -> u32 {
    u32::try_from(place).unwrap_or(u32::MAX)
}

impl TokenSink for Builder {
    fn text(&mut self, text: &str) {
        self.add_text(text);
    }

    fn start(&mut self, tag: &StartTag<'_>) -> Option<RawText> {
        self.start_element(tag)
    }

    fn end(&mut self, name: &LocalName) {
        self.end_element(name);
    }

    fn attributes_dropped(&mut self) {
        self.tree.cut = true;
    }
}

/// Returns whether a style sheet applies to a desktop screen, according to the `media` attribute of its tag.
fn applies(tag: &StartTag<'_>) -> bool {
    value(tag, "media").is_none_or(|media| media::applies(&media))
}

/// Returns whether a `script` element contains JSON-LD, which is data rather than a program.
fn is_json_ld(tag: &StartTag<'_>) -> bool {
    value(tag, "type").is_some_and(|kind| kind.contains("ld+json"))
}

/// Returns the decoded value of an attribute; `None` if the tag does not have the attribute.
fn value(tag: &StartTag<'_>, name: &str) -> Option<String> {
    let RawAttribute { value, .. } = tag.attributes.iter().find(|attribute| attribute.is_named(name))?;
    let mut decoded = String::new();
    decode(value, TextContext::Attribute, |piece| decoded.push_str(piece));
    Some(decoded)
}

#[cfg(test)]
mod tests {
    use super::*;
    use html5ever::LocalName;

    /// Tests that the tree drops nodes beyond the limit. Skips the tokenizer, which would take most of the time.
    #[test]
    fn nodes_are_stored_up_to_the_limit() {
        let tag = |name: &str| StartTag { name: LocalName::from(name), self_closing: false, attributes: &[] };
        let (br, p) = (tag("br"), tag("p"));
        let mut builder = Builder::new(0, |_| true);
        // The root counts as a node.
        for n in 1..MAX_NODES {
            let _go_on = builder.start(if n % 2 == 0 { &br } else { &p });
        }
        assert_eq!(builder.tree.len(), MAX_NODES);
        assert!(!builder.tree.cut);
        builder.text("x");
        let _go_on = builder.start(&br);
        let _go_on = builder.start(&p);
        assert_eq!(builder.tree.len(), MAX_NODES);
        assert!(builder.into_tree().cut);
    }
}
