//! Tells tables that hold data from tables that only lay out, which nearly all tables of mail
//! are.

mod content;
pub(crate) mod number;

use super::tree::{Element, Node};
use content::Content;
use html5ever::local_name;

/// The longest text of a cell that is a datum without a head that says so, in characters.
const MAX_DATUM: usize = 120;
/// The longest text of a cell below a head or in a frame, and of a row with one cell, in characters.
const MAX_PARAGRAPH: usize = 600;
/// The longest line of a cell that may stand beside another of that length, in characters, where neither
/// a head nor numbers speak for data: two texts side by side are read one after the other.
const MAX_BESIDE: usize = 60;
/// Maximum number of cards beside one another.
const MAX_CARDS: usize = 4;
/// Maximum number of rows of a table of cards.
const MAX_CARD_ROWS: usize = 24;
/// The longest text that is none of a card, in characters.
const MIN_CARD_TEXT: usize = 40;
/// Maximum number of cells of a row of data.
const MAX_COLUMNS: usize = 256;
/// How many rows are looked at.
const MAX_ROWS: usize = 100;

/// What a table is for.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(crate) enum Purpose {
    /// Rows of several short cells, under a head, in a frame, or with numbers below one another.
    Data,
    /// Cards beside one another, each in a column of these cells of the rows: pictures in one row, titles in
    /// another, texts in a third.
    Cards(Vec<usize>),
    /// To stack or pad what it holds, in one column.
    Stack,
    /// To place what it holds.
    Layout,
}

/// Tells what a table is for.
pub(crate) fn purpose(table: Element<'_>) -> Purpose {
    let mut rows = Vec::new();
    collect_rows(table, false, &mut rows);
    if is_stack(&rows) {
        return Purpose::Stack;
    }
    if rows.len() < 2 {
        return Purpose::Layout;
    }
    let headed = rows.first().is_some_and(Row::is_head) || has_row_heads(&rows);
    let framed = table.get(&local_name!("border")).is_some_and(|border| !matches!(border.trim(), "" | "0"));
    let mut read = Vec::with_capacity(rows.len());
    for row in &rows {
        let Some(cells) = row.cells() else { return Purpose::Layout };
        read.push(cells);
    }
    if !headed
        && !framed
        && let Some(columns) = cards(&read)
    {
        return Purpose::Cards(columns);
    }
    let mut shape = Shape::default();
    let fits = read.iter().all(|cells| shape.add(cells, headed || framed));
    if fits && shape.is_data(headed, framed, is_presentation(table)) {
        Purpose::Data
    } else {
        Purpose::Layout
    }
}

/// The cells of each row that hold parts of cards, where they do.
fn cards(rows: &[Vec<Content>]) -> Option<Vec<usize>> {
    let filled = |row: &[Content]| -> Vec<usize> {
        row.iter().enumerate().filter(|(_, cell)| cell.length > 0).map(|(column, _)| column).collect()
    };
    let columns = rows.iter().map(|row| filled(row)).find(|columns| !columns.is_empty())?;
    let same = rows.iter().map(|row| filled(row)).all(|other| other.is_empty() || other == columns);
    let is_row_of = |is: fn(&Content) -> bool| {
        rows.iter().any(|row| columns.iter().all(|column| row.get(*column).is_some_and(is)))
    };
    let begins = is_row_of(|cell| cell.picture && cell.words == 0) || is_row_of(|cell| cell.titled);
    let is_grid = (2..=MAX_CARDS).contains(&columns.len())
        && same
        && rows.len() <= MAX_CARD_ROWS
        && rows.iter().flatten().all(|cell| !cell.spans && !cell.is_number());
    (is_grid && begins && is_row_of(|cell| cell.words > MIN_CARD_TEXT)).then_some(columns)
}

/// Whether no row has several cells with anything in them.
fn is_stack(rows: &[Row<'_>]) -> bool {
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

/// A row, and whether it stands in a `thead`.
struct Row<'a> {
    element: Element<'a>,
    heading: bool,
}

impl<'a> Row<'a> {
    fn elements(&self) -> impl Iterator<Item = Element<'a>> + use<'a> {
        self.element.elements().filter(|cell| matches!(*cell.tag, local_name!("td") | local_name!("th")))
    }

    /// Whether it names the columns below it.
    fn is_head(&self) -> bool {
        let mut count = 0;
        let all = self.elements().all(|cell| {
            count += 1;
            self.heading || *cell.tag == local_name!("th")
        });
        all && count > 1
    }

    /// What its cells hold; `None` where one of them is more than a datum can be.
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

/// Whether most rows begin with a head of their own.
fn has_row_heads(rows: &[Row<'_>]) -> bool {
    let begins = |row: &&Row<'_>| row.elements().next().is_some_and(|cell| *cell.tag == local_name!("th"));
    let count = rows.iter().filter(begins).count();
    count > 1 && count * 2 > rows.len()
}

fn collect_rows<'a>(element: Element<'a>, heading: bool, rows: &mut Vec<Row<'a>>) {
    for child in element.elements() {
        if rows.len() >= MAX_ROWS {
            return;
        }
        match *child.tag {
            local_name!("tr") => rows.push(Row { element: child, heading }),
            local_name!("thead") => collect_rows(child, true, rows),
            local_name!("tbody") | local_name!("tfoot") => collect_rows(child, false, rows),
            _ => {}
        }
    }
}

/// What is known of the rows so far.
#[derive(Default)]
struct Shape {
    /// Rows with anything in them.
    filled: usize,
    /// Rows with several cells with anything in them.
    wide: usize,
    /// For each cell of a row, how many rows have a number there and how many anything.
    columns: Vec<(usize, usize)>,
    /// Whether a cell holds more than a line of words.
    rich: bool,
    /// Whether two long texts stand beside one another.
    texts: bool,
    /// Whether a text is longer than a datum.
    long: bool,
}

impl Shape {
    /// Adds a row; `false` where it cannot be a row of data.
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
        // Pictures beside one another are no data.
        if count < 2 || filled().all(|cell| cell.picture && cell.words == 0) {
            return true;
        }
        self.wide += 1;
        self.rich |= filled().any(|cell| cell.rich);
        self.texts |= filled().filter(|cell| cell.longest > MAX_BESIDE).count() > 1;
        if self.columns.len() < cells.len() {
            self.columns.resize(cells.len(), (0, 0));
        }
        // The names of the columns are no numbers.
        if self.wide == 1 && cells.iter().all(|cell| !cell.is_number()) {
            return true;
        }
        // From the right: rows of totals have fewer cells, and their number stands last.
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
