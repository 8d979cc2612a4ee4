//! HTML as a bounded tree.
//!
//! The tokens are html5ever's; the tree is not, since the standard's own algorithm is quadratic
//! in the depth and can multiply elements without end. This one knows what mail needs: which
//! tags close which, and that a table's cell is a wall. Depth, nodes and attributes are bounded.

use html5ever::tendril::StrTendril;
use html5ever::tokenizer::states::RawKind;
use html5ever::tokenizer::{
    BufferQueue, Tag, TagKind, Token, TokenSink, TokenSinkResult, Tokenizer, TokenizerOpts,
};
use std::cell::RefCell;

/// How deep elements nest; what is deeper is taken as if it stood there.
const MAX_DEPTH: usize = 200;
/// How many nodes are kept.
const MAX_NODES: usize = 150_000;
/// How much of one style sheet or script is kept, in bytes.
const MAX_RAW: usize = 256 << 10;
/// How many attributes of a tag are looked at.
const MAX_ATTRIBUTES: usize = 100;

/// An element or a text.
#[derive(Debug)]
pub(crate) enum Node {
    Text(String),
    Element(Element),
}

/// An element with what it holds.
#[derive(Debug, Default)]
pub(crate) struct Element {
    pub(crate) tag: String,
    attributes: Vec<(String, String)>,
    pub(crate) children: Vec<usize>,
}

impl Element {
    /// The value of an attribute.
    pub(crate) fn get(&self, name: &str) -> Option<&str> {
        self.attributes.iter().find(|(key, _)| key == name).map(|(_, value)| value.as_str())
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
    let bounded = bound_attributes(html);
    let mut builder = Builder::default();
    builder.tree.nodes.push(Node::Element(Element { tag: "html".to_owned(), ..Element::default() }));
    builder.open.push(0);
    let tokenizer = Tokenizer::new(Sink(RefCell::new(builder)), TokenizerOpts::default());
    let queue = BufferQueue::default();
    queue.push_back(StrTendril::from_slice(&bounded));
    // The tokenizer stops at the end of a script, since a browser would run it there.
    while !queue.is_empty() {
        let _script = tokenizer.feed(&queue);
    }
    tokenizer.end();
    let mut tree = tokenizer.sink.0.into_inner().tree;
    tree.cut |= bounded.len() < html.len();
    tree
}

/// Leaves out attributes beyond [`MAX_ATTRIBUTES`] of a tag: the tokenizer compares each with
/// all before it.
fn bound_attributes(html: &str) -> std::borrow::Cow<'_, str> {
    let mut out = String::new();
    let mut copied = 0;
    let mut from = 0;
    let bytes = html.as_bytes();
    while let Some(at) = bytes.get(from..).and_then(|rest| memchr::memchr(b'<', rest)) {
        let start = from + at + 1;
        let (end, limit) = scan_tag(bytes, start);
        if let Some(limit) = limit {
            out.push_str(html.get(copied..limit).unwrap_or_default());
            copied = end;
        }
        from = end;
    }
    if copied == 0 {
        return html.into();
    }
    out.push_str(html.get(copied..).unwrap_or_default());
    out.into()
}

/// The end of a tag that begins before `start`, and where its attributes become too many.
fn scan_tag(bytes: &[u8], start: usize) -> (usize, Option<usize>) {
    if !bytes.get(start).is_some_and(u8::is_ascii_alphabetic) {
        return (start, None);
    }
    let (mut quote, mut attributes, mut limit) = (None, 0, None);
    for (offset, &byte) in bytes.get(start..).unwrap_or_default().iter().enumerate() {
        match (quote, byte) {
            (None, b'>') => return (start + offset, limit),
            (None, b'"' | b'\'') if bytes.get(start + offset - 1) == Some(&b'=') => quote = Some(byte),
            (None, b' ' | b'\t' | b'\n' | b'\r' | b'/' | b'=') => {
                attributes += 1;
                if attributes > 2 * MAX_ATTRIBUTES && limit.is_none() {
                    limit = Some(start + offset);
                }
            }
            (Some(open), byte) if open == byte => quote = None,
            _ => {}
        }
    }
    (bytes.len(), limit)
}

struct Sink(RefCell<Builder>);

impl TokenSink for Sink {
    type Handle = ();

