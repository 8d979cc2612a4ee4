//! From the tree to the flow of blocks: only what a reader would see.

mod context;
mod quotes;
mod tables;
mod text;

use super::css::{Declared, Sheet};
use super::flow::{Anchor, Block, Flow, Kind, Picture};
use super::tree::{Element, Node, Tree, is_block};
use crate::domain::progress;
use context::{Context, inherit, is_hidden};
use html5ever::{LocalName, local_name};
use std::collections::HashMap;
use text::Draft;

/// Pictures of at most this many pixels are there to be counted, not seen.
const PIXEL: u16 = 3;
/// How many pictures of the mail's own are put in their place.
const MAX_PICTURES: usize = 100;

/// After how many elements it is told how far the walk is.
const STEP: usize = 1024;

/// How many styles are held at once.
const MAX_STYLES: usize = 500;

/// What ends a block.
#[derive(Clone, Copy, PartialEq, Eq)]
enum End {
    /// A line break.
    Break,
    /// The edge of an element that stands on lines of its own.
    Edge,
    /// The edge of one that also keeps its distance.
    Apart,
}

struct Walker<'a> {
    tree: &'a Tree,
    sheet: Sheet,
    flow: Flow,
    block: Draft,
    /// Whether the next block stands apart.
    gap: bool,
    tables: u32,
    /// Whether the element at hand is in a quoted mail.
    in_quote: bool,
    /// How many elements were met.
    met: usize,
    /// What styles say that were read: a mail states the same few over and over.
    styles: HashMap<&'a str, Declared>,
}

pub(super) fn walk(tree: &Tree) -> Flow {
    let mut walker = Walker {
        tree,
        sheet: Sheet::parse(&tree.css),
        flow: Flow { json_ld: tree.json_ld.clone(), cut: tree.cut, ..Flow::default() },
        block: Draft::default(),
        gap: true,
        tables: 0,
        in_quote: false,
        met: 0,
        styles: HashMap::new(),
    };
    if let Some(root) = tree.root() {
        walker.children(root, Context::default());
    }
    walker.flush(End::Apart);
    for anchor in &mut walker.flow.anchors {
        anchor.words = folded(&anchor.words);
    }
    walker.flow
}

/// The words of a text, one space between them.
fn folded(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for word in text.split_whitespace() {
        if !out.is_empty() {
            out.push(' ');
        }
        out.push_str(word);
    }
    out
}

impl<'a> Walker<'a> {
    fn children(&mut self, element: Element<'a>, context: Context) {
        let mut number = 1;
        let ordered = *element.tag == local_name!("ol");
        if ordered && let Some(start) = element.get(&local_name!("start")) {
            number = start.parse::<u32>().unwrap_or(1);
        }
        for child in element.children() {
            match child {
                Node::Text(text) => self.text(text, &context),
                Node::Element(inner) => {
                    let mut context = context;
                    if *inner.tag == local_name!("li") {
                        let next = number.saturating_add(1);
                        let number = ordered.then(|| std::mem::replace(&mut number, next));
                        context.kind = Kind::Item { depth: context.list_depth.max(1), number };
                    }
                    self.element(inner, context);
                }
            }
        }
    }

    /// What the style sheets and the element itself say of it.
    fn declared(&mut self, element: Element<'a>) -> Declared {
        if !element.has_attributes() {
            return self.sheet.of(element.tag, None, None);
        }
        let class = element.get(&local_name!("class"));
        let mut declared = self.sheet.of(element.tag, class, element.get(&local_name!("id")));
        if let Some(style) = element.get(&local_name!("style")) {
            if self.styles.len() >= MAX_STYLES {
                self.styles.clear();
            }
            declared.add(self.styles.entry(style).or_insert_with(|| Declared::parse(style)));
        }
        declared
    }

    fn element(&mut self, element: Element<'a>, context: Context) {
        self.met += 1;
        if self.met.is_multiple_of(STEP) {
            // Texts are nodes too, about as many as there are elements.
            progress::reached(2 * self.met, self.tree.len());
        }
        let declared = self.declared(element);
        self.note_microdata(element);
        if is_hidden(element, &declared) {
            return;
        }
        match *element.tag {
            local_name!("head") => self.head(element),
            local_name!("template")
            | local_name!("object")
            | local_name!("select")
            | local_name!("svg")
            | local_name!("math")
            | local_name!("noframes")
            | local_name!("audio")
            | local_name!("video")
            | local_name!("canvas") => {}
            local_name!("base") => {
                self.flow.base =
                    self.flow.base.take().or_else(|| element.get(&local_name!("href")).map(str::to_owned));
            }
            local_name!("br") => self.flush(End::Break),
            local_name!("hr") => {
                let quote = self.begin_quote(element);
                self.rule(&context);
                self.end_quote(quote);
            }
            local_name!("img") => self.image(element, &declared, &context),
            local_name!("input") => self.input(element, &context),
            _ => {
                let quote = self.begin_quote(element);
                self.container(element, &declared, context);
                self.end_quote(quote);
            }
        }
    }

