//! Computes the facts about a link in the HTML part: its text, and the text around it.

use super::super::keywords::{keywords, types_code};
use super::super::link_answer;
use super::super::path::after_host;
use super::super::{address, url_token};
use super::block_words::BlockWords;
use super::{ANNOUNCING_MARKS, LinkOccurrence, MAX_WORDS, generic, start_of};
use crate::words::LinkWords;
use mail_reader::html::flow::{Anchor, Block, Flow};
use url::Url;

/// Creates the occurrence for a link in the HTML part.
pub(super) fn occurrence(
    anchor: &Anchor,
    index: usize,
    url: Url,
    (flow, words): (&Flow, &BlockWords<'_>),
    order: usize,
) -> LinkOccurrence {
    let shows_address = anchor.words.contains("://") || address(&anchor.words, None).is_some();
    let is_address = shows_address && start_of(&anchor.words).contains("://");
    let own = if is_address { Vec::new() } else { keywords(start_of(&anchor.words)) };
    let around = if own.is_empty() { around(anchor, index, flow, shows_address) } else { String::new() };
    let block = flow.blocks.get(anchor.block);
    let after_host = after_host(&url);
    // A link that fills its block has no text beside it.
    let fills =
        block.is_some_and(|block| matches!(block.runs.as_slice(), [run] if run.anchor == Some(index)));
    let text = block.filter(|_| !fills).map(Block::text).unwrap_or_default();
    let (lead, tail) = text.split_once(anchor.words.as_str()).filter(|_| !fills).unwrap_or_default();
    let mut above = words.before(anchor.block);
    let nearest = above.next();
    let announced = if lead.trim().is_empty() {
        nearest.is_some_and(|line| line.text.ends_with(ANNOUNCING_MARKS))
    } else {
        lead.trim_end().ends_with(ANNOUNCING_MARKS)
    };
    let above = nearest.into_iter().chain(above.next()).map(|line| line.link_words);
    LinkOccurrence {
        asks: words.may_ask(anchor.block) && types_code(start_of(tail)),
        lead: lead.trim().chars().count(),
        tail: tail.trim().chars().count(),
        colon: announced,
        in_html: true,
        quoted: block.is_some_and(|block| block.quote > 0),
        line: words.in_blocks(anchor.block..anchor.block + 1),
        above: above.fold(LinkWords::default(), LinkWords::with),
        below: words.in_blocks(anchor.block + 1..anchor.block + 2),
        token: url_token::find_token(&after_host),
        after_host,
        own,
        url,
        label: String::new(),
        answer: if is_address { None } else { link_answer::find_answer(start_of(&anchor.words)) },
        words: start_of(&anchor.words).to_owned(),
        around,
        button: anchor.button,
        image: anchor.image && !anchor.text,
        bare: shows_address,
        order,
    }
}

/// Returns the text around a link whose own text has no keyword.
fn around(anchor: &Anchor, index: usize, flow: &Flow, shows_address: bool) -> String {
    let spells_host = anchor.words.contains(['.', '/']) && !anchor.words.contains(' ');
    if shows_address || spells_host || anchor.words.is_empty() {
        (anchor.block.saturating_sub(2)..=anchor.block)
            .filter_map(|at| flow.blocks.get(at))
            .map(|block| text_beside(block, index))
            .collect::<Vec<_>>()
            .join("\n")
    } else if generic(&anchor.words) {
        flow.blocks.get(anchor.block).map(|block| text_beside(block, index)).unwrap_or_default()
    } else if anchor.button {
        // A button with a vague label is explained by the text above it.
        (anchor.block.saturating_sub(3)..anchor.block)
            .filter_map(|at| flow.blocks.get(at))
            .filter(|block| block.runs.iter().all(|run| run.anchor.is_none()))
            .map(|block| start_of(&block.text()).to_owned())
            .collect::<Vec<_>>()
            .join("\n")
    } else {
        String::new()
    }
}

/// Returns the text of a block, excluding the text of all links other than `anchor`.
fn text_beside(block: &Block, anchor: usize) -> String {
    let own = block.runs.iter().filter(|run| run.anchor.is_none_or(|other| other == anchor));
    let mut text = String::new();
    for run in own {
        text.push_str(&run.text);
        if text.len() >= MAX_WORDS {
            break;
        }
    }
    start_of(&text).to_owned()
}
