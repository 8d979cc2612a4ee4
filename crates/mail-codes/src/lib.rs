//! Finds the codes and links that the recipient of a mail needs: the code to type, and the link to follow.
//!
//! The search is pure and deterministic: the same mail always yields the same findings. The library never
//! requests a link, because a request would use up a link that works only once.
//!
//! [`parse()`] parses a raw mail and finds its codes and links. Each finding has a [`Confidence`] and a
//! reason; [`to_json`] formats all findings as JSON.
//!
//! ```
//! let raw = b"Subject: Your verification code\r\n\r\nYour verification code is 482951.\r\n";
//! let mail = mail_codes::parse(raw);
//! let code = mail.findings.confident_code().expect("the mail contains a code");
//! assert_eq!(code.value.as_str(), "482951");
//! ```

#![warn(clippy::wildcard_enum_match_arm)]

mod candidate;
mod codes;
mod distances;
mod expiry;
mod features;
mod findings;
mod json;
mod lines;
mod link_kind;
mod link_warnings;
mod links;
mod look_alike;
mod mail_context;
mod model;
mod quoted_words;
#[doc(hidden)]
pub mod training;
mod words;

pub use codes::CodePurpose;
pub use expiry::{MAX_FRESH_AGE, Stale};
pub use findings::{Findings, MailWithFindings, parse, parse_without_html_source};
use jiff::Timestamp;
pub use json::{codes_to_json, links_to_json, to_json, to_json_numbered};
pub use link_kind::LinkKind;
pub use link_warnings::site as registrable_domain;
use mail_context::MailContext;
use mail_reader::mail::Mail;
use mail_reader::mime;
use mail_reader::progress;
use mail_reader::sanitize::SafeText;

/// The confidence in per mille (0 to 1000) that a code is the one to type, or that a link is the one to follow.
/// Integers make comparisons exact.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug, Default)]
pub struct Confidence(u16);

impl Confidence {
    /// Minimum confidence at which an inbox row shows a code or link, and at which the `wait --code` command returns a
    /// code. Codes and links with less confidence appear only in the list of all candidates for codes and links.
    pub const CONFIDENT: Self = Self(500);
    /// Minimum confidence at which the user interface shows a code without calling it a guess.
    pub const CERTAIN: Self = Self(800);

    /// Creates a confidence from a value in per mille; values above 1000 are clamped to 1000.
    pub fn from_thousandths(value: u16) -> Self {
        Self(value.min(1000))
    }

    /// Returns the confidence in per mille, from 0 to 1000.
    pub fn thousandths(self) -> u16 {
        self.0
    }

    /// Returns the confidence as a fraction, from 0 to 1.
    pub fn as_f64(self) -> f64 {
        f64::from(self.0) / 1000.0
    }

    /// Returns whether the confidence is at least [`Self::CERTAIN`].
    pub fn is_certain(self) -> bool {
        self >= Self::CERTAIN
    }

    /// Returns whether the confidence is at least [`Self::CONFIDENT`].
    pub fn is_confident(self) -> bool {
        self >= Self::CONFIDENT
    }
}

/// The kind of characters that a code consists of.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum CodeKind {
    /// The code has only digits, either in one run or in groups separated by dashes.
    Digits,
    /// The code has letters, and may also have digits.
    Alphanumeric,
}

/// A code that the user types, for example to prove that they received the mail.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Code {
    /// The string to type, with ASCII digits. Dashes between groups are included if the form on the website expects
    /// them.
    pub value: SafeText,
    /// Confidence that this code is the one to type.
    pub confidence: Confidence,
    /// The kind of characters that the code consists of.
    pub kind: CodeKind,
    /// The purpose of the code, such as a sign-in or a discount.
    pub purpose: CodePurpose,
    /// Period of validity in seconds, counted from the time when the mail was sent; `None` if the mail states
    /// no period.
    pub life: Option<u32>,
    /// Time at which the mail was sent, according to its `Date` header field; `None` if the mail has no valid
    /// date.
    pub sent_at: Option<Timestamp>,
    /// Whether the mail contains another code that is equally likely. The user then has to choose one.
    pub ambiguous: bool,
    /// Text that explains to the user why this code was found.
    pub reason: SafeText,
}

/// A link in a mail, with its purpose and the confidence that it is the link to follow.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Link {
    /// The absolute URL as a browser requests it: printable ASCII (RFC 3986).
    pub url: SafeText,
    /// The purpose of the link, which the user interface displays as a label.
    pub kind: LinkKind,
    /// The real target of the link, if a mail filter or a mailing service replaced it with a redirect URL; `None` if
    /// the URL of the link is not a known redirect URL. The target is decoded without a request, and is used only for
    /// display.
    pub leads_to: Option<SafeText>,
    /// Confidence that this link is the one to follow.
    pub confidence: Confidence,
    /// Text that explains to the user why this link was found.
    pub reason: SafeText,
    /// The link text; empty if the mail shows only the URL.
    pub words: SafeText,
    /// Warnings for the user, for example about a link text that names another host, or about a host with
    /// look-alike letters.
    pub warnings: Vec<SafeText>,
}

/// Maximum length in bytes of the text of a mail that only forwards an attached mail. If the text is longer, the
/// attached mail is not searched for codes and links.
const SHORT_TEXT_BYTES: usize = 400;

/// Finds the codes and links of a parsed mail; `raw` is the raw mail.
pub fn find(mail: &Mail, raw: &[u8]) -> Findings {
    let mut findings = find_own(mail);
    add_forwarded(&mut findings, mail, raw);
    progress::report(3, 3);
    findings
}

/// Finds the codes and links of a mail, but not those of its attached mails.
fn find_own(mail: &Mail) -> Findings {
    let context = MailContext::new(mail);
    progress::report(1, 3);
    let links = links::find(&context);
    progress::report(2, 3);
    Findings { codes: codes::find(&context, &links), links }
}

/// Adds the codes and links of the attached mail if `mail` only forwards that mail. This is the case if the text of
/// `mail` is short and contains no code with enough confidence for the inbox.
fn add_forwarded(findings: &mut Findings, mail: &Mail, raw: &[u8]) {
    let text_bytes = mail.text.as_ref().map_or(mail.html_bytes(), String::len);
    if findings.confident_code().is_some() || text_bytes > SHORT_TEXT_BYTES {
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
