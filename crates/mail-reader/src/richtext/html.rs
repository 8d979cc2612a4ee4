//! Lays out an HTML part as rich text: blocks are stacked vertically, and data tables are laid out in columns.

// This file exceeds 300 lines because it contains a function for each kind of block.

mod buttons;
mod cards;
mod html2text_view;
mod layout_rows;
mod runs;
mod short_cells;
mod table;
mod typed_list_items;

use super::Role;
use super::page::LineBuilder;
use super::plain::{self, numbers};
use super::quotes;
use super::wrap::StyledText;
use crate::html;
use crate::html::flow::{Block, BlockKind, Cell, Flow};
use crate::link_url;
use crate::mail::Mail;
use crate::mime;
use crate::panic_guard::catch_panic;
use crate::sanitize::SafeText;
use crate::{interrupt, progress};
use cards::Cards;
use html2text_view::Html2textReason;
use layout_rows::JoinedRows;
use runs::Numbers;
use std::borrow::Cow;
use std::collections::HashMap;
use std::ops::Range;
use std::time::Duration;

/// Maximum width in columns of a horizontal rule, even if the view is wider.
const MAX_RULE_COLUMNS: usize = 60;
/// Maximum width in columns of the horizontal rule between two cards of a newsletter. A card is a group that consists
/// of an image, a heading, text and a button.
const MAX_CARD_RULE_COLUMNS: usize = 24;
/// Maximum indentation depth that is displayed; more deeply nested text is not indented further.
const MAX_INDENT_LEVELS: u8 = 6;

/// Timeout for the normal layout of an HTML part. When it expires, html2text lays out the part instead. There is no
/// timeout if the caller provides no clock.
const MAX_LAYOUT_TIME: Duration = Duration::from_secs(4);
/// Number of blocks that are laid out between two checks whether the timeout has expired.
const STEP_BLOCKS: usize = 64;

/// Lays out the HTML part of a mail, or the text part if the mail has no HTML part. If the normal layout of the HTML
/// part fails or shows no text, html2text lays out the HTML part instead.
pub(super) fn lay_out(page: &mut LineBuilder, mail: &Mail, raw: &[u8]) {
    match mail.flow.as_deref() {
        Some(flow) => {
            let start = page.mark();
            let why = match flow.unread {
                Some(unread) => Some(unread.into()),
                None if !flow.shows_anything() => Some(Html2textReason::Unseen),
                None => lay_out_or_reason(page, mail, flow),
            };
            if let Some(why) = why {
                page.return_to(start);
                if !html2text_view::instead(page, mail, raw, why) {
                    // html2text failed too, so the incomplete layout is displayed.
                    let _defeated = lay_out_or_reason(page, mail, flow);
                }
            }
        }
        None => {
            if let Some(text) = &mail.text {
                plain::lay_out_mail(page, text, mail);
            }
        }
    }
}

/// Lays out the HTML part of a mail, including hidden text, which is marked as hidden.
pub(super) fn lay_out_with_hidden(page: &mut LineBuilder, mail: &Mail, raw: &[u8]) {
    let decoded = mail.html.as_deref().map(Cow::Borrowed);
    match decoded.or_else(|| mime::html_source(raw).map(Cow::Owned)) {
        Some(source) => lay_out_flow(page, mail, &html::read_with_hidden(&source)),
        None => lay_out(page, mail, raw),
    }
}

/// Lays out the HTML part of a mail with html2text.
pub(super) fn lay_out_converted(page: &mut LineBuilder, mail: &Mail, raw: &[u8]) {
    if !html2text_view::instead(page, mail, raw, Html2textReason::Requested) {
        page.note("html2text finds no text in the HTML of this mail.");
    }
}

/// Lays out an HTML part. Returns the reason why the layout is incomplete; `None` if it is complete.
fn lay_out_or_reason(page: &mut LineBuilder, mail: &Mail, flow: &Flow) -> Option<Html2textReason> {
    interrupt::within(MAX_LAYOUT_TIME, || match catch_panic(|| lay_out_flow(page, mail, flow)) {
        Some(()) => interrupt::is_over().then_some(Html2textReason::Late),
        None => Some(Html2textReason::Broken),
    })
}

