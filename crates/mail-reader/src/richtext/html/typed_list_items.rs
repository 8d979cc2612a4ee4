//! Detects list items that are not marked up as `li` elements. Their bullet or number is in a table cell of its own, or
//! is written at the start of the text.

use crate::html::flow::{Block, BlockKind};
use crate::richtext::wrap::StyledText;
use crate::sanitize::SafeText;

/// Characters that count as the bullet of a list item.
const BULLETS: [char; 17] =
    ['•', '·', '◦', '‣', '▪', '▫', '■', '□', '●', '○', '◆', '►', '▶', '➤', '→', '✓', '✔'];
/// Minimum width in columns, not counting quote marks and indentation, of a view in which the text of a list item is
/// indented to the right of its bullet. In a narrower view, bullets are laid out like ordinary text.
pub(super) const MIN_WIDTH_COLUMNS: usize = 20;
/// Maximum number of digits in the number of a list item. A longer number counts as content rather than as a list
/// number.
const MAX_DIGITS: usize = 2;

/// Returns the number of blocks in the list item at the start of `blocks`, including the block with the bullet or
/// number. Returns `None` unless `blocks` starts with a bullet or number in a table cell of its own, followed by text.
pub(super) fn count(blocks: &[Block]) -> Option<usize> {
    let (mark, text) = (blocks.first()?, blocks.get(1)?);
    let (beside, cell) = (mark.cell.filter(|cell| !cell.data)?, text.cell?);
    let same_row = (beside.table, beside.row) == (cell.table, cell.row) && beside.column != cell.column;
    if !same_row || mark.kind != BlockKind::Paragraph || !is_mark(mark) {
        return None;
    }
    let goes_on = |block: &&Block| {
        block.cell == text.cell
            && (block.quote, block.indent) == (mark.quote, mark.indent)
            && matches!(block.kind, BlockKind::Paragraph | BlockKind::Heading)
    };
    let texts = blocks.iter().skip(1).take_while(goes_on).count();
    (texts > 0).then_some(texts + 1)
}

/// Returns whether a block contains nothing but a bullet or a number, such as `1`, `2.` or `(3)`.
fn is_mark(block: &Block) -> bool {
    if block.runs.iter().any(|run| run.anchor.is_some() || run.look.image) {
        return false;
    }
    let words = block.words();
    let words = words.trim();
    let mut chars = words.chars();
    if let (Some(bullet), None) = (chars.next(), chars.next()) {
        return BULLETS.contains(&bullet) || bullet.is_ascii_digit();
    }
    let number = words.strip_prefix('(').unwrap_or(words).trim_end_matches(['.', ')', ':']);
    (1..=MAX_DIGITS).contains(&number.len()) && number.bytes().all(|byte| byte.is_ascii_digit())
}

/// Removes a bullet and the spaces after it from the start of a paragraph, and returns the bullet; `None` if
/// the paragraph does not start with a bullet.
pub(super) fn take_bullet(pieces: &mut Vec<StyledText>) -> Option<String> {
    let more = pieces.len() > 1;
    let first = pieces.first_mut().filter(|piece| piece.link.is_none())?;
    let text = first.text.as_str();
    let bullet = text.chars().next().filter(|c| BULLETS.contains(c))?;
    let rest = text.get(bullet.len_utf8()..)?;
    let words = rest.trim_start();
    if words.len() == rest.len() || words.is_empty() && !more {
        return None;
    }
    if words.is_empty() {
        pieces.remove(0);
    } else {
        first.text = SafeText::new(words);
    }
    Some(format!("{bullet} "))
}
