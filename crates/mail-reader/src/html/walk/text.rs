//! Collects the text of a block, collapses its white space, and drops invisible characters.

// This file exceeds 300 lines because white space is collapsed across the borders of elements.

use super::context::ElementContext;
use super::{BlockEnd, Walker, lists, superscript};
use crate::html::css::WhiteSpace;
use crate::html::flow::{Block, BlockKind, Cell, TextRun, TextStyle};
use crate::sanitize::is_invisible;
use crate::shared_str::SharedStr;
use crate::text_width::display_width;
use std::borrow::Cow;
use std::ops::Range;
use unicode_segmentation::UnicodeSegmentation;

/// Maximum number of blocks in an HTML document; further blocks are dropped. Each short line is a block, so even a
/// small document can contain many blocks.
const MAX_BLOCKS: usize = 200_000;
/// Distance between two tab stops, in columns.
const TAB_COLUMNS: usize = 8;
const ZWJ: char = '\u{200d}';

/// Builder for the current block of an HTML document.
#[derive(Default)]
#[expect(clippy::struct_excessive_bools, reason = "each flag is an independent state")]
pub(super) struct BlockBuilder {
    /// The text of all runs of the block.
    words: String,
    runs: Vec<DraftRun>,
    pub(super) kind: BlockKind,
    gap: bool,
    quote: u8,
    indent: u8,
    cell: Option<Cell>,
    /// Whether the text ends with collapsible white space. If so, any directly following white space is dropped.
    folds: bool,
    /// Number of no-break spaces at the start of the block.
    leading: usize,
    /// Whether spaces at the start of the block are preserved.
    keeps_blanks: bool,
    /// Whether a single no-break space at the start of the block is an indentation rather than filler.
    keeps_indent: bool,
    /// Whether the block ends with an inline box. If so, a space must precede the next word.
    pub(super) ends_box: bool,
    /// Whether the block contains anything other than white space; an empty block is dropped.
    has_words: bool,
    /// Length in bytes of the part of the text that has been measured, and the width of that part in columns.
    counted: (usize, usize),
}

/// A run of the block that is being built. Its text is a byte range of the block's text.
struct DraftRun {
    words: Range<usize>,
    look: TextStyle,
    anchor: Option<usize>,
}

impl BlockBuilder {
    /// Finishes the block: removes trailing white space, and makes all runs slices of one string. Returns
    /// `None` if the block is empty.
    fn finish(&mut self) -> Option<Block> {
        if self.words.is_empty() {
            (self.kind, self.folds, self.keeps_blanks, self.ends_box) =
                (BlockKind::default(), false, false, false);
            return None;
        }
        let end = self.words.trim_end().len();
        let start = self.first_word().min(end);
        let draft = std::mem::take(self);
        if end == 0 {
            // The memory of the buffers is reused for the next block.
            (self.words, self.runs) = (draft.words, draft.runs);
            self.words.clear();
            self.runs.clear();
            return None;
        }
        let Self { words: all, runs: drafts, kind, gap, quote, indent, cell, .. } = draft;
        let whole = SharedStr::new(all.get(..end)?.into());
        let inside = |run: &DraftRun| run.words.start < end && run.words.end > start;
        // The exact capacity saves memory, because a large mail has hundreds of thousands of blocks.
        let mut runs = Vec::with_capacity(drafts.iter().filter(|run| inside(run)).count());
        for DraftRun { words, look, anchor } in drafts.iter().filter(|run| inside(run)) {
            runs.push(TextRun {
                text: whole.part(words.start.max(start)..words.end),
                look: *look,
                anchor: *anchor,
            });
        }
        (self.words, self.runs) = (all, drafts);
        self.words.clear();
        self.runs.clear();
        Some(Block { runs, kind, gap, quote, indent, cell })
    }

    /// Returns whether the block ends with a word. If so, a space is needed before the next word.
    pub(super) fn needs_blank(&self) -> bool {
        self.has_words && !self.words.ends_with(' ')
    }

    /// Returns the byte offset at which the visible text of the block starts. A single no-break space at the start is
    /// skipped, because it is usually filler. In monospaced text, it is an indentation and is kept.
    fn first_word(&self) -> usize {
        if self.keeps_blanks || self.keeps_indent || self.leading != 1 {
            return 0;
        }
        self.words.len() - self.words.trim_start().len()
    }

    /// Returns the column of the next character, starting at 0.
    fn column(&mut self) -> usize {
        let (bytes, columns) = self.counted;
        let more = display_width(self.words.get(bytes..).unwrap_or_default());
        self.counted = (self.words.len(), columns + more);
        columns + more
    }
}

