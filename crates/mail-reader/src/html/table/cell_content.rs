//! Determines the features of table cells that distinguish data tables from layout tables.

use super::MAX_PARAGRAPH_CHARS;
use super::number::{self, is_number};
use crate::html::tree::{Element, HtmlNode, is_block};
use html5ever::local_name;

/// Maximum number of non-empty cells in the tables that are nested in a cell of a data table. If there are more, the
/// outer table is a layout table.
const MAX_INNER_CELLS: usize = 4;
/// Maximum nesting depth of tables inside a cell of a data table. If tables are nested more deeply, the outer table is
/// a layout table.
const MAX_INNER_TABLE_DEPTH: u8 = 2;

/// The features of a table cell's content.
#[derive(Default)]
#[expect(clippy::struct_excessive_bools, reason = "a cell may contain any of these variants")]
pub(super) struct CellContent {
    /// Number of characters in the text of the cell and in the alternative text of its images. A run of white space
    /// counts as one character.
    pub(super) length: usize,
    /// Number of characters in the text of the cell, not counting the alternative text of its images.
    pub(super) words: usize,
    /// Number of characters in the line that is being read.
    line: usize,
    /// Number of characters in the longest line of the cell.
    pub(super) longest: usize,
    /// The text of the line that is being read, stored to determine whether the line is a number. Only the start of a
    /// long line is stored.
    number: String,
    /// Number of non-empty lines in the cell, and the number of those that contain only a number.
    lines: (usize, usize),
    pub(super) picture: bool,
    pub(super) list: bool,
    /// Whether the cell contains more than plain lines of text: a heading, an image after text, or a nested
    /// table.
    pub(super) rich: bool,
    /// Whether the cell starts with a heading or with bold text, like a card, which consists of an image, a title
    /// and text.
    pub(super) titled: bool,
    /// Whether the cell spans several columns or rows. A table with such a cell is not shown as cards.
    pub(super) spans: bool,
    /// Whether the cell starts with a horizontal rule (`hr`). If the cell also contains text, the table is a layout
    /// table. A rule without text merely separates the neighbouring cells of the row.
    ruled: bool,
    /// Number of non-empty cells in the tables that are nested in the cell.
    inner: usize,
}

impl CellContent {
    /// Reads the content of a table cell; `None` if the cell cannot belong to a data table.
    pub(super) fn from_cell(cell: Element<'_>) -> Option<Self> {
        let covers = |name| cell.get(&name).is_some_and(|span| !matches!(span.trim(), "" | "1"));
        let spans = covers(local_name!("colspan")) || covers(local_name!("rowspan"));
        let mut content = Self { spans, ..Self::default() };
        let fits = content.read(cell, 0);
        content.end_line();
        fits.then_some(content)
    }

    /// Returns whether each non-empty line of the cell is a number; `false` for an empty cell.
    pub(super) fn is_number(&self) -> bool {
        self.lines.0 > 0 && self.lines.0 == self.lines.1
    }

    /// Ends the line that is being read, and updates the line counts.
    fn end_line(&mut self) {
        if self.line > 0 {
            self.lines.0 += 1;
            self.lines.1 += usize::from(self.line <= number::MAX_NUMBER_CHARS && is_number(&self.number));
        }
        self.line = 0;
        self.number.clear();
    }

    /// Reads the content of an element inside the cell. Returns `false` if a cell of a data table cannot contain this
    /// content. `tables` is the number of tables inside the cell that contain the element.
    fn read(&mut self, element: Element<'_>, tables: u8) -> bool {
        for child in element.children() {
            let fits = match child {
                HtmlNode::Text(text) => {
                    let length = length_of(text);
                    self.length += length;
                    self.words += length;
                    self.line += length;
                    self.longest = self.longest.max(self.line);
                    if self.line <= number::MAX_NUMBER_CHARS {
                        self.number.push_str(text);
                    }
                    true
                }
                HtmlNode::Element(inner) => self.element(inner, tables),
            };
            if !fits || self.length > MAX_PARAGRAPH_CHARS || self.ruled && self.length > 0 {
                return false;
            }
        }
        true
    }

    fn element(&mut self, inner: Element<'_>, tables: u8) -> bool {
        if *inner.tag == local_name!("br") || is_block(inner.tag) {
            self.end_line();
        }
        if self.words == 0
            && matches!(
                *inner.tag,
                local_name!("b")
                    | local_name!("strong")
                    | local_name!("h1")
                    | local_name!("h2")
                    | local_name!("h3")
                    | local_name!("h4")
            )
        {
            self.titled = true;
        }
        match *inner.tag {
            local_name!("hr") if self.length == 0 => self.ruled = true,
            local_name!("hr") | local_name!("form") => return false,
            local_name!("ul") | local_name!("ol") | local_name!("blockquote") => self.list = true,
            local_name!("h1") | local_name!("h2") | local_name!("h3") => {
                self.rich = true;
            }
            local_name!("img") => {
                let alt = inner.get(&local_name!("alt")).unwrap_or_default().trim();
                self.picture = true;
                self.length += alt.chars().count();
                self.rich |= self.words > 0;
            }
            local_name!("table") => {
                self.rich = true;
                if tables >= MAX_INNER_TABLE_DEPTH {
                    return false;
                }
                return self.read(inner, tables + 1);
            }
            local_name!("td") | local_name!("th") => {
                let before = self.length;
                let fits = self.read(inner, tables);
                self.inner += usize::from(self.length > before);
                return fits && self.inner <= MAX_INNER_CELLS;
            }
            _ => {}
        }
        self.read(inner, tables)
    }
}

/// Returns the number of characters in a string, in which each word counts with one space after it. The actual white
/// space is not counted.
fn length_of(text: &str) -> usize {
    if !text.is_ascii() {
        return text.split_whitespace().map(|word| word.chars().count() + 1).sum();
    }
    let mut in_word = false;
    let mut length = 0;
    for byte in text.bytes() {
        let is_letter = !byte.is_ascii_whitespace();
        length += usize::from(is_letter || in_word);
        in_word = is_letter;
    }
    length + usize::from(in_word)
}
