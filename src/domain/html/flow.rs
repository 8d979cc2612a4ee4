//! A document as a flat list of blocks: what extraction reads and what the layout is made from.

use crate::domain::stretch::Stretch;
use std::borrow::Cow;
use std::ops::Range;

/// How a run of text looks.
#[derive(Clone, Copy, PartialEq, Debug, Default)]
#[expect(clippy::struct_excessive_bools, reason = "looks combine freely")]
pub(crate) struct Look {
    /// Bold, or of a weight of 600 or more.
    pub(crate) strong: bool,
    /// Slanted.
    pub(crate) emphasis: bool,
    /// A typeface of equal widths.
    pub(crate) mono: bool,
    /// Letters set apart.
    pub(crate) spaced: bool,
    /// Size in CSS pixels; 0 where nothing states it.
    pub(crate) size: u16,
    /// Stands for a picture (its alternative text).
    pub(crate) image: bool,
}

/// Text in one look, all of it in one link or in none.
#[derive(Clone, PartialEq, Debug, Default)]
pub(crate) struct Run {
    pub(crate) text: Stretch,
    pub(crate) look: Look,
    /// Index into [`Flow::anchors`].
    pub(crate) anchor: Option<usize>,
}

/// What a block is.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub(crate) enum Kind {
    #[default]
    Paragraph,
    Heading,
    Item {
        /// Nesting, 1 for the outermost list.
        depth: u8,
        /// Its number in an ordered list.
        number: Option<u32>,
    },
    Preformatted,
    Rule,
    /// A picture of the mail's own, by its place in [`Flow::pictures`]; its words are the block's.
    Picture(usize),
}

/// A picture that came along with the mail (RFC 2392).
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub(crate) struct Picture {
    /// The `Content-ID` of its part, without brackets.
    pub(crate) cid: String,
}

/// Where in a table a block stands.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) struct Cell {
    /// Which table of the document.
    pub(crate) table: u32,
    pub(crate) row: u32,
    /// Its first column; cells that cover several columns or rows count (HTML, 4.9.12).
    pub(crate) column: u32,
    /// How many columns it covers, 1 or more.
    pub(crate) columns: u16,
    /// How many rows it covers, 1 or more.
    pub(crate) rows: u16,
    /// Whether the table holds data; else it only lays out.
    pub(crate) data: bool,
    /// Whether it heads a row or column.
    pub(crate) head: bool,
}

/// One stretch of text between line breaks.
#[derive(Clone, PartialEq, Debug, Default)]
pub(crate) struct Block {
    pub(crate) runs: Vec<Run>,
    pub(crate) kind: Kind,
    /// Whether it stands apart from the block before; otherwise only a line break is between.
    pub(crate) gap: bool,
    /// Depth of quoting.
    pub(crate) quote: u8,
    pub(crate) cell: Option<Cell>,
}

impl Block {
    /// Its words.
    pub(crate) fn text(&self) -> String {
        self.words().into_owned()
    }

    /// Its words; its runs stand one behind the other in one text.
    pub(crate) fn words(&self) -> Cow<'_, str> {
        let (Some(first), Some(last)) = (self.runs.first(), self.runs.last()) else { return "".into() };
        match first.text.up_to(&last.text) {
            Some(text) => text.into(),
            None => self.runs.iter().map(|run| run.text.as_str()).collect(),
        }
    }
}

/// A link of a document.
#[derive(Clone, PartialEq, Debug, Default)]
pub(crate) struct Anchor {
    /// Where it goes, as the document states it.
    pub(crate) href: String,
    /// The words in it, alternative texts of pictures among them.
    pub(crate) words: String,
    /// Whether it looks like a button.
    pub(crate) button: bool,
    /// Whether a picture is in it.
    pub(crate) image: bool,
    /// Whether it has words of its own besides pictures.
    pub(crate) text: bool,
    /// Index of the block that it begins in.
    pub(crate) block: usize,
    /// Size of its words in CSS pixels; 0 where nothing states it.
    pub(crate) size: u16,
}

/// A document read for its words.
#[derive(Clone, PartialEq, Debug, Default)]
pub(crate) struct Flow {
    pub(crate) blocks: Vec<Block>,
    pub(crate) anchors: Vec<Anchor>,
    /// The address that relative links start from (`<base href>`).
    pub(crate) base: Option<String>,
    /// JSON-LD documents, as text.
    pub(crate) json_ld: Vec<String>,
    /// Addresses that microdata states for an action (`itemprop="url"` and the like).
    pub(crate) actions: Vec<String>,
    /// Pictures that would have been loaded from elsewhere.
    pub(crate) remote_images: usize,
    /// Pictures that came along, in their order.
    pub(crate) pictures: Vec<Picture>,
    /// Stretches of blocks that a mail program has marked as a quoted mail, in their order; one may end
    /// behind the last block.
    pub(crate) quotes: Vec<Range<usize>>,
    /// Whether something was left out to keep the work bounded.
    pub(crate) cut: bool,
}

impl Flow {
    /// About how many lines of so many columns it takes; rather too few than too many.
    pub(crate) fn lines(&self, columns: usize) -> usize {
        let tall = |block: &Block| {
            let beside = block.cell.is_some_and(|cell| cell.column > 0);
            let length: usize = block.runs.iter().map(|run| run.text.size()).sum();
            usize::from(!beside) + length / columns.max(1)
        };
        self.blocks.iter().map(tall).sum()
    }
}
