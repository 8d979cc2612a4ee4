//! The beginning of a document, for the first screen: as much of the source as it takes to fill it.

use super::flow::Flow;
use super::{tree, walk};
use std::fmt::Write;

/// How much of the source is read first, in bytes.
const FIRST: usize = 16 << 10;
/// By how much more is read where that did not fill the screen.
const MORE: usize = 3;
/// A table of data that begins by here may fill the screen although its end was not seen.
const LONG: usize = 256 << 10;
/// How much of the style sheets behind the beginning is looked at, in bytes.
const MAX_STYLES: usize = 64 << 10;

/// Reads the beginning: what `lines` lines of `columns` columns hold, or more.
///
/// Its blocks are those that the whole begins with, as far as what comes later does not change what
/// came before; a table whose end decides how it looks is only told where nothing else fills the screen.
pub(crate) fn read_start(html: &str, lines: usize, columns: usize) -> Flow {
    let mut size = FIRST;
    while size.saturating_mul(2) < html.len() {
        let mut flow = walk::walk(&tree::parse(&beginning(html, size)));
        drop_unfinished(&mut flow, size >= LONG);
        if flow.lines(columns) >= lines {
            return flow;
        }
        size *= MORE;
    }
    super::read(html)
}

/// The source up to the last tag that begins by there, and the style sheets behind it.
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

/// Takes away what the rest of the source may still change: the block that was being read, and the
/// table of data that it is in.
fn drop_unfinished(flow: &mut Flow, keep_table: bool) {
    let Some(last) = flow.blocks.pop() else { return };
    let Some(cell) = last.cell.filter(|cell| cell.data && !keep_table) else { return };
    while flow.blocks.last().and_then(|block| block.cell).is_some_and(|it| it.table == cell.table) {
        flow.blocks.pop();
    }
}
