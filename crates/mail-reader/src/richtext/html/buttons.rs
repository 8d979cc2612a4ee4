//! Puts buttons on lines of their own if they share a block with other content.

use super::runs::Numbers;
use crate::html::flow::{Block, BlockKind, TextRun};

/// The buttons in a block are put on lines of their own only if there are at most this many. More buttons are treated
/// as a menu and stay on one line.
const MAX_BUTTONS: usize = 3;
/// Characters that end a sentence. A button after a complete sentence is put on a line of its own, unlike a button
/// within a sentence.
const SENTENCE_ENDS: [char; 7] = ['.', '!', '?', '。', '！', '？', '…'];

/// Splits a block into parts that are put on separate lines; `None` if no split is needed.
pub(super) fn apart(block: &Block, numbers: &Numbers<'_>) -> Option<Vec<Block>> {
    let button = |run: &TextRun| numbers.looks_like_button(run.anchor);
    if block.kind != BlockKind::Paragraph || !block.runs.iter().any(button) {
        return None;
    }
    let together =
        |one: &TextRun, next: &TextRun| one.anchor == next.anchor || !(button(one) || button(next));
    let groups: Vec<&[TextRun]> = block.runs.chunk_by(together).collect();
    let is_button = |group: &[TextRun]| group.iter().all(button);
    let buttons = groups.iter().filter(|group| is_button(group)).count();
    let words = |group: &[TextRun]| group.iter().map(|run| run.text.as_str()).collect::<String>();
    // A button within a sentence is a word of the sentence, and a button between vertical bars is an item of
    // a menu.
    let splits = buttons <= MAX_BUTTONS
        && groups.iter().enumerate().all(|(index, group)| {
            let text = words(group);
            let text = text.trim();
            is_button(group) || text.is_empty() || (index == 0 && text.ends_with(SENTENCE_ENDS))
        });
    if !splits || (buttons < 2 && groups.len() < 2) {
        return None;
    }
    let part = |group: &[TextRun]| Block { runs: group.to_vec(), ..block.clone() };
    Some(groups.into_iter().filter(|group| !words(group).trim().is_empty()).map(part).collect())
}
