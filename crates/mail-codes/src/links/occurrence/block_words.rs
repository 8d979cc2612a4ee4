//! Looks up the keywords in a block of the HTML part by the index of the block.

use crate::lines::{LineSource, TextLine};
use crate::words::{CodeKeyword, LinkWords};
use std::ops::Range;

/// The lines of the HTML part with their keywords, sorted by block.
pub(super) struct BlockWords<'a>(&'a [TextLine]);

impl<'a> BlockWords<'a> {
    /// Selects the lines of the HTML part from all lines of a mail.
    pub(super) fn new(lines: &'a [TextLine]) -> Self {
        let html = lines.get(1..).unwrap_or_default();
        let end = html.iter().position(|line| line.source != LineSource::Html).unwrap_or(html.len());
        Self(html.get(..end).unwrap_or_default())
    }

    /// Returns whether a block contains both a keyword such as "enter" and a keyword for a code. Such a block may ask
    /// the reader to type a code. `block` is the index of the block in the HTML part.
    pub(super) fn may_ask(&self, block: usize) -> bool {
        let from = self.0.partition_point(|line| line.block < block);
        let lines = self.0.get(from..).unwrap_or_default().iter().take_while(|line| line.block == block);
        let (mut types, mut names) = (false, false);
        for word in lines.flat_map(|line| &line.words) {
            types |= word.class == CodeKeyword::Type;
            names |= matches!(word.class, CodeKeyword::Code | CodeKeyword::Maybe);
        }
        types && names
    }

    /// Returns the groups of link-related keywords, such as the sign-in group, that have a keyword in a range of blocks
    /// of the HTML part.
    pub(super) fn in_blocks(&self, blocks: Range<usize>) -> LinkWords {
        let from = self.0.partition_point(|line| line.block < blocks.start);
        let lines = self.0.get(from..).unwrap_or_default().iter().take_while(|line| line.block < blocks.end);
        lines.fold(LinkWords::default(), |set, line| set.with(line.link_words))
    }

    /// Returns the non-empty lines before a block of the HTML part; the nearest line comes first.
    pub(super) fn before(&self, block: usize) -> impl Iterator<Item = &'a TextLine> {
        let end = self.0.partition_point(|line| line.block < block);
        self.0.get(..end).unwrap_or_default().iter().rev().filter(|line| !line.text.is_empty())
    }
}
