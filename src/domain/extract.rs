//! Finds what a disposable mailbox is opened for: the code to type and the link to press.
//!
//! Pure and deterministic: the same mail gives the same answer, and a link is never requested,
//! since that would use it up.

mod candidate;
mod codes;
mod govern;
mod json;
mod life;
mod links;
mod page;
mod warn;
mod words;

use super::mail::Mail;
use super::mime;
use super::progress;
use super::sanitize::SafeText;
pub use json::{codes_to_json, links_to_json, to_json, to_json_numbered};
pub use life::{FRESH, Stale};
pub(crate) use links::address;

/// How sure an answer is, in thousandths (0 to 1000), so that answers can be compared exactly.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug, Default)]
pub struct Confidence(u16);

impl Confidence {
    /// From here on an answer is claimed: shown in the inbox row and printed by `wait --code`.
    /// Below it, it is only a possibility in the chooser.
    pub const CLAIM: Self = Self(500);

    /// From thousandths; more than 1000 is taken as 1000.
    pub fn from_thousandths(value: u16) -> Self {
        Self(value.min(1000))
    }

    /// In thousandths, 0 to 1000.
    pub fn thousandths(self) -> u16 {
        self.0
    }

    /// As a share, 0 to 1.
    pub fn as_f64(self) -> f64 {
        f64::from(self.0) / 1000.0
    }

    /// Whether it is sure enough to be claimed.
    pub fn is_claim(self) -> bool {
        self >= Self::CLAIM
    }
}

/// What a code looks like.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum CodeKind {
    /// Digits alone, grouped or not.
    Digits,
    /// Letters and digits, or letters alone.
    Alphanumeric,
}

/// Something that the user types to prove that the mail has arrived.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Code {
    /// What to type: separators kept where the form wants them, digits in ASCII.
    pub value: SafeText,
    /// How sure that is.
    pub confidence: Confidence,
    /// What it looks like.
    pub kind: CodeKind,
    /// How long its mail says that it holds, in seconds from when it was sent.
    pub life: Option<u32>,
    /// Whether another code of the mail is as likely.
    pub rival: bool,
    /// Why it was chosen, in words.
    pub reason: SafeText,
}

/// What a link is for.
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
    /// Fetches something.
    Download,
    /// Does what else the mail asks for: pay, open, sign, start.
    Action,
    /// Ends a subscription.
    Unsubscribe,
    /// Anything else.
    Other,
}

impl LinkKind {
    /// The word for it on the screen and in JSON.
    pub fn word(self) -> &'static str {
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
    /// The absolute address, as it would be requested (RFC 3986, printable ASCII).
    pub url: SafeText,
    /// What it is for.
    pub kind: LinkKind,
    /// Where it leads, if it is wrapped in the address of a known filter or mailer: read from the
    /// address itself, for showing.
    pub leads_to: Option<SafeText>,
    /// How sure it is that this is the one to press.
    pub confidence: Confidence,
    /// Why it was chosen, in words.
    pub reason: SafeText,
    /// The words that it stood under; empty when it stood alone.
    pub words: SafeText,
    /// What is suspicious about it, in words (shown host differs, look-alike letters, ...).
    pub warnings: Vec<SafeText>,
}

/// The shortest mail inside a mail is looked into when the outer one says less than this, in
/// characters.
const SHORT: usize = 400;

/// Fills in the codes and links of a parsed mail.
pub(crate) fn fill(mail: &mut Mail, raw: &[u8]) {
    let flow = mail.flow.clone();
    mail.links = links::find(mail, flow.as_deref());
    progress::reached(1, 3);
    let rows = page::rows(mail, flow.as_deref());
    progress::reached(2, 3);
    mail.codes = codes::find(mail, &rows);
    forwarded(mail, raw);
    progress::reached(3, 3);
}

/// A mail that only passes another one on is about what that one is about.
fn forwarded(mail: &mut Mail, raw: &[u8]) {
    let claims = mail.codes.first().is_some_and(|code| code.confidence.is_claim());
    let said = mail.text.as_ref().map_or(mail.html_bytes, String::len);
    if claims || said > SHORT {
        return;
    }
    let Some(part) =
        mail.attachments.iter().find(|part| part.mime.as_str() == "message/rfc822").map(|part| part.part)
    else {
        return;
    };
    let Some(bytes) = mime::attachment_bytes(raw, part) else { return };
    let mut inner = mime::parse_parts(&bytes);
    let flow = inner.flow.clone();
    inner.links = links::find(&inner, flow.as_deref());
    let mut codes = codes::find(&inner, &page::rows(&inner, flow.as_deref()));
    for code in &mut codes {
        code.reason = SafeText::new(&format!("{}, in the forwarded mail", code.reason));
    }
    mail.codes.splice(0..0, codes);
    mail.links.splice(0..0, inner.links);
}
