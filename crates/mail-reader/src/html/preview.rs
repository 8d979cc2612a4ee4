//! Reads only as much from the start of an HTML document as is needed to fill the first screen.

use super::flow::Flow;
use super::{tree, walk};
use std::fmt::Write;

/// Number of bytes of the HTML source that are read in the first attempt to fill the screen.
const FIRST_BYTES: usize = 16 << 10;
/// Factor by which the number of bytes to read is multiplied after each attempt that did not fill the screen.
const GROWTH_FACTOR: usize = 3;
/// An unfinished data table is shown only after at least this many bytes of the HTML source have been read.
const LONG_TABLE_BYTES: usize = 256 << 10;
/// Maximum total size in bytes of the style sheets that a preview takes from the HTML source after the
/// previewed content. Further style sheets are ignored.
const MAX_STYLE_BYTES: usize = 64 << 10;

/// Reads the start of an HTML document, at least enough to fill `lines` lines of `columns` columns.
///
/// The returned blocks are the first blocks of the whole document, unless later content changes earlier content. A data
/// table whose end has not been read is left out until [`LONG_TABLE_BYTES`] are read, because its end may change the
/// layout of the table.
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

/// Returns the part of an HTML source that precedes the last tag starting before byte `size`, followed by the style
/// sheets from the rest of the source.
fn beginning(html: &str, size: usize) -> String {
    let near = html.get(..html.floor_char_boundary(size)).unwrap_or(html);
    let (start, rest) = html.split_at(near.rfind('<').unwrap_or(near.len()));
    let mut out = start.to_owned();
    let mut remaining = MAX_STYLE_BYTES;
    let mut from = 0;
    while let Some(at) = memchr::memmem::find(rest.as_bytes().get(from..).unwrap_or_default(), b"<style") {
        let sheet = rest.get(from + at..).unwrap_or_default();
        let Some(end) = sheet.find("</style").filter(|&end| end <= remaining) else { break };
        remaining -= end;
        from += at + end;
        if write!(out, "{}</style>", sheet.get(..end).unwrap_or_default()).is_err() {
            break;
        }
    }
    out
}

/// Removes the blocks that the rest of the source may still change: the last block, and the data table that contains
/// it. If `keep_table` is `true`, only the last block is removed.
fn drop_unfinished(flow: &mut Flow, keep_table: bool) {
    let Some(last) = flow.blocks.pop() else { return };
    let Some(cell) = last.cell.filter(|cell| cell.data && !keep_table) else { return };
    while flow.blocks.last().and_then(|block| block.cell).is_some_and(|it| it.table == cell.table) {
        flow.blocks.pop();
    }
}
