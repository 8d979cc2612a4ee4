//! Lays out the rows of a table with the cells of each row side by side.

use super::grid::{CellRow, RowCell, number_columns, width};
use super::rule;
use super::widths::GAP_COLUMNS;
use crate::richtext::wrap::wrap;
use crate::richtext::{Line, Role, Span};
use crate::sanitize::SafeText;
use crate::text_width::display_width;

/// Maximum line width in terminal columns of a row that consists of a single cell, such as a title. If the whole table
/// is wider, the width of the table is the limit instead.
const MAX_ALONE_COLUMNS: usize = 76;

/// The layout of a table with its cells side by side, including the width of each column.
pub(super) struct ColumnLayout {
    widths: Vec<usize>,
    /// For each column, whether its cells are right-aligned. This is the case if most of them are numbers.
    right: Vec<bool>,
    /// Number of header rows in the table.
    heads: usize,
    /// Whether the rows are separated by blank lines, because most rows have several lines.
    apart: bool,
    /// Maximum line width in terminal columns of a row that consists of a single cell, such as a title.
    alone: usize,
    blank: SafeText,
}

/// The horizontal alignment of the lines in a cell.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Align {
    Left,
    Centre,
    Right,
}

impl ColumnLayout {
    pub(super) fn new(sample: &[CellRow], widths: Vec<usize>, heads: usize, max_width: usize) -> Self {
        let right = number_columns(sample, widths.len(), heads);
        let whole: usize = widths.iter().sum::<usize>() + GAP_COLUMNS * widths.len().saturating_sub(1);
        let alone = max_width.min(MAX_ALONE_COLUMNS.max(whole));
        let blank = SafeText::new(&" ".repeat(max_width));
        let mut beside = Self { widths, right, heads, apart: false, alone, blank };
        let body = || sample.iter().skip(heads).filter(|row| row.alone().is_none());
        let tall = body().filter(|row| !beside.is_one_line(row) && beside.row(row).len() > 1).count();
        beside.apart = tall * 2 > body().count();
        beside
    }

    /// Returns the total width of the table in terminal columns.
    pub(super) fn width(&self) -> usize {
        self.widths.iter().sum::<usize>() + GAP_COLUMNS * self.widths.len().saturating_sub(1)
    }

    /// Lays out the row with the index `index`, and returns its lines.
    pub(super) fn lines(&self, index: usize, row: &CellRow) -> Vec<Line> {
        let mut lines = self.row(row);
        if self.apart && index > self.heads && !lines.is_empty() {
            lines.insert(0, Line::default());
        }
        if index + 1 == self.heads {
            lines.push(rule(self.widths.iter().copied(), GAP_COLUMNS));
        }
        lines
    }

    fn row(&self, row: &CellRow) -> Vec<Line> {
        if let Some(cell) = row.alone() {
            return cell.lines.iter().flat_map(|line| wrap(line, self.alone)).collect();
        }
        let cells: Vec<PlacedCell> = row.cells.iter().map(|cell| self.place(cell)).collect();
        let height = cells.iter().map(|cell| cell.lines.len()).max().unwrap_or(0);
        (0..height).map(|at| self.line(&cells, at)).filter(|line| !line.spans.is_empty()).collect()
    }

    /// Checks quickly whether each cell of a row fits on one line. If the result is `false`, the cells may still fit,
    /// and the caller must lay out the row to find out.
    fn is_one_line(&self, row: &CellRow) -> bool {
        row.cells.iter().all(|cell| match cell.lines.as_slice() {
            [] => true,
            [line] => width(line) <= self.cell_width(cell),
            _ => false,
        })
    }

    /// Returns the total width, in terminal columns, of the table columns that a cell spans.
    fn cell_width(&self, cell: &RowCell) -> usize {
        let covered = || self.widths.iter().skip(cell.column).take(cell.columns);
        covered().sum::<usize>() + GAP_COLUMNS * covered().count().saturating_sub(1)
    }

    fn place(&self, cell: &RowCell) -> PlacedCell {
        let before = self.widths.iter().take(cell.column);
        let begin = before.sum::<usize>() + GAP_COLUMNS * cell.column;
        let width = self.cell_width(cell);
        let align = match cell.columns {
            1 if self.right.get(cell.column) == Some(&true) => Align::Right,
            1 => Align::Left,
            _ if cell.head => Align::Centre,
            _ if cell.is_number() => Align::Right,
            _ => Align::Left,
        };
        let lines = match cell.lines.as_slice() {
            [line] => wrap(line, width),
            lines => lines.iter().flat_map(|line| wrap(line, width)).collect(),
        };
        PlacedCell { begin, width, align, lines }
    }

    fn line(&self, cells: &[PlacedCell], at: usize) -> Line {
        let pieces = cells.iter().filter_map(|cell| cell.lines.get(at)).map(|line| line.spans.len() + 1);
        let mut spans = Vec::with_capacity(pieces.sum());
        let mut end = 0;
        for cell in cells {
            let Some(line) = cell.lines.get(at) else { continue };
            let used: usize = line.spans.iter().map(|span| display_width(&span.text)).sum();
            let free = cell.width.saturating_sub(used);
            let begin = cell.begin
                + match cell.align {
                    Align::Left => 0,
                    Align::Centre => free / 2,
                    Align::Right => free,
                };
            if used > 0 {
                let blank = begin.saturating_sub(end);
                if blank > 0 {
                    spans.push(Span { text: self.blank.part(0..blank), role: Role::Plain, link: None });
                }
                spans.extend(line.spans.iter().cloned());
                end = begin.max(end) + used;
            }
        }
        spans.shrink_to_fit();
        Line { spans }
    }
}

/// A wrapped table cell, with its position and its width in terminal columns.
struct PlacedCell {
    begin: usize,
    width: usize,
    align: Align,
    lines: Vec<Line>,
}