fn lay_out_flow(page: &mut LineBuilder, mail: &Mail, flow: &Flow) {
    if flow.styles_cut {
        page.note(
            "The styles of this mail are too many; some were not applied, so hidden text may be shown.",
        );
        page.blank();
    }
    if flow.cut {
        page.note("The HTML of this mail is too large or too deep; a part of it is left out.");
        page.blank();
    }
    let links = page.links();
    let numbers = link_numbers(flow, &links);
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

/// Lays out those blocks of an HTML part whose indices are in the range `stretch`.
fn blocks(page: &mut LineBuilder, mail: &Mail, flow: &Flow, stretch: Range<usize>, numbers: &Numbers<'_>) {
    let mut rest = flow.blocks.get(stretch.clone()).unwrap_or_default();
    let mut cards = Cards::default();
    let mut before: Option<Cell> = None;
    // The search for loose rows is repeated only when fewer blocks than this number remain.
    let mut no_table = usize::MAX;
    let mut laid = 0_usize;
    while let Some(block) = rest.first().filter(|_| !page.is_full()) {
        laid += 1;
        if laid.is_multiple_of(STEP_BLOCKS) && interrupt::is_over() {
            return;
        }
        if cards.follows(rest, numbers) {
            page.blank();
            rule(page, MAX_CARD_RULE_COLUMNS, None);
            page.blank();
        } else if block.gap {
            page.blank();
        }
        let goes_on =
            |cell: Cell| before.is_some_and(|last| (last.table, last.row) == (cell.table, cell.row));
        let taken = match block.cell {
            Some(cell) if cell.data => table::lay_out(page, rest, cell, numbers),
            // After the first block of a row, the blocks of the row are not joined.
            Some(cell) if goes_on(cell) => alone(page, mail, block, numbers),
            Some(_) if rest.len() < no_table => match layout_rows::lay_out(page, rest, numbers) {
                JoinedRows::Table(taken) => taken,
                JoinedRows::Rows(taken) => {
                    no_table = rest.len().saturating_sub(taken).saturating_add(1);
                    beside(page, mail, block, rest, numbers)
                }
            },
            _ => beside(page, mail, block, rest, numbers),
        };
        before = rest.get(taken.max(1) - 1).and_then(|last| last.cell);
        rest = rest.get(taken.max(1)..).unwrap_or_default();
        progress::report(stretch.end - rest.len(), flow.blocks.len());
    }
}

/// Adds a note that states how many remote images of the mail were not loaded.
fn remote(page: &mut LineBuilder, count: usize) {
    if count == 0 {
        return;
    }
    page.blank();
    page.note(&match count {
        1 => "One picture was not loaded: it would have to be fetched from the sender.".to_owned(),
        _ => format!("{count} pictures were not loaded: they would have to be fetched from the sender."),
    });
}

/// Looks up each link of an HTML part in the list `links`, and returns the numbers of the links. The number of a link
/// is its index in the list plus 1.
fn link_numbers<'a>(flow: &'a Flow, links: &'a [SafeText]) -> Numbers<'a> {
    let known: HashMap<&str, u16> = numbers(links);
    let index = |href: &str| match known.get(href) {
        Some(number) => Some(*number),
        None if is_canonical(href) => None,
        None => known.get(link_url::address(href, flow.base.as_deref())?.as_str()).copied(),
    };
    let indices = flow.anchors.iter().map(|anchor| index(&anchor.href)).collect();
    Numbers::new(flow, indices, known, links.len())
}

/// Returns whether a URL is certainly normalised like the URLs in
/// [`LayoutInput::links`](crate::richtext::LayoutInput::links). If such a URL is not in that list, it need not be
/// parsed and looked up again.
fn is_canonical(href: &str) -> bool {
    let Some(rest) = href.strip_prefix("https://").or_else(|| href.strip_prefix("http://")) else {
        return false;
    };
    let Some((host, path)) = rest.split_once('/') else { return false };
    let named = host.contains('.') && host.starts_with(|c: char| c.is_ascii_lowercase());
    // A host that ends with a digit may be an IP address in an unusual notation.
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
        && rest.len() < MAX_FAST_URL_BYTES
}

/// A URL with at least this many bytes after its scheme is always parsed and looked up again if it is not in the list
/// of links.
const MAX_FAST_URL_BYTES: usize = 1000;

/// Adds a horizontal rule at most `most` columns wide. If `prefix` is set, it precedes the rule on the same line.
fn rule(page: &mut LineBuilder, most: usize, prefix: Option<&StyledText>) {
    let max_width = page.width().saturating_sub(prefix.map_or(0, |prefix| prefix.text.len())).min(most);
    let rule = StyledText { text: SafeText::new(&"─".repeat(max_width)), role: Role::Rule, link: None };
    page.push_prefixed(prefix, &[rule]);
}

/// Lays out `block`, which is the first block in `rest`, together with any subsequent blocks that share its line.
/// Returns the number of blocks that were laid out.
fn beside(
    page: &mut LineBuilder,
    mail: &Mail,
    block: &Block,
    rest: &[Block],
    numbers: &Numbers<'_>,
) -> usize {
    let shares = matches!(block.kind, BlockKind::Paragraph | BlockKind::Heading | BlockKind::Preformatted);
    let Some(count) = short_cells::count(rest, numbers).filter(|_| shares) else {
        let wide = page.width() >= typed_list_items::MIN_WIDTH_COLUMNS + margin(block);
        return match typed_list_items::count(rest).filter(|_| wide) {
            Some(count) => marked_item(page, rest, count, numbers),
            None => alone(page, mail, block, numbers),
        };
    };
    let (prefix, role) = quoted(block);
    page.push_prefixed(prefix.as_ref(), &short_cells::pieces(rest, count, role, numbers));
    count
}

/// Lays out a list item whose bullet or number is in a table cell of its own. Returns the number of blocks
/// that were laid out.
fn marked_item(page: &mut LineBuilder, blocks: &[Block], count: usize, numbers: &Numbers<'_>) -> usize {
    let Some((mark, texts)) = blocks.get(..count).and_then(<[Block]>::split_first) else { return 1 };
    let (prefix, role) = quoted(mark);
    let marks = prefix.as_ref().map_or("", |prefix| prefix.text.as_str());
    let [mut first, next] = runs::item_starts(marks, 1, &format!("{} ", mark.words().trim()), role);
    for (index, text) in texts.iter().enumerate() {
        if text.gap && index > 0 {
            page.blank();
        }
        page.push_hanging(Some(&first), Some(&next), &numbers.pieces(text, role));
        first = next.clone();
    }
    count
}

/// Returns the quote marks and indentation that precede each line of a block, and the role of the text after them.
fn quoted(block: &Block) -> (Option<StyledText>, Role) {
    let role = if block.quote == 0 { Role::Plain } else { Role::Quote(block.quote) };
    if margin(block) == 0 {
        return (None, role);
    }
    let marks = format!("{}{}", "> ".repeat(usize::from(block.quote)), "  ".repeat(indent(block)));
    (Some(StyledText { text: SafeText::new(&marks), role, link: None }), role)
}

/// Returns the width in columns of the quote marks and indentation that precede each line of a block.
fn margin(block: &Block) -> usize {
    2 * (usize::from(block.quote) + indent(block))
}

/// Returns how many of a block's indentation levels are displayed.
fn indent(block: &Block) -> usize {
    usize::from(block.indent.min(MAX_INDENT_LEVELS))
}

/// Lays out a block that does not share a line with other blocks. Returns 1, the number of blocks that were laid out.
fn alone(page: &mut LineBuilder, mail: &Mail, block: &Block, numbers: &Numbers<'_>) -> usize {
    let (prefix, role) = quoted(block);
    match block.kind {
        BlockKind::Rule => rule(page, MAX_RULE_COLUMNS, prefix.as_ref()),
        BlockKind::Picture(index) => {
            super::picture::in_place(page, mail, index, &numbers.pieces(block, role));
        }
        BlockKind::Item { depth, marker } => {
            let marks = prefix.as_ref().map_or("", |prefix| prefix.text.as_str());
            let [first, next] = numbers.item(marks, depth, marker, role);
            page.push_hanging(Some(&first), Some(&next), &numbers.pieces(block, role));
        }
        BlockKind::Paragraph | BlockKind::Heading | BlockKind::Preformatted => {
            for part in buttons::apart(block, numbers).as_deref().unwrap_or(std::slice::from_ref(block)) {
                let mut pieces = numbers.pieces(part, role);
                let hangs = part.kind == BlockKind::Paragraph
                    && page.width() >= typed_list_items::MIN_WIDTH_COLUMNS + margin(block);
                match hangs.then(|| typed_list_items::take_bullet(&mut pieces)).flatten() {
                    Some(mark) => {
                        let marks = prefix.as_ref().map_or("", |prefix| prefix.text.as_str());
                        let [first, next] = runs::item_starts(marks, 1, &mark, role);
                        page.push_hanging(Some(&first), Some(&next), &pieces);
                    }
                    None => page.push_prefixed(prefix.as_ref(), &pieces),
                }
            }
        }
    }
    1
}
