//! A document as a flat list of blocks, from which codes and links are extracted and the layout is made.

use crate::domain::shared_str::SharedStr;
use std::borrow::Cow;
use std::ops::Range;

/// The style of a run of text.
#[derive(Clone, Copy, PartialEq, Debug, Default)]
#[expect(clippy::struct_excessive_bools, reason = "looks combine freely")]
pub(crate) struct TextStyle {
    /// Bold, with a weight of 600 or more.
    pub(crate) strong: bool,
    /// Italic.
    pub(crate) emphasis: bool,
    /// Monospaced.
    pub(crate) mono: bool,
    /// With letter spacing.
    pub(crate) spaced: bool,
    /// Font size in CSS pixels; 0 if none is declared.
    pub(crate) size: u16,
    /// Whether the text is the alternative text of an image.
    pub(crate) image: bool,
    /// Struck out: the text no longer applies.
    pub(crate) struck: bool,
    /// Superscript or subscript.
    pub(crate) raised: bool,
    /// Inserted text (`ins`).
    pub(crate) inserted: bool,
    /// Hidden in a browser; only in a flow that includes hidden text.
    pub(crate) hidden: bool,
}

/// Text in one style that is entirely inside one link or in none.
#[derive(Clone, PartialEq, Debug, Default)]
pub(crate) struct Run {
    pub(crate) text: SharedStr,
    pub(crate) look: TextStyle,
    /// Index into [`Flow::anchors`].
    pub(crate) anchor: Option<usize>,
}

/// The kind of a block.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub(crate) enum Kind {
    #[default]
    Paragraph,
    Heading,
    Item {
        /// Nesting depth; 1 is the outermost list.
        depth: u8,
        marker: Marker,
    },
    Preformatted,
    Rule,
    /// An inline image, by its index in [`Flow::pictures`]; the text of the block is its alternative text.
    Picture(usize),
}

/// The marker of a block in a list item.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub(crate) enum Marker {
    /// No marker and no indentation for one.
    #[default]
    Bare,
    Bullet,
    /// A number of an ordered list.
    Number(i32, Numbering),
    /// Indentation as wide as the marker of the item that this block continues, in columns.
    Continued(u8),
}

/// The numbering style of an ordered list.
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
    /// The marker text with a space after it.
    pub(crate) fn words(self) -> String {
        match self {
            Self::Bare => String::new(),
            Self::Bullet => "• ".to_owned(),
            Self::Number(number, numbering) => format!("{}. ", numbering.words(number)),
            Self::Continued(columns) => " ".repeat(usize::from(columns)),
        }
    }

    /// The marker for further blocks of the same item.
    pub(crate) fn continued(self) -> Self {
        match self {
            Self::Bare => Self::Bare,
            mark => Self::Continued(u8::try_from(mark.words().chars().count()).unwrap_or(u8::MAX)),
        }
    }
}

/// Largest number that Roman numerals represent.
const MAX_ROMAN: i32 = 3999;

impl Numbering {
    fn words(self, number: i32) -> String {
        let lower = match self {
            Self::LowerAlpha | Self::UpperAlpha if number > 0 => alphabetic(number),
            Self::LowerRoman | Self::UpperRoman if (1..=MAX_ROMAN).contains(&number) => roman(number),
            // Like browsers, for numbers that the numbering style cannot represent.
            _ => number.to_string(),
        };
        match self {
            Self::UpperAlpha | Self::UpperRoman => lower.to_uppercase(),
            Self::Decimal | Self::LowerAlpha | Self::LowerRoman => lower,
        }
    }
}

/// Letters for a number: `a` to `z`, then `aa` and so on.
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

/// An inline image (RFC 2392).
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub(crate) struct Picture {
    /// The `Content-ID` of the image part, without angle brackets.
    pub(crate) cid: String,
}

/// The table cell that a block is in.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) struct Cell {
    /// Number of the table in the document.
    pub(crate) table: u32,
    pub(crate) row: u32,
    /// First column of the cell, counting cells that span several columns or rows (HTML, 4.9.12).
    pub(crate) column: u32,
    /// Number of columns that the cell spans, at least 1.
    pub(crate) columns: u16,
    /// Number of rows that the cell spans, at least 1.
    pub(crate) rows: u16,
    /// Whether the table contains data; otherwise it is only for layout.
    pub(crate) data: bool,
    /// Whether the cell is the header of a row or column.
    pub(crate) head: bool,
}

