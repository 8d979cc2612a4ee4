//! Serialises the visible part of an HTML tree (HTML standard, section 13.3).

use super::allow::{self, ElementOutput, ValueCheck};
use super::policy::{ImageUrl, Policy, Presentation, is_link, is_plain_style};
use super::{LeftOut, Sanitized};
use crate::html::css::Stylesheet;
use crate::html::tree::{Element, HtmlNode, Tree, is_never_shown};
use crate::html::walk::context::{ElementContext, inherit, is_hidden};
use crate::html::walk::{has_words, svg};
use crate::{interrupt, progress};
use html5ever::{LocalName, local_name};

/// Maximum size in bytes of the sanitised document, not counting embedded images; the rest is left out.
const MAX_PAGE_BYTES: usize = 16 << 20;
/// Maximum total size of the embedded images, measured in bytes of their `data:` URLs. Images that would exceed it are
/// left out.
const MAX_PICTURE_BYTES: usize = 16 << 20;
/// Size in bytes of the chunks in which long text is escaped and written.
const PIECE_BYTES: usize = 64 << 10;
/// Length in bytes of the longest character reference that replaces a single character (`&quot;`).
const LONGEST_ESCAPE_BYTES: usize = 6;
/// Number of HTML elements that are visited between two checks for an interruption.
const STEP_ELEMENTS: usize = 1024;

pub(super) struct Serializer<'a, 'p> {
    tree: &'a Tree,
    sheet: Stylesheet<'a>,
    policy: &'p dyn Policy,
    /// The current element and its ancestors; the root comes first.
    path: Vec<Element<'a>>,
    page: Sanitized,
    /// Total size in bytes of the images that have been embedded.
    picture_bytes: usize,
    /// Number of HTML elements that have been visited.
    met: usize,
    /// Whether a limit or an interruption has ended the output.
    ended: bool,
}

impl<'a, 'p> Serializer<'a, 'p> {
    /// Creates a serialiser. `sheets` is an empty buffer for the style sheets. `bytes` is the size of the HTML source,
    /// from which the size of the result is estimated.
    pub(super) fn new(tree: &'a Tree, sheets: &'a mut String, bytes: usize, policy: &'p dyn Policy) -> Self {
        Self {
            tree,
            sheet: Stylesheet::parse(&tree.css, sheets),
            policy,
            path: Vec::new(),
            page: Sanitized { html: String::with_capacity(bytes), left_out: Vec::new() },
            picture_bytes: 0,
            met: 0,
            ended: false,
        }
    }

    pub(super) fn write(mut self) -> Sanitized {
        if let Some(root) = self.tree.root() {
            self.path.push(root);
            self.children(root, &ElementContext::default());
        }
        if self.tree.cut {
            self.page.lacks(LeftOut::Structure);
        }
        if self.sheet.cut || self.tree.styles_cut {
            self.page.lacks(LeftOut::Styles);
        }
        self.page
    }

    fn children(&mut self, element: Element<'a>, context: &ElementContext) {
        let holds_words = !context.in_drawing || svg::holds_words(element.tag);
        for child in element.children() {
            if self.ended {
                return;
            }
            match child {
                HtmlNode::Text(text) if holds_words => self.text(text, context),
                HtmlNode::Text(_) => {}
                HtmlNode::Element(inner) => self.element(inner, context),
            }
        }
    }

    fn text(&mut self, text: &str, context: &ElementContext) {
        if self.policy.keeps_hidden() || !context.hides_text() {
            self.escaped(text);
        } else if text.chars().any(char::is_alphanumeric) {
            self.page.lacks(LeftOut::Hidden);
        } else {
            // Only letters and digits can be hidden text; the white space is still needed between the visible
            // words.
            self.escaped(
                text.get(..text.find(|c: char| !c.is_whitespace()).unwrap_or(text.len())).unwrap_or_default(),
            );
        }
    }

    fn element(&mut self, element: Element<'a>, outer: &ElementContext) {
        self.met += 1;
        if self.met.is_multiple_of(STEP_ELEMENTS) {
            // The total also includes text nodes, of which there are about as many as elements.
            progress::report(2 * self.met, self.tree.len());
            self.ended |= interrupt::is_over();
        }
        if is_never_shown(element.tag) || *element.tag == local_name!("head") {
            return;
        }
        if self.remaining_bytes() < element.tag.len() {
            return self.end();
        }
        self.path.push(element);
        let declared = self.sheet.declared(&self.path);
        if !self.policy.keeps_hidden() && is_hidden(element, &declared, outer) {
            if !self.page.left_out.contains(&LeftOut::Hidden) && has_words(element) {
                self.page.lacks(LeftOut::Hidden);
            }
        } else if !outer.in_drawing || svg::is_walked(element.tag) {
            let mut context = inherit(*outer, element, &declared);
            context.in_drawing |= *element.tag == local_name!("svg");
            if context.in_drawing {
                svg::enter(&mut context, element.tag);
            }
            self.shown(element, &context);
        }
        self.path.pop();
    }

