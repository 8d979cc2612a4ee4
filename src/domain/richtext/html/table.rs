//! A table of data: in columns, or, where the page is too narrow for them, as records.

mod grid;
mod records;
mod rows;
mod widths;

use super::runs::Numbers;
use crate::domain::html::flow::{Block, Cell};
use crate::domain::richtext::page::Page;
use crate::domain::richtext::wrap::Piece;
use crate::domain::richtext::{Line, Role, Span};
use crate::domain::sanitize::SafeText;
use grid::{Columns, Row};
use records::Records;
use rows::Beside;

/// How many rows are looked at to choose a layout.
const SAMPLE: usize = 200;
/// From this width on long texts are wrapped in their columns, in columns of the page.
const WIDE_PAGE: usize = 80;

/// Lays the table out; returns how many blocks it took.
pub(super) fn lay_out(page: &mut Page, blocks: &[Block], table: Cell, numbers: &Numbers<'_>) -> usize {
    let inside = |block: &&Block| block.cell.is_some_and(|cell| cell.table == table.table);
    let blocks = blocks.get(..blocks.iter().take_while(inside).count()).unwrap_or_default();
    let prefix = prefix(page, blocks.first().map_or(0, |block| block.quote));
    let room = page.width().saturating_sub(prefix.as_ref().map_or(0, |prefix| prefix.text.len()));
    let columns = Columns::of(blocks);
    let sample: Vec<Row> = by_row(blocks).take(SAMPLE).map(|row| Row::read(row, &columns, numbers)).collect();
    let heads = grid::heads(&sample);
    let mut layout = match widths::fit(&sample, heads, &columns, blocks, room) {
        Some(widths) => Layout::Columns(Beside::new(&sample, widths, heads, room)),
        None => Layout::Records(Records::new(&sample, heads, &columns, blocks)),
    };
    let mut push = |index: usize, row: &Row| {
        let lines = match &mut layout {
            Layout::Columns(beside) => beside.lines(index, row),
            Layout::Records(records) => records.lines(index, row, room),
        };
        page.push_lines(lines.into_iter().map(|line| behind(prefix.as_ref(), line)));
        page.is_full()
    };
    let full = sample.iter().enumerate().any(|(index, row)| push(index, row));
    if !full {
        let rest = by_row(blocks).enumerate().skip(SAMPLE);
        for (index, row) in rest {
            if push(index, &Row::read(row, &columns, numbers)) {
                break;
            }
        }
    }
    blocks.len()
}

/// How a table is laid out.
enum Layout {
    /// Its columns beside one another.
    Columns(Beside),
    /// Its rows one below the other, each cell on lines of its own behind the name of its column.
    Records(Records),
}

/// The blocks of each row.
fn by_row(blocks: &[Block]) -> impl Iterator<Item = &[Block]> {
    blocks.chunk_by(|one, next| one.cell.map(|cell| cell.row) == next.cell.map(|cell| cell.row))
}

/// The marks of a quote, where there is room beside them.
fn prefix(page: &Page, quote: u8) -> Option<Piece> {
    let text = SafeText::new(&"> ".repeat(usize::from(quote)));
    let fits = quote > 0 && page.width() >= text.len() + MIN_ROOM;
    fits.then_some(Piece { text, role: Role::Quote(quote), link: None })
}

/// The narrowest room for a table beside the marks of a quote, in columns.
const MIN_ROOM: usize = 16;

fn behind(prefix: Option<&Piece>, mut line: Line) -> Line {
    if let Some(prefix) = prefix {
        line.spans.insert(0, prefix.span());
    }
    line
}

/// A line of rules, one for each width, so far apart.
fn rule(widths: impl Iterator<Item = usize>, gap: usize) -> Line {
    let lines: Vec<String> = widths.map(|width| "─".repeat(width)).collect();
    let text = SafeText::new(&lines.join(&" ".repeat(gap)));
    Line { spans: vec![Span { text, role: Role::Rule, link: None }] }
}
