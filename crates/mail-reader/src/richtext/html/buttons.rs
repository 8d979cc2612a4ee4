//! Gives each button that shares a block with other content a line of its own.

use super::runs::Numbers;
use crate::html::flow::{Block, Kind, Run};

/// Maximum number of buttons in a block that get lines of their own. More buttons are a menu and stay in one
/// line.
const MAX_BUTTONS: usize = 3;
/// Characters that end a sentence. A button after a complete sentence gets a line of its own; one within a
/// sentence stays there.
const SENTENCE_ENDS: [char; 7] = ['.', '!', '?', '。', '！', '？', '…'];

/// Splits a block into parts that get lines of their own; `None` if the block stays together.
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
    // A button inside a sentence is a word of it, and one between bars is an item of a menu.
    let splits = buttons <= MAX_BUTTONS
        && groups.iter().enumerate().all(|(index, group)| {
            let text = words(group);
            let text = text.trim();
            is_button(group) || text.is_empty() || (index == 0 && text.ends_with(SENTENCE_ENDS))
        });
    if !splits || (buttons < 2 && groups.len() < 2) {
        return None;
    }
    let part = |group: &[Run]| Block { runs: group.to_vec(), ..block.clone() };
    Some(groups.into_iter().filter(|group| !words(group).trim().is_empty()).map(part).collect())
}
