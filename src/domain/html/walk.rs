//! From the tree to the flow of blocks: only what a reader would see.

use super::css::{Declared, Sheet};
use super::flow::{Anchor, Block, Cell, Flow, Kind, Look, Run};
use super::table;
use super::tree::{Element, Node, Tree, is_block};
use crate::domain::sanitize::is_invisible;

/// Text of at most this size is not meant to be read.
const UNREADABLE: u16 = 1;
/// Pictures of at most this many pixels are there to be counted, not seen.
const PIXEL: u16 = 3;
const ZWJ: char = '\u{200d}';

/// What an element hands down to what it holds.
#[derive(Clone, Copy)]
struct Context {
    look: Look,
    size_stated: bool,
    invisible: bool,
    pre: bool,
    kind: Kind,
    quote: u8,
    list_depth: u8,
    cell: Option<Cell>,
    anchor: Option<usize>,
}

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
    block: Block,
    /// Whether the next block stands apart.
    gap: bool,
    tables: u32,
}

pub(super) fn walk(tree: &Tree) -> Flow {
    let mut walker = Walker {
        tree,
        sheet: Sheet::parse(&tree.css),
        flow: Flow { json_ld: tree.json_ld.clone(), cut: tree.cut, ..Flow::default() },
        block: Block::default(),
        gap: true,
        tables: 0,
    };
    let context = Context {
        look: Look::default(),
        size_stated: false,
        invisible: false,
        pre: false,
        kind: Kind::Paragraph,
        quote: 0,
        list_depth: 0,
        cell: None,
        anchor: None,
    };
    if let Some(root) = tree.element(0) {
        walker.children(root, context);
    }
    walker.flush(End::Apart);
    for anchor in &mut walker.flow.anchors {
        anchor.words = anchor.words.split_whitespace().collect::<Vec<_>>().join(" ");
    }
    walker.flow
}