/// Returns whether a byte is collapsible white space.
fn is_blank(byte: u8) -> bool {
    matches!(byte, b' ' | b'\t' | b'\n' | b'\r' | 0xc)
}

/// Returns whether a character is a space that is never collapsed. [`is_invisible`] handles zero-width
/// spaces.
fn is_wide_blank(c: char) -> bool {
    matches!(c, '\u{a0}' | '\u{1680}' | '\u{2000}'..='\u{200a}' | '\u{202f}' | '\u{205f}' | '\u{2800}')
}

/// Returns whether a character belongs to a right-to-left script.
fn is_right_to_left(c: char) -> bool {
    matches!(c, '\u{590}'..='\u{8ff}' | '\u{fb1d}'..='\u{fdff}' | '\u{fe70}'..='\u{fefc}')
}

/// Returns `true` only if a string contains nothing to collapse or drop, so that it can be appended unchanged.
fn is_clean(text: &str) -> bool {
    let mut before = 0;
    text.bytes().all(|byte| {
        let folds = before == b' ' && byte == b' ';
        before = byte;
        !folds && matches!(byte, b' '..=b'~')
    })
}

impl Walker<'_> {
    pub(super) fn text(&mut self, text: &str, context: &ElementContext) {
        let hidden = if context.look.image { context.hides_picture() } else { context.hides_text() };
        if hidden {
            self.hidden_text(text, context);
        } else if context.word_marker {
            self.push(lists::word_marker(text), context, false);
        } else if context.raised.is_some() || context.reversed {
            self.altered_text(text, context);
        } else {
            self.lines(text, context);
        }
    }

    /// Records that the HTML document hides text. Also adds the hidden text if the list of blocks includes hidden text.
    fn hidden_text(&mut self, text: &str, context: &ElementContext) {
        if !text.chars().any(char::is_alphanumeric) {
            // White space between hidden words is preserved.
            if self.reveals && self.block.runs.last().is_some_and(|run| run.look.hidden) {
                self.lines(
                    text,
                    &ElementContext { look: TextStyle { hidden: true, ..context.look }, ..*context },
                );
            }
            return;
        }
        self.flow.hides_words = true;
        if let Some(anchor) = context.anchor.and_then(|index| self.flow.anchors.get_mut(index)) {
            anchor.hidden = true;
        }
        if self.reveals {
            self.lines(
                text,
                &ElementContext { look: TextStyle { hidden: true, ..context.look }, ..*context },
            );
        }
    }

    /// Adds text that must be converted first, that is, reversed text, superscript or subscript.
    fn altered_text(&mut self, text: &str, context: &ElementContext) {
        let reversed = context.reversed && !text.chars().any(is_right_to_left);
        let text = if reversed {
            text.graphemes(true).rev().collect::<String>().into()
        } else {
            Cow::Borrowed(text)
        };
        match context.raised {
            Some(raised) => {
                let before = std::mem::take(&mut self.block.words);
                let written = superscript::to_plain_text(&text, raised, &before);
                self.block.words = before;
                self.lines(&written, context);
            }
            None => self.lines(&text, context),
        }
    }

    fn lines(&mut self, text: &str, context: &ElementContext) {
        let keeps_blanks = match context.white_space {
            WhiteSpace::Collapsed => return self.push(text, context, false),
            WhiteSpace::Lines => false,
            WhiteSpace::Preserved => true,
        };
        let mut lines = text.split('\n');
        if let Some(first) = lines.next() {
            self.push(first.trim_end_matches('\r'), context, keeps_blanks);
        }
        for line in lines {
            self.flush(BlockEnd::Break);
            self.push(line.trim_end_matches('\r'), context, keeps_blanks);
        }
    }

    /// Appends text to the block. White space is collapsed unless `keeps_blanks` is `true`, and invisible
    /// characters are dropped.
    ///
    /// Only spaces, tabs and line breaks are collapsed (CSS Text Level 3, section 4.1); the width of no-break
    /// spaces is preserved.
    pub(super) fn push(&mut self, text: &str, context: &ElementContext, keeps_blanks: bool) {
        let start = self.block.words.len();
        self.block.keeps_blanks |= keeps_blanks && start == 0;
        if std::mem::take(&mut self.block.ends_box) && text.starts_with(char::is_alphanumeric) {
            self.block.words.push(' ');
        }
        if !keeps_blanks && (start == 0 || self.block.folds) && text.bytes().all(is_blank) {
            return;
        }
        if is_clean(text) {
            let edge = !keeps_blanks && (start == 0 || self.block.folds);
            let clean = if edge { text.strip_prefix(' ').unwrap_or(text) } else { text };
            if !clean.is_empty() {
                self.block.words.push_str(clean);
                self.block.has_words = self.block.has_words || clean.bytes().any(|byte| byte != b' ');
                self.block.folds = !keeps_blanks && clean.ends_with(' ');
            }
            return self.pushed(start, context);
        }
        let mut before = self.block.words.chars().next_back();
        for c in text.chars() {
            match c {
                '\t' if keeps_blanks => {
                    let columns = TAB_COLUMNS - self.block.column() % TAB_COLUMNS;
                    self.block.words.extend(std::iter::repeat_n(' ', columns));
                    self.block.folds = false;
                }
                ' ' | '\t' | '\n' | '\r' | '\u{c}' => {
                    if keeps_blanks || !(self.block.folds || self.block.words.is_empty()) {
                        self.block.words.push(' ');
                        self.block.folds = !keeps_blanks;
                    }
                }
                '!'..='~' => {
                    self.block.words.push(c);
                    (self.block.folds, self.block.has_words) = (false, true);
                }
                '\u{3000}' => self.block.words.push(c),
                c if is_wide_blank(c) => {
                    self.block.leading += usize::from(!self.block.has_words);
                    self.block.words.push(' ');
                    self.block.folds = false;
                }
                ZWJ if before.is_some_and(|c| c >= '\u{203c}') => self.block.words.push(ZWJ),
                c if is_invisible(c) => continue,
                c => {
                    self.block.words.push(c);
                    (self.block.folds, self.block.has_words) = (false, true);
                }
            }
            before = Some(c);
        }
        self.pushed(start, context);
    }

    /// Records the style and link of the text from the byte offset `start` to the end of the block.
    fn pushed(&mut self, start: usize, context: &ElementContext) {
        let end = self.block.words.len();
        if end == start {
            return;
        }
        if self.block.runs.is_empty() {
            let kind = match context.white_space {
                WhiteSpace::Preserved if context.look.mono => BlockKind::Preformatted,
                WhiteSpace::Collapsed | WhiteSpace::Lines | WhiteSpace::Preserved => {
                    self.marked_kind(context)
                }
            };
            let block = &mut self.block;
            (block.kind, block.gap, block.cell) = (kind, self.gap, context.cell);
            (block.quote, block.indent) = (context.quote, context.indent);
            block.keeps_indent = context.look.mono;
        }
        if let Some(anchor) = context.anchor.and_then(|index| self.flow.anchors.get_mut(index)) {
            let words = self.block.words.get(start..).unwrap_or_default();
            if anchor.words.is_empty() {
                anchor.block = self.flow.blocks.len();
            }
            anchor.words.push_str(words);
            anchor.words.push(' ');
            anchor.size = anchor.size.max(context.look.size);
            if context.look.image {
                anchor.image = true;
            } else {
                anchor.text |= !words.trim().is_empty();
            }
        }
        match self.block.runs.last_mut() {
            Some(run) if run.look == context.look && run.anchor == context.anchor => run.words.end = end,
            _ => self.block.runs.push(DraftRun {
                words: start..end,
                look: context.look,
                anchor: context.anchor,
            }),
        }
    }

    /// Returns the kind of a new block. In a list item, only the first block gets the item's marker.
    fn marked_kind(&mut self, context: &ElementContext) -> BlockKind {
        match context.kind {
            BlockKind::Item { depth, marker } if context.item > 0 => {
                let marker = if context.item > self.marked { marker } else { marker.continued() };
                self.marked = self.marked.max(context.item);
                BlockKind::Item { depth, marker }
            }
            kind @ (BlockKind::Paragraph
            | BlockKind::Heading
            | BlockKind::Item { .. }
            | BlockKind::Preformatted
            | BlockKind::Rule
            | BlockKind::Picture(_)) => kind,
        }
    }

    /// Ends the current block at a boundary, and adds the block to the flow; an empty block is dropped.
    pub(super) fn flush(&mut self, end: BlockEnd) {
        // A line of no-break spaces counts as a blank line. In cells and rows, no-break spaces only give the
        // cell a size.
        let blank_line = end == BlockEnd::Edge && self.block.leading > 0;
        match self.block.finish() {
            Some(block) => {
                if self.flow.blocks.len() < MAX_BLOCKS {
                    self.flow.blocks.push(block);
                } else {
                    self.flow.cut = true;
                }
                self.gap = end == BlockEnd::Apart;
            }
            // An empty line that ends in a line break adds an empty line to the flow; the edge of an empty
            // element does not.
            None => self.gap |= blank_line || !matches!(end, BlockEnd::Edge | BlockEnd::Cell),
        }
    }
}
