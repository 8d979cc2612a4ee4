//! Text as it gathers in a block: white space folded, what cannot be seen left out.

use super::context::Context;
use super::{End, Walker};
use crate::domain::html::flow::{Block, Cell, Kind, Look, Run};
use crate::domain::sanitize::is_invisible;
use crate::domain::stretch::Stretch;
use std::ops::Range;

/// Text of at most this size is not meant to be read.
const UNREADABLE: u16 = 1;
const ZWJ: char = '\u{200d}';

/// A block whose end has not come.
#[derive(Default)]
pub(super) struct Draft {
    /// The words of all its runs, one behind the other.
    words: String,
    runs: Vec<DraftRun>,
    pub(super) kind: Kind,
    gap: bool,
    quote: u8,
    cell: Option<Cell>,
}

/// A run, by its place among the words.
struct DraftRun {
    words: Range<usize>,
    look: Look,
    anchor: Option<usize>,
}

impl Draft {
    /// The block, its words shared by its runs, without the blanks at its end.
    fn finish(&mut self) -> Option<Block> {
        let end = self.words.trim_end().len();
        if end == 0 {
            self.words.clear();
            self.runs.clear();
            return None;
        }
        let whole = Stretch::of(self.words.get(..end)?.into());
        // A large mail has hundreds of thousands of these: no room is kept for more runs than there are.
        let mut runs = Vec::with_capacity(self.runs.iter().take_while(|run| run.words.start < end).count());
        for DraftRun { words, look, anchor } in self.runs.drain(..).take(runs.capacity()) {
            runs.push(Run { text: whole.part(words), look, anchor });
        }
        self.words.clear();
        let Self { kind, gap, quote, cell, .. } = *self;
        Some(Block { runs, kind, gap, quote, cell })
    }
}

/// Whether a text has neither spaces to fold nor anything to leave out.
fn is_clean(text: &str) -> bool {
    let mut before = 0;
    text.bytes().all(|byte| {
        let folds = before == b' ' && byte == b' ';
        before = byte;
        !folds && matches!(byte, b' '..=b'~')
    })
}

impl Walker<'_> {
    pub(super) fn text(&mut self, text: &str, context: &Context) {
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
        let start = self.block.words.len();
        let mut before = self.block.words.chars().next_back();
        if is_clean(text) {
            let edge = !keep_spaces && matches!(before, None | Some(' '));
            let clean = if edge { text.strip_prefix(' ').unwrap_or(text) } else { text };
            self.block.words.push_str(clean);
            return self.pushed(start, context);
        }
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
            self.block.words.push(c);
            before = Some(c);
        }
        self.pushed(start, context);
    }

    /// Notes whose the words from there on are.
    fn pushed(&mut self, start: usize, context: &Context) {
        let end = self.block.words.len();
        if end == start {
            return;
        }
        if self.block.runs.is_empty() {
            let kind = if context.pre && context.look.mono { Kind::Preformatted } else { context.kind };
            let block = &mut self.block;
            (block.kind, block.gap, block.quote, block.cell) = (kind, self.gap, context.quote, context.cell);
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

    /// Ends the block, if there is one.
    pub(super) fn flush(&mut self, end: End) {
        match self.block.finish() {
            Some(block) => {
                self.flow.blocks.push(block);
                self.gap = end == End::Apart;
            }
            // A line break on an empty line makes a gap, the edge of an element does not.
            None => self.gap |= end != End::Edge,
        }
    }
}
