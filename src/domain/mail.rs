//! A mail: what the service says of it ([`Envelope`]), what its bytes hold ([`Mail`]) and what a
//! list shows of both ([`Summary`]).

use super::extract::{Code, Link};
use super::html::flow::Flow;
use super::ids::{MailId, SessionId};
use super::sanitize::{SafeName, SafeText};
use super::time::Timestamp;
use std::sync::Arc;

/// What the service says of a mail, apart from its content (RFC 5321's envelope and the
/// service's own book-keeping).
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Envelope {
    /// The service's name for the mail.
    pub id: MailId,
    /// The session that received it.
    pub session: SessionId,
    /// When the service received it.
    pub received_at: Timestamp,
    /// The sender of the SMTP envelope (`MAIL FROM`).
    pub from: SafeText,
    /// The address of ours that it reached, without extension.
    pub to: SafeText,
    /// The recipient as the sender wrote it, with extension.
    pub to_orig: SafeText,
    /// Size of the raw mail in bytes, as the service counts it; 0 where it does not say.
    pub size: u64,
}

/// A name and an address of a header (RFC 5322 `mailbox`).
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct Mailbox {
    /// The display name; empty when there is none.
    pub name: SafeText,
    /// `local@domain`; empty when the header holds none.
    pub address: SafeText,
}

/// One header field, decoded (RFC 2047) and unfolded.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Header {
    /// The field's name as the mail spells it.
    pub name: SafeText,
    /// Its value on one line.
    pub value: SafeText,
}

/// A MIME part that is not the text of the mail.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Attachment {
    /// Index of the MIME part in the parsed mail; what [`super::mime::attachment_bytes`] takes.
    pub part: usize,
    /// A file name that is safe to create, whatever the mail calls it.
    pub name: SafeName,
    /// The media type that the sender claims, in lower case.
    pub mime: SafeText,
    /// The media type that the content shows by its first bytes, where it shows one.
    pub found: Option<&'static str>,
    /// Size of the decoded content in bytes.
    pub size: u64,
    /// The `Content-ID` without brackets, by which the HTML part names it; empty when there is none.
    pub content_id: SafeText,
    /// Width and height in pixels of a picture that the HTML part may show in its place.
    pub picture: Option<(u32, u32)>,
    /// The subject of the mail that it is; `None` where it is none. [`super::mime::nested_mail`] opens it.
    pub nested: Option<SafeText>,
}

impl Attachment {
    /// Whether the content is another thing than the sender says.
    pub fn lies(&self) -> bool {
        let claimed = self.mime.as_str();
        let vague =
            matches!(claimed, "application/octet-stream" | "application/x-download" | "binary/octet-stream");
        self.found.is_some_and(|found| {
            let told = ["image/", "video/", "audio/", "text/", "message/"];
            let seen = |mime: &str| matches!(mime.split('/').next(), Some("image" | "video" | "audio"));
            if vague || found == claimed || same_picture(found, claimed) {
                return false;
            }
            if is_program(found) {
                // A script may well say no more than that it is text.
                let text = found.starts_with("text/") && claimed.starts_with("text/");
                return !(text || says_program(claimed));
            }
            if matches!(found, "text/html" | "text/xml") {
                return !claimed.starts_with("text/")
                    && !claimed.ends_with("xml")
                    && !claimed.starts_with("message/");
            }
            // Many formats are archives inside.
            let zipped = found == "application/zip" || found.starts_with("application/vnd.");
            seen(found)
                || found == "application/pdf"
                || zipped && told.iter().any(|group| claimed.starts_with(group))
        })
    }

    /// The type in words for a list: as claimed, and as found where that is another.
    pub fn kind_words(&self) -> String {
        match self.found {
            Some(found) if self.lies() => format!("{} (really {found})", self.mime),
            _ => self.mime.to_string(),
        }
    }
}

