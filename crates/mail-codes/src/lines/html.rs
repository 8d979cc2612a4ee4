//! Converts the blocks and table cells of an HTML part to lines, and records which text is emphasised.

use super::{LineSource, MAX_LINES, TextLine, fold, plain, starts_quoted_mail};
use mail_reader::html::flow::{Block, BlockKind, Flow, TextRun};
use std::borrow::Cow;

/// Minimum font size in CSS pixels at which text counts as emphasised.
const LARGE_FONT_PX: u16 = 20;

pub(super) fn from_flow(lines: &mut Vec<TextLine>, flow: &Flow) {
    let mut boxes: Vec<String> = Vec::new();
    let mut older = false;
    let blocks = flow.blocks.iter().enumerate().filter(|(_, block)| block.kind != BlockKind::Rule);
    for (index, block) in blocks.take(MAX_LINES) {
        let text = fold(&visible_text(block));
        let struck: Vec<String> =
            block.runs.iter().filter(|run| run.look.struck).map(|run| fold(&run.text)).collect();
        if text.chars().nth(1).is_none() && !text.is_empty() && text.chars().all(char::is_alphanumeric) {
            boxes.push(text);
            continue;
        }
        push_boxes(lines, &mut boxes);
        older |= starts_quoted_mail(&text);
        let holds = |run: &&TextRun| !run.look.struck && !run.look.raised;
        let looks =
            || block.runs.iter().filter(holds).filter(|run| !run.text.trim().is_empty()).map(|run| run.look);
        let marked = |look: mail_reader::html::flow::TextStyle| {
            look.strong || look.mono || look.spaced || look.size >= LARGE_FONT_PX
        };
        let strong = block
            .runs
            .iter()
            .filter(holds)
            .filter(|run| marked(run.look))
            .map(|run| fold(&run.text))
            .collect();
        lines.push(TextLine {
            block: index,
            marked: looks().all(marked) && looks().next().is_some(),
            quoted: older || block.quote > 0,
            cell: block.cell,
            strong,
            struck,
            ..TextLine::new(LineSource::Html, text)
        });
    }
    push_boxes(lines, &mut boxes);
    join_split(lines);
}

/// Returns the text of a block without struck-out text, and without superscript or subscript marks that are
/// attached to a word, such as footnote numbers.
fn visible_text(block: &Block) -> Cow<'_, str> {
    if !block.runs.iter().any(|run| run.look.struck || run.look.raised) {
        return block.words();
    }
    let mut words = String::new();
    for (index, run) in block.runs.iter().enumerate() {
        let next = block.runs.get(index + 1);
        if run.look.struck || (run.look.raised && is_mark(&words, &run.text, next)) {
            words.push(' ');
        } else {
            words.push_str(&run.text);
        }
    }
    words.into()
}

/// Returns whether the superscript or subscript run `text` is a mark, such as a footnote number. A mark immediately
/// follows a word; a short mark may also immediately precede one. `before` is the text before the run.
fn is_mark(before: &str, text: &str, next: Option<&TextRun>) -> bool {
    let glued = |c: Option<char>| c.is_some_and(|c| !c.is_whitespace());
    if !glued(text.chars().next()) || text.chars().nth(MAX_MARK_CHARS).is_some() {
        return false;
    }
    glued(before.chars().next_back())
        || (text.chars().nth(MAX_SHORT_MARK_CHARS).is_none()
            && glued(next.and_then(|next| next.text.chars().next())))
}

/// Maximum length in characters of a superscript or subscript mark after a word. Longer text is treated as
/// part of the line.
const MAX_MARK_CHARS: usize = 16;

/// Maximum length in characters of a superscript or subscript mark before a word. Longer text is treated as
/// part of the line.
const MAX_SHORT_MARK_CHARS: usize = 3;

/// Joins the cells of a table row over which the digits and letters of one code are spread. Such a row becomes one line
/// if it belongs to a layout table and its cells contain nothing else.
fn join_split(lines: &mut Vec<TextLine>) {
    let is_split = |cells: &[TextLine]| {
        let is_part = |byte: u8| byte.is_ascii_digit() || byte.is_ascii_uppercase();
        let is_group = |text: &str| {
            (2..=4).contains(&text.len())
                && text.bytes().all(is_part)
                && text.bytes().any(|byte| byte.is_ascii_digit())
        };
        let mut groups = cells.iter().map(|line| line.text.as_str()).filter(|text| *text != "-");
        let count = groups.clone().count();
        let characters: usize = groups.clone().map(str::len).sum();
        let is_layout = cells.iter().all(|line| line.cell.is_some_and(|cell| !cell.data));
        is_layout && (2..=4).contains(&count) && characters >= MIN_SPLIT_CHARACTERS && groups.all(is_group)
    };
    let row_of = |line: &TextLine| line.cell.map(|cell| (cell.table, cell.row));
    let is_row = |a: &TextLine, b: &TextLine| row_of(a).is_some() && row_of(a) == row_of(b);
    if !lines.chunk_by(is_row).any(is_split) {
        return;
    }
    let mut joined = Vec::with_capacity(lines.len());
    let counts: Vec<(usize, bool)> =
        lines.chunk_by(is_row).map(|cells| (cells.len(), is_split(cells))).collect();
    let mut rest = std::mem::take(lines).into_iter();
    for (count, split) in counts {
        let cells = rest.by_ref().take(count);
        if !split {
            joined.extend(cells);
            continue;
        }
        let cells: Vec<TextLine> = cells.collect();
        let block = cells.first().map_or(0, |line| line.block);
        let groups: Vec<&str> =
            cells.iter().map(|line| line.text.as_str()).filter(|text| *text != "-").collect();
        let line = plain(LineSource::Html, &groups.join(" "), false);
        joined.push(TextLine { boxed: true, marked: true, block, ..line });
    }
    *lines = joined;
}

/// Minimum number of digits and letters in a code whose groups are in several table cells. The cells of a shorter code
/// are not joined.
const MIN_SPLIT_CHARACTERS: usize = 6;

fn push_boxes(lines: &mut Vec<TextLine>, boxes: &mut Vec<String>) {
    if boxes.len() >= 4 {
        let block = lines.last().map_or(0, |line| line.block);
        let line = plain(LineSource::Html, &boxes.concat(), false);
        lines.push(TextLine { boxed: true, marked: true, block, ..line });
    }
    boxes.clear();
}
