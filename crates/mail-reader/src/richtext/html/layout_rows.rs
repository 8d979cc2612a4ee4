//! Joins the rows of consecutive layout tables into one data table if together they look like a data table. Many
//! receipts use a separate layout table for each row.

use super::runs::Numbers;
use super::table::{CellRow, RowCell, lay_out_joined_rows};
use crate::html::flow::{Block, BlockKind};
use crate::richtext::Role;
use crate::richtext::page::LineBuilder;

/// Maximum number of rows from layout tables that are joined into one data table. Further rows form another data table.
const MAX_ROWS: usize = 200;
/// Maximum number of cells in a row of a layout table; a row with more cells is not joined with other rows into a data
/// table.
const MAX_CELLS: usize = 8;
/// Maximum number of lines in a cell of a layout table; a row with a taller cell is not joined with other rows into a
/// data table.
const MAX_LINES: usize = 4;
/// Maximum number of characters in a line of a cell; a row with a longer line is not joined with other rows into a data
/// table.
const MAX_LINE_CHARS: usize = 60;

/// The result of attempting to join the next rows of layout tables into one data table.
pub(super) enum JoinedRows {
    /// The rows were laid out together as one data table. The value is the number of blocks that the rows occupied.
    Table(usize),
    /// The rows do not form a data table and were not laid out. The value is the number of blocks that they occupy.
    Rows(usize),
}

/// If the rows at the start of `blocks` look like a data table, joins them into one data table and lays it out.
pub(super) fn lay_out(page: &mut LineBuilder, blocks: &[Block], numbers: &Numbers<'_>) -> JoinedRows {
    let (mut rows, mut ruled, mut taken, mut end) = (Vec::new(), Vec::new(), 0, 0);
    let quote = blocks.first().map_or(0, |block| block.quote);
    while rows.len() < MAX_ROWS {
        let rest = blocks.get(end..).unwrap_or_default();
        if rest.first().is_some_and(|block| block.kind == BlockKind::Rule && !rows.is_empty()) {
            ruled.resize(rows.len(), false);
            if let Some(last) = ruled.last_mut() {
                *last = true;
            }
            end += 1;
            continue;
        }
        let Some(count) = row(rest, quote, numbers) else { break };
        if let Some(lines) = line_by_line(rest.get(..count).unwrap_or_default(), numbers) {
            if rows.is_empty() {
                lay_out_joined_rows(page, &lines, heads(&lines), &[], quote);
                return JoinedRows::Table(count);
            }
            break;
        }
        rows.push(rest.get(..count).unwrap_or_default());
        end += count;
        taken = end;
    }
    let cells = |row: &&[Block]| row.chunk_by(|one, next| one.cell == next.cell).count();
    let most = rows.iter().map(cells).max().unwrap_or(0);
    let read: Vec<CellRow> = rows.iter().map(|blocks| place(blocks, most, numbers)).collect();
    let ends = |row: &CellRow| row.cells.last().is_some_and(RowCell::is_number);
    let numbered = read.iter().filter(|row| ends(row)).count();
    let heads = heads(&read);
    if numbered < 2 || numbered + heads < read.len() {
        return JoinedRows::Rows(taken.max(1));
    }
    lay_out_joined_rows(page, &read, heads, &ruled, quote);
    JoinedRows::Table(taken)
}

/// Returns the number of header rows, which is 0 or 1. The first row is a header if it contains no number and has at
/// least as many cells as every other row.
fn heads(rows: &[CellRow]) -> usize {
    let most = rows.iter().map(|row| row.cells.len()).max().unwrap_or(0);
    let names = |first: &CellRow| first.cells.len() == most && !first.cells.iter().any(RowCell::is_number);
    usize::from(rows.first().is_some_and(names))
}

/// Returns the rows of a table whose columns are each written in a single cell, with one line for each row. All cells
/// must have the same number of lines, and the last cell must contain only numbers below the header. Returns `None` for
/// any other table.
fn line_by_line(blocks: &[Block], numbers: &Numbers<'_>) -> Option<Vec<CellRow>> {
    let cells: Vec<&[Block]> = blocks.chunk_by(|one, next| one.cell == next.cell).collect();
    let count = cells.first().map(|cell| cell.len()).filter(|count| *count > 1)?;
    if cells.iter().any(|cell| cell.len() != count) {
        return None;
    }
    let line = |at: usize| CellRow {
        number: 0,
        cells: cells
            .iter()
            .enumerate()
            .filter_map(|(column, cell)| {
                let lines = vec![numbers.pieces(cell.get(at)?, Role::Plain)];
                Some(RowCell { column, columns: 1, rows: 1, head: false, lines })
            })
            .collect(),
    };
    let rows: Vec<CellRow> = (0..count).map(line).collect();
    let below = rows.get(heads(&rows)..).filter(|below| !below.is_empty())?;
    below.iter().all(|row| row.cells.last().is_some_and(RowCell::is_number)).then_some(rows)
}

/// Returns the number of blocks in the row of a layout table at the start of `blocks`. Returns `None` if there is no
/// such row, or if the row cannot belong to a data table. For example, the row may be too long, or its quoting depth
/// may differ from `quote`.
fn row(blocks: &[Block], quote: u8, numbers: &Numbers<'_>) -> Option<usize> {
    let first = blocks.first()?.cell.filter(|cell| !cell.data)?;
    let (mut cells, mut lines, mut column, mut count) = (0, 0, None, 0);
    for block in blocks {
        let Some(cell) = block.cell.filter(|cell| cell.table == first.table && cell.row == first.row) else {
            break;
        };
        let length: usize =
            block.runs.iter().map(|run| run.text.chars().take(MAX_LINE_CHARS + 1).count()).sum();
        if column != Some(cell.column) {
            (cells, lines, column) = (cells + 1, 0, Some(cell.column));
        }
        lines += 1;
        let short = cells <= MAX_CELLS && lines <= MAX_LINES && length <= MAX_LINE_CHARS;
        let text = matches!(block.kind, BlockKind::Paragraph | BlockKind::Heading) && block.quote == quote;
        if !short || !text || numbers.is_button(block) {
            return None;
        }
        count += 1;
    }
    (cells > 1).then_some(count)
}

/// Distributes the cells of a row over `most` columns. In a row with fewer cells, the first cell also spans the missing
/// columns.
fn place(blocks: &[Block], most: usize, numbers: &Numbers<'_>) -> CellRow {
    let cells = || blocks.chunk_by(|one, next| one.cell == next.cell);
    let missing = most - cells().count().min(most);
    let cells = cells()
        .enumerate()
        .map(|(index, blocks)| RowCell {
            column: if index == 0 { 0 } else { index + missing },
            columns: if index == 0 { missing + 1 } else { 1 },
            rows: 1,
            head: false,
            lines: blocks.iter().map(|block| numbers.pieces(block, Role::Plain)).collect(),
        })
        .collect();
    CellRow { number: 0, cells }
}
