//! Converts an HTML tree to a list of blocks that contain the visible content of the document.

// This file exceeds 300 lines because all kinds of elements are visited with one state.

mod block_end;
mod boxes;
mod coloured_buttons;
pub(super) mod context;
mod forms;
mod linked_images;
mod links_and_images;
mod lists;
mod quotes;
mod rows;
mod side_tables;
mod superscript;
pub(super) mod svg;
mod tables;
mod text;
mod visibility;

use super::css::{Declared, Stylesheet};
use super::flow::{Block, BlockKind, Flow, TextStyle};
use super::tree::{Element, HtmlNode, Tree, is_never_shown};
use crate::{interrupt, progress};
use block_end::{BlockEnd, edge};
use boxes::BoxLayout;
use context::{ElementContext, inherit, is_hidden};
use html5ever::local_name;
use lists::Ordinals;
use rows::BoxTable;
use side_tables::SideTable;
use std::collections::HashSet;
use text::BlockBuilder;

/// Number of HTML elements that are visited between two progress reports. Each report is followed by a check for an
/// interruption.
const STEP_ELEMENTS: usize = 1024;

#[expect(clippy::struct_excessive_bools, reason = "each flag is an independent state")]
struct Walker<'a> {
    tree: &'a Tree,
    sheet: Stylesheet<'a>,
    flow: Flow,
    block: BlockBuilder,
    /// Whether an empty line precedes the next block.
    gap: bool,
    tables: u32,
    /// The table that contains the most recently converted row of grid or flex boxes; `None` before the first such row.
    boxes: Option<BoxTable>,
    /// Whether the current element is inside a quoted mail.
    in_quote: bool,
    /// Number of HTML elements that have been visited.
    met: usize,
    /// The current element and its ancestors; the root comes first.
    path: Vec<Element<'a>>,
    /// Number of visible images that have been visited.
    pictures: usize,
    /// The targets of all links that have text; `None` until they are needed for the first time.
    named_links: Option<HashSet<&'a str>>,
    /// Number of list items that have been visited.
    items: u32,
    /// The highest position ([`ElementContext::item`]) of a list item whose marker has been written; 0 if no marker has
    /// been written.
    marked: u32,
    /// Whether the list of blocks includes hidden text. If so, hidden text is marked as hidden.
    reveals: bool,
    /// Whether an interruption has stopped the conversion before the end of the HTML document.
    ended: bool,
}

/// Converts the visible content of an HTML tree to a list of blocks.
pub(super) fn walk(tree: &Tree) -> Flow {
    walk_with(tree, false)
}

/// Like [`walk`], but also includes hidden text, which is marked as hidden.
pub(super) fn walk_with_hidden(tree: &Tree) -> Flow {
    walk_with(tree, true)
}

fn walk_with(tree: &Tree, reveals: bool) -> Flow {
    let mut clean = String::new();
    let mut walker = Walker {
        tree,
        sheet: Stylesheet::parse(&tree.css, &mut clean),
        flow: Flow { json_ld: tree.json_ld.clone(), cut: tree.cut, ..Flow::default() },
        block: BlockBuilder::default(),
        gap: true,
        tables: 0,
        boxes: None,
        in_quote: false,
        met: 0,
        path: Vec::new(),
        pictures: 0,
        named_links: None,
        items: 0,
        marked: 0,
        reveals,
        ended: false,
    };
    if let Some(root) = tree.root() {
        walker.path.push(root);
        walker.children(root, ElementContext::default());
    }
    walker.flush(BlockEnd::Apart);
    for anchor in &mut walker.flow.anchors {
        anchor.words = folded(&anchor.words);
    }
    walker.flow.styles_cut = walker.sheet.cut || tree.styles_cut;
    walker.flow
}