    fn container(&mut self, element: Element<'a>, declared: &Declared, outer: Context) {
        let mut context = inherit(outer, element.tag, declared);
        let block = is_block(element.tag);
        let edge = if keeps_distance(element.tag) { End::Apart } else { End::Edge };
        if block {
            self.flush(edge);
        }
        match *element.tag {
            local_name!("a") => context.anchor = self.anchor(element, declared, &outer).or(outer.anchor),
            local_name!("table") => {
                self.table(element, context);
                self.flush(End::Apart);
                return;
            }
            local_name!("ul") | local_name!("ol") => {
                context.list_depth = context.list_depth.saturating_add(1);
            }
            _ => {}
        }
        self.children(element, context);
        if block {
            self.flush(edge);
        }
    }

    fn rule(&mut self, context: &Context) {
        self.flush(End::Apart);
        self.flow.blocks.push(Block {
            kind: Kind::Rule,
            gap: true,
            quote: context.quote,
            cell: context.cell,
            runs: Vec::new(),
        });
        self.gap = true;
    }

    fn anchor(&mut self, element: Element<'_>, declared: &Declared, outer: &Context) -> Option<usize> {
        let href = element.get(&local_name!("href"))?.trim();
        if href.is_empty() || href.starts_with('#') {
            return None;
        }
        let class = element.get(&local_name!("class")).unwrap_or_default().to_ascii_lowercase();
        let named = ["button", "btn", "cta"].iter().any(|name| class.contains(name));
        let is_sized = declared.block || declared.padded || declared.size.is_some();
        let button = named || (declared.boxed && is_sized) || is_boxed_cell(outer);
        let block = self.flow.blocks.len();
        self.flow.anchors.push(Anchor { href: href.to_owned(), button, block, ..Anchor::default() });
        Some(self.flow.anchors.len() - 1)
    }

    fn image(&mut self, element: Element<'_>, declared: &Declared, context: &Context) {
        let side = |name: LocalName| {
            element.get(&name).and_then(|value| value.trim_end_matches("px").trim().parse::<u16>().ok())
        };
        let tiny = [side(local_name!("width")), side(local_name!("height"))]
            .iter()
            .flatten()
            .any(|&side| side <= PIXEL);
        let remote = element
            .get(&local_name!("src"))
            .is_some_and(|src| src.trim_start().starts_with("http") || src.starts_with("//"));
        self.flow.remote_images += usize::from(remote);
        if let Some(anchor) = context.anchor.and_then(|index| self.flow.anchors.get_mut(index)) {
            anchor.image = true;
        }
        let alt = element.get(&local_name!("alt")).unwrap_or_default().trim();
        let cid = element.get(&local_name!("src")).and_then(|src| src.trim().strip_prefix("cid:"));
        if let Some(cid) =
            cid.filter(|_| !tiny && !declared.collapsed && self.flow.pictures.len() < MAX_PICTURES)
        {
            self.picture(cid, alt, context);
            return;
        }
        if tiny || declared.collapsed || alt.is_empty() {
            return;
        }
        let mut look = context.look;
        look.image = true;
        let context = Context { look, pre: false, size_stated: false, ..*context };
        self.text(alt, &context);
    }

    /// A picture that came along with the mail: it stands on lines of its own.
    fn picture(&mut self, cid: &str, alt: &str, context: &Context) {
        self.flush(End::Edge);
        let mut look = context.look;
        look.image = true;
        let context = Context { look, pre: false, size_stated: false, ..*context };
        self.text(if alt.is_empty() { "picture" } else { alt }, &context);
        self.block.kind = Kind::Picture(self.flow.pictures.len());
        self.flow.pictures.push(Picture { cid: cid.trim_matches(['<', '>']).to_owned() });
        self.flush(End::Edge);
    }

    fn input(&mut self, element: Element<'_>, context: &Context) {
        let kind = element.get(&local_name!("type")).unwrap_or("text").to_ascii_lowercase();
        if matches!(kind.as_str(), "text" | "submit" | "button" | "number" | "tel") {
            self.text(element.get(&local_name!("value")).unwrap_or_default(), context);
        }
    }

    fn head(&mut self, element: Element<'_>) {
        for inner in element.elements().filter(|inner| *inner.tag == local_name!("base")) {
            self.flow.base =
                self.flow.base.take().or_else(|| inner.get(&local_name!("href")).map(str::to_owned));
        }
    }

    fn note_microdata(&mut self, element: Element<'_>) {
        if element.get(&local_name!("itemprop")).is_some_and(|name| matches!(name, "url" | "target")) {
            let address = element.get(&local_name!("href")).or_else(|| element.get(&local_name!("content")));
            self.flow.actions.extend(address.map(str::to_owned));
        }
    }
}

/// Whether an element keeps its distance from what is around it.
fn keeps_distance(tag: &LocalName) -> bool {
    matches!(
        *tag,
        local_name!("p")
            | local_name!("h1")
            | local_name!("h2")
            | local_name!("h3")
            | local_name!("h4")
            | local_name!("h5")
            | local_name!("h6")
            | local_name!("ul")
            | local_name!("ol")
            | local_name!("blockquote")
            | local_name!("table")
            | local_name!("pre")
            | local_name!("dl")
    )
}

/// Buttons are often a coloured cell around a bare link; the cell says nothing of itself here,
/// so only large or bold type in a cell of its own counts.
fn is_boxed_cell(outer: &Context) -> bool {
    outer.cell.is_some() && outer.look.strong && outer.look.size >= 14
}
