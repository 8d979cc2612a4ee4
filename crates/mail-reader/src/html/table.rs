//! Distinguishes data tables from layout tables, which most tables in mail are.

mod content;
pub(crate) mod number;

use super::tree::{Element, Node};
use content::Content;
use html5ever::local_name;

/// Maximum length in characters of a data cell in a table without a header; a longer text makes the table a
/// layout table.
const MAX_DATUM: usize = 120;
/// Maximum length in characters of a data cell below a header or in a frame, and of the only cell of a row. A
/// longer text makes the table a layout table.
const MAX_PARAGRAPH: usize = 600;
/// Maximum line length in characters of two cells that may stand side by side without a header or numbers.
/// Longer texts are read one after the other.
const MAX_BESIDE: usize = 60;
/// Maximum number of cards side by side; a table with more columns is not one of cards.
const MAX_CARDS: usize = 4;
/// Maximum number of rows of a table of cards; a longer table is not one of cards.
const MAX_CARD_ROWS: usize = 24;
/// Length in characters that the texts of cards must exceed; shorter ones are data.
const MIN_CARD_TEXT: usize = 40;
/// Maximum number of cells of a data row; a longer row makes the table a layout table.
const MAX_COLUMNS: usize = 256;
/// Maximum number of rows that are examined to classify a table; later rows are ignored.
const MAX_ROWS: usize = 100;

/// The purpose of a table, which decides how the table is laid out.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(crate) enum TablePurpose {
    /// The table contains data: rows of several short cells with a header, a frame, or columns of numbers.
    Data,
    /// The table has cards side by side; the indices are the columns that contain cards. The images are in one
    /// row, the titles in another, the texts in a third.
    Cards(Vec<usize>),
    /// The table is a single column that stacks its content or surrounds it with space.
    Stack,
    /// The table only positions its content.
    Layout,
}

/// Determines what a table is used for.
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
    let mut shape = Shape::default();
    let fits = read.iter().all(|cells| shape.add(cells, headed || framed));
    if fits && shape.is_data(headed, framed, is_presentation(table)) {
        TablePurpose::Data
    } else {
        TablePurpose::Layout
    }
}

/// Returns the indices of the columns that contain cards; `None` if the table does not consist of cards, or if each
/// cell of several rows is a whole card, which are read row by row.
fn cards(rows: &[Vec<Content>]) -> Option<Vec<usize>> {
    let filled = |row: &[Content]| -> Vec<usize> {
        row.iter().enumerate().filter(|(_, cell)| cell.length > 0).map(|(column, _)| column).collect()
    };
    let columns = rows.iter().map(|row| filled(row)).find(|columns| !columns.is_empty())?;
    let same = rows.iter().map(|row| filled(row)).all(|other| other.is_empty() || other == columns);
    let is_row_of = |is: fn(&Content) -> bool| {
        rows.iter().any(|row| columns.iter().all(|column| row.get(*column).is_some_and(is)))
    };
    let is_whole = |cell: &Content| (cell.picture || cell.titled) && cell.words > MIN_CARD_TEXT;
    let is_row_of_cards = |row: &&Vec<Content>| columns.iter().all(|at| row.get(*at).is_some_and(is_whole));
    if rows.iter().filter(is_row_of_cards).count() > 1 {
        return None;
    }
    let begins = is_row_of(|cell| cell.picture && cell.words == 0) || is_row_of(|cell| cell.titled);
    let is_grid = (2..=MAX_CARDS).contains(&columns.len())
        && same
        && rows.len() <= MAX_CARD_ROWS
        && rows.iter().flatten().all(|cell| !cell.spans && !cell.is_number());
    (is_grid && begins && is_row_of(|cell| cell.words > MIN_CARD_TEXT)).then_some(columns)
}

/// Returns whether no row has more than one cell with content.
fn is_stack(rows: &[TableRow<'_>]) -> bool {
    let filled = |cell: &Element<'_>| {
        cell.children().any(|child| match child {
            Node::Text(text) => !text.trim().is_empty(),
            Node::Element(inner) => *inner.tag != local_name!("br"),
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

/// A table row, with the information whether it is in a `thead`.
struct TableRow<'a> {
    element: Element<'a>,
    heading: bool,
}

impl<'a> TableRow<'a> {
    fn elements(&self) -> impl Iterator<Item = Element<'a>> + use<'a> {
        self.element.elements().filter(|cell| matches!(*cell.tag, local_name!("td") | local_name!("th")))
    }

    /// Returns whether the row contains the headers of the columns.
    fn is_head(&self) -> bool {
        let mut count = 0;
        let all = self.elements().all(|cell| {
            count += 1;
            self.heading || *cell.tag == local_name!("th")
        });
        all && count > 1
    }

    /// Returns the content of the cells; `None` if the row cannot be a data row.
    fn cells(&self) -> Option<Vec<Content>> {
        self.elements()
            .enumerate()
            .map(|(column, cell)| {
                if column >= MAX_COLUMNS {
                    return None;
                }
                Content::of(cell)
            })
            .collect()
    }
}

/// Returns whether most rows begin with a header cell.
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

/// Counts and features of the examined rows, from which the purpose of the table is determined.
#[derive(Default)]
struct Shape {
    /// Count of the examined rows that have content.
    filled: usize,
    /// Count of the examined rows that have more than one filled cell.
    wide: usize,
    /// For each column, the count of rows with a number in it and the count of rows with any content in it.
    columns: Vec<(usize, usize)>,
    /// Whether a cell contains more than a line of text, such as a heading or a button. Then a table without a
    /// header counts as layout.
    rich: bool,
    /// Whether a row has two texts that are longer than [`MAX_BESIDE`]. Then a table without a header or frame
    /// counts as layout.
    texts: bool,
    /// Whether a text in the table is longer than [`MAX_DATUM`]. Then a table without a header or frame counts
    /// as layout.
    long: bool,
}

impl Shape {
    /// Adds a row to the counts; returns `false` if it cannot be a data row.
    fn add(&mut self, cells: &[Content], marked: bool) -> bool {
        let filled = || cells.iter().filter(|cell| cell.length > 0);
        let count = filled().count();
        let longest = filled().map(|cell| cell.length).max().unwrap_or(0);
        if longest > if marked || count == 1 { MAX_PARAGRAPH } else { MAX_DATUM } {
            return false;
        }
        if !marked && filled().any(|cell| cell.list) {
            return false;
        }
        self.long |= longest > MAX_DATUM;
        self.filled += usize::from(count > 0);
        // Images side by side are no data.
        if count < 2 || filled().all(|cell| cell.picture && cell.words == 0) {
            return true;
        }
        self.wide += 1;
        self.rich |= filled().any(|cell| cell.rich);
        self.texts |= filled().filter(|cell| cell.longest > MAX_BESIDE).count() > 1;
        if self.columns.len() < cells.len() {
            self.columns.resize(cells.len(), (0, 0));
        }
        // Column names are no numbers.
        if self.wide == 1 && cells.iter().all(|cell| !cell.is_number()) {
            return true;
        }
        // Columns are counted from the right, because rows of totals have fewer cells and end in their
        // number.
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
