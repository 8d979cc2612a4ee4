//! Computes the column widths of a table, and determines whether the columns fit side by side.

use super::grid::{CellRow, RowCell, TableColumns};
use super::{SAMPLE_ROWS, WIDE_PAGE_COLUMNS, by_row};
use crate::html::flow::Block;
use crate::text_width::display_width;

/// Distance between two columns of a table, in terminal columns.
pub(super) const GAP_COLUMNS: usize = 2;
/// A word in a table is never broken across lines if it is at most this many terminal columns wide. Wider words may be
/// broken.
const MAX_WORD_COLUMNS: usize = 20;
/// Minimum width in terminal columns of a table column with long text. The column is never made narrower to fit the
/// table into the view.
const MIN_TEXT_COLUMNS: usize = 12;
/// Maximum width in terminal columns of a table column with short content, such as names. A wider column counts as a
/// column with long text.
const MAX_NAME_COLUMNS: usize = 24;
/// Maximum average number of lines per row when text is wrapped inside the columns. If the average is higher, the rows
/// are laid out as records, with each cell on a line of its own.
const MAX_LINES: usize = 4;
/// Maximum number of rows after the first [`SAMPLE_ROWS`] rows whose text widths are measured; later rows have no
/// effect on the column widths.
const MAX_MEASURED_ROWS: usize = 20_000;

/// Computes the width of each table column in terminal columns. Returns `None` if the columns do not fit side by side,
/// or if rows with wrapped text would be hard to read. `max_width` is the available width in terminal columns.
pub(super) fn choose_layout(
    sample: &[CellRow],
    heads: usize,
    known: &TableColumns,
    blocks: &[Block],
    max_width: usize,
) -> Option<Vec<usize>> {
    let count = known.count();
    let max_width = max_width.checked_sub(GAP_COLUMNS * count.saturating_sub(1))?;
    if count > max_width {
        return None;
    }
    let mut natural = vec![1; count];
    for cell in sample.iter().filter(|row| row.alone().is_none()).flat_map(|row| &row.cells) {
        if cell.columns == 1 {
            widen(&mut natural, cell.column, cell.width());
        }
    }
    for row in by_row(blocks).skip(SAMPLE_ROWS).take(MAX_MEASURED_ROWS) {
        measure(row, known, &mut natural);
    }
    for row in sample.iter().filter(|row| row.alone().is_none()) {
        for cell in row.cells.iter().filter(|cell| cell.columns > 1) {
            spread(&mut natural, cell);
        }
    }
    if natural.iter().sum::<usize>() <= max_width {
        return Some(natural);
    }
    // In a narrow view, records are easier to read than columns of broken lines. Without column names,
    // records are no better.
    if heads > 0 && max_width + GAP_COLUMNS * (count - 1) < WIDE_PAGE_COLUMNS {
        return None;
    }
    let least = least(sample, &natural);
    let widths = shrink(&natural, &least, max_width)?;
    (average_height(sample, &widths) <= MAX_LINES || count == 2).then_some(widths)
}

fn widen(widths: &mut [usize], column: usize, to: usize) {
    if let Some(width) = widths.get_mut(column) {
        *width = to.max(*width);
    }
}

/// Increases the column widths to fit a row that is not among the sample rows. Only the text of the row's cells is
/// measured, without link numbers.
fn measure(row: &[Block], known: &TableColumns, natural: &mut [usize]) {
    // A row with a single cell applies to all columns, so it does not affect their widths.
    if row.first().map(|block| block.cell) == row.last().map(|block| block.cell) {
        return;
    }
    for block in row {
        let Some(cell) = block.cell.filter(|cell| known.covered(cell.column, cell.columns) == 1) else {
            continue;
        };
        let width = block.runs.iter().map(|run| display_width(&run.text)).sum();
        widen(natural, known.place(cell.column), width);
    }
}

/// Increases the widths of the columns that a cell spans until the cell fits.
fn spread(natural: &mut [usize], cell: &RowCell) {
    let Some(covered) = natural.get_mut(cell.column..cell.column + cell.columns) else { return };
    let there = covered.iter().sum::<usize>() + GAP_COLUMNS * (cell.columns - 1);
    let missing = cell.width().saturating_sub(there);
    let (each, rest) = (missing / cell.columns, missing % cell.columns);
    for (index, width) in covered.iter_mut().enumerate() {
        *width += each + usize::from(index < rest);
    }
}

/// Returns the minimum width of each table column in terminal columns. At its minimum width, a column breaks neither
/// numbers nor short words.
fn least(sample: &[CellRow], natural: &[usize]) -> Vec<usize> {
    let mut least: Vec<usize> =
        natural.iter().map(|wide| if *wide > MAX_NAME_COLUMNS { MIN_TEXT_COLUMNS } else { 1 }).collect();
    for cell in sample.iter().flat_map(|row| &row.cells).filter(|cell| cell.columns == 1) {
        let longest = if cell.is_number() {
            cell.width()
        } else {
            cell.text().split(' ').map(display_width).max().unwrap_or(0).min(MAX_WORD_COLUMNS)
        };
        widen(&mut least, cell.column, longest);
    }
    for (least, natural) in least.iter_mut().zip(natural) {
        *least = (*least).min(*natural);
    }
    least
}

/// Shrinks table columns until the table fits, the widest columns first, and none below its minimum width. Returns
/// `None` if even the minimum widths do not fit.
fn shrink(natural: &[usize], least: &[usize], max_width: usize) -> Option<Vec<usize>> {
    if least.iter().sum::<usize>() > max_width {
        return None;
    }
    let at =
        |level: usize| natural.iter().zip(least).map(move |(wide, least)| (*wide).min(level).max(*least));
    let (mut low, mut high) = (0, max_width);
    while low < high {
        let middle = (low + high).div_ceil(2);
        if at(middle).sum::<usize>() <= max_width { low = middle } else { high = middle - 1 }
    }
    let mut widths: Vec<usize> = at(low).collect();
    let mut free = max_width.saturating_sub(widths.iter().sum());
    for (width, natural) in widths.iter_mut().zip(natural) {
        let more = usize::from(*width < *natural && free > 0);
        *width += more;
        free -= more;
    }
    Some(widths)
}

/// Returns the average number of lines per row at the given column widths.
fn average_height(sample: &[CellRow], widths: &[usize]) -> usize {
    let tall = |cell: &RowCell| {
        let wide: usize = widths.iter().skip(cell.column).take(cell.columns).sum();
        cell.lines.iter().map(|line| super::grid::width(line).div_ceil(wide.max(1)).max(1)).sum::<usize>()
    };
    let rows = sample.iter().filter(|row| row.alone().is_none());
    let total: usize = rows.map(|row| row.cells.iter().map(tall).max().unwrap_or(0)).sum();
    total.div_ceil(sample.len().max(1))
}
