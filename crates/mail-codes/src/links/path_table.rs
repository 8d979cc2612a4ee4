//! Keywords in URLs, each with the page class and the link purpose that it indicates.

use crate::LinkKind;

/// The class of a page, as indicated by a keyword in its URL. The link model has one feature for each class.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum PathClass {
    Unsubscribe,
    Reset,
    Password,
    Verify,
    SignIn,
    Invite,
    Download,
    Change,
    Delete,
    Pay,
    Renew,
    Register,
    Settings,
    Information,
    View,
}

impl PathClass {
    /// All classes in declaration order, each with the name that appears in feature names.
    pub(super) const NAMES: [(Self, &str); 15] = [
        (Self::Unsubscribe, "unsubscribe"),
        (Self::Reset, "reset"),
        (Self::Password, "password"),
        (Self::Verify, "verify"),
        (Self::SignIn, "sign-in"),
        (Self::Invite, "invite"),
        (Self::Download, "download"),
        (Self::Change, "change"),
        (Self::Delete, "delete"),
        (Self::Pay, "pay"),
        (Self::Renew, "renew"),
        (Self::Register, "register"),
        (Self::Settings, "settings"),
        (Self::Information, "information"),
        (Self::View, "view"),
    ];
}

/// The keywords in URLs that indicate the same page class and the same link purpose.
pub(super) struct PathRow {
    pub(super) class: Option<PathClass>,
    /// The purpose of links whose URL contains one of the keywords; `None` if the keywords do not indicate a purpose.
    pub(super) kind: Option<LinkKind>,
    /// The keywords that match only as whole words of a URL.
    pub(super) words: &'static [&'static str],
    /// The keywords that also match inside a word of a URL.
    pub(super) parts: &'static [&'static str],
}

const fn row(
    class: Option<PathClass>,
    kind: Option<LinkKind>,
    words: &'static [&'static str],
    parts: &'static [&'static str],
) -> PathRow {
    PathRow { class, kind, words, parts }
}

/// All rows of URL keywords. If a URL contains keywords from several rows, the purpose of the earliest row is the most
/// specific.
pub(super) static PATH_ROWS: [PathRow; 32] = [
    row(
        Some(PathClass::Unsubscribe),
        Some(LinkKind::Unsubscribe),
        &["optout", "unsub"],
        &["unsubscri", "opt-out", "opt_out", "desinscri"],
    ),
    row(Some(PathClass::Unsubscribe), None, &["leave", "abmelden"], &[]),
    row(
        Some(PathClass::Delete),
        Some(LinkKind::Delete),
        &["delete", "deletion", "erase"],
        &["deletion", "delete-account", "delete_account", "deleteaccount"],
    ),
    row(Some(PathClass::Delete), Some(LinkKind::Decline), &["decline", "reject", "deny"], &[]),
    row(Some(PathClass::Delete), None, &["remove", "cancel", "deactivate", "close", "revoke"], &[]),
    row(None, Some(LinkKind::Secure), &["secure", "notme", "revert"], &["not-me", "secure-account"]),
    row(
        Some(PathClass::Change),
        Some(LinkKind::ChangeAddress),
        &["newmail"],
        &[
            "newemail",
            "new-email",
            "new_email",
            "changemail",
            "changeemail",
            "change-email",
            "change_email",
            "email-change",
            "email_change",
            "emailchange",
            "update-email",
            "update_email",
            "updateemail",
        ],
    ),
    row(Some(PathClass::Change), None, &["change", "update", "edit", "modify"], &["changepass"]),
    row(
        Some(PathClass::Reset),
        Some(LinkKind::Reset),
        &["recover", "recovery", "forgot", "lost", "forget", "restore"],
        &["reset", "lostpass", "newpass", "wiederherst"],
    ),
    row(
        Some(PathClass::Password),
        Some(LinkKind::Reset),
        &["pwd", "pw", "senha", "passwd", "wachtwoord"],
        &["password", "passwort", "kennwort", "contrasen", "motdepasse"],
    ),
    row(None, Some(LinkKind::Unlock), &["unlock", "reactivate", "unblock"], &[]),
    row(Some(PathClass::Renew), Some(LinkKind::Renew), &["renew", "extend", "renewal"], &[]),
    row(Some(PathClass::Verify), Some(LinkKind::Approve), &["approve"], &["approve"]),
    row(
        Some(PathClass::Invite),
        Some(LinkKind::Invite),
        &["join", "accept", "rsvp", "attend", "einladung"],
        &["invit"],
    ),
    row(
        Some(PathClass::SignIn),
        Some(LinkKind::SignIn),
        &[
            "login",
            "signin",
            "magic",
            "otp",
            "sso",
            "passwordless",
            "loginwithemail",
            "connexion",
            "anmelden",
        ],
        &["magiclink", "magic-link", "magic_link", "sign-in", "sign_in", "log-in", "magic-url", "auth/email"],
    ),
    row(Some(PathClass::SignIn), None, &["auth", "session"], &[]),
    row(
        Some(PathClass::Download),
        Some(LinkKind::Download),
        &["download", "downloads", "export", "exports"],
        &[],
    ),
    row(Some(PathClass::Download), None, &["file", "files", "attachment"], &[]),
    row(Some(PathClass::Pay), Some(LinkKind::Pay), &["pay", "payment", "payments", "checkout"], &[]),
    row(Some(PathClass::Pay), None, &["invoice", "invoices", "billing", "rechnung", "order", "orders"], &[]),
    row(None, Some(LinkKind::Consent), &["consent", "agree"], &[]),
    row(
        Some(PathClass::Verify),
        Some(LinkKind::Verify),
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
            "bekraeft",
            "bevestig",
            "conferma",
        ],
    ),
    row(Some(PathClass::Verify), None, &["authorize"], &[]),
    row(
        Some(PathClass::Register),
        Some(LinkKind::Verify),
        &["register", "signup", "enroll", "registration"],
        &["sign-up", "sign_up"],
    ),
    row(Some(PathClass::Register), None, &["setup", "onboarding", "start", "welcome"], &[]),
    row(
        Some(PathClass::Settings),
        None,
        &["settings", "preferences", "profile", "account", "notifications", "prefs"],
        &[],
    ),
    row(Some(PathClass::Settings), None, &["notification", "options"], &[]),
    row(
        Some(PathClass::Information),
        None,
        &["help", "support", "faq", "docs", "blog", "news", "terms", "privacy"],
        &[],
    ),
    row(
        Some(PathClass::Information),
        None,
        &["about", "contact", "legal", "policy", "home", "browser", "webversion"],
        &[],
    ),
    row(
        Some(PathClass::View),
        None,
        &["view", "show", "topic", "topics", "thread", "post", "posts", "issue", "issues"],
        &[],
    ),
    row(
        Some(PathClass::View),
        None,
        &["project", "projects", "item", "comment", "comments", "t", "p", "blob", "bug"],
        &[],
    ),
    row(Some(PathClass::View), None, &["event", "events", "poll"], &[]),
];
