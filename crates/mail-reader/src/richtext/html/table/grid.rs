//! Reads the rows and cells of a data table, and assigns each cell to a column.

use crate::html::flow::{Block, BlockKind};
use crate::html::table::number::{is_blank, is_number};
use crate::richtext::Role;
use crate::richtext::html::runs::Numbers;
use crate::richtext::wrap::StyledText;
use crate::text_width::display_width;
use std::borrow::Cow;

/// Maximum number of columns in the layout of a table. Cells in further columns are assigned to the last column.
const MAX_COLUMNS: usize = 512;
/// Maximum number of header rows in a table. Further header rows count as data.
const MAX_HEADER_ROWS: usize = 4;

/// The non-empty columns of a table. Empty columns, which serve only as separators, are left out.
pub(super) struct TableColumns {
    /// The indices of those HTML table columns in which at least one cell starts, in ascending order.
    begin: Vec<u32>,
}

impl TableColumns {
    pub(super) fn from_blocks(blocks: &[Block]) -> Self {
        let mut columns = Self { begin: Vec::new() };
        let cells = || blocks.iter().filter_map(|block| block.cell);
        for cell in cells().filter(|cell| cell.columns == 1) {
            columns.add(cell.column);
        }
        for cell in cells().filter(|cell| cell.columns > 1) {
            // A cell that spans several columns gets its own column only if no other cell starts within its
            // span.
            let place = columns.place(cell.column);
            let end = cell.column.saturating_add(u32::from(cell.columns));
            if columns.begin.get(place).is_none_or(|begin| *begin >= end) {
                columns.add(cell.column);
            }
        }
        columns
    }

    /// Creates `count` consecutive columns for a table without empty columns.
    pub(super) fn numbered(count: usize) -> Self {
        Self { begin: (0..).take(count).collect() }
    }

    fn add(&mut self, column: u32) {
        if let Err(at) = self.begin.binary_search(&column)
            && self.begin.len() < MAX_COLUMNS
        {
            self.begin.insert(at, column);
        }
    }

    pub(super) fn count(&self) -> usize {
        self.begin.len()
    }

    /// Returns the index, among the non-empty columns, of the column in which a cell starts. `column` is the index of
    /// that column among all columns of the HTML table.
    pub(super) fn place(&self, column: u32) -> usize {
        self.begin.partition_point(|begin| *begin < column).min(self.begin.len().saturating_sub(1))
    }

    /// Returns the number of non-empty columns that a cell spans. `column` and `wide` are the cell's column index and
    /// `colspan` in the HTML table.
    pub(super) fn covered(&self, column: u32, wide: u16) -> usize {
        let end = column.saturating_add(u32::from(wide));
        let after = self.begin.partition_point(|begin| *begin < end);
        after.saturating_sub(self.place(column)).max(1)
    }
}

/// A non-empty cell of a table, with its column.
pub(in crate::richtext::html) struct RowCell {
    pub(in crate::richtext::html) column: usize,
    /// Number of columns that the cell spans; at least 1.
    pub(in crate::richtext::html) columns: usize,
    /// Number of rows that the cell spans; at least 1.
    pub(in crate::richtext::html) rows: u16,
    pub(in crate::richtext::html) head: bool,
    /// The lines of text in the cell, before they are wrapped.
    pub(in crate::richtext::html) lines: Vec<Vec<StyledText>>,
}

impl RowCell {
    /// Returns the width of the cell's longest line in terminal columns.
    pub(super) fn width(&self) -> usize {
        self.lines.iter().map(|line| width(line)).max().unwrap_or(0)
    }

    pub(super) fn text(&self) -> String {
        let lines: Vec<String> =
            self.lines.iter().map(|line| line.iter().map(|piece| piece.text.as_str()).collect()).collect();
        lines.join(" ")
    }

    pub(in crate::richtext::html) fn is_number(&self) -> bool {
        !self.lines.is_empty() && self.lines.iter().all(|line| is_number(&joined(line)))
    }

    pub(super) fn is_blank(&self) -> bool {
        self.lines.iter().all(|line| is_blank(&joined(line)))
    }

    /// Returns whether the whole text of the cell is bold or a heading.
    fn is_strong(&self) -> bool {
        let strong = |piece: &StyledText| {
            piece.text.trim().is_empty() || matches!(piece.role, Role::Strong | Role::Heading)
        };
        self.lines.iter().flatten().all(strong)
    }
}

fn joined(line: &[StyledText]) -> Cow<'_, str> {
    match line {
        [piece] => piece.text.as_str().into(),
        pieces => pieces.iter().map(|piece| piece.text.as_str()).collect(),
    }
}

