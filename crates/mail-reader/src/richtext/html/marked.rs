//! Recognises items of lists that are no lists in HTML: a bullet or number in a cell beside the text, or a
//! bullet typed before it.

use crate::html::flow::{Block, Kind};
use crate::richtext::wrap::StyledText;
use crate::sanitize::SafeText;

/// Characters that count as the bullet of an item.
const BULLETS: [char; 17] =
    ['•', '·', '◦', '‣', '▪', '▫', '■', '□', '●', '○', '◆', '►', '▶', '➤', '→', '✓', '✔'];
/// Minimum width in columns of a page, quote marks aside, on which bullets get a column of their own.
pub(super) const MIN_WIDTH: usize = 20;
/// Maximum number of digits in the number of an item; a longer number is content.
const MAX_DIGITS: usize = 2;

/// Returns how many blocks an item has whose bullet or number has a cell of its own. The bullet and the blocks
/// of the next cell count. `None` if the blocks do not begin with such an item.
pub(super) fn count(blocks: &[Block]) -> Option<usize> {
    let (mark, text) = (blocks.first()?, blocks.get(1)?);
    let (beside, cell) = (mark.cell.filter(|cell| !cell.data)?, text.cell?);
    let same_row = (beside.table, beside.row) == (cell.table, cell.row) && beside.column != cell.column;
    if !same_row || mark.kind != Kind::Paragraph || !is_mark(mark) {
        return None;
    }
    let goes_on = |block: &&Block| {
        block.cell == text.cell
            && (block.quote, block.indent) == (mark.quote, mark.indent)
            && matches!(block.kind, Kind::Paragraph | Kind::Heading)
    };
    let texts = blocks.iter().skip(1).take_while(goes_on).count();
    (texts > 0).then_some(texts + 1)
}

/// Returns whether a block contains only a bullet or a number such as `1`, `2.` or `(3)`.
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

/// Removes a bullet that is typed before the text of a paragraph, with the spaces after it, and returns it.
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
