//! HTML as a bounded tree.
//!
//! The tokens are html5ever's; the tree is not, since the standard's own algorithm is quadratic
//! in the depth and can multiply elements without end. This one knows what mail needs: which
//! tags close which, and that a table's cell is a wall. Depth, nodes and attributes are bounded.

mod attributes;
mod builder;
mod names;

pub(crate) use names::is_block;

use crate::domain::progress;
use attributes::bound;
use builder::{Builder, Sink};
use html5ever::LocalName;
use html5ever::tendril::StrTendril;
use html5ever::tokenizer::{BufferQueue, Tokenizer, TokenizerOpts};
use std::cell::RefCell;

/// How much is handed to the tokenizer at once, in bytes.
const PIECE: usize = 64 << 10;

/// An element or a text.
#[derive(Debug)]
pub(crate) enum Node {
    Text(StrTendril),
    Element(Element),
}

/// An element with what it holds.
#[derive(Debug)]
pub(crate) struct Element {
    pub(crate) tag: LocalName,
    attributes: Box<[(LocalName, StrTendril)]>,
    pub(crate) children: Vec<usize>,
}

impl Element {
    /// The value of an attribute.
    pub(crate) fn get(&self, name: &LocalName) -> Option<&str> {
        self.attributes.iter().find(|(key, _)| key == name).map(|(_, value)| &**value)
    }
}

/// A document.
#[derive(Debug, Default)]
pub(crate) struct Tree {
    nodes: Vec<Node>,
    /// All style sheets, one after the other.
    pub(crate) css: String,
    /// JSON-LD documents.
    pub(crate) json_ld: Vec<String>,
    /// Whether something was left out.
    pub(crate) cut: bool,
}

impl Tree {
    /// A node by its number; the root is number 0.
    pub(crate) fn node(&self, id: usize) -> Option<&Node> {
        self.nodes.get(id)
    }

    /// An element by its number.
    pub(crate) fn element(&self, id: usize) -> Option<&Element> {
        match self.nodes.get(id) {
            Some(Node::Element(element)) => Some(element),
            _ => None,
        }
    }
}

/// Parses any text at all.
pub(crate) fn parse(html: &str) -> Tree {
    let bounded = bound(html);
    let tokenizer = Tokenizer::new(Sink(RefCell::new(Builder::new())), TokenizerOpts::default());
    let queue = BufferQueue::default();
    let mut rest: &str = &bounded;
    while !rest.is_empty() {
        let (piece, behind) = rest.split_at(rest.floor_char_boundary(PIECE));
        queue.push_back(StrTendril::from_slice(piece));
        // The tokenizer stops at the end of a script, since a browser would run it there.
        while !queue.is_empty() {
            let _script = tokenizer.feed(&queue);
        }
        rest = behind;
        progress::reached(bounded.len() - rest.len(), bounded.len());
    }
    tokenizer.end();
    let mut tree = tokenizer.sink.0.into_inner().into_tree();
    tree.cut |= bounded.len() < html.len();
    tree
}
