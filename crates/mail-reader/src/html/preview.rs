//! Reads only as much of the start of an HTML document as is needed to fill the first screen.

use super::flow::Flow;
use super::{tree, walk};
use std::fmt::Write;

/// Size in bytes of the start of an HTML source that is read at the first attempt to fill the screen.
const FIRST_BYTES: usize = 16 << 10;
/// Factor by which the number of bytes that are read is multiplied for each further attempt, if the screen
/// was not filled.
const GROWTH_FACTOR: usize = 3;
/// Minimum number of bytes of an HTML source that must be read before a data table is shown without its end.
/// If fewer bytes are read, an unfinished table is omitted.
const LONG_TABLE_BYTES: usize = 256 << 10;
/// Maximum total size in bytes of the style sheets that are read from the rest of an HTML source; further
/// style sheets are ignored.
const MAX_STYLES: usize = 64 << 10;

/// Reads the start of an HTML document, at least as much as fills `lines` lines of `columns` columns.
///
/// The blocks are the same as the first blocks of the whole document, unless later content changes earlier
/// content. A data table whose end is missing is included only if nothing else fills the screen, because the
/// missing end may change the layout of the table.
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

/// Returns the source up to the last tag that starts before byte `size`, followed by the style sheets in the
/// remaining source.
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

/// Removes the blocks that the rest of the source may still change: the last block and, unless `keep_table`
/// is set, the data table that contains the last block.
fn drop_unfinished(flow: &mut Flow, keep_table: bool) {
    let Some(last) = flow.blocks.pop() else { return };
    let Some(cell) = last.cell.filter(|cell| cell.data && !keep_table) else { return };
    while flow.blocks.last().and_then(|block| block.cell).is_some_and(|it| it.table == cell.table) {
        flow.blocks.pop();
    }
}
