//! An HTML part as rich text.

use super::Role;
use super::page::Page;
use super::plain::{self, numbers};
use super::wrap::Piece;
use crate::domain::extract;
use crate::domain::html::layout::{Mark, Marked, lay_out as columns};
use crate::domain::html::{self, flow::Flow};
use crate::domain::mail::Mail;
use crate::domain::sanitize::SafeText;
use std::collections::HashMap;

/// How many characters of words an HTML part shows.
pub(super) fn words(mail: &Mail) -> usize {
    let html = mail.html.as_deref().unwrap_or_default();
    html::read(html).blocks.iter().flat_map(|block| &block.runs).map(|run| run.text.len()).sum()
}

/// Lays the HTML part out; where there is none, the text part.
pub(super) fn lay_out(page: &mut Page, mail: &Mail) {
    let Some(html) = mail.html.as_deref() else {
        if let Some(text) = &mail.text {
            plain::lay_out(page, text, &mail.links);
        }
        return;
    };
    let flow = html::read(html);
    if flow.cut {
        page.note("The HTML of this mail is too large or too deep; a part of it is left out.");
        page.blank();
    }
    let numbers = link_numbers(&flow, mail);
    match columns(&flow, page.width()) {
        Some(lines) => {
            for line in lines {
                if page.is_full() {
                    break;
                }
                push(page, &line, &numbers);
            }
        }
        None => bare(page, &flow),
    }
    if page.is_empty() && flow.remote_images > 0 {
        page.note("This mail is made of pictures that would have to be loaded; nothing was loaded.");
    }
}

/// For each anchor, the number of its link in the mail's list.
fn link_numbers(flow: &Flow, mail: &Mail) -> Vec<Option<u16>> {
    let known: HashMap<&str, u16> = numbers(&mail.links);
    flow.anchors
        .iter()
        .map(|anchor| {
            let url = extract::address(&anchor.href, flow.base.as_deref())?;
            known.get(url.as_str()).copied()
        })
        .collect()
}

fn push(page: &mut Page, line: &Marked, numbers: &[Option<u16>]) {
    let whole: String = line.iter().map(|(text, _)| text.as_str()).collect();
    if whole.trim().is_empty() {
        page.blank();
        return;
    }
    let around = match whole.trim() {
        rule if rule.chars().all(|c| matches!(c, '―' | '─' | '-' | '_')) && rule.chars().count() > 3 => {
            Role::Rule
        }
        _ => quoted(&whole),
    };
    let pieces: Vec<Piece> = line
        .iter()
        .map(|(text, marks)| {
            let (role, link) = role(marks, around, numbers);
            Piece { text: SafeText::new(text), role, link }
        })
        .collect();
    page.push(&pieces);
}

fn quoted(line: &str) -> Role {
    let depth = line.split(' ').take_while(|word| *word == ">").count();
    if depth == 0 { Role::Plain } else { Role::Quote(u8::try_from(depth).unwrap_or(u8::MAX)) }
}

/// The role that says most of what html2text marked.
fn role(marks: &[Mark], around: Role, numbers: &[Option<u16>]) -> (Role, Option<u16>) {
    let has = |wanted: Mark| marks.contains(&wanted);
    let link = marks.iter().find_map(|mark| match mark {
        Mark::Link(anchor) => Some(*anchor),
        _ => None,
    });
    if let Some(anchor) = link {
        return (Role::Link, numbers.get(anchor).copied().flatten());
    }
    let role = match () {
        () if has(Mark::Image) => Role::Image,
        () if has(Mark::Heading) => Role::Heading,
        () if has(Mark::Code) => Role::Code,
        () if has(Mark::Strong) => Role::Strong,
        () if has(Mark::Emphasis) => Role::Emphasis,
        () => around,
    };
    (role, None)
}

/// The words alone, where the layout failed.
fn bare(page: &mut Page, flow: &Flow) {
    page.note("The layout of this mail could not be read; these are its words.");
    page.blank();
    for block in &flow.blocks {
        if block.gap {
            page.blank();
        }
        page.push(&[Piece { text: SafeText::new(&block.text()), role: Role::Plain, link: None }]);
    }
}
