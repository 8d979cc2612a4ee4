//! Determines the purpose of a link from its text, the text around it and the words of its path.

use super::beginnings::Beginnings;
use super::occurrence::{LinkOccurrence, generic};
use crate::LinkKind;
use crate::lines::{fold, lower};
use crate::words::{self, KeywordMatch, LinkKeyword};
use mail_reader::sanitize::SafeText;
use std::sync::LazyLock;
use url::Url;

/// A keyword that shows the purpose of a link, its points, and the explanation for the user.
pub(super) type KeywordHit = (LinkKeyword, i32, String);

/// Determines the purpose of a link. Returns the keyword that shows it too, if the link text or the text around
/// it contains one.
pub(super) fn kind(
    place: &LinkOccurrence,
    own: &[LinkKeyword],
    around: &[LinkKeyword],
    path: Option<LinkKind>,
) -> (LinkKind, Option<KeywordHit>) {
    let says = |press: LinkKeyword| own.contains(&press);
    let told = |says: &str| {
        let shown = SafeText::new(&place.words.chars().take(40).collect::<String>());
        format!("its words '{shown}' {says}")
    };
    if says(LinkKeyword::Deny) && !says(LinkKeyword::Verify)
        || says(LinkKeyword::Side) && !own.iter().any(|press| kind_of(*press).is_some())
    {
        let press = if says(LinkKeyword::Deny) { LinkKeyword::Deny } else { LinkKeyword::Side };
        return (LinkKind::Other, Some((press, -30, told("lead aside"))));
    }
    if says(LinkKeyword::Unsubscribe) && !says(LinkKeyword::Verify) {
        return (LinkKind::Unsubscribe, Some((LinkKeyword::Unsubscribe, -30, told("end a subscription"))));
    }
    for press in own.iter().copied() {
        if let Some(kind) = kind_of(press) {
            let kind = refine(kind, path, own);
            return (kind, Some((press, 30, told("say so"))));
        }
    }
    let quiet = place.words.is_empty() || place.bare || place.button || generic(&place.words);
    if quiet && !around.is_empty() && own.is_empty() {
        if around.contains(&LinkKeyword::Unsubscribe) && !around.contains(&LinkKeyword::Verify) {
            return (
                LinkKind::Unsubscribe,
                Some((LinkKeyword::Unsubscribe, -30, "the text around it ends a subscription".to_owned())),
            );
        }
        for press in around.iter().rev().copied() {
            if let Some(kind) = kind_of(press) {
                let kind = refine(kind, path, around);
                let gain = match place.button {
                    true if !generic(&place.words) && !place.words.is_empty() => 16,
                    _ if around.contains(&LinkKeyword::Deny) => 6,
                    _ => 22,
                };
                return (kind, Some((press, gain, "the text around it says so".to_owned())));
            }
        }
    }
    if own.contains(&LinkKeyword::Act) {
        return (
            path.unwrap_or(if place.button { LinkKind::Action } else { LinkKind::Other }),
            Some((LinkKeyword::Act, if place.button { 22 } else { 14 }, told("ask for it"))),
        );
    }
    (path.unwrap_or(LinkKind::Other), None)
}

pub(super) fn kind_of(press: LinkKeyword) -> Option<LinkKind> {
    match press {
        LinkKeyword::Verify => Some(LinkKind::Verify),
        LinkKeyword::SignIn => Some(LinkKind::SignIn),
        LinkKeyword::Reset => Some(LinkKind::Reset),
        LinkKeyword::Invite => Some(LinkKind::Invite),
        LinkKeyword::Download => Some(LinkKind::Download),
        LinkKeyword::Act | LinkKeyword::Unsubscribe | LinkKeyword::Deny | LinkKeyword::Side => None,
    }
}

/// Chooses between two purposes that a text mentions. The words of the path decide; otherwise a password reset
/// has priority over a confirmation.
pub(super) fn refine(kind: LinkKind, path: Option<LinkKind>, told: &[LinkKeyword]) -> LinkKind {
    match path {
        Some(path)
            if path != LinkKind::Unsubscribe && told.iter().any(|press| kind_of(*press) == Some(path)) =>
        {
            path
        }
        _ if told.contains(&LinkKeyword::Reset) => LinkKind::Reset,
        _ => kind,
    }
}

/// The keywords of a text, in order.
pub(super) fn keywords(text: &str) -> Vec<KeywordMatch<LinkKeyword>> {
    if text.is_empty() {
        return Vec::new();
    }
    words::about_links(&lower(&fold(text)))
}

/// The classes of the keywords of a text, in order.
pub(super) fn classes(text: &str) -> Vec<LinkKeyword> {
    keywords(text).into_iter().map(|found| found.class).collect()
}

/// Whether a text asks to type a code.
pub(super) fn types_code(text: &str) -> bool {
    if text.is_empty() {
        return false;
    }
    let found = words::about_codes(&lower(&fold(text)));
    let has = |wanted: &[words::Word]| found.iter().any(|found| wanted.contains(&found.class));
    has(&[words::Word::Type]) && has(&[words::Word::Code, words::Word::Maybe])
}

/// Keywords of paths: first those that are whole words of the path, then those that may be parts of words.
/// The first row that matches decides.
const VERBS: [(LinkKind, &[&str], &[&str]); 6] = [
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
            "approve",
        ],
    ),
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
];

/// Returns the purpose that the keywords of a path show; `None` if there is no keyword.
pub(super) fn path_kind(after_host: &str) -> Option<LinkKind> {
    let path = after_host.to_lowercase();
    let begun = BEGINNINGS.told_in(&path);
    if begun == 0 {
        return None;
    }
    let pieces: Vec<&str> = path.split(|c: char| !c.is_ascii_alphabetic()).collect();
    let mut from = 0;
    let kind = VERBS.iter().find_map(|(kind, words, parts)| {
        // Each keyword has its own bit, in order.
        let begun_of = |verbs: &'static [&'static str], from: usize| {
            verbs.iter().enumerate().filter(move |(index, _)| begun >> (from + index) & 1 == 1)
        };
        let fits = begun_of(words, from).any(|(_, verb)| pieces.contains(verb))
            || begun_of(parts, from + words.len()).any(|(_, verb)| path.contains(verb));
        from += words.len() + parts.len();
        fits.then_some(*kind)
    })?;
    // A confirmation that the user unsubscribed is a confirmation.
    let leaves = kind == LinkKind::Unsubscribe && pieces.contains(&"confirm");
    Some(if leaves { LinkKind::Verify } else { kind })
}

static BEGINNINGS: LazyLock<Beginnings> = LazyLock::new(|| {
    Beginnings::of(VERBS.iter().flat_map(|(_, words, parts)| words.iter().chain(*parts)).copied())
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
