//! Lays out a data table in columns. If the view is too narrow for this, the rows are laid out as records, with each
//! cell on a line of its own.

mod grid;
mod records;
mod rows;
mod widths;

use super::runs::Numbers;
use crate::html::flow::{Block, Cell};
use crate::richtext::page::LineBuilder;
use crate::richtext::wrap::StyledText;
use crate::richtext::{Line, Role, Span};
use crate::sanitize::SafeText;
use grid::TableColumns;
use records::{RecordLayout, used_names};
use rows::ColumnLayout;

pub(super) use grid::{CellRow, RowCell};

/// Number of rows at the start of a table that are examined to choose the layout. Of later rows, only the text widths
/// are measured.
const SAMPLE_ROWS: usize = 200;
/// If a table is wider than the view, its text is wrapped inside the table columns in a view of at least this width in
/// columns. In a narrower view, the rows of such a table are laid out as records, with each cell on a line of its own,
/// if the table has a header.
const WIDE_PAGE_COLUMNS: usize = 80;

/// Lays out the data table at the start of `blocks`, and returns the number of blocks in the table.
pub(super) fn lay_out(page: &mut LineBuilder, blocks: &[Block], table: Cell, numbers: &Numbers<'_>) -> usize {
    let inside = |block: &&Block| block.cell.is_some_and(|cell| cell.table == table.table);
    let blocks = blocks.get(..blocks.iter().take_while(inside).count()).unwrap_or_default();
    let mut frame = TableFrame::new(page, blocks.first().map_or(0, |block| block.quote));
    let columns = TableColumns::from_blocks(blocks);
    let sample: Vec<CellRow> =
        by_row(blocks).take(SAMPLE_ROWS).map(|row| CellRow::read(row, &columns, numbers)).collect();
    let heads = grid::heads(&sample);
    frame.layout = match widths::choose_layout(&sample, heads, &columns, blocks, frame.max_width) {
        Some(widths) => TableLayout::Columns(ColumnLayout::new(&sample, widths, heads, frame.max_width)),
        None => TableLayout::Records(RecordLayout::new(&sample, heads, &used_names(blocks, heads, &columns))),
    };
    let full = sample.iter().enumerate().any(|(index, row)| frame.push(page, index, row));
    if !full {
        let rest = by_row(blocks).enumerate().skip(SAMPLE_ROWS);
        for (index, row) in rest {
            if frame.push(page, index, &CellRow::read(row, &columns, numbers)) {
                break;
            }
        }
    }
    blocks.len()
}

/// Lays out rows from several layout tables as one data table. For each row, `ruled` indicates whether a horizontal
/// rule follows it.
pub(super) fn lay_out_joined_rows(
    page: &mut LineBuilder,
    rows: &[CellRow],
    heads: usize,
    ruled: &[bool],
    quote: u8,
) {
    let mut frame = TableFrame::new(page, quote);
    let columns = TableColumns::numbered(rows.iter().map(|row| row.cells.len()).max().unwrap_or(0));
    frame.layout = match widths::choose_layout(rows, heads, &columns, &[], frame.max_width) {
        Some(widths) => TableLayout::Columns(ColumnLayout::new(rows, widths, heads, frame.max_width)),
        None => TableLayout::Records(RecordLayout::new(rows, heads, &vec![true; columns.count()])),
    };
    let within = matches!(frame.layout, TableLayout::Columns(_));
    for (index, row) in rows.iter().enumerate() {
        if frame.push(page, index, row) {
            return;
        }
        if within && index >= heads && index + 1 < rows.len() && ruled.get(index) == Some(&true) {
            frame.push_rule(page);
        }
    }
}

/// A table that is being laid out.
struct TableFrame {
    layout: TableLayout,
    prefix: Option<StyledText>,
    /// Width in terminal columns that the quote marks leave for the table.
    max_width: usize,
}

impl TableFrame {
    fn new(page: &LineBuilder, quote: u8) -> Self {
        let prefix = prefix(page, quote);
        let max_width = page.width().saturating_sub(prefix.as_ref().map_or(0, |prefix| prefix.text.len()));
        Self { layout: TableLayout::Records(RecordLayout::new(&[], 0, &[])), prefix, max_width }
    }

    /// Adds a row to the view. Returns `true` if the view is full and needs no further rows.
    fn push(&mut self, page: &mut LineBuilder, index: usize, row: &CellRow) -> bool {
        let lines = match &mut self.layout {
            TableLayout::Columns(beside) => beside.lines(index, row),
            TableLayout::Records(records) => records.lines(index, row, self.max_width),
        };
        page.push_lines(lines.into_iter().map(|line| behind(self.prefix.as_ref(), line)));
        page.is_full()
    }

    fn push_rule(&self, page: &mut LineBuilder) {
        let width = match &self.layout {
            TableLayout::Columns(beside) => beside.width(),
            TableLayout::Records(_) => self.max_width,
        };
        page.push_lines([behind(self.prefix.as_ref(), rule(std::iter::once(width), 0))]);
    }
}

/// The layout of a table.
enum TableLayout {
    /// The cells of a row are laid out side by side.
    Columns(ColumnLayout),
    /// The rows are laid out as records: each cell is on a line of its own, preceded by the name of its column.
    Records(RecordLayout),
}

/// Groups the blocks of a table by row.
fn by_row(blocks: &[Block]) -> impl Iterator<Item = &[Block]> {
    blocks.chunk_by(|one, next| one.cell.map(|cell| cell.row) == next.cell.map(|cell| cell.row))
}

/// Returns the quote marks that precede each line of a table; `None` if the table is not quoted, or if the
/// quote marks would leave too little width.
fn prefix(page: &LineBuilder, quote: u8) -> Option<StyledText> {
    let text = SafeText::new(&"> ".repeat(usize::from(quote)));
    let fits = quote > 0 && page.width() >= text.len() + MIN_ROOM_COLUMNS;
    fits.then_some(StyledText { text, role: Role::Quote(quote), link: None })
}

/// Minimum width in terminal columns that quote marks must leave for a table; quote marks that would leave less are
/// omitted.
const MIN_ROOM_COLUMNS: usize = 16;

fn behind(prefix: Option<&StyledText>, mut line: Line) -> Line {
    if let Some(prefix) = prefix {
        line.spans.insert(0, prefix.span());
    }
    line
}

/// Creates a line with several horizontal rules of the given widths, separated by `gap` spaces.
fn rule(widths: impl Iterator<Item = usize>, gap: usize) -> Line {
    let mut text = String::new();
    for (index, width) in widths.enumerate() {
        text.extend(std::iter::repeat_n(" ", if index > 0 { gap } else { 0 }));
        text.extend(std::iter::repeat_n("─", width));
    }
    Line { spans: vec![Span { text: SafeText::new(&text), role: Role::Rule, link: None }] }
}
