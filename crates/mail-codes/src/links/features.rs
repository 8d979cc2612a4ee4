//! Computes the features of a link from its text, the text around it, its URL, and its position in the mail.

use super::super::features::Features;
use super::super::words::{CodeWord, LinkWord};
use super::context::{LinkContext, OccurrenceFacts};
use super::link_answer::LinkAnswer;
use super::occurrence::LinkOccurrence;
use super::path_table::PathClass;
use super::url_token::UrlToken;

/// Adds the features that all links of a mail share, such as the keywords in the subject.
pub(super) fn add_mail(features: &mut Features, context: &LinkContext<'_>) {
    for group in LinkWord::ALL {
        features.flag(["subject says", group.name()], context.subject.has(group));
    }
    for (group, lines) in LinkWord::ALL.iter().zip(context.link_lines) {
        features.count(["lines with", group.name()], lines, 8);
    }
    for (group, lines) in CodeWord::ALL.iter().zip(context.mail.code_lines) {
        features.count(["lines with code word", group.name()], lines, 4);
    }
    features.count(["keywords in the mail", ""], context.keywords, 20);
    features.count(["lines in the mail", ""], context.mail.lines.len(), 80);
    features.count(["quoted lines", ""], context.quoted_lines, 20);
    features.flag(["reply", ""], context.mail.is_reply);
    features.flag(["subject with a tag", ""], context.has_tag);
    features.count(["URLs", ""], context.urls, 30);
    features.count(["URLs with token", ""], context.tokens, 12);
    features.count(["buttons", ""], context.buttons, 8);
}

/// Appends the features of one link occurrence to the features of its mail.
pub(super) fn add(
    features: &mut Features,
    context: &LinkContext<'_>,
    occurrence: &LinkOccurrence,
    facts: &OccurrenceFacts<'_>,
) {
    add_words(features, occurrence, facts);
    add_url(features, context, facts);
    add_place(features, context, occurrence, facts);
}

/// Adds the features of the link text and of the text around it, such as keywords and lengths.
fn add_words(features: &mut Features, occurrence: &LinkOccurrence, facts: &OccurrenceFacts<'_>) {
    let sets = [
        ("text says", facts.own),
        ("line says", facts.line),
        ("lines above say", facts.above),
        ("line below says", facts.below),
    ];
    for (name, set) in sets {
        for group in LinkWord::ALL {
            features.flag([name, group.name()], set.has(group));
        }
    }
    features.push(["first keyword of the text", ""], facts.first.map_or(-1, |class| class as i16));
    let length = if occurrence.bare { 0 } else { occurrence.words.chars().count() };
    features.count(["text length", ""], length, 80);
    features.count(
        ["words of the text", ""],
        if occurrence.bare { 0 } else { occurrence.words.split_whitespace().count() },
        15,
    );
    features.count(["text before", ""], occurrence.lead, 80);
    features.count(["text after", ""], occurrence.tail, 80);
    features.flag(["colon before", ""], occurrence.colon);
    features.flag(["asks for a code", ""], occurrence.asks);
    features.flag(["shows its URL", ""], occurrence.bare);
    let answer = match occurrence.answer {
        None => 0,
        Some(LinkAnswer::Yes) => 1,
        Some(LinkAnswer::No) => 2,
    };
    features.push(["answer", ""], answer);
    features.flag(["another link says yes", ""], facts.other_agrees);
    features.flag(["another link refuses", ""], facts.other_refuses);
    features.count(["refusals before it", ""], facts.refusals, 4);
}

/// Adds the features of the URL, such as its token and the keywords in its path.
fn add_url(features: &mut Features, context: &LinkContext<'_>, facts: &OccurrenceFacts<'_>) {
    for (class, name) in PathClass::NAMES {
        features.flag(["path says", name], facts.path_classes >> (class as u32) & 1 == 1);
    }
    let UrlToken { length, kind, named, short, numbers } = facts.token;
    features.count(["token length", ""], length, 64);
    features.push(["token kind", ""], kind);
    features.flag(["token by name", ""], named);
    features.count(["short token", ""], short, 8);
    features.count(["numbers in the path", ""], numbers, 4);
    let path = facts.url.path().split('/').filter(|piece| !piece.is_empty()).count();
    features.count(["path pieces", ""], path, 8);
    features.count(["query fields", ""], facts.url.query().map_or(0, |query| query.split('&').count()), 8);
    features.flag(["has fragment", ""], facts.url.fragment().is_some());
    features.flag(["bare site", ""], path == 0 && facts.url.query().is_none());
    features.flag(["file", ""], facts.is_file);
    features.flag(["social site", ""], facts.is_social);
    features.flag(["sender's site", ""], context.is_own_site(facts.url));
    features.flag(["web address", ""], matches!(facts.url.scheme(), "http" | "https"));
    features.flag(["declared action", ""], facts.declared);
}

/// Adds the features of the link's appearance, and of its position among the links of the mail.
fn add_place(
    features: &mut Features,
    context: &LinkContext<'_>,
    occurrence: &LinkOccurrence,
    facts: &OccurrenceFacts<'_>,
) {
    features.flag(["button", ""], occurrence.button);
    features.flag(["image", ""], occurrence.image);
    features.flag(["in HTML", ""], occurrence.in_html);
    features.flag(["quoted", ""], occurrence.quoted);
    features.count(["rank among URLs", ""], facts.rank, 30);
    features.count(["rank among tokens", ""], facts.token_rank, 12);
    features.count(["rank among accepting tokens", ""], facts.accepting_rank, 12);
    features.count(["rank among buttons", ""], facts.button_rank, 8);
    features.count(["URLs after it", ""], context.urls.saturating_sub(facts.rank + 1), 30);
    features.count(["times in the mail", ""], facts.times, 5);
    features.flag(["in both parts", ""], facts.in_both);
    features.flag(["button somewhere", ""], facts.is_button);
    features.flag(["shows its URL somewhere", ""], facts.is_shown);
    features.count(["URLs of this host", ""], facts.host_urls, 12);
    features.count(["alone", ""], usize::from(occurrence.lead == 0 && occurrence.tail == 0), 1);
}
