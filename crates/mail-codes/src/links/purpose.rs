//! Determines the purpose of a link by the link text, the text around it, and the keywords in the path of its
//! URL.

use super::occurrence::{LinkOccurrence, generic};
use super::prefix_filter::PathPrefixFilter;
use crate::LinkKind;
use crate::lines::{fold, lower};
use crate::words::{self, KeywordMatch, LinkKeyword, LinkWord, Topic};
use mail_reader::sanitize::SafeText;
use std::sync::LazyLock;
use url::Url;

/// Determines the purpose of a link by the topics of the link text (`own`), the topics of the text around it,
/// and the purpose that the URL path shows. Also returns an explanation for the user if one of the two texts
/// decided.
pub(super) fn kind(
    place: &LinkOccurrence,
    own: &[Topic],
    around: &[Topic],
    path: Option<LinkKind>,
) -> (LinkKind, Option<String>) {
    let says = |topic: Topic| own.contains(&topic);
    let told = |says: &str| {
        let shown = SafeText::new(&place.words.chars().take(40).collect::<String>());
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
    if let Some(kind) = own.iter().find_map(|topic| kind_of(*topic)) {
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
#[expect(clippy::too_many_lines, reason = "one line for each topic")]
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

/// Returns the link keywords in a string, in order.
pub(super) fn keywords(text: &str) -> Vec<KeywordMatch<LinkKeyword>> {
    if text.is_empty() {
        return Vec::new();
    }
    words::about_links(&lower(&fold(text)))
}

/// Returns the topics of the link keywords in a string, in order.
pub(super) fn topics(text: &str) -> Vec<Topic> {
    keywords(text).into_iter().map(|found| found.topic).collect()
}

/// Returns whether a text asks the reader to type a code.
pub(super) fn types_code(text: &str) -> bool {
    if text.is_empty() {
        return false;
    }
    let found = words::about_codes(&lower(&fold(text)));
    let has = |wanted: &[words::Word]| found.iter().any(|found| wanted.contains(&found.class));
    has(&[words::Word::Type]) && has(&[words::Word::Code, words::Word::Maybe])
}

/// For each purpose, its keywords in URL paths: first those that match only a whole word of the path, then
/// those that also match inside a word. The first row that matches determines the purpose.
const VERBS: [(LinkKind, &[&str], &[&str]); 15] = [
    (LinkKind::Unsubscribe, &["unsubscribe", "optout", "unsub"], &["opt-out"]),
    (
        LinkKind::Reset,
        &["reset", "recover", "recovery", "forgot", "resetpassword"],
        &["reset-password", "password-reset", "passwordreset", "newpassword", "new-password"],
    ),
    (
        LinkKind::Verify,
        &[
            "validate",
            "validation",
            "optin",
            "ativar",
            "ativacao",
            "activar",
            "activer",
            "authn",
            "doi",
            "onay",
        ],
        &[
            "verif",
            "confirm",
            "activat",
            "bestaetig",
            "aktiv",
            "aktyw",
            "potwierdz",
            "xac-thuc",
            "xac-nhan",
            "dogrula",
            "double-opt-in",
        ],
    ),
    (LinkKind::Approve, &[], &["approve"]),
    (
        LinkKind::SignIn,
        &[
            "login",
            "signin",
            "magic",
            "otp",
            "sso",
            "passwordless",
            "loginwithemail",
            "magiclink",
            "connexion",
        ],
        &["magic-link", "magic_link", "sign-in", "log-in", "magic-url", "auth/email", "auth/magic"],
    ),
    (LinkKind::Invite, &["invite", "invites", "invitation", "invitations", "join", "accept", "rsvp"], &[]),
    (LinkKind::Download, &["download", "export", "exports"], &[]),
    (
        LinkKind::ChangeAddress,
        &["newemail", "changeemail"],
        &["change-email", "email-change", "change_email"],
    ),
    (LinkKind::Unlock, &["unlock", "reactivate", "unblock"], &[]),
    (LinkKind::Renew, &["renew", "renewal", "extend"], &[]),
    (LinkKind::Pay, &["pay", "payment", "payments", "checkout"], &[]),
    (LinkKind::Consent, &["consent", "agree"], &[]),
    (LinkKind::Delete, &["delete", "deletion", "erase"], &[]),
    (LinkKind::Decline, &["decline", "reject", "deny"], &[]),
    (LinkKind::Secure, &["secure", "notme", "revert"], &["not-me", "secure-account"]),
];

/// Returns the purpose that the keywords in the path, query and fragment of a URL show; `None` if they
/// contain no keyword.
pub(super) fn path_kind(after_host: &str) -> Option<LinkKind> {
    let begun = PREFIX_FILTER.possible_words(after_host);
    if begun == 0 {
        return None;
    }
    let path = after_host.to_lowercase();
    let pieces: Vec<&str> = path.split(|c: char| !c.is_ascii_alphabetic()).collect();
    let mut from = 0;
    let kind = VERBS.iter().find_map(|(kind, words, parts)| {
        // Each keyword of [`VERBS`] has its own bit, in the order of the table.
        let begun_of = |verbs: &'static [&'static str], from: usize| {
            verbs.iter().enumerate().filter(move |(index, _)| begun >> (from + index) & 1 == 1)
        };
        let fits = begun_of(words, from).any(|(_, verb)| pieces.contains(verb))
            || begun_of(parts, from + words.len()).any(|(_, verb)| path.contains(verb));
        from += words.len() + parts.len();
        fits.then_some(*kind)
    })?;
    // A path such as `/unsubscribe/confirm` belongs to a confirmation.
    let leaves = kind == LinkKind::Unsubscribe && pieces.contains(&"confirm");
    Some(if leaves { LinkKind::Verify } else { kind })
}

static PREFIX_FILTER: LazyLock<PathPrefixFilter> = LazyLock::new(|| {
    PathPrefixFilter::of(VERBS.iter().flat_map(|(_, words, parts)| words.iter().chain(*parts)).copied())
});

/// Returns the path, query and fragment of a URL.
pub(super) fn after_host(url: &Url) -> String {
    let mut rest = String::from(url.path());
    for (mark, piece) in [('?', url.query()), ('#', url.fragment())] {
        rest.push(mark);
        rest.push_str(piece.unwrap_or_default());
    }
    rest
}
