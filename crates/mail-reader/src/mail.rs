//! Defines the content of a parsed mail: [`Mail`] and the types of its fields.

use super::html::flow::Flow;
use super::sanitize::{SafeName, SafeText};
use jiff::Timestamp;
use std::sync::Arc;

/// A mailbox in a header field: a display name and an e-mail address (RFC 5322, section 3.4).
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct EmailAddress {
    /// The display name of the mailbox; empty if the mailbox has no display name.
    pub name: SafeText,
    /// The e-mail address of the mailbox as `local@domain`; empty if the mailbox has no address.
    pub address: SafeText,
}

/// A header field of a mail, unfolded and with its encoded words decoded (RFC 2047).
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Header {
    /// The name of the header field, spelled as in the mail.
    pub name: SafeText,
    /// The value of the header field on one line.
    pub value: SafeText,
}

/// An attachment: a MIME part that is not the text of the mail, or a file embedded in that text.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Attachment {
    /// Index of the MIME part in the parsed mail. To decode the part, pass the index to
    /// [`attachment_bytes`](super::mime::attachment_bytes).
    pub part: usize,
    /// A file name that is safe to display and to store, derived from the name in the mail.
    pub name: SafeName,
    /// The media type that the sender declares for the attachment, in lowercase.
    pub mime: SafeText,
    /// The media type that was detected from the first bytes of the content; `None` if these bytes match no known type.
    pub detected_type: Option<&'static str>,
    /// Decoded size of the attachment in bytes.
    pub size: u64,
    /// The `Content-ID` of the attachment, without angle brackets, to which `cid:` URLs in the HTML part refer. Empty
    /// if the attachment has no `Content-ID`.
    pub content_id: SafeText,
    /// Width and height in pixels if the attachment is a supported image; `None` for any other attachment.
    pub picture: Option<(u32, u32)>,
    /// The subject of the attached mail; `None` if the attachment is not a mail.
    /// [`nested_mail`](super::mime::nested_mail) returns the attached mail itself.
    pub nested: Option<SafeText>,
}

impl Attachment {
    /// Returns whether the declared media type contradicts the detected one. If so, the user is warned.
    pub fn has_type_mismatch(&self) -> bool {
        let claimed = self.mime.as_str();
        let vague =
            matches!(claimed, "application/octet-stream" | "application/x-download" | "binary/octet-stream");
        self.detected_type.is_some_and(|detected_type| {
            let container_groups = ["image/", "video/", "audio/", "text/", "message/"];
            let seen = |mime: &str| matches!(mime.split('/').next(), Some("image" | "video" | "audio"));
            if vague || detected_type == claimed || same_picture(detected_type, claimed) {
                return false;
            }
            if is_program(detected_type) {
                // A detected script matches any declared text type.
                let text = detected_type.starts_with("text/") && claimed.starts_with("text/");
                return !(text || declares_program(claimed));
            }
            if matches!(detected_type, "text/html" | "text/xml") {
                return !claimed.starts_with("text/")
                    && !claimed.ends_with("xml")
                    && !claimed.starts_with("message/");
            }
            // Many file formats are ZIP archives with a certain content.
            let zipped = detected_type == "application/zip" || detected_type.starts_with("application/vnd.");
            seen(detected_type)
                || detected_type == "application/pdf"
                || zipped && container_groups.iter().any(|group| claimed.starts_with(group))
        })
    }

