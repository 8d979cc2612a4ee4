//! Buttons that share a block with other buttons or end it: each has a line of its own.

use super::runs::Numbers;
use crate::domain::html::flow::{Block, Kind, Run};

/// Maximum number of buttons beside one another; more of them are a menu.
const MAX_BUTTONS: usize = 3;
/// What sentences end with.
const ENDS: [char; 7] = ['.', '!', '?', '。', '！', '？', '…'];

/// The parts of a block that stand on lines of their own; `None` where it stays together.
pub(super) fn apart(block: &Block, numbers: &Numbers<'_>) -> Option<Vec<Block>> {
    let button = |run: &Run| numbers.looks_like_button(run.anchor);
    if block.kind != Kind::Paragraph || !block.runs.iter().any(button) {
        return None;
    }
    let together = |one: &Run, next: &Run| one.anchor == next.anchor || !(button(one) || button(next));
    let groups: Vec<&[Run]> = block.runs.chunk_by(together).collect();
    let is_button = |group: &[Run]| group.iter().all(button);
    let buttons = groups.iter().filter(|group| is_button(group)).count();
    let words = |group: &[Run]| group.iter().map(|run| run.text.as_str()).collect::<String>();
    // In the middle of a sentence a button is a word of it, and between bars a part of a menu.
    let splits = buttons <= MAX_BUTTONS
        && groups.iter().enumerate().all(|(index, group)| {
            let text = words(group);
            let text = text.trim();
            is_button(group) || text.is_empty() || (index == 0 && text.ends_with(ENDS))
        });
    if !splits || (buttons < 2 && groups.len() < 2) {
        return None;
    }
    let part = |group: &[Run]| Block { runs: group.to_vec(), ..block.clone() };
    Some(groups.into_iter().filter(|group| !words(group).trim().is_empty()).map(part).collect())
}
