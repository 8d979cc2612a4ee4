//! Parses HTML into a tree of limited size.
//!
//! This module does not use the tree builder of html5ever: tree construction according to the HTML standard takes time
//! quadratic in the nesting depth, and can multiply elements without limit. The tree builder in this module implements
//! only the rules that mails need. A tag closes certain open elements, but never an element outside its table cell.
//! Depth, nodes and attributes are limited.

mod builder;
mod names;
mod tokenizer;

pub(crate) use names::{is_block, is_never_shown, is_read};

use crate::{interrupt, progress};
use builder::Builder;
use html5ever::LocalName;
use std::fmt;
use std::ops::Range;
use tokenizer::Tokenizer;

/// Number of bytes of the HTML source between two checks for an interruption.
const STEP_BYTES: usize = 64 << 10;

/// A node of an HTML tree: an element or a run of text.
#[derive(Clone, Copy, Debug)]
pub(crate) enum HtmlNode<'a> {
    Text(&'a str),
    Element(Element<'a>),
}

/// A reference to an element of an HTML tree.
#[derive(Clone, Copy)]
pub(crate) struct Element<'a> {
    tree: &'a Tree,
    pub(crate) tag: &'a LocalName,
    attributes: &'a [Attribute],
    first: u32,
}

/// A parsed HTML document. It is stored compactly, because a large mail has hundreds of thousands of nodes. Nodes refer
/// to each other by index, and one string contains all text and all attribute values.
#[derive(Debug, Default)]
pub(crate) struct Tree {
    slots: Vec<NodeSlot>,
    attributes: Vec<Attribute>,
    words: String,
    /// The text of all style sheets that apply to the media type `screen`. A NUL character precedes each style sheet.
    pub(crate) css: String,
    /// Whether style sheets were truncated or dropped because their total size exceeds the limit.
    pub(crate) styles_cut: bool,
    /// The JSON-LD documents inside the HTML document, as text.
    pub(crate) json_ld: Vec<String>,
    /// Whether content of the HTML document was dropped because of a limit. An interruption is not such a limit; the
    /// caller must detect and report interruptions.
    pub(crate) cut: bool,
}

/// The stored form of a node. Nodes refer to each other by index; the index 0 means "none", because it is the index of
/// the root, which is neither a child nor a sibling.
#[derive(Debug)]
enum NodeSlot {
    Text {
        words: Range<u32>,
        /// Index of the next sibling of the text node; 0 if there is none.
        next: u32,
    },
    Element {
        tag: LocalName,
        /// The attributes of the element, as a range of indices into [`Tree::attributes`].
        attributes: Range<u32>,
        /// Index of the first child of the element; 0 if there is none.
        first: u32,
        /// Index of the next sibling of the element; 0 if there is none.
        next: u32,
    },
}

// A large mail has half a million nodes, so the size of a node matters.
const _: () = assert!(size_of::<NodeSlot>() <= 24);

impl NodeSlot {
    fn next(&self) -> u32 {
        match self {
            Self::Text { next, .. } | Self::Element { next, .. } => *next,
        }
    }

    fn set_next(&mut self, id: u32) {
        match self {
            Self::Text { next, .. } | Self::Element { next, .. } => *next = id,
        }
    }
}

#[derive(Debug)]
struct Attribute {
    name: LocalName,
    value: Range<u32>,
}

impl fmt::Debug for Element<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Element").field("tag", self.tag).finish_non_exhaustive()
    }
}

impl<'a> Element<'a> {
    /// Returns the value of an attribute; `None` if the element does not have the attribute or the tree does
    /// not store it.
    pub(crate) fn get(&self, name: &LocalName) -> Option<&'a str> {
        let tree = self.tree;
        self.attributes.iter().find(|attribute| attribute.name == *name).map(|found| tree.words(&found.value))
    }

    /// Returns the names and values of those attributes of the element that the tree stores.
    pub(crate) fn attributes(&self) -> impl Iterator<Item = (&'a LocalName, &'a str)> + use<'a> {
        let tree = self.tree;
        self.attributes.iter().map(|attribute| (&attribute.name, tree.words(&attribute.value)))
    }

    /// Returns whether the tree stores at least one attribute of the element.
    pub(crate) fn has_attributes(&self) -> bool {
        !self.attributes.is_empty()
    }

    /// Returns the child nodes of the element.
    pub(crate) fn children(&self) -> impl Iterator<Item = HtmlNode<'a>> + use<'a> {
        let (tree, mut next) = (self.tree, self.first);
        std::iter::from_fn(move || {
            let slot = tree.slots.get(next as usize).filter(|_| next > 0)?;
            next = slot.next();
            Some(tree.node_in(slot))
        })
    }

    /// Returns the child elements of the element.
    pub(crate) fn elements(&self) -> impl Iterator<Item = Self> + use<'a> {
        self.children().filter_map(|child| match child {
            HtmlNode::Element(element) => Some(element),
            HtmlNode::Text(_) => None,
        })
    }
}

impl Tree {
    /// Returns the root element of the HTML document; `None` for an empty tree.
    pub(crate) fn root(&self) -> Option<Element<'_>> {
        match self.node_in(self.slots.first()?) {
            HtmlNode::Element(root) => Some(root),
            HtmlNode::Text(_) => None,
        }
    }

    /// Returns the number of nodes in the tree.
    pub(crate) fn len(&self) -> usize {
        self.slots.len()
    }

    fn node_in<'a>(&'a self, slot: &'a NodeSlot) -> HtmlNode<'a> {
        match slot {
            NodeSlot::Text { words, .. } => HtmlNode::Text(self.words(words)),
            NodeSlot::Element { tag, attributes, first, .. } => {
                let range = attributes.start as usize..attributes.end as usize;
                let attributes = self.attributes.get(range).unwrap_or_default();
                HtmlNode::Element(Element { tree: self, tag, attributes, first: *first })
            }
        }
    }

    fn words(&self, range: &Range<u32>) -> &str {
        self.words.get(range.start as usize..range.end as usize).unwrap_or_default()
    }
}

/// Parses a string as HTML. The tree stores only the attributes that the layout needs.
pub(crate) fn parse(html: &str) -> Tree {
    parse_keeping(html, is_read)
}

/// Like [`parse`], but the tree stores the attributes for which `keeps` returns `true`.
pub(crate) fn parse_keeping(html: &str, keeps: fn(&LocalName) -> bool) -> Tree {
    let mut builder = Builder::new(html.len(), keeps);
    let mut tokenizer = Tokenizer::new(html);
    let mut next_check = 0;
    while tokenizer.position() < html.len() {
        if tokenizer.position() >= next_check {
            if interrupt::is_over() {
                break;
            }
            progress::report(tokenizer.position(), html.len());
            next_check = tokenizer.position() + STEP_BYTES;
        }
        tokenizer.step(&mut builder);
    }
    progress::report(tokenizer.position(), html.len());
    builder.into_tree()
}
