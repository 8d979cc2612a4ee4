//! Extracts what a disposable mailbox is used for: the code to type and the link to follow.
//!
//! Extraction is pure and deterministic: the same mail gives the same result. A link is never requested,
//! because a request would use it up.

mod candidate;
mod codes;
mod context;
mod expiry;
mod json;
mod lines;
mod links;
mod warn;
mod words;

use super::mail::Mail;
use super::mime;
use super::progress;
use super::sanitize::SafeText;
pub use expiry::{FRESH, Stale};
pub use json::{codes_to_json, links_to_json, to_json, to_json_numbered};
pub(crate) use links::address;

/// Confidence of a code or link in thousandths (0 to 1000), so that comparisons are exact.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug, Default)]
pub struct Confidence(u16);

impl Confidence {
    /// Minimum confidence to show a code or link in the inbox row and to print it with `wait --code`. Below
    /// it, a finding is listed only as a candidate.
    pub const CONFIDENT_PERCENT: Self = Self(500);

    /// Creates a confidence from thousandths; values above 1000 count as 1000.
    pub fn from_thousandths(value: u16) -> Self {
        Self(value.min(1000))
    }

    /// The confidence in thousandths, 0 to 1000.
    pub fn thousandths(self) -> u16 {
        self.0
    }

    /// The confidence as a fraction, 0 to 1.
    pub fn as_f64(self) -> f64 {
        f64::from(self.0) / 1000.0
    }

    /// Whether the confidence reaches [`Self::CONFIDENT_PERCENT`].
    pub fn is_confident(self) -> bool {
        self >= Self::CONFIDENT_PERCENT
    }
}

/// The characters of a code.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum CodeKind {
    /// Only digits, grouped or not.
    Digits,
    /// Letters and digits, or letters alone.
    Alphanumeric,
}

/// A code that the user types to prove that the mail has arrived.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Code {
    /// The text to type: separators remain where the form expects them, digits are ASCII.
    pub value: SafeText,
    /// Confidence that this is the code to type.
    pub confidence: Confidence,
    /// The characters of the code.
    pub kind: CodeKind,
    /// How long the code is valid according to the mail, in seconds from the time the mail was sent.
    pub life: Option<u32>,
    /// Whether another code of the mail is as likely.
    pub ambiguous: bool,
    /// Why the extractor chose the code, in words.
    pub reason: SafeText,
}

/// The purpose of a link.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum LinkKind {
    /// Confirms an address or an account.
    Verify,
    /// Signs in ("magic link").
    SignIn,
    /// Sets a new password.
    Reset,
    /// Accepts an invitation.
    Invite,
    /// Downloads something.
    Download,
    /// Performs another action that the mail asks for: pay, open, sign, start.
    Action,
    /// Ends a subscription.
    Unsubscribe,
    /// Anything else.
    Other,
}

impl LinkKind {
    /// The label on the screen and in JSON.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Verify => "verify",
            Self::SignIn => "sign-in",
            Self::Reset => "reset",
            Self::Invite => "invite",
            Self::Download => "download",
            Self::Action => "action",
            Self::Unsubscribe => "unsubscribe",
            Self::Other => "other",
        }
    }
}

/// A link of a mail.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Link {
    /// The absolute URL as a browser would request it (RFC 3986, printable ASCII).
    pub url: SafeText,
    /// The purpose of the link.
    pub kind: LinkKind,
    /// The real target, if a known filter or mailer wraps it in a redirect URL. It is read from the URL
    /// itself, only for display.
    pub leads_to: Option<SafeText>,
    /// Confidence that this is the link to follow.
    pub confidence: Confidence,
    /// Why the extractor chose the link, in words.
    pub reason: SafeText,
    /// The link text; empty if the URL stood alone.
    pub words: SafeText,
    /// Warnings about the link, in words (another host is shown, look-alike letters, ...).
    pub warnings: Vec<SafeText>,
}

/// Maximum length in characters of an outer mail whose attached mail is searched for codes and links as
/// well.
const SHORT_TEXT_BYTES: usize = 400;

/// Adds the codes and links to a parsed mail.
pub(crate) fn fill(mail: &mut Mail, raw: &[u8]) {
    let flow = mail.flow.clone();
    mail.links = links::find(mail, flow.as_deref());
    progress::report(1, 3);
    let rows = lines::rows(mail, flow.as_deref());
    progress::report(2, 3);
    mail.codes = codes::find(mail, &rows);
    forwarded(mail, raw);
    progress::report(3, 3);
}

/// Takes codes and links from the attached mail, if the outer mail only forwards it.
fn forwarded(mail: &mut Mail, raw: &[u8]) {
    let claims = mail.codes.first().is_some_and(|code| code.confidence.is_confident());
    let said = mail.text.as_ref().map_or(mail.html_bytes, String::len);
    if claims || said > SHORT_TEXT_BYTES {
        return;
    }
    let Some(part) =
        mail.attachments.iter().find(|part| part.mime.as_str() == "message/rfc822").map(|part| part.part)
    else {
        return;
    };
    let Some(bytes) = mime::attachment_bytes(raw, part) else { return };
    let mut inner = mime::parse_without_extraction(&bytes);
    let flow = inner.flow.clone();
    inner.links = links::find(&inner, flow.as_deref());
    let mut codes = codes::find(&inner, &lines::rows(&inner, flow.as_deref()));
    for code in &mut codes {
        code.reason = SafeText::new(&format!("{}, in the forwarded mail", code.reason));
    }
    mail.codes.splice(0..0, codes);
    mail.links.splice(0..0, inner.links);
}
