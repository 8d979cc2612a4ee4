//! A table of data in columns; where the screen is too narrow for it, its cells one below the
//! other.

use super::runs::Numbers;
use crate::domain::fit::columns;
use crate::domain::html::flow::{Block, Cell};
use crate::domain::richtext::page::Page;
use crate::domain::richtext::wrap::{Piece, wrap};
use crate::domain::richtext::{Line, Role, Span};
use crate::domain::sanitize::SafeText;

/// Columns between two columns.
const GAP: usize = 2;
/// The narrowest that a column is made.
const NARROWEST: usize = 6;
/// How many rows are looked at to find the widths.
const SAMPLE: usize = 200;

/// A cell: its lines, before they are wrapped.
type Lines = Vec<Vec<Piece>>;

/// A row of the table.
struct Row {
    cells: Vec<Lines>,
    head: bool,
}

/// Lays the table out; returns how many blocks it took.
pub(super) fn lay_out(page: &mut Page, blocks: &[Block], table: Cell, numbers: &Numbers<'_>) -> usize {
    let inside = |block: &&Block| block.cell.is_some_and(|cell| cell.table == table.table);
    let blocks = blocks.get(..blocks.iter().take_while(inside).count()).unwrap_or_default();
    let sample: Vec<Row> = rows(blocks).take(SAMPLE).map(|row| read(row, numbers)).collect();
    let widths = widths(&sample, page.width());
    let right = right_aligned(&sample);
    let names = sample.first().filter(|first| first.head);
    let blank = SafeText::new(&" ".repeat(page.width()));
    let mut push = |index: usize, row: &Row| {
        if let Some(widths) = &widths {
            page.push_lines(in_columns(row, widths, &right, &blank));
            if index == 0 && row.head && sample.len() > 1 {
                page.push_lines([rule(widths)]);
            }
        } else {
            stacked(page, row, names.filter(|_| index > 0));
        }
        page.is_full()
    };
    let full = sample.iter().enumerate().any(|(index, row)| push(index, row));
    if !full {
        rows(blocks).enumerate().skip(SAMPLE).any(|(index, row)| push(index, &read(row, numbers)));
    }
    blocks.len()
}

/// The blocks of each row.
fn rows(blocks: &[Block]) -> impl Iterator<Item = &[Block]> {
    blocks.chunk_by(|one, next| one.cell.map(|cell| cell.row) == next.cell.map(|cell| cell.row))
}

fn read(row: &[Block], numbers: &Numbers<'_>) -> Row {
    let mut cells: Vec<Lines> = Vec::new();
    for block in row {
        let column = block.cell.map_or(0, |cell| cell.column as usize).min(MAX_COLUMNS);
        if cells.len() <= column {
            cells.resize_with(column + 1, Vec::new);
        }
        let head = block.cell.is_some_and(|cell| cell.head);
        let pieces = numbers.pieces(block, if head { Role::Strong } else { Role::Plain });
        if let Some(cell) = cells.get_mut(column) {
            cell.push(pieces);
        }
    }
    Row { cells, head: row.iter().all(|block| block.cell.is_some_and(|cell| cell.head)) }
}

/// More columns than a table of data may have.
const MAX_COLUMNS: usize = 40;

fn width(pieces: &[Piece]) -> usize {
    pieces.iter().map(|piece| columns(&piece.text)).sum()
}

/// How wide each column is; `None` where they do not fit beside one another.
fn widths(rows: &[Row], room: usize) -> Option<Vec<usize>> {
    let count = rows.iter().map(|row| row.cells.len()).max()?;
    let mut widths = vec![1; count];
    for row in rows {
        for (cell, most) in row.cells.iter().zip(&mut widths) {
            *most = cell.iter().map(|line| width(line)).chain([*most]).max().unwrap_or(1);
        }
    }
    let room = room.checked_sub(GAP * (count - 1))?;
    // The widest gives way first.
    while widths.iter().sum::<usize>() > room {
        let over = widths.iter().sum::<usize>() - room;
        let second = widths.iter().copied().filter(|wide| Some(wide) != widths.iter().max()).max();
        let alike = widths.iter().filter(|wide| Some(*wide) == widths.iter().max()).count();
        let widest = widths.iter_mut().max()?;
        if *widest <= NARROWEST {
            return None;
        }
        // Columns that are as wide as one another give alike.
        let down_to = second.unwrap_or(0).max(NARROWEST).max(widest.saturating_sub(over.div_ceil(alike)));
        *widest = if down_to < *widest { down_to } else { *widest - 1 };
    }
    Some(widths)
}

