//! The tree, token by token: which tags close which, and where it stops.

use super::names::{is_block, is_read, is_void, raw_kind};
use super::{Element, Node, Tree};
use html5ever::tendril::StrTendril;
use html5ever::tokenizer::{Tag, TagKind, Token, TokenSink, TokenSinkResult};
use html5ever::{LocalName, local_name};
use std::cell::RefCell;

/// How deep elements nest; what is deeper is taken as if it stood there.
const MAX_DEPTH: usize = 200;
/// How many nodes are kept.
const MAX_NODES: usize = 500_000;
/// How much of all style sheets, and of one script, is kept, in bytes.
const MAX_RAW: usize = 256 << 10;

/// Hands tokens to the builder.
pub(super) struct Sink(pub(super) RefCell<Builder>);

impl TokenSink for Sink {
    type Handle = ();

    fn process_token(&self, token: Token, _line: u64) -> TokenSinkResult<()> {
        let mut builder = self.0.borrow_mut();
        match token {
            Token::CharacterTokens(text) => builder.text(text),
            Token::TagToken(tag) if tag.kind == TagKind::StartTag => return builder.start(&tag),
            Token::TagToken(tag) => builder.end(&tag.name),
            _ => {}
        }
        TokenSinkResult::Continue
    }
}

/// What raw text is being read.
#[derive(Default, PartialEq)]
enum Raw {
    #[default]
    None,
    Style,
    JsonLd,
    Ignored,
}

/// Builds the tree as the tokens come.
pub(super) struct Builder {
    tree: Tree,
    /// Open elements, the root first.
    open: Vec<usize>,
    /// Open tags beyond the depth that is kept.
    too_deep: usize,
    raw: Raw,
}

impl Builder {
    pub(super) fn new() -> Self {
        let root = Element { tag: local_name!("html"), attributes: [].into(), children: Vec::new() };
        let tree = Tree { nodes: vec![Node::Element(root)], ..Tree::default() };
        Self { tree, open: vec![0], too_deep: 0, raw: Raw::None }
    }

    pub(super) fn into_tree(self) -> Tree {
        self.tree
    }

    fn text(&mut self, text: StrTendril) {
        match self.raw {
            Raw::None => {}
            Raw::Style => {
                let room = MAX_RAW.saturating_sub(self.tree.css.len());
                let end = text.floor_char_boundary(room.min(text.len()));
                self.tree.css.push_str(text.get(..end).unwrap_or_default());
                return;
            }
            Raw::JsonLd => {
                if let Some(json) =
                    self.tree.json_ld.last_mut().filter(|json| json.len() + text.len() < MAX_RAW)
                {
                    json.push_str(&text);
                }
                return;
            }
            Raw::Ignored => return,
        }
        let parent = self.open.last().copied().unwrap_or_default();
        let last = self.tree.element(parent).and_then(|element| element.children.last().copied());
        if let Some(Node::Text(before)) = last.and_then(|id| self.tree.nodes.get_mut(id)) {
            before.push_tendril(&text);
        } else {
            self.append(Node::Text(text));
        }
    }

    fn append(&mut self, node: Node) -> Option<usize> {
        if self.tree.nodes.len() >= MAX_NODES {
            self.tree.cut = true;
            return None;
        }
        let id = self.tree.nodes.len();
        self.tree.nodes.push(node);
        let parent = self.open.last().copied().unwrap_or_default();
        if let Some(Node::Element(element)) = self.tree.nodes.get_mut(parent) {
            element.children.push(id);
        }
        Some(id)
    }

    fn start(&mut self, tag: &Tag) -> TokenSinkResult<()> {
        let name = &tag.name;
        self.close_implied(name);
        let attributes = tag
            .attrs
            .iter()
            .filter(|attribute| is_read(&attribute.name.local))
            .map(|attribute| (attribute.name.local.clone(), attribute.value.clone()))
            .collect();
        let element = Element { tag: tag.name.clone(), attributes, children: Vec::new() };
        if let Some(raw) = raw_kind(name) {
            self.raw = match *name {
                local_name!("style") => Raw::Style,
                local_name!("script")
                    if element.get(&local_name!("type")).is_some_and(|kind| kind.contains("ld+json")) =>
                {
                    self.tree.json_ld.push(String::new());
                    Raw::JsonLd
                }
                _ => Raw::Ignored,
            };
            return TokenSinkResult::RawData(raw);
        }
        if is_void(name) || (tag.self_closing && name.contains(':')) {
            self.append(Node::Element(element));
        } else if self.open.len() >= MAX_DEPTH {
            self.too_deep += 1;
            self.tree.cut = true;
        } else if let Some(id) = self.append(Node::Element(element)) {
            self.open.push(id);
        }
        TokenSinkResult::Continue
    }

    fn end(&mut self, name: &LocalName) {
        if self.raw != Raw::None {
            self.raw = Raw::None;
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

    /// Closes the innermost open element of a name, unless a wall is before it.
    fn close(&mut self, name: &LocalName, is_wall: impl Fn(&LocalName) -> bool) {
        for (position, &id) in self.open.iter().enumerate().skip(1).rev() {
            let Some(element) = self.tree.element(id) else { return };
            if element.tag == *name {
                self.open.truncate(position);
                return;
            }
            if is_wall(&element.tag) {
                return;
            }
        }
    }

    /// Closes what a start tag closes without saying so.
    fn close_implied(&mut self, name: &LocalName) {
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
            _ => {}
        }
        if is_block(name) {
            self.close(&local_name!("p"), |tag| {
                cell(tag) || matches!(*tag, local_name!("button") | local_name!("div") | local_name!("li"))
            });
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use html5ever::LocalName;

    /// The tokenizer is left out: it would take most of the time, and knows no bound.
    #[test]
    fn nodes_are_kept_up_to_their_bound_and_not_beyond() {
        let tag = |name: &str| Tag {
            kind: TagKind::StartTag,
            name: LocalName::from(name),
            self_closing: false,
            attrs: Vec::new(),
            had_duplicate_attributes: false,
        };
        let (br, p) = (tag("br"), tag("p"));
        let mut builder = Builder::new();
        // The root is one of them.
        for n in 1..MAX_NODES {
            let _go_on = builder.start(if n % 2 == 0 { &br } else { &p });
        }
        assert_eq!(builder.tree.nodes.len(), MAX_NODES);
        assert!(!builder.tree.cut);
        builder.text("x".into());
        let _go_on = builder.start(&br);
        let _go_on = builder.start(&p);
        assert_eq!(builder.tree.nodes.len(), MAX_NODES);
        assert!(builder.into_tree().cut);
    }
}