fn is_program(mime: &str) -> bool {
    matches!(
        mime,
        "application/vnd.microsoft.portable-executable"
            | "application/x-executable"
            | "application/x-mach-binary"
            | "application/java"
            | "application/wasm"
            | "text/x-shellscript"
    )
}

/// Whether a type is one of the many that programs go by.
fn says_program(mime: &str) -> bool {
    [
        "x-msdownload",
        "x-dosexec",
        "x-msdos-program",
        "x-exe",
        "x-sharedlib",
        "x-elf",
        "x-sh",
        "java-vm",
        "x-java",
    ]
    .iter()
    .any(|ending| mime.strip_prefix("application/").is_some_and(|kind| kind.starts_with(ending)))
        || is_program(mime)
}

fn same_picture(one: &str, other: &str) -> bool {
    let plain =
        |mime: &str| mime.replace("x-", "").replace("jpg", "jpeg").replace("vnd.microsoft.icon", "icon");
    plain(one) == plain(other)
}

/// One part of a mail's structure (RFC 2045), in the order of the mail.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Part {
    /// Index of the MIME part in the parsed mail.
    pub id: usize,
    /// How deep it is nested; 0 is the mail itself.
    pub depth: u8,
    /// The media type that is claimed, in lower case.
    pub mime: SafeText,
    /// Its name; empty when it has none.
    pub name: SafeText,
    /// Size of the decoded content in bytes; 0 for one that only holds others.
    pub size: u64,
    /// Whether it only holds others.
    pub holds: bool,
}

/// Something that a mail says for programs, in words: an invitation, a contact, a delivery report.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct Card {
    /// What it is.
    pub title: SafeText,
    /// Names and values.
    pub rows: Vec<(SafeText, SafeText)>,
}

/// What was left out to keep the work bounded, in words.
pub type Note = SafeText;

/// What the raw bytes of a mail hold.
#[derive(Clone, PartialEq, Debug, Default)]
pub struct Mail {
    /// The `Subject`, decoded; empty when there is none.
    pub subject: SafeText,
    /// The first mailbox of `From`.
    pub from: Mailbox,
    /// All mailboxes of `To`.
    pub to: Vec<Mailbox>,
    /// All mailboxes of `Cc`.
    pub cc: Vec<Mailbox>,
    /// The `Date` header.
    pub date: Option<Timestamp>,
    /// All header fields in their order.
    pub headers: Vec<Header>,
    /// The text part, decoded but NOT sanitised; only [`super::richtext`] and
    /// [`super::extract`] read it.
    pub text: Option<String>,
    /// The HTML part, decoded but NOT sanitised; only [`super::html`] and
    /// [`super::extract`] read it.
    pub html: Option<String>,
    /// How many bytes of UTF-8 the HTML part has, also where it is not kept.
    pub(crate) html_bytes: usize,
    /// The HTML part, read for its words.
    pub(crate) flow: Option<Arc<Flow>>,
    /// Parts that are not the text of the mail.
    pub attachments: Vec<Attachment>,
    /// All parts, as they nest.
    pub parts: Vec<Part>,
    /// What is said for programs.
    pub cards: Vec<Card>,
    /// Codes, the best first.
    pub codes: Vec<Code>,
    /// Links, the one to press first.
    pub links: Vec<Link>,
    /// What was left out to keep the work bounded.
    pub notes: Vec<Note>,
    /// The words of the mails that are attached, for the search; NOT sanitised.
    pub(crate) enclosed: String,
}

/// What a list of mails shows of one.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Summary {
    /// What the service says of it.
    pub envelope: Envelope,
    /// Display name of the sender, or the sender's address.
    pub sender: SafeText,
    /// The subject, or a placeholder's absence: empty when there is none.
    pub subject: SafeText,
    /// The code that is claimed ([`super::extract::Confidence::CLAIM`] or more), if any.
    pub code: Option<Code>,
    /// The link to press, if any.
    pub link: Option<Link>,
    /// How many attachments there are.
    pub attachments: usize,
}

