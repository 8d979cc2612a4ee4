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
    /// Crossed out: it does not hold any more.
    pub(crate) struck: bool,
    /// Above or below the line.
    pub(crate) raised: bool,
    /// Put in for something else (`ins`).
    pub(crate) inserted: bool,
    /// Not to be seen in a browser; only in a flow that was read with what is hidden.
    pub(crate) hidden: bool,
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
        marker: Marker,
    },
    Preformatted,
    Rule,
    /// A picture of the mail's own, by its place in [`Flow::pictures`]; its words are the block's.
    Picture(usize),
}

/// What a block of a list's item begins with.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub(crate) enum Marker {
    /// Nothing, not even room for a mark.
    #[default]
    Bare,
    Bullet,
    /// A number of an ordered list.
    Number(i32, Numbering),
    /// Room as wide as the mark of the item that this block goes on with, in columns.
    Continued(u8),
}

/// How the numbers of an ordered list are written.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub(crate) enum Numbering {
    #[default]
    Decimal,
    LowerAlpha,
    UpperAlpha,
    LowerRoman,
    UpperRoman,
}

impl Marker {
    /// The mark with the blank behind it, as it stands before the words.
    pub(crate) fn words(self) -> String {
        match self {
            Self::Bare => String::new(),
            Self::Bullet => "• ".to_owned(),
            Self::Number(number, numbering) => format!("{}. ", numbering.words(number)),
            Self::Continued(columns) => " ".repeat(usize::from(columns)),
        }
    }

    /// The mark of further blocks of the same item.
    pub(crate) fn continued(self) -> Self {
        match self {
            Self::Bare => Self::Bare,
            mark => Self::Continued(u8::try_from(mark.words().chars().count()).unwrap_or(u8::MAX)),
        }
    }
}

/// The largest number that is written in Roman numerals.
const MAX_ROMAN: i32 = 3999;

impl Numbering {
    fn words(self, number: i32) -> String {
        let lower = match self {
            Self::LowerAlpha | Self::UpperAlpha if number > 0 => alphabetic(number),
            Self::LowerRoman | Self::UpperRoman if (1..=MAX_ROMAN).contains(&number) => roman(number),
            // As browsers do for numbers that the other ways have no words for.
            _ => number.to_string(),
        };
        match self {
            Self::UpperAlpha | Self::UpperRoman => lower.to_uppercase(),
            Self::Decimal | Self::LowerAlpha | Self::LowerRoman => lower,
        }
    }
}

/// `a` to `z`, then `aa` and so on.
fn alphabetic(number: i32) -> String {
    let mut letters = Vec::new();
    let mut rest = u32::try_from(number).unwrap_or(1);
    while rest > 0 {
        rest -= 1;
        letters.extend(char::from_digit(rest % 26 + 10, 36));
        rest /= 26;
    }
    letters.iter().rev().collect()
}

fn roman(number: i32) -> String {
    const NUMERALS: [(i32, &str); 13] = [
        (1000, "m"),
        (900, "cm"),
        (500, "d"),
        (400, "cd"),
        (100, "c"),
        (90, "xc"),
        (50, "l"),
        (40, "xl"),
        (10, "x"),
        (9, "ix"),
        (5, "v"),
        (4, "iv"),
        (1, "i"),
    ];
    let mut words = String::new();
    let mut rest = number;
    for (value, numeral) in NUMERALS {
        while rest >= value {
            words.push_str(numeral);
            rest -= value;
        }
    }
    words
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
#[expect(clippy::struct_excessive_bools, reason = "each is a fact of its own")]
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
    /// Whether words of it are hidden.
    pub(crate) hidden: bool,
}

impl Anchor {
    /// Whether nothing of it is seen: all that it has is hidden words.
    pub(crate) fn is_unseen(&self) -> bool {
        self.hidden && self.words.is_empty() && !self.image
    }
}

/// Why a document was not read to its end.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum Unread {
    /// Its reader failed.
    Broken,
    /// It took too long.
    Late,
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
    /// Why the end is missing, where it is.
    pub(crate) unread: Option<Unread>,
    /// Whether styles were left out for the same reason, so that what they hide may be shown.
    pub(crate) styles_cut: bool,
    /// Whether words are hidden by their style.
    pub(crate) hides_words: bool,
}

impl Flow {
    /// Whether a reader sees anything of it.
    pub(crate) fn shows_anything(&self) -> bool {
        let shown = |block: &Block| {
            matches!(block.kind, Kind::Picture(_))
                || block.runs.iter().any(|run| run.text.as_str().chars().any(|c| !c.is_whitespace()))
        };
        self.blocks.iter().any(shown)
    }

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