impl Walker<'_> {
    fn children(&mut self, element: &Element, context: Context) {
        let mut number = element.get("start").and_then(|start| start.parse::<u32>().ok()).unwrap_or(1);
        let ordered = element.tag == "ol";
        for &child in &element.children {
            match self.tree.node(child) {
                Some(Node::Text(text)) => self.text(text, &context),
                Some(Node::Element(inner)) => {
                    let mut context = context;
                    if inner.tag == "li" {
                        let next = number.saturating_add(1);
                        let number = ordered.then(|| std::mem::replace(&mut number, next));
                        context.kind = Kind::Item { depth: context.list_depth.max(1), number };
                    }
                    self.element(child, inner, context);
                }
                None => {}
            }
        }
    }

    fn element(&mut self, id: usize, element: &Element, context: Context) {
        let tag = element.tag.as_str();
        let declared = self.sheet.of(tag, element.get("class"), element.get("id"), element.get("style"));
        self.note_microdata(element);
        if is_hidden(element, &declared) {
            return;
        }
        match tag {
            "head" | "template" | "object" | "select" | "svg" | "math" | "noframes" | "audio" | "video"
            | "canvas" => {
                if tag == "head" {
                    self.head(element);
                }
            }
            "base" => {
                self.flow.base = self.flow.base.take().or_else(|| element.get("href").map(str::to_owned));
            }
            "br" => self.flush(End::Break),
            "hr" => self.rule(&context),
            "img" => self.image(element, &declared, &context),
            "input" => self.input(element, &context),
            _ => self.container(id, element, &declared, context),
        }
    }

    fn container(&mut self, id: usize, element: &Element, declared: &Declared, outer: Context) {
        let tag = element.tag.as_str();
        let mut context = inherit(outer, tag, declared);
        let block = is_block(tag);
        let apart = matches!(
            tag,
            "p" | "h1"
                | "h2"
                | "h3"
                | "h4"
                | "h5"
                | "h6"
                | "ul"
                | "ol"
                | "blockquote"
                | "table"
                | "pre"
                | "dl"
        );
        let edge = if apart { End::Apart } else { End::Edge };
        if block {
            self.flush(edge);
        }
        match tag {
            "a" => context.anchor = self.anchor(element, declared, &outer).or(outer.anchor),
            "table" => {
                self.table(id, element, context);
                self.flush(End::Apart);
                return;
            }
            "ul" | "ol" => context.list_depth = context.list_depth.saturating_add(1),
            _ => {}
        }
        self.children(element, context);
        if block {
            self.flush(edge);
        }
    }

    fn table(&mut self, id: usize, element: &Element, context: Context) {
        let table = self.tables;
        self.tables += 1;
        let data = table::holds_data(self.tree, id) && !context.cell.is_some_and(|cell| cell.data);
        let mut row = 0;
        self.rows(element, context, Cell { table, row: 0, column: 0, data, head: false }, &mut row);
    }

    fn rows(&mut self, element: &Element, context: Context, cell: Cell, row: &mut u32) {
        for &child in &element.children {
            match self.tree.node(child) {
                Some(Node::Element(inner)) => {
                    let declared =
                        self.sheet.of(&inner.tag, inner.get("class"), inner.get("id"), inner.get("style"));
                    if is_hidden(inner, &declared) {
                        continue;
                    }
                    let context = inherit(context, &inner.tag, &declared);
                    match inner.tag.as_str() {
                        "tr" => {
                            self.flush(End::Apart);
                            self.row(inner, context, Cell { row: *row, ..cell });
                            self.flush(End::Apart);
                            *row += 1;
                        }
                        "tbody" | "thead" | "tfoot" => self.rows(inner, context, cell, row),
                        "colgroup" | "col" => {}
                        _ => self.element(child, inner, context),
                    }
                }
                Some(Node::Text(text)) => self.text(text, &context),
                None => {}
            }
        }
    }

    fn row(&mut self, element: &Element, context: Context, cell: Cell) {
        let mut column = 0;
        for &child in &element.children {
            match self.tree.node(child) {
                Some(Node::Element(inner)) if matches!(inner.tag.as_str(), "td" | "th") => {
                    let head = inner.tag == "th";
                    let inside = Context { cell: Some(Cell { column, head, ..cell }), ..context };
                    self.element(child, inner, inside);
                    self.flush(End::Apart);
                    column += 1;
                }
                Some(Node::Element(inner)) => self.element(child, inner, context),
                Some(Node::Text(text)) => self.text(text, &context),
                None => {}
            }
        }
    }

    fn text(&mut self, text: &str, context: &Context) {
        if context.invisible || (context.size_stated && context.look.size <= UNREADABLE) {
            return;
        }
        if context.pre {
            let mut lines = text.split('\n');
            if let Some(first) = lines.next() {
                self.push(first.trim_end_matches('\r'), context, true);
            }
            for line in lines {
                self.flush(End::Break);
                self.push(line.trim_end_matches('\r'), context, true);
            }
        } else {
            self.push(text, context, false);
        }
    }

    /// Appends text to the block, white space folded, invisible characters left out.
    fn push(&mut self, text: &str, context: &Context, keep_spaces: bool) {
        let mut clean = String::with_capacity(text.len());
        let mut before = self.block.runs.last().and_then(|run| run.text.chars().last());
        for c in text.chars() {
            let c = match c {
                '\u{a0}' | '\u{2800}' => ' ',
                c if c.is_whitespace() => ' ',
                ZWJ if before.is_some_and(|c| c >= '\u{203c}') => ZWJ,
                c if is_invisible(c) => continue,
                c => c,
            };
            if c == ' ' && !keep_spaces && matches!(before, None | Some(' ')) {
                continue;
            }
            clean.push(c);
            before = Some(c);
        }
        if clean.is_empty() {
            return;
        }
        if self.block.runs.is_empty() {
            let kind = if context.pre && context.look.mono { Kind::Preformatted } else { context.kind };
            self.block =
                Block { runs: Vec::new(), kind, gap: self.gap, quote: context.quote, cell: context.cell };
        }
        if let Some(anchor) = context.anchor.and_then(|index| self.flow.anchors.get_mut(index)) {
            if anchor.words.is_empty() {
                anchor.block = self.flow.blocks.len();
            }
            anchor.words.push_str(&clean);
            anchor.words.push(' ');
            anchor.size = anchor.size.max(context.look.size);
            if context.look.image {
                anchor.image = true;
            } else {
                anchor.text |= !clean.trim().is_empty();
            }
        }
        match self.block.runs.last_mut() {
            Some(run) if run.look == context.look && run.anchor == context.anchor => {
                run.text.push_str(&clean);
            }
            _ => self.block.runs.push(Run { text: clean, look: context.look, anchor: context.anchor }),
        }
    }

    /// Ends the block, if there is one.
    fn flush(&mut self, end: End) {
        let mut block = std::mem::take(&mut self.block);
        while let Some(run) = block.runs.last_mut() {
            run.text.truncate(run.text.trim_end().len());
            if !run.text.is_empty() {
                break;
            }
            block.runs.pop();
        }
        if block.runs.is_empty() {
            // A line break on an empty line makes a gap, the edge of an element does not.
            self.gap |= end != End::Edge;
            return;
        }
        self.flow.blocks.push(block);
        self.gap = end == End::Apart;
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

    fn anchor(&mut self, element: &Element, declared: &Declared, outer: &Context) -> Option<usize> {
        let href = element.get("href")?.trim();
        if href.is_empty() || href.starts_with('#') {
            return None;
        }
        let class = element.get("class").unwrap_or_default().to_ascii_lowercase();
        let named = ["button", "btn", "cta"].iter().any(|name| class.contains(name));
        let button =
            named || (declared.boxed && (declared.block || declared.size.is_some())) || is_boxed_cell(outer);
        let block = self.flow.blocks.len();
        self.flow.anchors.push(Anchor { href: href.to_owned(), button, block, ..Anchor::default() });
        Some(self.flow.anchors.len() - 1)
    }

    fn image(&mut self, element: &Element, declared: &Declared, context: &Context) {
        let side = |name| {
            element.get(name).and_then(|value| value.trim_end_matches("px").trim().parse::<u16>().ok())
        };
        let tiny = [side("width"), side("height")].iter().flatten().any(|&side| side <= PIXEL);
        let remote = element
            .get("src")
            .is_some_and(|src| src.trim_start().starts_with("http") || src.starts_with("//"));
        self.flow.remote_images += usize::from(remote);
        if let Some(anchor) = context.anchor.and_then(|index| self.flow.anchors.get_mut(index)) {
            anchor.image = true;
        }
        let alt = element.get("alt").unwrap_or_default().trim();
        if tiny || declared.collapsed || alt.is_empty() {
            return;
        }
        let mut look = context.look;
        look.image = true;
        let context = Context { look, pre: false, size_stated: false, ..*context };
        self.text(alt, &context);
    }

    fn input(&mut self, element: &Element, context: &Context) {
        let kind = element.get("type").unwrap_or("text").to_ascii_lowercase();
        if matches!(kind.as_str(), "text" | "submit" | "button" | "number" | "tel") {
            self.text(element.get("value").unwrap_or_default(), context);
        }
    }

    fn head(&mut self, element: &Element) {
        for &child in &element.children {
            if let Some(inner) = self.tree.element(child).filter(|inner| inner.tag == "base") {
                self.flow.base = self.flow.base.take().or_else(|| inner.get("href").map(str::to_owned));
            }
        }
    }

    fn note_microdata(&mut self, element: &Element) {
        if element.get("itemprop").is_some_and(|name| matches!(name, "url" | "target")) {
            let address = element.get("href").or_else(|| element.get("content"));
            self.flow.actions.extend(address.map(str::to_owned));
        }
    }
}