impl Summary {
    /// Sums a mail up for a list.
    pub fn new(envelope: Envelope, mail: &Mail) -> Self {
        let sender = if !mail.from.name.is_empty() {
            mail.from.name.clone()
        } else if !mail.from.address.is_empty() {
            mail.from.address.clone()
        } else {
            envelope.from.clone()
        };
        Self {
            sender,
            subject: mail.subject.clone(),
            code: mail.codes.first().filter(|code| code.confidence.is_claim()).cloned(),
            link: mail.links.first().filter(|link| link.confidence.is_claim()).cloned(),
            attachments: mail.attachments.len(),
            envelope,
        }
    }
}

impl Mail {
    /// The attachment that a `cid:` address names (RFC 2392).
    pub fn by_content_id(&self, cid: &str) -> Option<&Attachment> {
        self.attachments.iter().find(|part| !part.content_id.is_empty() && part.content_id.as_str() == cid)
    }

    /// Whether it has an HTML part, kept or not.
    pub fn has_html(&self) -> bool {
        self.html.is_some() || self.flow.is_some()
    }

    /// Whether the HTML part holds words that its styles hide.
    pub fn hides_words(&self) -> bool {
        self.flow.as_ref().is_some_and(|flow| flow.hides_words)
    }

    /// How many pictures of the HTML part would have to be fetched from elsewhere.
    pub fn remote_pictures(&self) -> usize {
        self.flow.as_ref().map_or(0, |flow| flow.remote_images)
    }
}

/// How far something is, in words: `12 of 25 MB`, in powers of 1000.
pub fn progress_words(done: u64, of: u64) -> String {
    match of {
        0..10_000_000 => format!("{} of {}", size_words(done.min(of)), size_words(of)),
        _ => format!("{} of {} MB", done.min(of) / 1_000_000, of / 1_000_000),
    }
}

/// A size in words: `812 B`, `12 KB`, `3.4 MB` (powers of 1000).
pub fn size_words(bytes: u64) -> String {
    match bytes {
        0..1000 => format!("{bytes} B"),
        1000..1_000_000 => format!("{} KB", bytes / 1000),
        _ => format!("{}.{} MB", bytes / 1_000_000, bytes % 1_000_000 / 100_000),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn lies(claimed: &str, content: &[u8]) -> bool {
        let found = infer::get(content).map(|kind| kind.mime_type());
        Attachment {
            part: 1,
            name: SafeName::new("x"),
            mime: claimed.into(),
            found,
            size: 1,
            content_id: SafeText::default(),
            picture: None,
            nested: None,
        }
        .lies()
    }

    #[test]
    fn what_is_no_such_file_is_told_and_what_may_be_one_is_not() {
        let png = b"\x89PNG\r\n\x1a\n\0\0\0\x0dIHDR";
        let mut zip = b"PK\x03\x04".to_vec();
        zip.extend([0; 60]);
        for (claimed, content) in [
            ("application/pdf", &b"MZ\x90\0\x03\0\0\0"[..]),
            ("image/jpeg", b"#!/bin/sh\nrm -rf ~\n"),
            ("application/pdf", b"<!DOCTYPE html><html><body>x</body></html>"),
            ("image/jpeg", &zip),
            ("application/pdf", png),
        ] {
            assert!(lies(claimed, content), "{claimed} {content:?}");
        }
        for (claimed, content) in [
            ("application/x-msdownload", &b"MZ\x90\0\x03\0\0\0"[..]),
            ("application/octet-stream", b"MZ\x90\0\x03\0\0\0"),
            ("text/plain", b"#!/bin/sh\necho\n"),
            ("application/x-sh", b"#!/bin/sh\necho\n"),
            ("text/html", b"<!DOCTYPE html><html></html>"),
            ("application/xhtml+xml", b"<?xml version=\"1.0\"?><html/>"),
            ("application/vnd.oasis.opendocument.text", &zip),
            ("image/png", png),
            ("text/plain", b"words"),
        ] {
            assert!(!lies(claimed, content), "{claimed} {content:?}");
        }
    }
}