/// Replaces each run of white space in a string with a single space, and trims the string.
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
    fn children(&mut self, element: Element<'a>, context: ElementContext) {
        let mut numbers = Ordinals::new(element);
        let words = !context.in_drawing || svg::holds_words(element.tag);
        let mut side = SideTable::default();
        for child in element.children() {
            match child {
                HtmlNode::Element(inner) if side.waits(inner) => {}
                // Browsers do not display white space between the boxes of a flex or grid container.
                HtmlNode::Text(text)
                    if context.layout != BoxLayout::Normal && text.trim_ascii().is_empty() => {}
                HtmlNode::Text(text) if words => self.text(text, &context),
                HtmlNode::Text(_) => {}
                HtmlNode::Element(inner) if *inner.tag == local_name!("li") => {
                    let ordinal = numbers.next(inner);
                    self.element(inner, ElementContext { ordinal, ..context });
                }
                HtmlNode::Element(inner) => self.element(inner, context),
            }
            if let Some(table) = side.after(child) {
                self.flush(BlockEnd::Edge);
                self.element(table, context);
            }
        }
        if let Some(table) = side.at_end() {
            self.flush(BlockEnd::Edge);
            self.element(table, context);
        }
    }

    fn element(&mut self, element: Element<'a>, context: ElementContext) {
        self.met += 1;
        if self.met.is_multiple_of(STEP_ELEMENTS) {
            // The total also includes text nodes, of which there are about as many as elements.
            progress::report(2 * self.met, self.tree.len());
            self.ended |= interrupt::is_over();
        }
        if self.ended {
            return;
        }
        self.path.push(element);
        let declared = self.sheet.declared(&self.path);
        self.note_microdata(element);
        let mut context = context;
        if self.shows(element, &declared, &mut context) {
            self.shown(element, &declared, context);
        }
        self.path.pop();
    }

    /// Returns whether an element is included in the list of blocks. A hidden element is included only if the list
    /// includes hidden text. In that case, its inherited state `context` is marked as hidden.
    fn shows(&mut self, element: Element<'a>, declared: &Declared, context: &mut ElementContext) -> bool {
        if !is_hidden(element, declared, context) {
            return true;
        }
        if self.reveals {
            context.visibility.hidden = true;
        } else if !self.flow.hides_words {
            self.flow.hides_words = has_words(element);
        }
        self.reveals
    }

    fn shown(&mut self, element: Element<'a>, declared: &Declared, context: ElementContext) {
        if is_never_shown(element.tag) || (context.in_drawing && !svg::is_walked(element.tag)) {
            return;
        }
        match *element.tag {
            local_name!("head") => self.head(element),
            local_name!("base") => {
                self.flow.base =
                    self.flow.base.take().or_else(|| element.get(&local_name!("href")).map(str::to_owned));
            }
            local_name!("br") => self.flush(BlockEnd::Break),
            local_name!("hr") if self.is_between_cells() => {}
            local_name!("hr") => {
                let quote = self.begin_quote(element);
                self.rule(&context);
                self.end_quote(quote);
            }
            local_name!("img") => self.image(element, &context),
            local_name!("area") => self.area(element, &context),
            local_name!("input") => self.input(element, &context),
            local_name!("select") => self.select(element, declared, &context),
            local_name!("svg") => {
                self.container(element, declared, ElementContext { in_drawing: true, ..context });
            }
            _ => {
                let quote = self.begin_quote(element);
                self.container(element, declared, context);
                self.end_quote(quote);
            }
        }
    }

    fn container(&mut self, element: Element<'a>, declared: &Declared, outer: ElementContext) {
        let mut context = inherit(outer, element, declared);
        let block = boxes::is_on_own_lines(element.tag, declared, &outer);
        let edge = edge(element.tag, &outer);
        if block {
            self.flush(edge);
        } else {
            self.begin_box(element, declared, &outer);
        }
        match *element.tag {
            local_name!("a") => context.anchor = self.anchor(element, declared, &outer).or(outer.anchor),
            local_name!("table") => {
                self.table(element, context);
                self.flush(BlockEnd::Apart);
                return;
            }
            local_name!("ul") | local_name!("ol") | local_name!("menu") | local_name!("dir") => {
                lists::enter(&mut context, element, declared);
            }
            local_name!("li") if boxes::has_mark(declared, &outer) => {
                self.items = self.items.saturating_add(1);
                lists::enter_item(&mut context, element, declared, self.items);
            }
            local_name!("dd") => lists::enter_definition(&mut context),
            local_name!("blockquote") if self.is_indentation(element, declared) => {
                (context.quote, context.indent) = (outer.quote, outer.indent.saturating_add(1));
            }
            local_name!("q") => {
                let [open, close] = if outer.in_quotation { ["‘", "’"] } else { ["“", "”"] };
                context.in_quotation = !outer.in_quotation;
                return self.between(open, close, element, context);
            }
            local_name!("rt") => return self.between("(", ")", element, context),
            local_name!("button") if context.anchor.is_none() => {
                return self.between("[ ", " ]", element, context);
            }
            local_name!("textarea") => return self.text_area(element, &context),
            local_name!("td") | local_name!("th") | local_name!("div") => {
                self.note_painted_cell(element, &context);
            }
            _ => {}
        }
        if context.in_drawing {
            svg::enter(&mut context, element.tag);
            if svg::begins_line(element.tag) {
                self.flush(BlockEnd::Edge);
            }
        }
        let pictures = self.pictures;
        if !self.rows_of_boxes(element, declared, context) {
            self.children(element, context);
        }
        if context.anchor != outer.anchor && self.pictures > pictures {
            self.name_linked_picture(element, &context);
        }
        if block {
            self.flush(edge);
        } else {
            self.end_box(element, declared);
        }
    }

    /// Adds the content of an element between the strings `open` and `close`.
    fn between(&mut self, open: &str, close: &str, element: Element<'a>, context: ElementContext) {
        let look = TextStyle { raised: false, ..context.look };
        let marks = ElementContext { look, raised: None, ..context };
        self.text(open, &marks);
        self.children(element, context);
        self.text(close, &marks);
    }

    fn rule(&mut self, context: &ElementContext) {
        self.flush(BlockEnd::Apart);
        // Consecutive rules without content between them are shown as one.
        let rules = self.flow.blocks.last().is_some_and(|last| last.kind == BlockKind::Rule);
        if rules && self.flow.blocks.last().is_some_and(|last| last.quote == context.quote) {
            return;
        }
        self.flow.blocks.push(Block {
            kind: BlockKind::Rule,
            gap: true,
            quote: context.quote,
            indent: context.indent,
            cell: context.cell,
            runs: Vec::new(),
        });
        self.gap = true;
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

/// Returns whether the text of an element contains letters or digits.
pub(super) fn has_words(element: Element<'_>) -> bool {
    element.children().any(|child| match child {
        HtmlNode::Text(text) => text.chars().any(char::is_alphanumeric),
        HtmlNode::Element(inner) => has_words(inner),
    })
}
