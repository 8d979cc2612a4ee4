//! Puts the short cells of a layout row, and rows of icons, on one line.

use super::runs::Numbers;
use crate::html::flow::{Block, Kind};
use crate::richtext::Role;
use crate::richtext::wrap::StyledText;
use crate::sanitize::SafeText;

/// Maximum length in characters of a cell that may share a line with its neighbours; a longer one has lines of
/// its own.
const MAX_SHARED: usize = 48;
/// Maximum length in characters of a line of joined cells; if it would be longer, the cells are not joined.
const MAX_ROW: usize = 76;
/// Maximum length in bytes of the text of a linked image that counts as an icon.
const MAX_ICON: usize = 24;
/// Minimum number of icons side by side that are put on one line.
const MIN_ICONS: usize = 3;
/// Maximum number of buttons in a row that get lines of their own. More buttons are a scale or a menu and share
/// a line.
const MAX_BUTTONS: usize = 3;
/// Maximum number of icons on a line; further ones begin the next line.
const MAX_ICONS: usize = 12;

/// Returns the cells of a layout row as one line. A code with one digit in each cell is joined without gaps.
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

/// Returns how many blocks share a line: the short cells of a layout row, or icons. `None` if fewer than two
/// do.
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
        let length: usize = block.runs.iter().map(|run| run.text.chars().take(MAX_SHARED + 1).count()).sum();
        // A second block in the same cell belongs to a column of text, which is read downwards.
        if column == Some(cell.column) || block.kind != Kind::Paragraph || length > MAX_SHARED {
            return None;
        }
        buttons += usize::from(numbers.is_button(block));
        column = Some(cell.column);
        width += length + 2;
        count += 1;
        if width > MAX_ROW {
            return None;
        }
    }
    (count >= 2 && !(1..=MAX_BUTTONS).contains(&buttons)).then_some(count)
}

/// Returns how many blocks at the start are icons: linked images with little text, such as links to social
/// networks. `None` if there are fewer than [`MIN_ICONS`].
fn icons(blocks: &[Block]) -> Option<usize> {
    let is_icon = |block: &&Block| {
        let anchor = block.runs.first().and_then(|run| run.anchor);
        let length: usize = block.runs.iter().map(|run| run.text.size()).sum();
        block.kind == Kind::Paragraph
            && anchor.is_some()
            && length <= MAX_ICON
            && !block.cell.is_some_and(|cell| cell.data)
            && block.runs.iter().all(|run| run.anchor == anchor && run.look.image)
    };
    if !blocks.get(..MIN_ICONS).is_some_and(|first| first.iter().all(|block| is_icon(&block))) {
        return None;
    }
    let row = |block: &Block| block.cell.map(|cell| (cell.table, cell.row));
    let icons: Vec<&Block> = blocks.iter().take(MAX_ICONS).take_while(is_icon).collect();
    // All icons are in one row, or each in its own table; a logo above the icons is in another row.
    let begin = icons.get(..2).map(|first| first.iter().map(|block| row(block)).collect::<Vec<_>>())?;
    let beside = begin.first() == begin.last();
    let apart =
        icons.windows(2).take_while(|pair| matches!(pair, [one, next] if (row(one) == row(next)) == beside));
    let count = 1 + apart.count();
    let ends =
        icons.get(count).is_none_or(|next| icons.get(count - 1).is_some_and(|last| row(last) != row(next)));
    (count >= MIN_ICONS && ends).then_some(count)
}
