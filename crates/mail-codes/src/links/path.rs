//! Words in the path and query of a URL that show what the page does, and hosts that do not.

use url::Url;

/// The classes of words in paths.
pub(super) const PATH_CLASSES: [&str; 15] = [
    "unsubscribe",
    "reset",
    "password",
    "verify",
    "sign-in",
    "invite",
    "download",
    "change",
    "delete",
    "pay",
    "renew",
    "register",
    "settings",
    "information",
    "view",
];

/// The words of each class of [`PATH_CLASSES`], and the texts that may be a part of a word.
const PATH_WORDS: [(&[&str], &[&str]); 15] = [
    (&["optout", "unsub", "leave", "abmelden"], &["unsubscri", "opt-out", "opt_out", "desinscri"]),
    (
        &["recover", "recovery", "forgot", "lost", "forget", "restore"],
        &["reset", "lostpass", "newpass", "wiederherst"],
    ),
    (
        &["pwd", "pw", "senha", "passwd", "wachtwoord", "passwort"],
        &["password", "passwort", "kennwort", "contrasen", "motdepasse"],
    ),
    (
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
            "authorize",
            "approve",
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
            "bekraeft",
            "bevestig",
            "conferma",
        ],
    ),
    (
        &[
            "login",
            "signin",
            "magic",
            "otp",
            "sso",
            "passwordless",
            "connexion",
            "auth",
            "session",
            "anmelden",
        ],
        &["magiclink", "magic-link", "magic_link", "sign-in", "sign_in", "log-in", "magic-url"],
    ),
    (&["join", "accept", "rsvp", "attend", "einladung"], &["invit"]),
    (&["download", "downloads", "export", "exports", "file", "files", "attachment"], &[]),
    (
        &["change", "newmail", "newemail", "update", "edit", "modify"],
        &["changepass", "changemail", "change-email", "change_email", "email_change"],
    ),
    (&["delete", "remove", "cancel", "deactivate", "close", "decline", "reject", "deny", "revoke"], &[]),
    (
        &[
            "pay", "payment", "payments", "invoice", "invoices", "billing", "checkout", "rechnung", "order",
            "orders",
        ],
        &[],
    ),
    (&["renew", "extend", "renewal"], &[]),
    (
        &["register", "signup", "setup", "enroll", "onboarding", "start", "welcome", "registration"],
        &["sign-up", "sign_up"],
    ),
    (
        &[
            "settings",
            "preferences",
            "profile",
            "account",
            "notifications",
            "prefs",
            "notification",
            "options",
        ],
        &[],
    ),
    (
        &[
            "help",
            "support",
            "faq",
            "docs",
            "blog",
            "news",
            "terms",
            "privacy",
            "about",
            "contact",
            "legal",
            "policy",
            "home",
            "browser",
            "webversion",
        ],
        &[],
    ),
    (
        &[
            "view", "show", "topic", "topics", "thread", "post", "posts", "issue", "issues", "project",
            "projects", "item", "comment", "comments", "t", "p", "blob", "bug", "event", "events", "poll",
        ],
        &[],
    ),
];

/// The classes of words in the part of a URL after the host, one bit each.
pub(super) fn path_classes(after_host: &str) -> u32 {
    let mut spaced = String::with_capacity(after_host.len() + 8);
    let mut small = false;
    for c in after_host.chars() {
        if small && c.is_ascii_uppercase() {
            spaced.push(' ');
        }
        small = c.is_ascii_lowercase();
        spaced.push(c.to_ascii_lowercase());
    }
    let lower = after_host.to_ascii_lowercase();
    let pieces: Vec<&str> =
        spaced.split(|c: char| !c.is_ascii_lowercase()).filter(|piece| !piece.is_empty()).collect();
    PATH_WORDS.iter().enumerate().fold(0, |classes, (class, (words, parts))| {
        let is_there =
            pieces.iter().any(|piece| words.contains(piece)) || parts.iter().any(|part| lower.contains(part));
        classes | u32::from(is_there) << class
    })
}

/// Whether a URL leads to a file that a page embeds.
pub(super) fn is_file(url: &Url) -> bool {
    const FILES: [&str; 8] = ["png", "jpg", "jpeg", "gif", "css", "svg", "ico", "js"];
    let ending = url.path().rsplit_once('.').map(|(_, ending)| ending);
    ending.is_some_and(|ending| FILES.iter().any(|file| ending.eq_ignore_ascii_case(file)))
}

pub(super) fn is_social(host: &str) -> bool {
    const HOSTS: [&str; 12] = [
        "facebook.com",
        "twitter.com",
        "x.com",
        "instagram.com",
        "linkedin.com",
        "youtube.com",
        "tiktok.com",
        "pinterest.com",
        "apps.apple.com",
        "itunes.apple.com",
        "play.google.com",
        "t.me",
    ];
    HOSTS
        .iter()
        .any(|social| host == *social || host.strip_suffix(social).is_some_and(|rest| rest.ends_with('.')))
}
