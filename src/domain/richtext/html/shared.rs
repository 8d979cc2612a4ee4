//! Short cells of a laid-out row on one line, and rows of icons.

use super::runs::Numbers;
use crate::domain::html::flow::{Block, Kind};
use crate::domain::richtext::Role;
use crate::domain::richtext::wrap::Piece;
use crate::domain::sanitize::SafeText;

/// The longest cell that may share a line with its neighbours, in characters.
const MAX_SHARED: usize = 48;
/// The widest line that cells of a laid-out row are put on together, in characters.
const MAX_ROW: usize = 76;
/// The longest words of an icon, in bytes.
const MAX_ICON: usize = 24;
/// How many icons beside one another make a row of them, at least.
const MIN_ICONS: usize = 3;
/// Maximum number of buttons of a row that have lines of their own; more of them are a scale or a menu.
const MAX_BUTTONS: usize = 3;
/// Maximum number of icons on a line.
const MAX_ICONS: usize = 12;

/// The cells of a laid-out row on one line; a code whose digits have a cell each is kept close.
pub(super) fn pieces(blocks: &[Block], count: usize, role: Role, numbers: &Numbers<'_>) -> Vec<Piece> {
    let cells = || blocks.iter().take(count);
    let mut pieces = Vec::new();
    let mut gap = None;
    for (index, cell) in cells().enumerate() {
        if index > 0 {
            let digits = || cells().all(|block| block.words().chars().take(2).count() == 1);
            let gap = gap.get_or_insert_with(|| SafeText::new(if digits() { " " } else { "  " }));
            pieces.push(Piece { text: gap.clone(), role, link: None });
        }
        numbers.push_pieces(cell, role, &mut pieces);
    }
    pieces
}

/// How many of the blocks share a line: the short cells of one laid-out row, or icons; two or more.
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
        // A second block in the same cell: a column of text, which reads downwards.
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

/// How many of the blocks are linked pictures with a few words, as rows of links to social networks are.
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
    // All of them stand in one row, or each in a table of its own; a logo above a row stands in another.
    let begin = icons.get(..2).map(|first| first.iter().map(|block| row(block)).collect::<Vec<_>>())?;
    let beside = begin.first() == begin.last();
    let apart =
        icons.windows(2).take_while(|pair| matches!(pair, [one, next] if (row(one) == row(next)) == beside));
    let count = 1 + apart.count();
    let ends =
        icons.get(count).is_none_or(|next| icons.get(count - 1).is_some_and(|last| row(last) != row(next)));
    (count >= MIN_ICONS && ends).then_some(count)
}
