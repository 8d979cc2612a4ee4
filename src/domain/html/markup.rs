//! The flow as a small, well-formed document for html2text.

use super::flow::{Block, Cell, Flow, Kind, Run};
use super::push_escaped;
use crate::domain::sanitize::SafeText;

/// The longest cell that may share a line with its neighbours, in characters.
const MAX_SHARED: usize = 48;
/// The widest line that cells of a laid-out row are put on together, in characters.
const MAX_ROW: usize = 76;

/// Element names that html2text is asked to tell apart; see `layout::Marks`.
const HEADING: &str = "s";

/// Writes the blocks as HTML. Links carry the number of their anchor.
pub(super) fn write(flow: &Flow) -> String {
    let mut out = String::with_capacity(flow.blocks.len() * 64);
    let mut rest = flow.blocks.as_slice();
    let mut quote = 0;
    while let Some(block) = rest.first() {
        set_quote(&mut out, &mut quote, block.quote);
        let taken = match block.cell {
            Some(cell) if cell.data => data_table(&mut out, rest, cell),
            _ => lines(&mut out, rest),
        };
        rest = rest.get(taken.max(1)..).unwrap_or_default();
    }
    set_quote(&mut out, &mut quote, 0);
    out
}

fn set_quote(out: &mut String, now: &mut u8, wanted: u8) {
    while *now < wanted {
        out.push_str("<blockquote>");
        *now += 1;
    }
    while *now > wanted {
        out.push_str("</blockquote>");
        *now -= 1;
    }
}

/// A paragraph: everything up to the next gap, a line for each block or laid-out row; returns how
/// many blocks it took.
fn lines(out: &mut String, blocks: &[Block]) -> usize {
    let Some(first) = blocks.first() else { return 0 };
    if first.kind == Kind::Rule {
        out.push_str("<p>――――――――</p>");
        return 1;
    }
    out.push_str("<p>");
    let mut count = 0;
    while let Some(block) = blocks.get(count).filter(|block| count == 0 || continues(first, block)) {
        out.push_str(if count == 0 { "" } else { "<br>" });
        count += one_line(out, block, blocks.get(count..).unwrap_or_default());
    }
    out.push_str("</p>");
    count
}

fn one_line(out: &mut String, block: &Block, blocks: &[Block]) -> usize {
    let Some(count) = shared_row(blocks) else {
        prefix(out, block.kind);
        runs(out, block);
        return 1;
    };
    let digits = blocks.iter().take(count).all(|block| block.text().chars().count() == 1);
    for (index, cell) in blocks.iter().take(count).enumerate() {
        if index > 0 {
            out.push_str(if digits { " " } else { "\u{a0} " });
        }
        runs(out, cell);
    }
    count
}

fn continues(first: &Block, next: &Block) -> bool {
    !next.gap
        && next.quote == first.quote
        && next.kind != Kind::Rule
        && !next.cell.is_some_and(|cell| cell.data)
}

fn prefix(out: &mut String, kind: Kind) {
    if let Kind::Item { depth, number } = kind {
        out.push_str(&"\u{a0}\u{a0}".repeat(usize::from(depth.clamp(1, 6)) - 1));
        match number {
            Some(number) => push_all(out, &[&number.to_string(), ".\u{a0}"]),
            None => out.push_str("•\u{a0}"),
        }
    }
}

/// How many of the blocks are the short cells of one laid-out row, two or more.
fn shared_row(blocks: &[Block]) -> Option<usize> {
    let first = blocks.first()?.cell?;
    let (mut count, mut width, mut column) = (0, 0, None);
    for block in blocks {
        let Some(cell) = block.cell.filter(|cell| cell.table == first.table && cell.row == first.row) else {
            break;
        };
        let length = block.text().chars().count();
        // A second block in the same cell: a column of text, which reads downwards.
        if column == Some(cell.column) || block.kind != Kind::Paragraph || length > MAX_SHARED {
            return None;
        }
        column = Some(cell.column);
        width += length + 2;
        count += 1;
    }
    (count >= 2 && width <= MAX_ROW).then_some(count)
}

/// A table of data; returns how many blocks it took.
fn data_table(out: &mut String, blocks: &[Block], table: Cell) -> usize {
    out.push_str("<table>");
    let mut at: Option<Cell> = None;
    let mut count = 0;
    for block in blocks {
        let Some(cell) = block.cell.filter(|cell| cell.table == table.table) else { break };
        match at {
            Some(before) if before.row == cell.row && before.column == cell.column => out.push_str("<br>"),
            Some(before) if before.row == cell.row => {
                out.push_str("</td>");
                empty_cells(out, before.column + 1, cell.column);
                out.push_str("<td>");
            }
            before => {
                out.push_str(if before.is_some() { "</td></tr><tr>" } else { "<tr>" });
                empty_cells(out, 0, cell.column);
                out.push_str("<td>");
            }
        }
        runs(out, block);
        at = Some(cell);
        count += 1;
    }
    out.push_str("</td></tr></table>");
    count
}

fn empty_cells(out: &mut String, from: u32, to: u32) {
    for _ in from..to {
        out.push_str("<td></td>");
    }
}

fn runs(out: &mut String, block: &Block) {
    let heading = block.kind == Kind::Heading;
    if heading {
        tag(out, "", HEADING);
    }
    let mut anchor = None;
    for run in &block.runs {
        if run.anchor != anchor {
            if anchor.is_some() {
                out.push_str("</a>");
            }
            if let Some(index) = run.anchor {
                push_all(out, &["<a href=\"", &index.to_string(), "\">"]);
            }
            anchor = run.anchor;
        }
        one_run(out, run, heading, block.kind == Kind::Preformatted);
    }
    if anchor.is_some() {
        out.push_str("</a>");
    }
    if heading {
        tag(out, "/", HEADING);
    }
}

fn one_run(out: &mut String, run: &Run, heading: bool, preformatted: bool) {
    let name = match () {
        () if run.look.image => Some("sup"),
        () if run.look.mono => Some("code"),
        () if heading => None,
        () if run.look.strong => Some("strong"),
        () if run.look.emphasis => Some("em"),
        () => None,
    };
    if let Some(name) = name {
        tag(out, "", name);
    }
    if run.look.image {
        // Brackets tell a picture's words from the text around them.
        out.push('[');
        push_escaped(out, &SafeText::new(run.text.trim()));
        out.push(']');
    } else if preformatted {
        push_escaped(out, &SafeText::new(&run.text).replace(' ', "\u{a0}"));
    } else {
        // Made safe here already: html2text would drop what has to be seen.
        push_escaped(out, &SafeText::new(&run.text));
    }
    if let Some(name) = name {
        tag(out, "/", name);
    }
}

fn tag(out: &mut String, slash: &str, name: &str) {
    push_all(out, &["<", slash, name, ">"]);
}

fn push_all(out: &mut String, pieces: &[&str]) {
    for piece in pieces {
        out.push_str(piece);
    }
}
