//! Finds the code to type and the link to follow in a mail, which are the usual reasons for a disposable
//! mailbox.
//!
//! Extraction is pure and deterministic: the same mail gives the same result. A link is never requested,
//! because a request would use it up.
//!
//! [`parse()`] parses a raw mail and finds its codes and links. Each finding has a [`Confidence`] and its
//! reasons; [`to_json`] writes all findings as JSON.

#![warn(clippy::wildcard_enum_match_arm)]

mod candidate;
mod codes;
mod expiry;
mod features;
mod findings;
mod json;
mod lines;
mod link_kind;
mod links;
mod measure;
mod model;
#[doc(hidden)]
pub mod training;
mod warn;
mod words;

pub use codes::CodePurpose;
pub use expiry::{FRESH, Stale};
pub use findings::{Findings, MailWithFindings, parse, parse_without_html_source};
use jiff::Timestamp;
pub use json::{codes_to_json, links_to_json, to_json, to_json_numbered};
pub use link_kind::LinkKind;
use mail_reader::mail::Mail;
use mail_reader::mime;
use mail_reader::progress;
use mail_reader::sanitize::SafeText;
pub use warn::site as registrable_domain;

/// Confidence of a code or link in thousandths (0 to 1000), so that comparisons are exact.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug, Default)]
pub struct Confidence(u16);

impl Confidence {
    /// Minimum confidence with which the inbox row shows a code or link and `wait --code` prints a code. A
    /// finding with less confidence appears only in the list of candidates.
    pub const CONFIDENT_PERCENT: Self = Self(500);
    /// Confidence below which the program calls a claimed code a guess.
    pub const CERTAIN: Self = Self(800);

    /// Creates a confidence from thousandths; values above 1000 count as 1000.
    pub fn from_thousandths(value: u16) -> Self {
        Self(value.min(1000))
    }

    /// Returns the confidence in thousandths, 0 to 1000.
    pub fn thousandths(self) -> u16 {
        self.0
    }

    /// Returns the confidence as a fraction, 0 to 1.
    pub fn as_f64(self) -> f64 {
        f64::from(self.0) / 1000.0
    }

    /// Returns whether the confidence reaches [`Self::CERTAIN`].
    pub fn is_certain(self) -> bool {
        self >= Self::CERTAIN
    }

    /// Returns whether the confidence reaches [`Self::CONFIDENT_PERCENT`].
    pub fn is_confident(self) -> bool {
        self >= Self::CONFIDENT_PERCENT
    }
}

/// The kind of characters that a code consists of.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum CodeKind {
    /// The code has only digits, in one run or in groups.
    Digits,
    /// The code has letters, or letters and digits.
    Alphanumeric,
}

/// A code that the user types to prove that the mail has arrived.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Code {
    /// The text to type. Separators remain where the form on the web site expects them; digits are ASCII.
    pub value: SafeText,
    /// Confidence that this code is the one to type.
    pub confidence: Confidence,
    /// The kind of characters that the code consists of.
    pub kind: CodeKind,
    /// The purpose of the code.
    pub purpose: CodePurpose,
    /// Time in seconds after the mail was sent during which the code is valid; `None` if the mail states no
    /// time.
    pub life: Option<u32>,
    /// Time at which the mail was sent, according to its header; `None` if the header has no date.
    pub sent_at: Option<Timestamp>,
    /// Whether another code of the mail is equally likely, so that the user has to choose.
    pub ambiguous: bool,
    /// Explanation for the user why the extractor chose the code.
    pub reason: SafeText,
}

/// A link in a mail, with its purpose and the confidence that it is the one to follow.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Link {
    /// The absolute URL as a browser would request it, in printable ASCII (RFC 3986).
    pub url: SafeText,
    /// The purpose of the link, shown as its label.
    pub kind: LinkKind,
    /// The real target, if a known mail filter or mailer wraps the link in a redirect URL. The target is read
    /// from the URL itself and is only displayed.
    pub leads_to: Option<SafeText>,
    /// Confidence that this link is the one to follow.
    pub confidence: Confidence,
    /// Explanation for the user why the extractor chose the link.
    pub reason: SafeText,
    /// The text of the link; empty if the mail contains only the URL.
    pub words: SafeText,
    /// Warnings for the user, such as a link text that names another host, or a host with look-alike letters.
    pub warnings: Vec<SafeText>,
}

/// Maximum length in bytes of an outer mail's text at which its attached mail is searched for codes and links
/// too. An outer mail with a longer text is considered more than a forwarding note.
const SHORT_TEXT_BYTES: usize = 400;

/// Finds the codes and links of a parsed mail; `raw` are the bytes of the mail.
pub fn find(mail: &Mail, raw: &[u8]) -> Findings {
    let mut findings = find_own(mail);
    add_forwarded(&mut findings, mail, raw);
    progress::report(3, 3);
    findings
}

/// Finds the codes and links of a mail, without those of its attached mails.
fn find_own(mail: &Mail) -> Findings {
    let flow = mail.flow();
    let rows = lines::rows(mail, flow);
    progress::report(1, 3);
    let links = links::find(mail, flow, &rows);
    progress::report(2, 3);
    Findings { codes: codes::find(mail, &links, &rows), links }
}

/// Adds the codes and links of the attached mail, if the outer mail is short and contains no confident code.
/// Such an outer mail only forwards the attached one.
fn add_forwarded(findings: &mut Findings, mail: &Mail, raw: &[u8]) {
    let said = mail.text.as_ref().map_or(mail.html_bytes(), String::len);
    if findings.confident_code().is_some() || said > SHORT_TEXT_BYTES {
        return;
    }
    let Some(part) =
        mail.attachments.iter().find(|part| part.mime.as_str() == "message/rfc822").map(|part| part.part)
    else {
        return;
    };
    let Some(bytes) = mime::attachment_bytes(raw, part) else { return };
    let Findings { mut codes, links } = find_own(&mime::parse_without_attached(&bytes));
    for code in &mut codes {
        code.reason = SafeText::new(&format!("{}, in the forwarded mail", code.reason));
    }
    findings.codes.splice(0..0, codes);
    findings.links.splice(0..0, links);
}

#[cfg(test)]
mod tests;

#[cfg(doctest)]
#[doc = include_str!("../README.md")]
struct Readme;