    fn shown(&mut self, element: Element<'a>, context: &ElementContext) {
        let presentation = self.policy.presentation();
        let (tag, output) = match &**element.tag {
            // The result is inserted into a document that has its own `body`.
            "body" if presentation == Presentation::Kept => ("div", ElementOutput::Whole),
            name => (name, allow::output_of(element.tag, presentation)),
        };
        match output {
            ElementOutput::Content => self.children(element, context),
            ElementOutput::Void
                if *element.tag == local_name!("img")
                    && context.hides_picture()
                    && !self.policy.keeps_hidden() => {}
            ElementOutput::Void => self.start(tag, element),
            ElementOutput::Whole => {
                self.start(tag, element);
                self.children(element, context);
                self.page.html.push_str("</");
                self.page.html.push_str(tag);
                self.page.html.push('>');
            }
        }
    }

    /// Writes a complete start tag, but leaves out each attribute that would exceed the size limit. A truncated
    /// document therefore ends between two tags.
    fn start(&mut self, tag: &str, element: Element<'a>) {
        self.page.html.push('<');
        self.page.html.push_str(tag);
        for (name, value) in element.attributes() {
            let Some(kind) = allow::value(element.tag, name, self.policy.presentation()) else { continue };
            let is_allowed = match kind {
                ValueCheck::Plain => true,
                ValueCheck::Link => is_link(value),
                ValueCheck::Style => is_plain_style(value),
                ValueCheck::Picture => {
                    self.picture(name, value);
                    false
                }
            };
            if is_allowed {
                self.attribute(name, value);
            }
        }
        if *element.tag == local_name!("a") {
            self.page.html.push_str(" rel=\"noopener noreferrer\"");
        }
        self.page.html.push('>');
    }

    fn picture(&mut self, name: &LocalName, address: &str) {
        let policy = self.policy;
        match policy.picture(address.trim()) {
            ImageUrl::Stripped => {}
            ImageUrl::At(address) => self.attribute(name, &address),
            ImageUrl::Within(data) if self.picture_bytes + data.len() > MAX_PICTURE_BYTES => {
                self.page.lacks(LeftOut::Pictures);
            }
            ImageUrl::Within(data) => {
                let before = self.page.html.len();
                self.write_attribute(name, data);
                self.picture_bytes += self.page.html.len() - before;
            }
        }
    }

    fn attribute(&mut self, name: &LocalName, value: &str) {
        // A single attribute value may be as long as the whole source.
        if escaped_bytes(value) > self.remaining_bytes() {
            self.end();
            return;
        }
        self.write_attribute(name, value);
    }

    fn write_attribute(&mut self, name: &LocalName, value: &str) {
        let html = &mut self.page.html;
        html.push(' ');
        html.push_str(name);
        html.push_str("=\"");
        escape(html, value);
        html.push('"');
    }

    fn escaped(&mut self, text: &str) {
        let mut rest = text;
        while !rest.is_empty() {
            let (piece, behind) = rest.split_at(rest.floor_char_boundary(PIECE_BYTES));
            if escaped_bytes(piece) > self.remaining_bytes() {
                return self.end();
            }
            escape(&mut self.page.html, piece);
            rest = behind;
        }
    }

    /// Returns the number of bytes that may still be written before the size limit is reached.
    fn remaining_bytes(&self) -> usize {
        MAX_PAGE_BYTES.saturating_sub(self.page.html.len() - self.picture_bytes)
    }

    fn end(&mut self) {
        self.ended = true;
        self.page.lacks(LeftOut::End);
    }
}

/// Returns an upper bound for the length in bytes of a string after escaping.
fn escaped_bytes(text: &str) -> usize {
    let marks = text.bytes().filter(|byte| matches!(byte, b'&' | b'<' | b'>' | b'"' | 0xc2)).count();
    text.len() + marks * LONGEST_ESCAPE_BYTES
}

/// Appends a string to an HTML document, and escapes all markup characters in it (HTML standard, section
/// 13.3).
fn escape(out: &mut String, text: &str) {
    let mut rest = text;
    while let Some(at) = rest.find(['&', '<', '>', '"', '\u{a0}']) {
        let (before, after) = rest.split_at(at);
        out.push_str(before);
        let mut after = after.chars();
        out.push_str(match after.next() {
            Some('&') => "&amp;",
            Some('<') => "&lt;",
            Some('>') => "&gt;",
            Some('"') => "&quot;",
            _ => "&nbsp;",
        });
        rest = after.as_str();
    }
    out.push_str(rest);
}
