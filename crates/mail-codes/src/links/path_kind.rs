//! Determines the purpose of a link from the keywords in the path of its URL.

use super::prefix_filter::PathPrefixFilter;
use crate::LinkKind;
use std::sync::LazyLock;
use url::Url;

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
