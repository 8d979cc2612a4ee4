//! Recognises the purpose of a web page by keywords in the path and query of its URL. Also recognises hosts, such as
//! social networks, whose links are never the purpose of a mail.

use super::prefix_filter::PathPrefixFilter;
use std::collections::BTreeMap;
use std::sync::LazyLock;
use url::Url;

/// The names of the classes of keywords in URL paths.
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

/// For each class of [`PATH_CLASSES`]: the keywords that match only a whole word of a URL, and the keywords
/// that also match inside a word.
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

/// Returns a bit mask of the keyword classes in the path, query and fragment of a URL. Bit N stands for the
/// class with index N in [`PATH_CLASSES`].
pub(super) fn path_classes(after_host: &str) -> u32 {
    // A capital after a lowercase letter starts a new word.
    let is_one = |a: &u8, b: &u8| {
        a.is_ascii_alphabetic()
            && b.is_ascii_alphabetic()
            && !(a.is_ascii_lowercase() && b.is_ascii_uppercase())
    };
    let pieces = after_host.as_bytes().chunk_by(is_one);
    let words = pieces.filter(|piece| piece.first().is_some_and(u8::is_ascii_alphabetic));
    let of_pieces = words.fold(0, |classes, piece| classes | WORDS.classes(piece));
    WORDS.parts_in(after_host).into_iter().flatten().fold(of_pieces, |classes, class| classes | 1 << class)
}

/// Maximum length in bytes of a whole word in [`PATH_WORDS`]. Longer words of a URL are ignored.
const MAX_WORD: usize = 16;

/// The keywords of [`PATH_WORDS`], prepared for fast lookups.
struct Words {
    /// The keywords that match only a whole word, sorted, each with a bit mask of its classes.
    whole: Vec<(&'static str, u32)>,
    /// The keywords that also match inside a word, each with the index of its class.
    parts: Vec<(&'static str, usize)>,
    prefix_filter: PathPrefixFilter,
}

static WORDS: LazyLock<Words> = LazyLock::new(|| {
    let mut known: BTreeMap<&str, u32> = BTreeMap::new();
    let mut parts = Vec::new();
    for (class, (words, more)) in PATH_WORDS.iter().enumerate() {
        for word in *words {
            *known.entry(word).or_default() |= 1 << class;
        }
        parts.extend(more.iter().map(|part| (*part, class)));
    }
    let prefix_filter = PathPrefixFilter::of(parts.iter().map(|(part, _)| *part));
    Words { whole: known.into_iter().collect(), parts, prefix_filter }
});

impl Words {
    /// Returns a bit mask of the keyword classes of a whole word, ignoring case; 0 if the word is not a
    /// keyword.
    fn classes(&self, word: &[u8]) -> u32 {
        let mut lower = [0; MAX_WORD];
        let Some(lower) = lower.get_mut(..word.len()) else { return 0 };
        lower.iter_mut().zip(word).for_each(|(to, byte)| *to = byte.to_ascii_lowercase());
        let at = self.whole.binary_search_by(|(known, _)| known.as_bytes().cmp(lower)).ok();
        at.and_then(|at| self.whole.get(at)).map_or(0, |(_, classes)| *classes)
    }

    /// Returns the classes of the keywords that also match inside a word and that occur in a path, ignoring
    /// case. `None` if a quick check shows that the path contains none of them.
    fn parts_in(&self, path: &str) -> Option<impl Iterator<Item = usize>> {
        let begun = self.prefix_filter.possible_words(path);
        let path = (begun != 0).then(|| path.to_ascii_lowercase())?;
        let all = self.parts.iter().enumerate().filter(move |(index, _)| begun >> index & 1 == 1);
        Some(all.filter(move |(_, (part, _))| path.contains(part)).map(|(_, (_, class))| *class))
    }
}

/// Returns whether a URL leads to a file that web pages embed, such as an image or a style sheet, judging by
/// the file name extension.
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
