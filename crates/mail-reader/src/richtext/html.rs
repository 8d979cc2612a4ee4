//! Lays out an HTML part as rich text: blocks one after the other, data tables in columns.
//!
//! Longer than 300 lines: there is a function for each kind of block.

mod buttons;
mod cards;
mod converted;
mod loose;
mod marked;
mod runs;
mod shared;
mod table;

use super::Role;
use super::page::LineBuilder;
use super::plain::{self, numbers};
use super::quotes;
use super::wrap::StyledText;
use crate::html;
use crate::html::flow::{Block, Cell, Flow, Kind};
use crate::link_url;
use crate::mail::Mail;
use crate::mime;
use crate::panic_guard::catch_panic;
use crate::sanitize::SafeText;
use crate::{interrupt, progress};
use cards::Cards;
use converted::Reason;
use loose::Loose;
use runs::Numbers;
use std::borrow::Cow;
use std::collections::HashMap;
use std::ops::Range;
use std::time::Duration;

/// Maximum width in columns of a horizontal rule; a wider page does not widen it.
const MAX_RULE: usize = 60;
/// Maximum width in columns of a rule between two cards of a newsletter.
const MAX_CARD_RULE: usize = 24;
/// Maximum depth of indentation that is shown.
const MAX_INDENT: u8 = 6;

/// Time limit for a layout; html2text lays out the part instead if it is exceeded. The limit applies only where
/// a clock is available.
const MAX_LAYOUT_TIME: Duration = Duration::from_secs(4);
/// Number of blocks after which the layout checks for an interruption.
const STEP: usize = 64;

