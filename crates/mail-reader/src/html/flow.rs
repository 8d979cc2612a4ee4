//! Represents the visible content of an HTML document as a flat list of blocks in reading order, for the layout and for
//! the search for codes and links.

mod list_marker;

pub use list_marker::{Marker, Numbering};

use super::css::TextCase;
use crate::shared_str::SharedStr;
use std::borrow::Cow;
use std::ops::Range;

/// The style of a run of text in an HTML document.
#[derive(Clone, Copy, PartialEq, Debug, Default)]
#[expect(clippy::struct_excessive_bools, reason = "text attributes combine freely")]
pub struct TextStyle {
    /// Whether the text is bold, that is, whether its font weight is at least 600.
    pub strong: bool,
    /// Whether the text is italic.
    pub emphasis: bool,
    /// Whether the text is in a monospaced font.
    pub mono: bool,
    /// Whether the letters are spaced out (`letter-spacing`). Many mails display a code in this way.
    pub spaced: bool,
    /// Font size of the text in CSS pixels; 0 if the document declares no size.
    pub size: u16,
    /// Whether the text is the alternative text of an image.
    pub image: bool,
    /// Whether the text is struck out, which marks it as no longer valid.
    pub struck: bool,
    /// Whether the text is a superscript or subscript.
    pub raised: bool,
    /// Whether the text is marked as inserted (HTML element `ins`).
    pub inserted: bool,
    /// The case in which the letters are displayed. The text of the run itself is stored as the sender wrote it.
    pub case: TextCase,
    /// Whether a browser would hide the text. Only a [`Flow`] that includes hidden text contains such runs.
    pub hidden: bool,
}

impl TextCase {
    /// Returns the string converted to this case; `None` for [`Self::AsWritten`], which changes nothing.
    pub fn applied(self, text: &str) -> Option<String> {
        match self {
            Self::AsWritten => None,
            Self::Upper => Some(text.to_uppercase()),
            Self::Lower => Some(text.to_lowercase()),
            Self::Capitalized => Some(capitalized(text)),
        }
    }
}

fn capitalized(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let mut in_word = false;
    for c in text.chars() {
        if in_word || !c.is_alphanumeric() {
            out.push(c);
        } else {
            out.extend(c.to_uppercase());
        }
        in_word = c.is_alphanumeric() || (in_word && matches!(c, '\'' | '’'));
    }
    out
}

/// A run of text with a single style, either entirely inside one link or entirely outside links.
#[derive(Clone, PartialEq, Debug, Default)]
pub struct TextRun {
    /// The text as the sender wrote it. White space is collapsed unless the style of the text preserves it.
    pub text: SharedStr,
    /// The style of the run.
    pub look: TextStyle,
    /// Index in [`Flow::anchors`] of the link that contains the run; `None` outside links.
    pub anchor: Option<usize>,
}

/// The kind of a block of text, such as a paragraph or a list item.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub enum BlockKind {
    /// A paragraph, or any text that is of no other kind.
    #[default]
    Paragraph,
    /// A heading (`h1` to `h6`).
    Heading,
    /// A block in a list item.
    Item {
        /// Nesting depth of the list; the outermost list has depth 1.
        depth: u8,
        /// The marker before the text of the block.
        marker: Marker,
    },
    /// Text with preserved line breaks and spaces (HTML element `pre`).
    Preformatted,
    /// A horizontal rule (HTML element `hr`).
    Rule,
    /// An inline image, as an index into [`Flow::pictures`]. The text of the block is the alternative text of
    /// the image.
    Picture(usize),
}

/// An inline image: a MIME part that the HTML document refers to by `Content-ID` (RFC 2392).
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct InlineImage {
    /// The `Content-ID` of the image part, without angle brackets.
    pub cid: String,
}

/// The position and role of a table cell.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Cell {
    /// Number of the table within the HTML document; tables are numbered in reading order.
    pub table: u32,
    /// Index of the first table row that the cell occupies.
    pub row: u32,
    /// Index of the first table column that the cell occupies. The index takes into account that other cells may span
    /// several columns or rows (HTML standard, section 4.9.12).
    pub column: u32,
    /// Number of columns that the cell spans; at least 1.
    pub columns: u16,
    /// Number of rows that the cell spans; at least 1.
    pub rows: u16,
    /// Whether the table is a data table. If `false`, the table is only used for layout.
    pub data: bool,
    /// Whether the cell is the header of a row or column.
    pub head: bool,
}