    /// Returns the media type to display: the declared type, followed by the detected type if the two contradict each
    /// other.
    pub fn type_label(&self) -> String {
        match self.detected_type {
            Some(detected_type) if self.has_type_mismatch() => {
                format!("{} (really {detected_type})", self.mime)
            }
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

/// Returns whether a declared media type denotes an executable program.
fn declares_program(mime: &str) -> bool {
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

/// A MIME part of a mail (RFC 2045), as an entry in the list of all parts.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Part {
    /// Index of the MIME part in the parsed mail. Callers pass it to request the content of the part.
    pub id: usize,
    /// Nesting depth of the MIME part; the mail itself has depth 0.
    pub depth: u8,
    /// The media type that the sender declares for the MIME part, in lowercase.
    pub mime: SafeText,
    /// The file name of the MIME part; empty if it has no file name.
    pub name: SafeText,
    /// Size of the decoded content of the MIME part in bytes; 0 for a part that contains other parts.
    pub size: u64,
    /// Whether the MIME part contains other parts, that is, whether it is a `multipart/*` or an attached mail.
    pub holds: bool,
}

/// The summary of a machine-readable MIME part, such as an invitation, a contact or a delivery report. The summary is
/// displayed above the text of the mail.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct InfoCard {
    /// The heading of the summary, which names the kind of content, such as an invitation.
    pub title: SafeText,
    /// The rows of the summary, each with a label and a value.
    pub rows: Vec<(SafeText, SafeText)>,
}

/// A message for the user about content that the parser dropped because of a limit.
pub type Note = SafeText;

/// The content of a parsed mail: header fields, text, HTML and attachments.
#[derive(Clone, PartialEq, Debug, Default)]
pub struct Mail {
    /// The decoded subject of the mail; empty if the mail has no subject.
    pub subject: SafeText,
    /// The sender of the mail: the first mailbox in the `From` header field.
    pub from: EmailAddress,
    /// All mailboxes in the `To` header field.
    pub to: Vec<EmailAddress>,
    /// All mailboxes in the `Cc` header field.
    pub cc: Vec<EmailAddress>,
    /// The time in the `Date` header field; `None` if the field is missing or invalid.
    pub date: Option<Timestamp>,
    /// All header fields of the mail, in their original order.
    pub headers: Vec<Header>,
    /// The decoded text part of the mail, NOT sanitised. Only [`richtext`](super::richtext) and the search for codes
    /// and links may use it. `None` if the mail has no text part.
    pub text: Option<String>,
    /// The decoded HTML part of the mail, NOT sanitised. Only [`html`](super::html) and the search for codes and links
    /// may use it. `None` if the mail has no HTML part, or if the HTML source has been freed.
    pub html: Option<String>,
    /// Size in bytes of the decoded HTML part as UTF-8. It remains available after the HTML source has been freed.
    pub(crate) html_bytes: usize,
    /// The visible content of the HTML part as a list of blocks; `None` if the mail has no HTML part.
    pub(crate) flow: Option<Arc<Flow>>,
    /// The attachments of the mail: its MIME parts other than the text, and files embedded in the text.
    pub attachments: Vec<Attachment>,
    /// All MIME parts of the mail, in their original order. [`Part::depth`] is the nesting depth of a part.
    pub parts: Vec<Part>,
    /// Summaries of the machine-readable MIME parts, such as invitations, contacts and delivery reports.
    pub cards: Vec<InfoCard>,
    /// Messages for the user about content that the parser dropped because of a limit.
    pub notes: Vec<Note>,
    /// The text of all attached mails, NOT sanitised. Only the full-text search uses it.
    pub enclosed: String,
}

impl Mail {
    /// Returns the visible content of the HTML part as a list of blocks; `None` if the mail has no HTML part.
    pub fn flow(&self) -> Option<&Flow> {
        self.flow.as_deref()
    }

    /// Returns the size of the decoded HTML part in bytes; 0 if the mail has no HTML part.
    pub fn html_bytes(&self) -> usize {
        self.html_bytes
    }

    /// Returns the addresses in the `To` header field, separated by commas. A mailbox without an address is represented
    /// by its name.
    pub fn recipients(&self) -> SafeText {
        let words = self.to.iter().map(|one| if one.address.is_empty() { &one.name } else { &one.address });
        SafeText::new(&words.map(SafeText::as_str).collect::<Vec<_>>().join(", "))
    }

    /// Returns the attachment that the `cid:` URL of an image refers to (RFC 2392). `None` if no attachment
    /// has this `Content-ID`.
    pub(crate) fn by_content_id(&self, cid: &str) -> Option<&Attachment> {
        self.attachments.iter().find(|part| !part.content_id.is_empty() && part.content_id.as_str() == cid)
    }

    /// Returns whether the mail has an HTML part, even if the HTML source has been freed.
    pub fn has_html(&self) -> bool {
        self.html.is_some() || self.flow.is_some()
    }

    /// Returns whether the HTML part contains hidden text, which the user can choose to display.
    pub fn hides_words(&self) -> bool {
        self.flow.as_ref().is_some_and(|flow| flow.hides_words)
    }
}

/// Formats the progress of a transfer, such as `12 of 25 MB`. `done` and `total` are sizes in bytes; the displayed
/// units are powers of 1000.
pub fn format_progress(done: u64, total: u64) -> String {
    match total {
        0..10_000_000 => format!("{} of {}", format_size(done.min(total)), format_size(total)),
        _ => format!("{} of {} MB", done.min(total) / 1_000_000, total / 1_000_000),
    }
}

/// Formats a size in bytes, such as `812 B`, `12 KB` or `3.4 MB`. The displayed units are powers of 1000.
pub fn format_size(bytes: u64) -> String {
    match bytes {
        0..1000 => format!("{bytes} B"),
        1000..1_000_000 => format!("{} KB", bytes / 1000),
        _ => format!("{}.{} MB", bytes / 1_000_000, bytes % 1_000_000 / 100_000),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn has_type_mismatch(claimed: &str, content: &[u8]) -> bool {
        let detected_type = infer::get(content).map(|kind| kind.mime_type());
        Attachment {
            part: 1,
            name: SafeName::new("x"),
            mime: claimed.into(),
            detected_type,
            size: 1,
            content_id: SafeText::default(),
            picture: None,
            nested: None,
        }
        .has_type_mismatch()
    }

    #[test]
    fn files_with_a_wrong_type_are_reported_and_plausible_ones_are_not() {
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
            assert!(has_type_mismatch(claimed, content), "{claimed} {content:?}");
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
            assert!(!has_type_mismatch(claimed, content), "{claimed} {content:?}");
        }
    }
}