    fn process_token(&self, token: Token, _line: u64) -> TokenSinkResult<()> {
        let mut builder = self.0.borrow_mut();
        match token {
            Token::CharacterTokens(text) => builder.text(&text),
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

#[derive(Default)]
struct Builder {
    tree: Tree,
    /// Open elements, the root first.
    open: Vec<usize>,
    /// Open tags beyond the depth that is kept.
    too_deep: usize,
    raw: Raw,
}

impl Builder {
    fn text(&mut self, text: &str) {
        match self.raw {
            Raw::None => {}
            Raw::Style => {
                let room = MAX_RAW.saturating_sub(self.tree.css.len());
                let end = text.floor_char_boundary(room);
                self.tree.css.push_str(text.get(..end).unwrap_or_default());
                return;
            }
            Raw::JsonLd => {
                if let Some(json) =
                    self.tree.json_ld.last_mut().filter(|json| json.len() + text.len() < MAX_RAW)
                {
                    json.push_str(text);
                }
                return;
            }
            Raw::Ignored => return,
        }
        let parent = self.open.last().copied().unwrap_or_default();
        let last = self.tree.element(parent).and_then(|element| element.children.last().copied());
        if let Some(Node::Text(before)) = last.and_then(|id| self.tree.nodes.get_mut(id)) {
            before.push_str(text);
        } else {
            self.append(Node::Text(text.to_owned()));
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
        let name: &str = &tag.name;
        self.close_implied(name);
        let attributes = tag
            .attrs
            .iter()
            .filter(|attribute| is_read(&attribute.name.local))
            .map(|attribute| (attribute.name.local.to_string(), attribute.value.to_string()))
            .collect();
        let element = Element { tag: name.to_owned(), attributes, children: Vec::new() };
        if let Some(raw) = raw_kind(name) {
            self.raw = match name {
                "style" => Raw::Style,
                "script" if element.get("type").is_some_and(|kind| kind.contains("ld+json")) => {
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

    fn end(&mut self, name: &str) {
        if self.raw != Raw::None {
            self.raw = Raw::None;
            return;
        }
        if self.too_deep > 0 {
            self.too_deep -= usize::from(!matches!(name, "br" | "p"));
            return;
        }
        let table_part = matches!(name, "table" | "tbody" | "thead" | "tfoot" | "tr" | "td" | "th");
        self.close(name, |tag| tag == "table" || (!table_part && matches!(tag, "td" | "th")));
    }

    /// Closes the innermost open element of a name, unless a wall is before it.
    fn close(&mut self, name: &str, is_wall: impl Fn(&str) -> bool) {
        for (position, &id) in self.open.iter().enumerate().skip(1).rev() {
            let Some(element) = self.tree.element(id) else { return };
            if element.tag == name {
                self.open.truncate(position);
                return;
            }
            if is_wall(&element.tag) {
                return;
            }
        }
    }

    /// Closes what a start tag closes without saying so.
    fn close_implied(&mut self, name: &str) {
        let cell = |tag: &str| matches!(tag, "td" | "th" | "table");
        match name {
            "li" => self.close("li", |tag| matches!(tag, "ul" | "ol") || cell(tag)),
            "dt" | "dd" => {
                self.close("dt", |tag| tag == "dl" || cell(tag));
                self.close("dd", |tag| tag == "dl" || cell(tag));
            }
            "option" => self.close("option", |tag| tag == "select" || cell(tag)),
            "td" | "th" => {
                self.close("td", |tag| matches!(tag, "tr" | "table"));
                self.close("th", |tag| matches!(tag, "tr" | "table"));
            }
            "tr" => self.close("tr", |tag| tag == "table"),
            "tbody" | "thead" | "tfoot" => {
                for part in ["tbody", "thead", "tfoot"] {
                    self.close(part, |tag| tag == "table");
                }
            }
            "a" => self.close("a", cell),
            _ => {}
        }
        if is_block(name) {
            self.close("p", |tag| cell(tag) || matches!(tag, "button" | "div" | "li"));
        }
    }
}

fn raw_kind(name: &str) -> Option<RawKind> {
    match name {
        "style" | "xmp" | "iframe" | "noembed" | "noframes" => Some(RawKind::Rawtext),
        "script" => Some(RawKind::ScriptData),
        "title" => Some(RawKind::Rcdata),
        _ => None,
    }
}

fn is_void(name: &str) -> bool {
    matches!(
        name,
        "area"
            | "base"
            | "basefont"
            | "bgsound"
            | "br"
            | "col"
            | "embed"
            | "frame"
            | "hr"
            | "img"
            | "input"
            | "link"
            | "meta"
            | "param"
            | "source"
            | "track"
            | "wbr"
    )
}

/// Whether an element stands on lines of its own.
pub(crate) fn is_block(name: &str) -> bool {
    matches!(
        name,
        "address"
            | "article"
            | "aside"
            | "blockquote"
            | "body"
            | "caption"
            | "center"
            | "dd"
            | "details"
            | "dialog"
            | "dir"
            | "div"
            | "dl"
            | "dt"
            | "fieldset"
            | "figcaption"
            | "figure"
            | "footer"
            | "form"
            | "h1"
            | "h2"
            | "h3"
            | "h4"
            | "h5"
            | "h6"
            | "header"
            | "hr"
            | "legend"
            | "li"
            | "main"
            | "menu"
            | "nav"
            | "ol"
            | "p"
            | "pre"
            | "section"
            | "summary"
            | "table"
            | "tbody"
            | "td"
            | "tfoot"
            | "th"
            | "thead"
            | "tr"
            | "ul"
    )
}

fn is_read(attribute: &str) -> bool {
    matches!(
        attribute,
        "style"
            | "class"
            | "id"
            | "hidden"
            | "href"
            | "src"
            | "alt"
            | "width"
            | "height"
            | "value"
            | "type"
            | "size"
            | "itemprop"
            | "content"
            | "start"
            | "role"
            | "border"
            | "title"
    )
}