/// Buttons are often a coloured cell around a bare link; the cell says nothing of itself here,
/// so only large or bold type in a cell of its own counts.
fn is_boxed_cell(outer: &Context) -> bool {
    outer.cell.is_some() && outer.look.strong && outer.look.size >= 14
}

fn is_hidden(element: &Element, declared: &Declared) -> bool {
    declared.display_none || declared.collapsed || element.get("hidden").is_some()
}

fn inherit(outer: Context, tag: &str, declared: &Declared) -> Context {
    let mut context = outer;
    match tag {
        "b" | "strong" | "h5" | "h6" | "th" => context.look.strong = true,
        "i" | "em" | "cite" | "dfn" | "var" => context.look.emphasis = true,
        "code" | "kbd" | "samp" | "tt" => context.look.mono = true,
        "pre" => (context.pre, context.look.mono) = (true, true),
        "h1" | "h2" | "h3" | "h4" => {
            context.kind = Kind::Heading;
            context.look.strong = true;
            context.look.size = 24;
        }
        "blockquote" => context.quote = context.quote.saturating_add(1),
        "table" => context.kind = if context.kind == Kind::Heading { Kind::Paragraph } else { context.kind },
        _ => {}
    }
    if let Some(size) = declared.size {
        context.look.size = size.pixels(outer.look.size);
        context.size_stated = true;
    }
    context.look.strong = declared.strong.unwrap_or(context.look.strong);
    context.look.emphasis = declared.emphasis.unwrap_or(context.look.emphasis);
    context.look.mono = declared.mono.unwrap_or(context.look.mono);
    context.look.spaced = declared.spaced.unwrap_or(context.look.spaced);
    context.invisible = declared.invisible.unwrap_or(context.invisible);
    context.pre = declared.pre.unwrap_or(context.pre);
    context
}
