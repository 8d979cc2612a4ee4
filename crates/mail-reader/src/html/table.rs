//! Distinguishes data tables from layout tables. Most tables in mails are layout tables.

mod cell_content;
pub(crate) mod number;

use super::tree::{Element, HtmlNode};
use cell_content::CellContent;
use html5ever::local_name;

/// A table with neither a header nor a border is treated as a layout table if any of its cells contains more than this
/// number of characters.
const MAX_DATUM_CHARS: usize = 120;
/// A table with a header or border is treated as a layout table if any of its cells contains more than this number of
/// characters. The same limit applies, in every table, to a cell that is the only non-empty cell in its row.
const MAX_PARAGRAPH_CHARS: usize = 600;
/// If two cells in a row each have a line longer than this number of characters, the table is treated as a layout
/// table, unless it has a header, a border or a column of numbers.
const MAX_BESIDE_CHARS: usize = 60;
/// A table is shown as cards only if it has at most this many columns. A card is the image, title and text of one item,
/// stacked vertically.
const MAX_CARD_COLUMNS: usize = 4;
/// A table is shown as cards only if it has at most this many rows. A card is the image, title and text of one item,
/// stacked vertically.
const MAX_CARD_ROWS: usize = 24;
/// A table is shown as cards only if it has a row in which every card contains more than this number of characters. A
/// card is the image, title and text of one item, stacked vertically.
const MIN_CARD_CHARS: usize = 40;
/// Maximum number of cells in a row of a data table; a table with a longer row is a layout table.
const MAX_COLUMNS: usize = 256;
/// Maximum number of rows that are examined to determine the purpose of a table; later rows are ignored.
const MAX_ROWS: usize = 100;

/// The purpose of a table, which determines how it is converted to text.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(crate) enum TablePurpose {
    /// The table contains data, that is, rows of several short cells, usually with a header, a border or columns of
    /// numbers.
    Data,
    /// Each column of the table is a card: the image, title and text of one item, stacked vertically. The value
    /// contains the indices of the columns with cards.
    Cards(Vec<usize>),
    /// The table has at most one non-empty cell per row. It only stacks its content or adds space around the content.
    Stack,
    /// The table only positions its content on the page.
    Layout,
}

/// Determines the purpose of a table, such as data or layout.
pub(crate) fn purpose(table: Element<'_>) -> TablePurpose {
    let mut rows = Vec::new();
    collect_rows(table, false, &mut rows);
    if is_stack(&rows) {
        return TablePurpose::Stack;
    }
    if rows.len() < 2 {
        return TablePurpose::Layout;
    }
    let headed = rows.first().is_some_and(TableRow::is_head) || has_row_heads(&rows);
    let framed = table.get(&local_name!("border")).is_some_and(|border| !matches!(border.trim(), "" | "0"));
    let mut read = Vec::with_capacity(rows.len());
    for row in &rows {
        let Some(cells) = row.cells() else { return TablePurpose::Layout };
        read.push(cells);
    }
    if !headed
        && !framed
        && let Some(columns) = cards(&read)
    {
        return TablePurpose::Cards(columns);
    }
    let mut shape = TableShape::default();
    let fits = read.iter().all(|cells| shape.add(cells, headed || framed));
    if fits && shape.is_data(headed, framed, is_presentation(table)) {
        TablePurpose::Data
    } else {
        TablePurpose::Layout
    }
}

/// Returns the indices of the columns that are cards: the image, title and text of one item in separate cells, stacked
/// vertically. Returns `None` if the table has no cards, or if each card is in a single cell; a table of that kind is
/// read row by row.
fn cards(rows: &[Vec<CellContent>]) -> Option<Vec<usize>> {
    let filled = |row: &[CellContent]| -> Vec<usize> {
        row.iter().enumerate().filter(|(_, cell)| cell.length > 0).map(|(column, _)| column).collect()
    };
    let columns = rows.iter().map(|row| filled(row)).find(|columns| !columns.is_empty())?;
    let same = rows.iter().map(|row| filled(row)).all(|other| other.is_empty() || other == columns);
    let is_row_of = |is: fn(&CellContent) -> bool| {
        rows.iter().any(|row| columns.iter().all(|column| row.get(*column).is_some_and(is)))
    };
    let is_whole = |cell: &CellContent| (cell.picture || cell.titled) && cell.words > MIN_CARD_CHARS;
    let is_row_of_cards =
        |row: &&Vec<CellContent>| columns.iter().all(|at| row.get(*at).is_some_and(is_whole));
    if rows.iter().filter(is_row_of_cards).count() > 1 {
        return None;
    }
    let begins = is_row_of(|cell| cell.picture && cell.words == 0) || is_row_of(|cell| cell.titled);
    let is_grid = (2..=MAX_CARD_COLUMNS).contains(&columns.len())
        && same
        && rows.len() <= MAX_CARD_ROWS
        && rows.iter().flatten().all(|cell| !cell.spans && !cell.is_number());
    (is_grid && begins && is_row_of(|cell| cell.words > MIN_CARD_CHARS)).then_some(columns)
}

/// Returns whether each row of a table has at most one cell with content.
fn is_stack(rows: &[TableRow<'_>]) -> bool {
    let filled = |cell: &Element<'_>| {
        cell.children().any(|child| match child {
            HtmlNode::Text(text) => !text.trim().is_empty(),
            HtmlNode::Element(inner) => *inner.tag != local_name!("br"),
        })
    };
    rows.len() < MAX_ROWS && rows.iter().all(|row| row.elements().filter(filled).take(2).count() < 2)
}

