//! The codes and links found in a mail, alone and together with the parsed mail.

use super::{Code, Link, LinkKind, find};
use mail_reader::mail::Mail;
use mail_reader::richtext::LayoutInput;
use mail_reader::{mime, progress};
use std::ops::Deref;

/// The codes and links of a mail.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct Findings {
    /// Codes, sorted by confidence, the highest first.
    pub codes: Vec<Code>,
    /// Links, the most useful first.
    pub links: Vec<Link>,
}

impl Findings {
    /// Returns the most confident code, if its confidence is high enough to show the code.
    pub fn confident_code(&self) -> Option<&Code> {
        self.codes.first().filter(|code| code.confidence.is_confident())
    }

    /// Returns the most useful link, if its confidence is high enough to show the link.
    pub fn confident_link(&self) -> Option<&Link> {
        self.links.first().filter(|link| link.confidence.is_confident())
    }

    /// Returns the most useful link of a kind, if its confidence is high enough to show the link.
    pub fn confident_link_of(&self, kind: LinkKind) -> Option<&Link> {
        self.links.iter().find(|link| link.kind == kind && link.confidence.is_confident())
    }
}

/// A parsed mail with its codes and links; it dereferences to the mail.
#[derive(Clone, PartialEq, Debug, Default)]
pub struct MailWithFindings {
    /// The content of the mail.
    pub mail: Mail,
    /// The codes and links of the mail.
    pub findings: Findings,
}

impl MailWithFindings {
    /// Finds the codes and links of a mail; `raw` are the bytes of the mail.
    pub fn new(mail: Mail, raw: &[u8]) -> Self {
        let findings = find(&mail, raw);
        Self { mail, findings }
    }
}

impl From<Mail> for MailWithFindings {
    /// Wraps a mail without searching for codes and links.
    fn from(mail: Mail) -> Self {
        Self { mail, findings: Findings::default() }
    }
}

impl Deref for MailWithFindings {
    type Target = Mail;

    fn deref(&self) -> &Mail {
        &self.mail
    }
}

impl<'a> From<&'a MailWithFindings> for LayoutInput<'a> {
    /// Numbers the links of a mail by their indices in [`Findings::links`].
    fn from(read: &'a MailWithFindings) -> Self {
        let links = read.findings.links.iter().map(|link| link.url.clone()).collect();
        let code = read.findings.confident_code().map(|code| code.value.clone());
        Self { mail: &read.mail, links, code }
    }
}

/// Progress in thousandths after parsing a mail; the rest is the search for codes and links.
const PARSED: u32 = 500;

/// Parses a mail, and finds its codes and links.
pub fn parse(raw: &[u8]) -> MailWithFindings {
    parse_by(raw, mime::parse)
}

/// Like [`parse`], for callers that keep the raw mail ([`mime::parse_without_html_source`]).
pub fn parse_without_html_source(raw: &[u8]) -> MailWithFindings {
    parse_by(raw, mime::parse_without_html_source)
}

fn parse_by(raw: &[u8], parse: impl FnOnce(&[u8]) -> Mail) -> MailWithFindings {
    let mail = progress::share(0..PARSED, || parse(raw));
    progress::share(PARSED..progress::ALL, || MailWithFindings::new(mail, raw))
}
