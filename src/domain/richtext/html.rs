//! An HTML part as rich text: its blocks one after the other, tables of data in columns.

mod runs;
mod table;

use super::Role;
use super::page::Page;
use super::plain::{self, numbers};
use super::quotes;
use super::wrap::Piece;
use crate::domain::extract;
use crate::domain::html::flow::{Block, Flow, Kind};
use crate::domain::mail::Mail;
use crate::domain::progress;
use crate::domain::sanitize::SafeText;
use runs::Numbers;
use std::collections::HashMap;
use std::ops::Range;

/// The longest cell that may share a line with its neighbours, in characters.
const MAX_SHARED: usize = 48;
/// The widest line that cells of a laid-out row are put on together, in characters.
const MAX_ROW: usize = 76;
/// The longest ruled line, in columns.
const MAX_RULE: usize = 60;

/// How many characters of words an HTML part shows.
pub(super) fn words(mail: &Mail) -> usize {
    let blocks = mail.flow.iter().flat_map(|flow| &flow.blocks);
    blocks.flat_map(|block| &block.runs).map(|run| run.text.size()).sum()
}

/// Lays the HTML part out; where there is none, the text part.
pub(super) fn lay_out(page: &mut Page, mail: &Mail) {
    let Some(flow) = mail.flow.as_deref() else {
        if let Some(text) = &mail.text {
            plain::lay_out_mail(page, text, mail);
        }
        return;
    };
    if flow.cut {
        page.note("The HTML of this mail is too large or too deep; a part of it is left out.");
        page.blank();
    }
    let numbers = link_numbers(flow, mail);
    let mut index = 0;
    for quote in quotes::of_flow(page, mail, flow) {
        blocks(page, mail, flow, index..quote.stretch.start, &numbers);
        if page.is_full() {
            return;
        }
        if quotes::push_line(page, &quote) {
            blocks(page, mail, flow, quote.stretch.clone(), &numbers);
        }
        page.blank();
        index = quote.stretch.end;
    }
    blocks(page, mail, flow, index..flow.blocks.len(), &numbers);
    remote(page, flow.remote_images);
}

/// Lays a stretch of the blocks of a document out.
fn blocks(page: &mut Page, mail: &Mail, flow: &Flow, stretch: Range<usize>, numbers: &Numbers<'_>) {
    let mut rest = flow.blocks.get(stretch.clone()).unwrap_or_default();
    while let Some(block) = rest.first().filter(|_| !page.is_full()) {
        if block.gap {
            page.blank();
        }
        let taken = match block.cell {
            Some(cell) if cell.data => table::lay_out(page, rest, cell, numbers),
            _ => one(page, mail, block, rest, numbers),
        };
        rest = rest.get(taken.max(1)..).unwrap_or_default();
        progress::reached(stretch.end - rest.len(), flow.blocks.len());
    }
}

/// Says how many pictures were left where they are.
fn remote(page: &mut Page, count: usize) {
    if count == 0 {
        return;
    }
    page.blank();
    page.note(&match count {
        1 => "One picture was not loaded: it would have to be fetched from the sender.".to_owned(),
        _ => format!("{count} pictures were not loaded: they would have to be fetched from the sender."),
    });
}

/// For each anchor, the number of its link in the mail's list.
fn link_numbers<'a>(flow: &'a Flow, mail: &Mail) -> Numbers<'a> {
    let known: HashMap<&str, u16> = numbers(&mail.links);
    let of = |href: &str| match known.get(href) {
        Some(number) => Some(*number),
        None if is_canonical(href) => None,
        None => known.get(extract::address(href, flow.base.as_deref())?.as_str()).copied(),
    };
    Numbers::new(flow, flow.anchors.iter().map(|anchor| of(&anchor.href)).collect(), mail.links.len())
}

/// Whether an address is surely written as the mail's list has it: what is not in there need not be read
/// to know that.
fn is_canonical(href: &str) -> bool {
    let Some(rest) = href.strip_prefix("https://").or_else(|| href.strip_prefix("http://")) else {
        return false;
    };
    let Some((host, path)) = rest.split_once('/') else { return false };
    let named = host.contains('.') && host.starts_with(|c: char| c.is_ascii_lowercase());
    // What ends in digits may be a number that stands for an address.
    let plain = |c: u8| c.is_ascii_lowercase() || c.is_ascii_digit() || matches!(c, b'.' | b'-');
    named
        && host.bytes().all(plain)
        && host.ends_with(|c: char| c.is_ascii_lowercase())
        && !host.contains("xn--")
        && !path.contains("/.")
        && !path.starts_with('.')
        && path.bytes().all(|c| c.is_ascii_alphanumeric() || b"-._~/?=&+,;@%".contains(&c))
        && !path.contains("%2e")
        && !path.contains("%2E")
        && rest.len() < MAX_KNOWN
}

/// The longest address that is known without being read, in bytes.
const MAX_KNOWN: usize = 1000;

/// One block, or the short cells of one laid-out row; returns how many blocks it took.
fn one(page: &mut Page, mail: &Mail, block: &Block, rest: &[Block], numbers: &Numbers<'_>) -> usize {
    let quote = "> ".repeat(usize::from(block.quote));
    let role = if block.quote == 0 { Role::Plain } else { Role::Quote(block.quote) };
    let prefix =
        |text: &str| (!text.is_empty()).then(|| Piece { text: SafeText::new(text), role, link: None });
    match block.kind {
        Kind::Rule => {
            let room = page.width().saturating_sub(quote.len()).min(MAX_RULE);
            let rule = Piece { text: SafeText::new(&"─".repeat(room)), role: Role::Rule, link: None };
            page.push_prefixed(prefix(&quote).as_ref(), &[rule]);
            1
        }
        Kind::Picture(index) => {
            super::picture::in_place(page, mail, index, &block.words());
            1
        }
        Kind::Item { depth, number } => {
            let [first, next] = numbers.item(&quote, depth, number, role);
            let pieces = numbers.pieces(block, role);
            page.push_hanging(Some(&first), Some(&next), &pieces);
            1
        }
        Kind::Paragraph | Kind::Heading | Kind::Preformatted => {
            let count = shared_row(rest).unwrap_or(1);
            page.push_prefixed(prefix(&quote).as_ref(), &row(rest, count, role, numbers));
            count
        }
    }
}

/// The cells of a laid-out row on one line; a code whose digits have a cell each is kept close.
fn row(blocks: &[Block], count: usize, role: Role, numbers: &Numbers<'_>) -> Vec<Piece> {
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

/// How many of the blocks are the short cells of one laid-out row, two or more.
fn shared_row(blocks: &[Block]) -> Option<usize> {
    let first = blocks.first()?.cell?;
    let (mut count, mut width, mut column) = (0, 0, None);
    for block in blocks {
        let Some(cell) = block.cell.filter(|cell| cell.table == first.table && cell.row == first.row) else {
            break;
        };
        let length: usize = block.runs.iter().map(|run| run.text.chars().take(MAX_SHARED + 1).count()).sum();
        // A second block in the same cell: a column of text, which reads downwards.
        if column == Some(cell.column) || block.kind != Kind::Paragraph || length > MAX_SHARED {
            return None;
        }
        column = Some(cell.column);
        width += length + 2;
        count += 1;
        if width > MAX_ROW {
            return None;
        }
    }
    (count >= 2).then_some(count)
}