/// Returns the width of a line of text in terminal columns.
pub(super) fn width(pieces: &[StyledText]) -> usize {
    pieces.iter().map(|piece| display_width(&piece.text)).sum()
}

/// A row of a table, which consists of its non-empty cells from left to right.
pub(in crate::richtext::html) struct CellRow {
    /// Index of the row in the HTML table; the first row has index 0.
    pub(in crate::richtext::html) number: u32,
    pub(in crate::richtext::html) cells: Vec<RowCell>,
}

impl CellRow {
    pub(super) fn read(blocks: &[Block], known: &TableColumns, numbers: &Numbers<'_>) -> Self {
        let mut cells: Vec<RowCell> = Vec::new();
        for block in blocks {
            let Some(place) = block.cell else { continue };
            let around = if place.head { Role::Strong } else { Role::Plain };
            let mut pieces = Vec::new();
            if let BlockKind::Item { depth, marker } = block.kind {
                let [first, _] = numbers.item("", depth, marker, Role::Plain);
                pieces.push(first);
            }
            numbers.push_pieces(block, around, &mut pieces);
            let column = known.place(place.column);
            match cells.last_mut() {
                Some(cell) if cell.column == column => cell.lines.push(pieces),
                _ => cells.push(RowCell {
                    column,
                    columns: known.covered(place.column, place.columns),
                    rows: place.rows,
                    head: place.head,
                    lines: vec![pieces],
                }),
            }
        }
        cells.sort_by_key(|cell| cell.column);
        let number = blocks.first().and_then(|block| block.cell).map_or(0, |cell| cell.row);
        Self { number, cells }
    }

    /// Returns the only cell of the row if it starts in the first column, and `None` for any other row. Such a cell,
    /// for example a title, applies to all columns.
    pub(super) fn alone(&self) -> Option<&RowCell> {
        match self.cells.as_slice() {
            [cell] if cell.column == 0 => Some(cell),
            _ => None,
        }
    }
}

/// Returns the number of header rows. A header row consists of `th` cells, is the only bold row, or contains no numbers
/// although the rows below it do.
pub(super) fn heads(rows: &[CellRow]) -> usize {
    let is_head = |row: &&CellRow| row.cells.iter().all(|cell| cell.head);
    let count = rows.iter().take_while(is_head).count();
    // If the header is a single cell, it is the title of the table.
    let named = rows.iter().take(count).any(|row| row.cells.len() > 1);
    if count > 0 {
        return if named && count < rows.len() { count.min(MAX_HEADER_ROWS) } else { 0 };
    }
    // Titles come before the column names.
    let titles = rows.iter().take_while(|row| row.alone().is_some()).take(MAX_HEADER_ROWS).count();
    let rows = rows.get(titles..).unwrap_or_default();
    let [first, second, ..] = rows else { return 0 };
    let stands_out = |row: &CellRow| row.cells.iter().all(RowCell::is_strong);
    let names = first.cells.iter().all(|cell| !cell.is_number());
    let ends = |row: &CellRow| row.cells.last().is_some_and(RowCell::is_number);
    let full = rows.iter().map(|row| row.cells.len()).max() == Some(first.cells.len());
    let below = || rows.iter().skip(1).filter(|row| row.alone().is_none());
    let above =
        first.cells.len() > 2 && full && below().filter(|row| ends(row)).count() * 4 >= below().count() * 3;
    if first.cells.len() > 1 && names && (above || stands_out(first) && !stands_out(second)) {
        titles + 1
    } else {
        0
    }
}

/// Returns, for each column, whether most of its cells are numbers. In rows with fewer cells than others, such as
/// totals, only the cells with numbers are counted, because a label may be in any column.
pub(super) fn number_columns(sample: &[CellRow], count: usize, heads: usize) -> Vec<bool> {
    let mut seen = vec![(0_usize, 0_usize); count];
    let body = || sample.iter().skip(heads).filter(|row| row.alone().is_none());
    let full = body().map(|row| row.cells.len()).max().unwrap_or(0);
    for row in body() {
        for cell in row.cells.iter().filter(|cell| cell.columns == 1 && !cell.head) {
            if let Some((numbers, others)) = seen.get_mut(cell.column) {
                let is_number = cell.is_number();
                *numbers += usize::from(is_number);
                *others += usize::from(row.cells.len() == full && !is_number && !cell.is_blank());
            }
        }
    }
    let columns = seen.iter().enumerate();
    columns.map(|(column, (numbers, others))| column > 0 && *numbers > 0 && others * 3 <= *numbers).collect()
}