/// Columns of numbers, whose ends stand below one another.
fn right_aligned(rows: &[Row]) -> Vec<bool> {
    let count = rows.iter().map(|row| row.cells.len()).max().unwrap_or(0);
    let body = || rows.iter().filter(|row| !row.head);
    (0..count)
        .map(|column| {
            let mut cells = body().filter_map(|row| row.cells.get(column)).filter(|cell| !cell.is_empty());
            let some = body().any(|row| row.cells.get(column).is_some_and(|cell| !cell.is_empty()));
            some && column > 0 && cells.all(|cell| cell.iter().all(|line| is_number(line)))
        })
        .collect()
}

fn is_number(pieces: &[Piece]) -> bool {
    let mut digits = 0;
    let plain = pieces.iter().flat_map(|piece| piece.text.chars()).all(|c| {
        digits += usize::from(c.is_ascii_digit());
        c.is_ascii_digit() || ".,-+% \u{a0}'€$£¥₽₹−".contains(c)
    });
    plain && digits > 0
}

fn in_columns(row: &Row, widths: &[usize], right: &[bool], blank: &SafeText) -> Vec<Line> {
    let cells: Vec<Vec<Line>> = row
        .cells
        .iter()
        .zip(widths)
        .map(|(cell, &width)| cell.iter().flat_map(|line| wrap(line, width)).collect())
        .collect();
    let height = cells.iter().map(Vec::len).max().unwrap_or(0);
    (0..height)
        .map(|at| {
            let mut spans = Vec::new();
            let mut missing = 0;
            for (column, cell) in cells.iter().enumerate() {
                let line = cell.get(at).map_or(&[][..], |line| line.spans.as_slice());
                let used: usize = line.iter().map(|span| columns(&span.text)).sum();
                let wide = widths.get(column).copied().unwrap_or(used);
                let free = wide.saturating_sub(used);
                let before = if right.get(column) == Some(&true) { free } else { 0 };
                if used > 0 {
                    push_blank(&mut spans, blank, missing + before);
                    spans.extend(line.iter().cloned());
                    missing = free - before + GAP;
                } else {
                    missing += wide + GAP;
                }
            }
            spans.shrink_to_fit();
            Line { spans }
        })
        .filter(|line| !line.spans.is_empty())
        .collect()
}

/// So many columns of a blank line that is as wide as the page.
fn push_blank(spans: &mut Vec<Span>, blank: &SafeText, columns: usize) {
    if columns > 0 {
        spans.push(Span { text: blank.part(0..columns), role: Role::Plain, link: None });
    }
}

fn rule(widths: &[usize]) -> Line {
    let lines: Vec<String> = widths.iter().map(|&width| "─".repeat(width)).collect();
    Line { spans: vec![Span { text: SafeText::new(&lines.join("  ")), role: Role::Rule, link: None }] }
}

/// Each cell on a line of its own, behind the name of its column where there is one.
fn stacked(page: &mut Page, row: &Row, names: Option<&Row>) {
    for (column, cell) in row.cells.iter().enumerate() {
        for (index, line) in cell.iter().enumerate() {
            let name = names.and_then(|names| names.cells.get(column)?.first()).filter(|_| index == 0);
            let mut pieces = Vec::new();
            if let Some(name) = name {
                pieces.extend(name.iter().cloned());
                pieces.push(Piece { text: SafeText::new(": "), role: Role::Strong, link: None });
            }
            pieces.extend(line.iter().cloned());
            page.push(&pieces);
        }
    }
    page.blank();
}