/// A text between two line breaks.
#[derive(Clone, PartialEq, Debug, Default)]
pub(crate) struct Block {
    pub(crate) runs: Vec<Run>,
    pub(crate) kind: Kind,
    /// Whether an empty line precedes the block; otherwise only a line break does.
    pub(crate) gap: bool,
    /// Quoting depth.
    pub(crate) quote: u8,
    pub(crate) cell: Option<Cell>,
}

impl Block {
    /// The text of the block.
    pub(crate) fn text(&self) -> String {
        self.words().into_owned()
    }

    /// The text of the block; borrowed if its runs are slices of one text.
    pub(crate) fn words(&self) -> Cow<'_, str> {
        let (Some(first), Some(last)) = (self.runs.first(), self.runs.last()) else { return "".into() };
        match first.text.up_to(&last.text) {
            Some(text) => text.into(),
            None => self.runs.iter().map(|run| run.text.as_str()).collect(),
        }
    }
}

/// A link in a document.
#[derive(Clone, PartialEq, Debug, Default)]
#[expect(clippy::struct_excessive_bools, reason = "each is a fact of its own")]
pub(crate) struct Anchor {
    /// The target as the document states it.
    pub(crate) href: String,
    /// The link text, including alternative texts of images.
    pub(crate) words: String,
    /// Whether it looks like a button.
    pub(crate) button: bool,
    /// Whether the link contains an image.
    pub(crate) image: bool,
    /// Whether the link contains text besides images.
    pub(crate) text: bool,
    /// Index of the block in which the link begins.
    pub(crate) block: usize,
    /// Font size of the link text in CSS pixels; 0 if none is declared.
    pub(crate) size: u16,
    /// Whether some of the link text is hidden.
    pub(crate) hidden: bool,
}

impl Anchor {
    /// Whether the link is invisible: it contains only hidden text.
    pub(crate) fn is_unseen(&self) -> bool {
        self.hidden && self.words.is_empty() && !self.image
    }
}

/// Why a document was not read completely.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum Unread {
    /// The reader panicked.
    Broken,
    /// The time limit was exceeded.
    Late,
}

/// The visible content of a document.
#[derive(Clone, PartialEq, Debug, Default)]
pub(crate) struct Flow {
    pub(crate) blocks: Vec<Block>,
    pub(crate) anchors: Vec<Anchor>,
    /// The base URL of relative links (`<base href>`).
    pub(crate) base: Option<String>,
    /// JSON-LD documents as text.
    pub(crate) json_ld: Vec<String>,
    /// URLs that microdata declares for an action (`itemprop="url"` and similar).
    pub(crate) actions: Vec<String>,
    /// Number of remote images.
    pub(crate) remote_images: usize,
    /// Inline images, in order.
    pub(crate) pictures: Vec<Picture>,
    /// Block ranges that a mail program marked as a quoted mail, in order; a range may end after the last
    /// block.
    pub(crate) quotes: Vec<Range<usize>>,
    /// Whether content was dropped to bound the work.
    pub(crate) cut: bool,
    /// Why the end of the document is missing, if it is.
    pub(crate) unread: Option<Unread>,
    /// Whether styles were dropped to bound the work, so that hidden text may be shown.
    pub(crate) styles_cut: bool,
    /// Whether styles hide some of the text.
    pub(crate) hides_words: bool,
}

impl Flow {
    /// Whether anything is visible.
    pub(crate) fn shows_anything(&self) -> bool {
        let shown = |block: &Block| {
            matches!(block.kind, Kind::Picture(_))
                || block.runs.iter().any(|run| run.text.as_str().chars().any(|c| !c.is_whitespace()))
        };
        self.blocks.iter().any(shown)
    }

    /// Estimated number of lines at a width of `columns`; the estimate is rather too low than too high.
    pub(crate) fn lines(&self, columns: usize) -> usize {
        let tall = |block: &Block| {
            let beside = block.cell.is_some_and(|cell| cell.column > 0);
            let length: usize = block.runs.iter().map(|run| run.text.size()).sum();
            usize::from(!beside) + length / columns.max(1)
        };
        self.blocks.iter().map(tall).sum()
    }
}
