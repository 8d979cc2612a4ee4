//! The content of a mail, parsed from its raw bytes: [`Mail`] and its parts.

use super::html::flow::Flow;
use super::sanitize::{SafeName, SafeText};
use jiff::Timestamp;
use std::sync::Arc;

/// A display name and an address from a header field (RFC 5322 `mailbox`).
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct EmailAddress {
    /// The display name of the mailbox; empty if the header field has none.
    pub name: SafeText,
    /// The address of the mailbox as `local@domain`; empty if the header field has none.
    pub address: SafeText,
}

/// A header field of a mail, decoded (RFC 2047) and unfolded.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Header {
    /// The name of the header field as the mail spells it.
    pub name: SafeText,
    /// The value of the header field on one line.
    pub value: SafeText,
}

/// An attachment: a MIME part that is not the text of the mail.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Attachment {
    /// Index of the MIME part in the parsed mail; [`super::mime::attachment_bytes`] takes it to decode the
    /// part.
    pub part: usize,
    /// A file name that is safe to show and to use, made from the name in the mail.
    pub name: SafeName,
    /// The media type of the attachment that the sender declares, in lower case.
    pub mime: SafeText,
    /// The media type that the first bytes of the content show; `None` if they identify no type.
    pub found: Option<&'static str>,
    /// Size of the attachment in bytes, decoded.
    pub size: u64,
    /// The `Content-ID` without angle brackets, by which a `cid:` URL in the HTML part refers to the
    /// attachment. The text is empty if the part has no `Content-ID`.
    pub content_id: SafeText,
    /// Width and height in pixels; only for an image that the HTML part may show inline.
    pub picture: Option<(u32, u32)>,
    /// The subject of an attached mail; `None` for any other attachment. [`super::mime::nested_mail`] returns
    /// the attached mail itself.
    pub nested: Option<SafeText>,
}

impl Attachment {
    /// Returns whether the declared and the detected media type contradict each other; then the user is
    /// warned.
    pub fn has_type_mismatch(&self) -> bool {
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
                // If a script was detected, any declared text type fits.
                let text = found.starts_with("text/") && claimed.starts_with("text/");
                return !(text || says_program(claimed));
            }
            if matches!(found, "text/html" | "text/xml") {
                return !claimed.starts_with("text/")
                    && !claimed.ends_with("xml")
                    && !claimed.starts_with("message/");
            }
            // Many file formats are ZIP archives inside.
            let zipped = found == "application/zip" || found.starts_with("application/vnd.");
            seen(found)
                || found == "application/pdf"
                || zipped && told.iter().any(|group| claimed.starts_with(group))
        })
    }

    /// Returns the media type for a list: the declared one, followed by the detected one if they contradict
    /// each other.
    pub fn type_label(&self) -> String {
        match self.found {
            Some(found) if self.has_type_mismatch() => format!("{} (really {found})", self.mime),
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

/// Returns whether a media type is one of the many by which mails declare an executable program.
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

/// A MIME part in the structure of a mail (RFC 2045), for the list of parts.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Part {
    /// Index of the MIME part in the parsed mail, by which its content is requested.
    pub id: usize,
    /// Nesting depth of the part; 0 is the mail itself.
    pub depth: u8,
    /// The media type of the part that the sender declares, in lower case.
    pub mime: SafeText,
    /// The file name of the part; empty if it has none.
    pub name: SafeText,
    /// Size of the decoded content in bytes; 0 for a part that contains other parts.
    pub size: u64,
    /// Whether the part contains other parts: `multipart/*` or an attached mail.
    pub holds: bool,
}

/// The summary of a machine-readable part, such as an invitation, a contact or a delivery report. The summary
/// is shown above the text of the mail.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct InfoCard {
    /// The heading of the summary, which names the kind of the part.
    pub title: SafeText,
    /// The rows of the summary, each a label and a value.
    pub rows: Vec<(SafeText, SafeText)>,
}

/// A message for the user about content of a mail that the parser left out because of a limit.
pub type Note = SafeText;

/// The parsed content of a mail: header fields, text, attachments, codes and links.
#[derive(Clone, PartialEq, Debug, Default)]
pub struct Mail {
    /// The decoded header field `Subject`; empty if there is none.
    pub subject: SafeText,
    /// The first mailbox of the header field `From`.
    pub from: EmailAddress,
    /// All mailboxes of the header field `To`.
    pub to: Vec<EmailAddress>,
    /// All mailboxes of the header field `Cc`.
    pub cc: Vec<EmailAddress>,
    /// The time in the header field `Date`; `None` if it is missing or invalid.
    pub date: Option<Timestamp>,
    /// All header fields in the order of the mail.
    pub headers: Vec<Header>,
    /// The text part, decoded but NOT sanitised; only [`super::richtext`] and the search for codes and links read it.
    pub text: Option<String>,
    /// The HTML part, decoded but NOT sanitised; only [`super::html`] and the search for codes and links read it.
    pub html: Option<String>,
    /// Size of the HTML part in bytes of UTF-8. The size remains known if `html` was freed.
    pub(crate) html_bytes: usize,
    /// The visible text of the HTML part as a flow of blocks; `None` without an HTML part.
    pub(crate) flow: Option<Arc<Flow>>,
    /// The attachments: the parts that are not the text of the mail.
    pub attachments: Vec<Attachment>,
    /// All MIME parts in the order of the mail; [`Part::depth`] shows how they are nested.
    pub parts: Vec<Part>,
    /// Summaries of the invitations, contacts and delivery reports in the mail.
    pub cards: Vec<InfoCard>,
    /// Messages for the user about content that the parser left out because of a limit.
    pub notes: Vec<Note>,
    /// The text of the attached mails, for the search only; NOT sanitised.
    pub enclosed: String,
}

impl Mail {
    /// Returns the visible text of the HTML part as a flow of blocks; `None` without an HTML part.
    pub fn flow(&self) -> Option<&Flow> {
        self.flow.as_deref()
    }

    /// Returns the size of the HTML part in bytes, decoded; 0 without an HTML part.
    pub fn html_bytes(&self) -> usize {
        self.html_bytes
    }

    /// Returns the attachment to which a `cid:` URL refers (RFC 2392); `cid` is the Content-ID without the
    /// scheme.
    pub(crate) fn by_content_id(&self, cid: &str) -> Option<&Attachment> {
        self.attachments.iter().find(|part| !part.content_id.is_empty() && part.content_id.as_str() == cid)
    }

    /// Returns whether the mail has an HTML part, even if its source was freed.
    pub fn has_html(&self) -> bool {
        self.html.is_some() || self.flow.is_some()
    }

    /// Returns whether the HTML part contains text that its styles hide, so that the user can request it.
    pub fn hides_words(&self) -> bool {
        self.flow.as_ref().is_some_and(|flow| flow.hides_words)
    }
}

/// Formats the progress of a transfer in bytes, such as `12 of 25 MB`, in powers of 1000.
pub fn format_progress(done: u64, of: u64) -> String {
    match of {
        0..10_000_000 => format!("{} of {}", format_size(done.min(of)), format_size(of)),
        _ => format!("{} of {} MB", done.min(of) / 1_000_000, of / 1_000_000),
    }
}

/// Formats a size in bytes, such as `812 B`, `12 KB` or `3.4 MB`, in powers of 1000.
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
