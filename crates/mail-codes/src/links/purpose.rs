//! Determines the purpose of a link from its text, the text around it, and the purpose that its URL shows.

use super::answer::Answer;
use super::occurrence::{LinkOccurrence, generic};
use crate::LinkKind;
use crate::words::{LinkWord, Topic};
use mail_reader::sanitize::SafeText;

/// Determines the purpose of a link from the topics of the link text (`own`), the topics of the text around it, and the
/// purpose that the URL path shows. Also returns an explanation for the user if one of the two texts determined the
/// purpose.
pub(super) fn kind(
    place: &LinkOccurrence,
    own: &[Topic],
    around: &[Topic],
    path: Option<LinkKind>,
) -> (LinkKind, Option<String>) {
    let says = |topic: Topic| own.contains(&topic);
    let told = |says: &str| {
        let text = if place.words.is_empty() { place.label.trim_end_matches(':') } else { &place.words };
        let shown = SafeText::new(&text.chars().take(40).collect::<String>());
        format!("its words '{shown}' {says}")
    };
    let against = own.iter().find(|topic| matches!(topic, Topic::Decline | Topic::Secure));
    if let Some(topic) = against.filter(|_| !says(Topic::Verify) && !says(Topic::Approve)) {
        let kind = if *topic == Topic::Secure { LinkKind::Secure } else { LinkKind::Decline };
        return (kind, Some(told("lead aside")));
    }
    let is_aside =
        |topic: &Topic| topic.link_word() == LinkWord::Side || topic.link_word() == LinkWord::Elsewhere;
    if own.iter().any(is_aside) && !own.iter().any(|topic| kind_of(*topic).is_some()) {
        return (LinkKind::Other, Some(told("lead aside")));
    }
    if says(Topic::Unsubscribe) && !says(Topic::Verify) {
        return (LinkKind::Unsubscribe, Some(told("end a subscription")));
    }
    let mut kinds = own.iter().filter_map(|topic| kind_of(*topic));
    let first = kinds.next();
    // "Yes" alone says least of what a button does.
    let told_kind = match place.answer {
        Some(Answer::Yes) if first == Some(LinkKind::Verify) => kinds.next_back().or(first),
        Some(Answer::Yes | Answer::No) | None => first,
    };
    if place.answer == Some(Answer::No) && told_kind.is_none() {
        return (LinkKind::Decline, Some(told("say no")));
    }
    if let Some(kind) = told_kind {
        return (refine(kind, path, own), Some(told("say so")));
    }
    let quiet = place.words.is_empty() || place.bare || place.button || generic(&place.words);
    if quiet && !around.is_empty() && own.is_empty() {
        if around.contains(&Topic::Unsubscribe) && !around.contains(&Topic::Verify) {
            return (LinkKind::Unsubscribe, Some("the text around it ends a subscription".to_owned()));
        }
        if let Some(kind) = around.iter().rev().find_map(|topic| kind_of(*topic)) {
            return (refine(kind, path, around), Some("the text around it says so".to_owned()));
        }
    }
    if own.iter().any(|topic| matches!(topic, Topic::Action | Topic::View | Topic::Start)) {
        let other = if place.button { LinkKind::Action } else { LinkKind::Other };
        return (path.unwrap_or(other), Some(told("ask for it")));
    }
    (path.unwrap_or(LinkKind::Other), None)
}

/// Returns the purpose of a link whose text has this topic; `None` for a topic that is never the purpose of a
/// mail, such as help pages.
#[expect(clippy::too_many_lines, reason = "the function only has one line for each topic")]
pub(super) fn kind_of(topic: Topic) -> Option<LinkKind> {
    match topic {
        Topic::Verify => Some(LinkKind::Verify),
        Topic::SignIn => Some(LinkKind::SignIn),
        Topic::Reset => Some(LinkKind::Reset),
        Topic::ChangeAddress => Some(LinkKind::ChangeAddress),
        Topic::Invite => Some(LinkKind::Invite),
        Topic::Accept => Some(LinkKind::Accept),
        Topic::Approve => Some(LinkKind::Approve),
        Topic::Unlock => Some(LinkKind::Unlock),
        Topic::Renew => Some(LinkKind::Renew),
        Topic::Pay => Some(LinkKind::Pay),
        Topic::Download => Some(LinkKind::Download),
        Topic::Track => Some(LinkKind::Track),
        Topic::Consent => Some(LinkKind::Consent),
        Topic::Delete => Some(LinkKind::Delete),
        Topic::Code
        | Topic::SomeCode
        | Topic::Password
        | Topic::Type
        | Topic::Purpose
        | Topic::Validity
        | Topic::Secret
        | Topic::Ignore
        | Topic::Used
        | Topic::Example
        | Topic::OtherNumber
        | Topic::Order
        | Topic::Invoice
        | Topic::Booking
        | Topic::Parcel
        | Topic::Ticket
        | Topic::Customer
        | Topic::Account
        | Topic::Card
        | Topic::Phone
        | Topic::Amount
        | Topic::Postal
        | Topic::Tax
        | Topic::Technical
        | Topic::Entry
        | Topic::Voucher
        | Topic::Offer
        | Topic::Once
        | Topic::Figure
        | Topic::Unsubscribe
        | Topic::Decline
        | Topic::Secure
        | Topic::View
        | Topic::Start
        | Topic::Action
        | Topic::More
        | Topic::Shop
        | Topic::Settings
        | Topic::Browser
        | Topic::Help
        | Topic::Legal
        | Topic::Social
        | Topic::Store
        | Topic::Aside
        | Topic::Time => None,
    }
}

/// Chooses the purpose of a link whose text mentions several purposes (`told`). Prefers the purpose that the
/// URL path also shows, then a password reset, then `kind`.
fn refine(kind: LinkKind, path: Option<LinkKind>, told: &[Topic]) -> LinkKind {
    let says = |wanted: LinkKind| told.iter().any(|topic| kind_of(*topic) == Some(wanted));
    match path {
        Some(path) if path != LinkKind::Unsubscribe && says(path) => path,
        _ if told.contains(&Topic::Reset) => LinkKind::Reset,
        _ => kind,
    }
}
