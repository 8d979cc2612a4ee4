//! Collects the links of a mail, and computes for each link the confidence that it is the link to follow.

mod context;
mod declared_actions;
mod distinct_urls;
mod features;
mod keywords;
mod kind_and_reason;
mod link_answer;
mod link_target;
mod occurrence;
mod path;
mod path_table;
mod prefix_filter;
mod purpose;
mod redirects;
mod url_facts;
mod url_token;

use super::features::Features;
use super::mail_context::MailContext;
use super::model::LINKS;
use super::{Confidence, Link, LinkKind};
use context::LinkContext;
use link_target::LinkTarget;
use mail_reader::link_url::{address, parsed};
use mail_reader::mail::Mail;
use mail_reader::sanitize::SafeText;
use occurrence::LinkOccurrence;
use std::cmp::Reverse;

/// Maximum number of links that are returned for a mail; the links with the lowest scores are dropped.
const MAX_LINKS: usize = 500;
/// Minimum confidence of the links that are sorted by score. Links with less confidence follow at the end, in the order
/// in which they occur in the mail.
const LISTED: Confidence = Confidence(100);
/// Confidence in per mille of the link from the `List-Unsubscribe` header field. It is low because users
/// rarely want to follow that link.
const UNSUBSCRIBE_CONFIDENCE: u16 = 100;
const BY_HEADER: &str = "named by the List-Unsubscribe header";

/// Returns the links of a mail. The most useful link comes first, and the link from the `List-Unsubscribe`
/// header field last.
pub(super) fn find(mail: &MailContext<'_>) -> Vec<Link> {
    let occurrences = occurrence::all(mail.parsed, mail.flow, &mail.lines);
    let context = LinkContext::new(mail, &occurrences);
    let mut found: Vec<(i32, usize, Link)> = Vec::with_capacity(occurrences.len());
    // For each different URL, the index of its link in `found`.
    let mut known: Vec<Option<usize>> = vec![None; occurrences.len()];
    let mut of_mail = Features::default();
    context.describe_mail(&mut of_mail);
    let begun = LINKS.begin(of_mail.values());
    for occurrence in &occurrences {
        let (score, link) = context.scored(occurrence, &begun);
        let url = context.url_of(occurrence).and_then(|url| known.get_mut(url));
        match url.as_ref().and_then(|at| found.get_mut((**at)?)) {
            Some((best, _, listed)) if *best < score => {
                let warnings = std::mem::take(&mut listed.warnings);
                *best = score;
                *listed = link;
                listed.warnings.extend(warnings.into_iter().filter(|warning| !warning.is_empty()));
                listed.warnings.dedup();
            }
            Some(_) => {}
            None => {
                if let Some(at) = url {
                    *at = Some(found.len());
                }
                found.push((score, occurrence.order, link));
            }
        }
    }
    let mut links = ranked(found);
    lower_refusals(&mut links);
    list_unsubscribe(mail.parsed, &mut links);
    links
}

/// Returns the URL and the named features of each link occurrence in a mail, for training the link model.
pub(super) fn described(mail: &MailContext<'_>) -> Vec<(String, Features)> {
    let occurrences = occurrence::all(mail.parsed, mail.flow, &mail.lines);
    let context = LinkContext::new(mail, &occurrences);
    let describe = |occurrence: &LinkOccurrence| {
        let mut described = Features::named();
        context.describe_mail(&mut described);
        context.describe(&mut described, occurrence, &LinkTarget::new(occurrence));
        (occurrence.url.as_str().to_owned(), described)
    };
    occurrences.iter().map(describe).collect()
}

/// Sorts links by score, and drops the lowest-scoring links beyond [`MAX_LINKS`]. Links with equal scores keep their
/// order in the mail. Each element of `found` contains the score of a link in thousandths of a logit, its position in
/// the mail, and the link.
fn ranked(found: Vec<(i32, usize, Link)>) -> Vec<Link> {
    // Sorting indices avoids moving the links, which are large.
    let mut order: Vec<usize> = (0..found.len()).collect();
    // Links with very low confidence keep their order in the mail.
    let rank =
        |score: i32, link: &Link| if link.confidence < LISTED { score.min(i32::MIN + 1) } else { score };
    order.sort_by_key(|&at| found.get(at).map(|(score, first, link)| (Reverse(rank(*score, link)), *first)));
    order.truncate(MAX_LINKS);
    let mut found: Vec<Option<Link>> = found.into_iter().map(|(_, _, link)| Some(link)).collect();
    order.into_iter().filter_map(|at| found.get_mut(at)?.take()).collect()
}

/// Maximum confidence of a link such as "decline" or "not you?" if the confidence of the link for the mail's main
/// action is at least [`Confidence::CONFIDENT`].
const MAX_REFUSAL: Confidence = Confidence(400);

/// Lowers the confidence of links such as "decline" and "not you?" if the confidence of the link for the mail's main
/// action is at least [`Confidence::CONFIDENT`].
fn lower_refusals(links: &mut [Link]) {
    let is_action = |link: &Link| {
        let leaves = matches!(link.kind, LinkKind::Unsubscribe | LinkKind::Other);
        link.confidence.is_confident() && !leaves && !link.kind.is_refusal()
    };
    if !links.iter().any(is_action) {
        return;
    }
    for link in links.iter_mut().filter(|link| link.kind.is_refusal()) {
        link.confidence = link.confidence.min(MAX_REFUSAL);
    }
    // The sort is stable, so all other links keep their order.
    links.sort_by_key(|link| !link.confidence.is_confident());
}

fn list_unsubscribe(mail: &Mail, links: &mut Vec<Link>) {
    let Some(header) =
        mail.headers.iter().find(|header| header.name.eq_ignore_ascii_case("list-unsubscribe"))
    else {
        return;
    };
    for entry in header.value.split(',').take(4) {
        let inside = entry.trim().trim_start_matches('<').trim_end_matches('>');
        let Some(url) = address(inside, None) else { continue };
        if let Some(known) = links.iter_mut().find(|link| link.url.as_str() == url) {
            (known.kind, known.reason) = (LinkKind::Unsubscribe, SafeText::new(BY_HEADER));
            continue;
        }
        links.push(Link {
            url: SafeText::new(&url),
            kind: LinkKind::Unsubscribe,
            confidence: Confidence::from_thousandths(UNSUBSCRIBE_CONFIDENCE),
            reason: SafeText::new(BY_HEADER),
            words: SafeText::default(),
            leads_to: None,
            warnings: Vec::new(),
        });
    }
}

#[cfg(test)]
mod tests;
