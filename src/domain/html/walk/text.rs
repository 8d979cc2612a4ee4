//! Text as it gathers in a block: white space folded, what cannot be seen left out.

use super::context::Context;
use super::{End, Walker};
use crate::domain::html::flow::{Block, Kind, Run};
use crate::domain::sanitize::is_invisible;

/// Text of at most this size is not meant to be read.
const UNREADABLE: u16 = 1;
const ZWJ: char = '\u{200d}';

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
        let mut before = self.block.runs.last().and_then(|run| run.text.chars().last());
        if is_clean(text) {
            let edge = !keep_spaces && matches!(before, None | Some(' '));
            let clean = if edge { text.strip_prefix(' ').unwrap_or(text) } else { text };
            return self.push_clean(clean.to_owned(), context);
        }
        let mut clean = String::with_capacity(text.len());
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
        self.push_clean(clean, context);
    }

    fn push_clean(&mut self, clean: String, context: &Context) {
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
    pub(super) fn flush(&mut self, end: End) {
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
        // A large mail has hundreds of thousands of these.
        block.runs.shrink_to_fit();
        self.flow.blocks.push(block);
        self.gap = end == End::Apart;
    }
}
