//! What a link is for: by its words, by the text around it, and by the verbs in its path.

use super::place::{Place, generic};
use crate::domain::extract::LinkKind;
use crate::domain::extract::page::{fold, lower};
use crate::domain::extract::words::{self, Press};
use crate::domain::sanitize::SafeText;
use std::sync::LazyLock;
use url::Url;

/// A word that tells the purpose, the points that it gives, and the reason in words.
pub(super) type Told = (Press, i32, String);

/// What the link is for, and what its words give.
pub(super) fn kind(
    place: &Place,
    own: &[Press],
    around: &[Press],
    path: Option<LinkKind>,
) -> (LinkKind, Option<Told>) {
    let says = |press: Press| own.contains(&press);
    let told = |says: &str| {
        let shown = SafeText::new(&place.words.chars().take(40).collect::<String>());
        format!("its words '{shown}' {says}")
    };
    if says(Press::Deny) && !says(Press::Verify)
        || says(Press::Side) && !own.iter().any(|press| of(*press).is_some())
    {
        let press = if says(Press::Deny) { Press::Deny } else { Press::Side };
        return (LinkKind::Other, Some((press, -30, told("lead aside"))));
    }
    if says(Press::Unsubscribe) && !says(Press::Verify) {
        return (LinkKind::Unsubscribe, Some((Press::Unsubscribe, -30, told("end a subscription"))));
    }
    for press in own.iter().copied() {
        if let Some(kind) = of(press) {
            let kind = refine(kind, path, own);
            return (kind, Some((press, 30, told("say so"))));
        }
    }
    let quiet = place.words.is_empty() || place.bare || place.button || generic(&place.words);
    if quiet && !around.is_empty() && own.is_empty() {
        if around.contains(&Press::Unsubscribe) && !around.contains(&Press::Verify) {
            return (
                LinkKind::Unsubscribe,
                Some((Press::Unsubscribe, -30, "the text around it ends a subscription".to_owned())),
            );
        }
        for press in around.iter().rev().copied() {
            if let Some(kind) = of(press) {
                let kind = refine(kind, path, around);
                let gain = match place.button {
                    true if !generic(&place.words) && !place.words.is_empty() => 16,
                    _ if around.contains(&Press::Deny) => 6,
                    _ => 22,
                };
                return (kind, Some((press, gain, "the text around it says so".to_owned())));
            }
        }
    }
    if own.contains(&Press::Act) {
        return (
            path.unwrap_or(if place.button { LinkKind::Action } else { LinkKind::Other }),
            Some((Press::Act, if place.button { 22 } else { 14 }, told("ask for it"))),
        );
    }
    (path.unwrap_or(LinkKind::Other), None)
}

pub(super) fn of(press: Press) -> Option<LinkKind> {
    match press {
        Press::Verify => Some(LinkKind::Verify),
        Press::SignIn => Some(LinkKind::SignIn),
        Press::Reset => Some(LinkKind::Reset),
        Press::Invite => Some(LinkKind::Invite),
        Press::Download => Some(LinkKind::Download),
        Press::Act | Press::Unsubscribe | Press::Deny | Press::Side => None,
    }
}

/// Where words name two things, the path decides, and a new password before a confirmation.
pub(super) fn refine(kind: LinkKind, path: Option<LinkKind>, told: &[Press]) -> LinkKind {
    match path {
        Some(path) if path != LinkKind::Unsubscribe && told.iter().any(|press| of(*press) == Some(path)) => {
            path
        }
        _ if told.contains(&Press::Reset) => LinkKind::Reset,
        _ => kind,
    }
}

pub(super) fn classes(text: &str) -> Vec<Press> {
    if text.is_empty() {
        return Vec::new();
    }
    let folded: String = fold(text);
    words::about_links(&lower(&folded)).into_iter().map(|found| found.class).collect()
}

/// Whether the text around a link tells to type something there.
pub(super) fn asks_for_code(around: &str) -> bool {
    words::about_codes(&lower(&fold(around)))
        .iter()
        .any(|found| matches!(found.class, words::Word::Type | words::Word::Code))
}

/// Whether a text tells to type a code.
pub(super) fn types_code(text: &str) -> bool {
    if text.is_empty() {
        return false;
    }
    let found = words::about_codes(&lower(&fold(text)));
    let has = |wanted: &[words::Word]| found.iter().any(|found| wanted.contains(&found.class));
    has(&[words::Word::Type]) && has(&[words::Word::Code, words::Word::Maybe])
}

/// Verbs of paths: as words of their own, and as parts of longer ones. The first line that fits
/// decides.
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

