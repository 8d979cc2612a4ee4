//! Looks up the keywords in a block of the HTML part by the index of the block.

use crate::lines::{Part, TextLine};
use crate::words::{LinkWords, Word};
use std::ops::Range;

/// The lines of the HTML part with their keywords, sorted by block.
pub(super) struct BlockWords<'a>(&'a [TextLine]);

impl<'a> BlockWords<'a> {
    /// Selects the lines of the HTML part from all lines of a mail.
    pub(super) fn new(rows: &'a [TextLine]) -> Self {
        let html = rows.get(1..).unwrap_or_default();
        let end = html.iter().position(|row| row.part != Part::Html).unwrap_or(html.len());
        Self(html.get(..end).unwrap_or_default())
    }

    /// Returns whether a block contains keywords that may ask the reader to type a code. `block` is its index in the
    /// HTML part.
    pub(super) fn may_ask(&self, block: usize) -> bool {
        let from = self.0.partition_point(|row| row.block < block);
        let rows = self.0.get(from..).unwrap_or_default().iter().take_while(|row| row.block == block);
        let (mut types, mut names) = (false, false);
        for word in rows.flat_map(|row| &row.words) {
            types |= word.class == Word::Type;
            names |= matches!(word.class, Word::Code | Word::Maybe);
        }
        types && names
    }

    /// Returns the groups of the link-related keywords in a range of blocks of the HTML part.
    pub(super) fn in_blocks(&self, blocks: Range<usize>) -> LinkWords {
        let from = self.0.partition_point(|row| row.block < blocks.start);
        let rows = self.0.get(from..).unwrap_or_default().iter().take_while(|row| row.block < blocks.end);
        rows.fold(LinkWords::default(), |set, row| set.with(row.link_words))
    }

    /// Returns the non-empty lines before a block of the HTML part; the nearest line comes first.
    pub(super) fn before(&self, block: usize) -> impl Iterator<Item = &'a TextLine> {
        let end = self.0.partition_point(|row| row.block < block);
        self.0.get(..end).unwrap_or_default().iter().rev().filter(|row| !row.text.is_empty())
    }
}