/// A block of text between two line breaks, with its kind and its position in lists, quotes and tables.
#[derive(Clone, PartialEq, Debug, Default)]
pub struct Block {
    /// The text of the block, divided into runs of one style each.
    pub runs: Vec<TextRun>,
    /// The kind of the block, such as a paragraph, a heading or a list item.
    pub kind: BlockKind,
    /// Whether an empty line precedes the block. If `false`, only a line break precedes it.
    pub gap: bool,
    /// Number of nested quotes around the block; 0 if the block is not quoted.
    pub quote: u8,
    /// Number of nested indentations around the block, not counting quotes.
    pub indent: u8,
    /// The table cell that contains the block; `None` outside tables.
    pub cell: Option<Cell>,
}

impl Block {
    /// Returns the text of the block as a new string.
    pub fn text(&self) -> String {
        self.words().into_owned()
    }

    /// Returns the text of the block. The text is borrowed if the runs are slices of one string.
    pub fn words(&self) -> Cow<'_, str> {
        let (Some(first), Some(last)) = (self.runs.first(), self.runs.last()) else { return "".into() };
        match first.text.up_to(&last.text) {
            Some(text) => text.into(),
            None => self.runs.iter().map(|run| run.text.as_str()).collect(),
        }
    }
}

/// A link in an HTML document, with its text and its visual style.
#[derive(Clone, PartialEq, Debug, Default)]
#[expect(clippy::struct_excessive_bools, reason = "each is an independent fact")]
pub struct Anchor {
    /// The target of the link, exactly as in the HTML source.
    pub href: String,
    /// The text of the link, including the alternative text of its images.
    pub words: String,
    /// Whether the link looks like a button.
    pub button: bool,
    /// Whether the link contains an image; it may contain text as well.
    pub image: bool,
    /// Whether the link contains text; it may contain an image as well.
    pub text: bool,
    /// Index in [`Flow::blocks`] of the block in which the link begins.
    pub block: usize,
    /// Largest font size of the link text in CSS pixels; 0 if the document declares no size.
    pub size: u16,
    /// Whether some of the link text is hidden.
    pub hidden: bool,
}

impl Anchor {
    /// Returns whether the link is invisible because all of its text is hidden.
    pub fn is_unseen(&self) -> bool {
        self.hidden && self.words.is_empty() && !self.image
    }
}

/// The reason why the rest of an HTML document was not read.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum TruncationReason {
    /// The function that reads the HTML document panicked.
    Broken,
    /// Reading the HTML document exceeded the timeout.
    Late,
}

/// The visible content of an HTML document as a list of blocks, with its links and images.
#[derive(Clone, PartialEq, Debug, Default)]
pub struct Flow {
    /// The blocks of the HTML document in reading order.
    pub blocks: Vec<Block>,
    /// The links of the HTML document, in document order.
    pub anchors: Vec<Anchor>,
    /// The base URL of relative links (`<base href>`); `None` if the HTML document declares no base URL.
    pub base: Option<String>,
    /// The JSON-LD documents inside the HTML document, as text.
    pub json_ld: Vec<String>,
    /// The URLs that microdata declares for actions (`itemprop="url"` and similar properties).
    pub actions: Vec<String>,
    /// Number of images that a browser would load from the network.
    pub remote_images: usize,
    /// The inline images of the HTML document, in order.
    pub pictures: Vec<InlineImage>,
    /// The ranges of blocks that a mail client marked as quoted mails, in document order. A range that extends to the
    /// end of the document ends at `usize::MAX`.
    pub quotes: Vec<Range<usize>>,
    /// Whether content was dropped because the HTML document exceeded a limit.
    pub cut: bool,
    /// The reason why the rest of the HTML document was not read; `None` if all of it was read.
    pub unread: Option<TruncationReason>,
    /// Whether style sheets were ignored because of a limit. If so, the flow may contain text that those style sheets
    /// hide.
    pub styles_cut: bool,
    /// Whether the styles of the HTML document hide some of its text.
    pub hides_words: bool,
}

impl Flow {
    /// Returns whether the HTML document has any visible content.
    pub(crate) fn shows_anything(&self) -> bool {
        let shown = |block: &Block| {
            matches!(block.kind, BlockKind::Picture(_))
                || block.runs.iter().any(|run| run.text.as_str().chars().any(|c| !c.is_whitespace()))
        };
        self.blocks.iter().any(shown)
    }

    /// Estimates the number of lines that the content occupies at a width of `columns` columns. The estimate is more
    /// often too low than too high.
    pub fn lines(&self, columns: usize) -> usize {
        let tall = |block: &Block| {
            let beside = block.cell.is_some_and(|cell| cell.column > 0);
            let length: usize = block.runs.iter().map(|run| run.text.size()).sum();
            usize::from(!beside) + length / columns.max(1)
        };
        self.blocks.iter().map(tall).sum()
    }
}
