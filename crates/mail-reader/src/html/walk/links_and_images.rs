//! Adds links and images to the list of blocks.

use super::block_end::BlockEnd;
use super::context::ElementContext;
use super::{Walker, linked_images};
use crate::html::css::{Declared, TextCase, WhiteSpace};
use crate::html::flow::{Anchor, BlockKind, InlineImage};
use crate::html::image_url::{content_id, is_remote};
use crate::html::tree::Element;
use html5ever::{LocalName, local_name};

/// An image counts as a tracking pixel, and is not shown, if its width or height is at most this many pixels.
const MAX_TRACKING_PIXEL_SIDE: u16 = 3;

/// Maximum number of inline images in one converted HTML document; further images are dropped.
const MAX_PICTURES: usize = 100;

impl<'a> Walker<'a> {
    pub(super) fn anchor(
        &mut self,
        element: Element<'_>,
        declared: &Declared,
        outer: &ElementContext,
    ) -> Option<usize> {
        let href = element.get(&local_name!("href"))?.trim();
        if href.is_empty() || href.starts_with('#') {
            return None;
        }
        let class = element.get(&local_name!("class")).unwrap_or_default().to_ascii_lowercase();
        let named = ["button", "btn", "cta"].iter().any(|name| class.contains(name));
        let is_sized = declared.block || declared.padded || declared.size.is_some();
        let button =
            named || (declared.boxed && is_sized) || is_boxed_cell(outer) || self.fills_painted_cell(outer);
        let block = self.flow.blocks.len();
        self.flow.anchors.push(Anchor { href: href.to_owned(), button, block, ..Anchor::default() });
        Some(self.flow.anchors.len() - 1)
    }

    pub(super) fn image(&mut self, element: Element<'_>, context: &ElementContext) {
        let side = |name: LocalName| {
            element.get(&name).and_then(|value| value.trim_end_matches("px").trim().parse::<u16>().ok())
        };
        let tiny = [side(local_name!("width")), side(local_name!("height"))]
            .iter()
            .flatten()
            .any(|&side| side <= MAX_TRACKING_PIXEL_SIDE);
        let remote = element.get(&local_name!("src")).is_some_and(is_remote);
        self.flow.remote_images += usize::from(remote);
        if let Some(anchor) = context.anchor.and_then(|index| self.flow.anchors.get_mut(index)) {
            anchor.image = true;
        }
        if context.hides_picture() && !self.reveals {
            return;
        }
        self.pictures += usize::from(!tiny);
        let alt = element.get(&local_name!("alt")).unwrap_or_default().trim();
        let cid = element.get(&local_name!("src")).and_then(content_id);
        if let Some(cid) = cid.filter(|_| !tiny && self.flow.pictures.len() < MAX_PICTURES) {
            self.picture(cid, alt, context);
        } else if !tiny && !alt.is_empty() {
            self.text(alt, &picture_words(context));
        }
    }

    /// Adds an inline image as a block that contains only the image.
    pub(super) fn picture(&mut self, cid: &str, alt: &str, context: &ElementContext) {
        self.flush(BlockEnd::Edge);
        self.text(if alt.is_empty() { "picture" } else { alt }, &picture_words(context));
        self.block.kind = BlockKind::Picture(self.flow.pictures.len());
        self.flow.pictures.push(InlineImage { cid: cid.trim_matches(['<', '>']).to_owned() });
        self.flush(BlockEnd::Edge);
    }

    /// Adds the link of an image map area (HTML element `area`).
    pub(super) fn area(&mut self, element: Element<'a>, context: &ElementContext) {
        let Some(anchor) = self.anchor(element, &Declared::default(), context) else { return };
        let words = [local_name!("alt"), local_name!("aria-label"), local_name!("title")];
        let words = words.iter().filter_map(|name| element.get(name)).find(|words| !words.trim().is_empty());
        self.flush(BlockEnd::Edge);
        let context = ElementContext { anchor: Some(anchor), ..picture_words(context) };
        match words {
            Some(words) => self.text(words, &context),
            None => self.name_linked_picture(element, &context),
        }
        self.flush(BlockEnd::Edge);
    }

    /// Writes the word "picture" for a linked image without alternative text; without text, the link would be
    /// invisible. Writes nothing if another link with text has the same target.
    pub(super) fn name_linked_picture(&mut self, link: Element<'a>, context: &ElementContext) {
        let Some(anchor) = context.anchor else { return };
        if !self.flow.anchors.get(anchor).is_some_and(|anchor| anchor.words.is_empty()) {
            return;
        }
        let root = self.tree.root();
        let named =
            self.named_links.get_or_insert_with(|| root.map(linked_images::named_links).unwrap_or_default());
        if linked_images::address(link).is_some_and(|address| named.contains(address)) {
            return;
        }
        self.text("picture", &picture_words(context));
        // The sender did not write the word "picture", so it is not the text of the link.
        if let Some(anchor) = self.flow.anchors.get_mut(anchor) {
            anchor.words.clear();
        }
    }
}

/// Returns the state that the alternative text of an image inherits. `context` is the state that the image itself
/// inherits.
fn picture_words(context: &ElementContext) -> ElementContext {
    let mut look = context.look;
    (look.image, look.raised, look.case) = (true, false, TextCase::AsWritten);
    ElementContext { look, white_space: WhiteSpace::Collapsed, raised: None, reversed: false, ..*context }
}

/// Returns whether a link in a table cell looks like a button. Many buttons are coloured cells with a plain link. The
/// background of the cell is not known at this point, so large bold text is required instead.
fn is_boxed_cell(outer: &ElementContext) -> bool {
    outer.cell.is_some() && outer.look.strong && outer.look.size >= 14
}
