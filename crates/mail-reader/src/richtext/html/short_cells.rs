//! Puts the short cells of a row in a layout table, or consecutive icons, on one line.

use super::runs::Numbers;
use crate::html::flow::{Block, BlockKind};
use crate::richtext::Role;
use crate::richtext::wrap::StyledText;
use crate::sanitize::SafeText;

/// A table cell shares a line with its neighbours only if it contains at most this many characters.
const MAX_SHARED_CHARS: usize = 48;
/// Maximum number of characters in a line that is shared by several table cells. If the line would be longer, each cell
/// is put on a line of its own.
const MAX_ROW_CHARS: usize = 76;
/// Maximum length in bytes of the alternative text of an icon. A linked image with a longer alternative text does not
/// count as an icon.
const MAX_ICON_BYTES: usize = 24;
/// Neighbouring icons (small linked images) are put on one line only if there are at least this many. Fewer icons are
/// put on separate lines.
const MIN_ICONS: usize = 3;
/// The buttons in a table row are put on separate lines only if there are at most this many. More buttons are treated
/// as a rating scale or a menu, and share one line.
const MAX_BUTTONS: usize = 3;
/// Maximum number of icons (small linked images) on one line; further icons are put on the next line.
const MAX_ICONS: usize = 12;

/// Joins the first `count` blocks, which are cells that share a line, into one line. The gaps between the cells are
/// narrower if each cell contains a single character, such as a digit of a code.
pub(super) fn pieces(blocks: &[Block], count: usize, role: Role, numbers: &Numbers<'_>) -> Vec<StyledText> {
    let cells = || blocks.iter().take(count);
    let mut pieces = Vec::new();
    let mut gap = None;
    for (index, cell) in cells().enumerate() {
        if index > 0 {
            let digits = || cells().all(|block| block.words().chars().take(2).count() == 1);
            let gap = gap.get_or_insert_with(|| SafeText::new(if digits() { " " } else { "  " }));
            pieces.push(StyledText { text: gap.clone(), role, link: None });
        }
        numbers.push_pieces(cell, role, &mut pieces);
    }
    pieces
}

/// Returns the number of blocks at the start of `blocks` that share a line: either the short cells of a row in a layout
/// table, or consecutive icons. Returns `None` if the first block does not share its line.
pub(super) fn count(blocks: &[Block], numbers: &Numbers<'_>) -> Option<usize> {
    if let Some(count) = icons(blocks) {
        return Some(count);
    }
    let first = blocks.first()?.cell?;
    let (mut count, mut width, mut buttons, mut column) = (0, 0, 0, None);
    for block in blocks {
        let Some(cell) = block.cell.filter(|cell| cell.table == first.table && cell.row == first.row) else {
            break;
        };
        let length: usize =
            block.runs.iter().map(|run| run.text.chars().take(MAX_SHARED_CHARS + 1).count()).sum();
        // A cell with several blocks is a column of text, which must be read downwards.
        if column == Some(cell.column) || block.kind != BlockKind::Paragraph || length > MAX_SHARED_CHARS {
            return None;
        }
        buttons += usize::from(numbers.is_button(block));
        column = Some(cell.column);
        width += length + 2;
        count += 1;
        if width > MAX_ROW_CHARS {
            return None;
        }
    }
    (count >= 2 && !(1..=MAX_BUTTONS).contains(&buttons)).then_some(count)
}

/// Returns the number of icons at the start of `blocks`; `None` if there are fewer than [`MIN_ICONS`]. Icons are linked
/// images with little text, such as links to social networks.
fn icons(blocks: &[Block]) -> Option<usize> {
    let is_icon = |block: &&Block| {
        let anchor = block.runs.first().and_then(|run| run.anchor);
        let length: usize = block.runs.iter().map(|run| run.text.size()).sum();
        block.kind == BlockKind::Paragraph
            && anchor.is_some()
            && length <= MAX_ICON_BYTES
            && !block.cell.is_some_and(|cell| cell.data)
            && block.runs.iter().all(|run| run.anchor == anchor && run.look.image)
    };
    if !blocks.get(..MIN_ICONS).is_some_and(|first| first.iter().all(|block| is_icon(&block))) {
        return None;
    }
    let row = |block: &Block| block.cell.map(|cell| (cell.table, cell.row));
    let icons: Vec<&Block> = blocks.iter().take(MAX_ICONS).take_while(is_icon).collect();
    // Either all icons are in the same row, or each icon is in a row of its own. A logo above the icons is in a
    // different row from the icons.
    let begin = icons.get(..2).map(|first| first.iter().map(|block| row(block)).collect::<Vec<_>>())?;
    let beside = begin.first() == begin.last();
    let apart =
        icons.windows(2).take_while(|pair| matches!(pair, [one, next] if (row(one) == row(next)) == beside));
    let count = 1 + apart.count();
    let ends =
        icons.get(count).is_none_or(|next| icons.get(count - 1).is_some_and(|last| row(last) != row(next)));
    (count >= MIN_ICONS && ends).then_some(count)
}