/// What the verbs in a path say.
pub(super) fn path_kind(after_host: &str) -> Option<LinkKind> {
    let path = after_host.to_lowercase();
    let begun = BEGINNINGS.told_in(&path);
    if begun == 0 {
        return None;
    }
    let pieces: Vec<&str> = path.split(|c: char| !c.is_ascii_alphabetic()).collect();
    let mut from = 0;
    let kind = VERBS.iter().find_map(|(kind, words, parts)| {
        // Each verb has a bit of its own, in their order.
        let begun_of = |verbs: &'static [&'static str], from: usize| {
            verbs.iter().enumerate().filter(move |(index, _)| begun >> (from + index) & 1 == 1)
        };
        let fits = begun_of(words, from).any(|(_, verb)| pieces.contains(verb))
            || begun_of(parts, from + words.len()).any(|(_, verb)| path.contains(verb));
        from += words.len() + parts.len();
        fits.then_some(*kind)
    })?;
    // Confirming that one leaves is a confirmation.
    let leaves = kind == LinkKind::Unsubscribe && pieces.contains(&"confirm");
    Some(if leaves { LinkKind::Verify } else { kind })
}

/// Which of the [`VERBS`] a path can hold, by two letters that they begin with.
struct Beginnings {
    first: [u128; 256],
    second: [u128; 256],
}

static BEGINNINGS: LazyLock<Beginnings> = LazyLock::new(|| {
    let mut all = Beginnings { first: [0; 256], second: [0; 256] };
    let verbs = VERBS.iter().flat_map(|(_, words, parts)| words.iter().chain(*parts));
    for (index, verb) in verbs.enumerate() {
        let mut bytes = verb.bytes().map(usize::from);
        for (table, byte) in [&mut all.first, &mut all.second].into_iter().zip(&mut bytes) {
            if let Some(bits) = table.get_mut(byte) {
                *bits |= 1 << index;
            }
        }
    }
    all
});

impl Beginnings {
    /// A bit for each verb that may be in a path of lower case.
    fn told_in(&self, path: &str) -> u128 {
        let bits = |table: &[u128; 256], byte: u8| table.get(usize::from(byte)).copied().unwrap_or_default();
        path.bytes()
            .zip(path.bytes().skip(1))
            .fold(0, |told, (one, next)| told | bits(&self.first, one) & bits(&self.second, next))
    }
}

/// Path, query and fragment of an address.
pub(super) fn after_host(url: &Url) -> String {
    let mut rest = String::from(url.path());
    for (mark, piece) in [('?', url.query()), ('#', url.fragment())] {
        rest.push(mark);
        rest.push_str(piece.unwrap_or_default());
    }
    rest
}

/// Whether a part of the address looks made for this one mail.
pub(super) fn has_token(url: &Url, after_host: &str) -> bool {
    let long = after_host
        .split(|c: char| !(c.is_ascii_alphanumeric() || matches!(c, '-' | '_' | '%' | '.')))
        .any(|piece| {
            let piece = piece.trim_matches('.');
            if piece.len() < 12 {
                return false;
            }
            let digits = piece.chars().filter(char::is_ascii_digit).count();
            let mixed = piece.chars().any(|c| c.is_ascii_uppercase())
                && piece.chars().any(|c| c.is_ascii_lowercase());
            piece.len() >= 12 && (digits >= 3 || (mixed && piece.len() >= 16))
                || piece.len() >= 20 && (digits > 0 || mixed)
        });
    let named = || {
        let pairs = url.query().unwrap_or_default().split('&').filter(|pair| !pair.is_empty()).take(40);
        pairs.filter(|pair| may_be_token(pair)).any(|pair| {
            url::form_urlencoded::parse(pair.as_bytes())
                .any(|(name, value)| value.len() >= MIN_TOKEN && names_token(&name))
        })
    };
    long || named()
}

/// The shortest value of a field that may be a token, in bytes.
const MIN_TOKEN: usize = 6;

/// Whether a field of a query may be a token, before it is decoded; that only makes it shorter.
fn may_be_token(pair: &str) -> bool {
    let (name, value) = pair.split_once('=').unwrap_or((pair, ""));
    value.len() >= MIN_TOKEN && (name.contains(['%', '+']) || names_token(name))
}

/// Whether a field is called as tokens are.
fn names_token(name: &str) -> bool {
    const NAMES: [&str; 15] = [
        "token",
        "t",
        "code",
        "key",
        "k",
        "hash",
        "h",
        "sig",
        "signature",
        "secret",
        "otp",
        "c",
        "activation",
        "ticket",
        "jwt",
    ];
    NAMES.iter().any(|known| name.eq_ignore_ascii_case(known))
}
