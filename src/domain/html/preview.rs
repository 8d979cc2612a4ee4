//! Reads the beginning of a document for the first screen, as much of the source as necessary.

use super::flow::Flow;
use super::{tree, walk};
use std::fmt::Write;

/// Number of bytes of the source that are read first.
const FIRST_BYTES: usize = 16 << 10;
/// Factor by which more is read if the screen is not filled.
const GROWTH_FACTOR: usize = 3;
/// Size in bytes from which an unfinished data table may fill the screen.
const LONG_TABLE_BYTES: usize = 256 << 10;
/// Maximum number of bytes of later style sheets that are read.
const MAX_STYLES: usize = 64 << 10;

/// Reads the beginning of a document: at least what fills `lines` lines of `columns` columns.
///
/// Its blocks are the first blocks of the whole document, unless later content changes earlier content. A
/// table whose end decides about its layout is included only if nothing else fills the screen.
pub(crate) fn read_preview(html: &str, lines: usize, columns: usize) -> Flow {
    let mut size = FIRST_BYTES;
    while size.saturating_mul(2) < html.len() {
        let mut flow = walk::walk(&tree::parse(&beginning(html, size)));
        drop_unfinished(&mut flow, size >= LONG_TABLE_BYTES);
        if flow.lines(columns) >= lines {
            return flow;
        }
        size *= GROWTH_FACTOR;
    }
    super::read(html)
}

/// The source up to the last tag that begins before `size`, and the later style sheets.
fn beginning(html: &str, size: usize) -> String {
    let near = html.get(..html.floor_char_boundary(size)).unwrap_or(html);
    let (start, rest) = html.split_at(near.rfind('<').unwrap_or(near.len()));
    let mut out = start.to_owned();
    let mut room = MAX_STYLES;
    let mut from = 0;
    while let Some(at) = memchr::memmem::find(rest.as_bytes().get(from..).unwrap_or_default(), b"<style") {
        let sheet = rest.get(from + at..).unwrap_or_default();
        let Some(end) = sheet.find("</style").filter(|&end| end <= room) else { break };
        room -= end;
        from += at + end;
        if write!(out, "{}</style>", sheet.get(..end).unwrap_or_default()).is_err() {
            break;
        }
    }
    out
}

/// Drops what the rest of the source may still change: the unfinished block, and the data table that
/// contains it.
fn drop_unfinished(flow: &mut Flow, keep_table: bool) {
    let Some(last) = flow.blocks.pop() else { return };
    let Some(cell) = last.cell.filter(|cell| cell.data && !keep_table) else { return };
    while flow.blocks.last().and_then(|block| block.cell).is_some_and(|it| it.table == cell.table) {
        flow.blocks.pop();
    }
}
