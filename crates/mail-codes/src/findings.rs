//! Defines the findings of a mail (its codes and links), and the type that combines them with the parsed mail.

use super::{Code, Link, LinkKind, find};
use mail_reader::mail::Mail;
use mail_reader::richtext::LayoutInput;
use mail_reader::{mime, progress};
use std::ops::Deref;

/// The findings of a mail: its codes and links.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct Findings {
    /// The codes of the mail; the code with the highest confidence comes first.
    pub codes: Vec<Code>,
    /// The links of the mail; the most useful link comes first.
    pub links: Vec<Link>,
}

impl Findings {
    /// Returns the code with the highest confidence; `None` if no code has enough confidence to be shown in the inbox.
    pub fn confident_code(&self) -> Option<&Code> {
        self.codes.first().filter(|code| code.confidence.is_confident())
    }

    /// Returns the most useful link; `None` if no link has enough confidence to be shown in the inbox.
    pub fn confident_link(&self) -> Option<&Link> {
        self.links.first().filter(|link| link.confidence.is_confident())
    }

    /// Returns the most useful link of a kind; `None` if no link of this kind has enough confidence to be shown in the
    /// inbox.
    pub fn confident_link_of(&self, kind: LinkKind) -> Option<&Link> {
        self.links.iter().find(|link| link.kind == kind && link.confidence.is_confident())
    }
}

/// A parsed mail together with its codes and links; dereferences to [`Mail`].
#[derive(Clone, PartialEq, Debug, Default)]
pub struct MailWithFindings {
    /// The parsed mail.
    pub mail: Mail,
    /// The codes and links of the mail.
    pub findings: Findings,
}

impl MailWithFindings {
    /// Finds the codes and links of a parsed mail; `raw` is the raw mail.
    pub fn new(mail: Mail, raw: &[u8]) -> Self {
        let findings = find(&mail, raw);
        Self { mail, findings }
    }
}

impl From<Mail> for MailWithFindings {
    /// Wraps a mail without searching it for codes and links, so its findings are empty.
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
    /// Prepares a mail for layout. The layout numbers the links in the order of [`Findings::links`], starting at 1.
    fn from(read: &'a MailWithFindings) -> Self {
        let links = read.findings.links.iter().map(|link| link.url.clone()).collect();
        let code = read.findings.confident_code().map(|code| code.value.clone());
        Self { mail: &read.mail, links, code }
    }
}

/// Progress in per mille when the mail has been parsed. The search for codes and links accounts for the rest of the
/// progress.
const PARSED_PER_MILLE: u32 = 500;

/// Parses a raw mail, and finds its codes and links.
pub fn parse(raw: &[u8]) -> MailWithFindings {
    parse_by(raw, mime::parse)
}

/// Like [`parse`], but drops the HTML source of the mail to save memory. Intended for callers that keep the
/// raw mail (see [`mime::parse_without_html_source`]).
pub fn parse_without_html_source(raw: &[u8]) -> MailWithFindings {
    parse_by(raw, mime::parse_without_html_source)
}

fn parse_by(raw: &[u8], parse: impl FnOnce(&[u8]) -> Mail) -> MailWithFindings {
    let mail = progress::share(0..PARSED_PER_MILLE, || parse(raw));
    progress::share(PARSED_PER_MILLE..progress::ALL, || MailWithFindings::new(mail, raw))
}