fn is_presentation(table: Element<'_>) -> bool {
    table.get(&local_name!("role")).is_some_and(|role| {
        let role = role.trim();
        role.eq_ignore_ascii_case("presentation") || role.eq_ignore_ascii_case("none")
    })
}

/// A row of a table, and whether it is inside a `thead` element.
struct TableRow<'a> {
    element: Element<'a>,
    heading: bool,
}

impl<'a> TableRow<'a> {
    fn elements(&self) -> impl Iterator<Item = Element<'a>> + use<'a> {
        self.element.elements().filter(|cell| matches!(*cell.tag, local_name!("td") | local_name!("th")))
    }

    /// Returns whether the row contains the column headers.
    fn is_head(&self) -> bool {
        let mut count = 0;
        let all = self.elements().all(|cell| {
            count += 1;
            self.heading || *cell.tag == local_name!("th")
        });
        all && count > 1
    }

    /// Returns the content of each cell of the row; `None` if the row cannot belong to a data table.
    fn cells(&self) -> Option<Vec<CellContent>> {
        self.elements()
            .enumerate()
            .map(|(column, cell)| {
                if column >= MAX_COLUMNS {
                    return None;
                }
                CellContent::from_cell(cell)
            })
            .collect()
    }
}

/// Returns whether most rows start with a header cell.
fn has_row_heads(rows: &[TableRow<'_>]) -> bool {
    let begins =
        |row: &&TableRow<'_>| row.elements().next().is_some_and(|cell| *cell.tag == local_name!("th"));
    let count = rows.iter().filter(begins).count();
    count > 1 && count * 2 > rows.len()
}

fn collect_rows<'a>(element: Element<'a>, heading: bool, rows: &mut Vec<TableRow<'a>>) {
    for child in element.elements() {
        if rows.len() >= MAX_ROWS {
            return;
        }
        match *child.tag {
            local_name!("tr") => rows.push(TableRow { element: child, heading }),
            local_name!("thead") => collect_rows(child, true, rows),
            local_name!("tbody") | local_name!("tfoot") => collect_rows(child, false, rows),
            _ => {}
        }
    }
}

/// Statistics about the examined rows of a table, which determine its purpose.
#[derive(Default)]
struct TableShape {
    /// Number of examined rows that have content.
    filled: usize,
    /// Number of examined rows that have content in at least two cells.
    wide: usize,
    /// For each column, counted from the right, the number of cells that contain a number and the number of non-empty
    /// cells.
    columns: Vec<(usize, usize)>,
    /// Whether a cell contains more than plain lines of text, for example a heading or a nested table. If so, the table
    /// is a layout table, unless it has a header, a column of numbers, or a border without `role="presentation"`.
    rich: bool,
    /// Whether at least two cells in one row have lines longer than [`MAX_BESIDE_CHARS`]. If so, the table is a layout
    /// table, unless it has a header, a border or a column of numbers.
    texts: bool,
    /// Whether a cell is longer than [`MAX_DATUM_CHARS`]. If so, the table is a layout table, unless it has a header, a
    /// border or a column of numbers.
    long: bool,
}

impl TableShape {
    /// Adds a row to the statistics. Returns `false` if the row cannot belong to a data table. `marked` indicates
    /// whether the table has a header or a border.
    fn add(&mut self, cells: &[CellContent], marked: bool) -> bool {
        let filled = || cells.iter().filter(|cell| cell.length > 0);
        let count = filled().count();
        let longest = filled().map(|cell| cell.length).max().unwrap_or(0);
        if longest > if marked || count == 1 { MAX_PARAGRAPH_CHARS } else { MAX_DATUM_CHARS } {
            return false;
        }
        if !marked && filled().any(|cell| cell.list) {
            return false;
        }
        self.long |= longest > MAX_DATUM_CHARS;
        self.filled += usize::from(count > 0);
        // A row that consists only of images is not a data row.
        if count < 2 || filled().all(|cell| cell.picture && cell.words == 0) {
            return true;
        }
        self.wide += 1;
        self.rich |= filled().any(|cell| cell.rich);
        self.texts |= filled().filter(|cell| cell.longest > MAX_BESIDE_CHARS).count() > 1;
        if self.columns.len() < cells.len() {
            self.columns.resize(cells.len(), (0, 0));
        }
        // The first row may consist of column names, which are not counted.
        if self.wide == 1 && cells.iter().all(|cell| !cell.is_number()) {
            return true;
        }
        // Columns are counted from the right, because a row of totals has fewer cells and ends with a number.
        for (column, cell) in self.columns.iter_mut().zip(cells.iter().rev()) {
            column.0 += usize::from(cell.is_number());
            column.1 += usize::from(cell.length > 0);
        }
        true
    }

    fn is_data(&self, headed: bool, framed: bool, presentation: bool) -> bool {
        if self.wide < 2 {
            return false;
        }
        let numbers = self.columns.iter().any(|(numbers, all)| *numbers > 1 && numbers * 3 >= all * 2);
        if headed || numbers {
            return true;
        }
        if framed {
            return !self.rich || !presentation;
        }
        !self.rich && !self.texts && !self.long && self.wide * 3 >= self.filled * 2
    }
}