/// Lays out the HTML part, or the text part if there is none. If the layout fails or shows nothing,
/// html2text lays it out instead.
pub(super) fn lay_out(page: &mut LineBuilder, mail: &Mail, raw: &[u8]) {
    match mail.flow.as_deref() {
        Some(flow) => {
            let start = page.mark();
            let why = match flow.unread {
                Some(unread) => Some(unread.into()),
                None if !flow.shows_anything() => Some(Reason::Unseen),
                None => unfinished(page, mail, flow),
            };
            if let Some(why) = why {
                page.return_to(start);
                if !converted::instead(page, mail, raw, why) {
                    // html2text failed as well, so the unfinished layout is shown.
                    let _defeated = unfinished(page, mail, flow);
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

/// Lays out the HTML part with the text that a browser would hide; that text is marked.
pub(super) fn lay_out_with_hidden(page: &mut LineBuilder, mail: &Mail, raw: &[u8]) {
    let kept = mail.html.as_deref().map(Cow::Borrowed);
    match kept.or_else(|| mime::html_source(raw).map(Cow::Owned)) {
        Some(source) => lay_out_flow(page, mail, &html::read_with_hidden(&source)),
        None => lay_out(page, mail, raw),
    }
}

/// Lays out the HTML part with html2text.
pub(super) fn lay_out_converted(page: &mut LineBuilder, mail: &Mail, raw: &[u8]) {
    if !converted::instead(page, mail, raw, Reason::Asked) {
        page.note("html2text finds no text in the HTML of this mail.");
    }
}

/// Lays out a document; returns the reason if the layout is incomplete, otherwise `None`.
fn unfinished(page: &mut LineBuilder, mail: &Mail, flow: &Flow) -> Option<Reason> {
    interrupt::within(MAX_LAYOUT_TIME, || match catch_panic(|| lay_out_flow(page, mail, flow)) {
        Some(()) => interrupt::is_over().then_some(Reason::Late),
        None => Some(Reason::Broken),
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

/// Lays out the blocks in the range `stretch` of a document.
fn blocks(page: &mut LineBuilder, mail: &Mail, flow: &Flow, stretch: Range<usize>, numbers: &Numbers<'_>) {
    let mut rest = flow.blocks.get(stretch.clone()).unwrap_or_default();
    let mut cards = Cards::default();
    let mut before: Option<Cell> = None;
    // Below this number of remaining blocks, loose rows have to be searched for again.
    let mut no_table = usize::MAX;
    let mut laid = 0_usize;
    while let Some(block) = rest.first().filter(|_| !page.is_full()) {
        laid += 1;
        if laid.is_multiple_of(STEP) && interrupt::is_over() {
            return;
        }
        if cards.follows(rest, numbers) {
            page.blank();
            rule(page, MAX_CARD_RULE, None);
            page.blank();
        } else if block.gap {
            page.blank();
        }
        let goes_on =
            |cell: Cell| before.is_some_and(|last| (last.table, last.row) == (cell.table, cell.row));
        let taken = match block.cell {
            Some(cell) if cell.data => table::lay_out(page, rest, cell, numbers),
            // Inside a row, no blocks are joined on a line.
            Some(cell) if goes_on(cell) => alone(page, mail, block, numbers),
            Some(_) if rest.len() < no_table => match loose::lay_out(page, rest, numbers) {
                Loose::Table(taken) => taken,
                Loose::Rows(taken) => {
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

/// Adds a note that says how many remote images the mail has; they are not loaded.
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

/// Determines for each anchor the index of its link in the links of the page.
fn link_numbers<'a>(flow: &'a Flow, links: &'a [SafeText]) -> Numbers<'a> {
    let known: HashMap<&str, u16> = numbers(links);
    let of = |href: &str| match known.get(href) {
        Some(number) => Some(*number),
        None if is_canonical(href) => None,
        None => known.get(link_url::address(href, flow.base.as_deref())?.as_str()).copied(),
    };
    let of = flow.anchors.iter().map(|anchor| of(&anchor.href)).collect();
    Numbers::new(flow, of, known, links.len())
}

/// Returns whether a URL is certainly spelled as in the links of the page. Then it need not be parsed to find
/// its link.
fn is_canonical(href: &str) -> bool {
    let Some(rest) = href.strip_prefix("https://").or_else(|| href.strip_prefix("http://")) else {
        return false;
    };
    let Some((host, path)) = rest.split_once('/') else { return false };
    let named = host.contains('.') && host.starts_with(|c: char| c.is_ascii_lowercase());
    // A host that ends in digits may be an IP address in another notation.
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

/// Maximum length in bytes of a URL that is looked up without parsing; a longer one is parsed.
const MAX_KNOWN: usize = 1000;

/// Adds a horizontal rule after a prefix; `most` is its maximum width in columns.
fn rule(page: &mut LineBuilder, most: usize, prefix: Option<&StyledText>) {
    let room = page.width().saturating_sub(prefix.map_or(0, |prefix| prefix.text.len())).min(most);
    let rule = StyledText { text: SafeText::new(&"─".repeat(room)), role: Role::Rule, link: None };
    page.push_prefixed(prefix, &[rule]);
}

/// Lays out one block, or several blocks that share a line; returns how many blocks were laid out.
fn beside(
    page: &mut LineBuilder,
    mail: &Mail,
    block: &Block,
    rest: &[Block],
    numbers: &Numbers<'_>,
) -> usize {
    let shares = matches!(block.kind, Kind::Paragraph | Kind::Heading | Kind::Preformatted);
    let Some(count) = shared::count(rest, numbers).filter(|_| shares) else {
        let wide = page.width() >= marked::MIN_WIDTH + margin(block);
        return match marked::count(rest).filter(|_| wide) {
            Some(count) => marked_item(page, rest, count, numbers),
            None => alone(page, mail, block, numbers),
        };
    };
    let (prefix, role) = quoted(block);
    page.push_prefixed(prefix.as_ref(), &shared::pieces(rest, count, role, numbers));
    count
}

/// Lays out a list item whose bullet or number has a cell of its own; returns how many blocks were laid out.
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

/// Returns the quote marks and the indentation of a block, and the role of the text after them.
fn quoted(block: &Block) -> (Option<StyledText>, Role) {
    let role = if block.quote == 0 { Role::Plain } else { Role::Quote(block.quote) };
    if margin(block) == 0 {
        return (None, role);
    }
    let marks = format!("{}{}", "> ".repeat(usize::from(block.quote)), "  ".repeat(indent(block)));
    (Some(StyledText { text: SafeText::new(&marks), role, link: None }), role)
}

/// Returns the width in columns of the quote marks and the indentation of a block.
fn margin(block: &Block) -> usize {
    2 * (usize::from(block.quote) + indent(block))
}

/// Returns the count of indentations of a block that are shown.
fn indent(block: &Block) -> usize {
    usize::from(block.indent.min(MAX_INDENT))
}

/// Lays out one block on lines of its own; returns 1, the count of blocks that were laid out.
fn alone(page: &mut LineBuilder, mail: &Mail, block: &Block, numbers: &Numbers<'_>) -> usize {
    let (prefix, role) = quoted(block);
    match block.kind {
        Kind::Rule => rule(page, MAX_RULE, prefix.as_ref()),
        Kind::Picture(index) => super::picture::in_place(page, mail, index, &numbers.pieces(block, role)),
        Kind::Item { depth, marker } => {
            let marks = prefix.as_ref().map_or("", |prefix| prefix.text.as_str());
            let [first, next] = numbers.item(marks, depth, marker, role);
            page.push_hanging(Some(&first), Some(&next), &numbers.pieces(block, role));
        }
        Kind::Paragraph | Kind::Heading | Kind::Preformatted => {
            for part in buttons::apart(block, numbers).as_deref().unwrap_or(std::slice::from_ref(block)) {
                let mut pieces = numbers.pieces(part, role);
                let hangs = part.kind == Kind::Paragraph && page.width() >= marked::MIN_WIDTH + margin(block);
                match hangs.then(|| marked::take_bullet(&mut pieces)).flatten() {
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
