//! Parses raw mails into [`Mail`] (RFC 5322, RFC 2045 to 2049).
//!
//! The parser never fails: every input yields a mail. Content beyond the limits in this module is dropped, and a note
//! informs the user. Attachments are never truncated. An attached mail (`message/rfc822`) is listed as an attachment;
//! to open an attached mail, the caller parses the bytes that [`nested_mail`] returns. Only the text for the full-text
//! search (`enclosed`) includes the text of attached mails, up to a maximum nesting depth.

// The module `structure` finds the MIME parts as byte ranges of the raw mail. The module `body` selects the parts that
// form the text of the mail.

mod attached_mail;
mod attached_text;
mod base64;
mod body;
mod boundary;
mod cards;
mod charset;
mod content_size;
mod embedded_files;
mod enriched;
mod fallback_parser;
mod fields;
mod flowed;
mod header;
mod incomplete;
mod lines;
mod media_types;
mod message;
mod part_header;
mod part_start;
mod parts;
mod preface;
mod preview;
mod quoted_printable;
mod structure;
mod text;
mod tnef;
mod transfer_encoding;
mod uuencode;
mod visible_text;
mod yenc;

pub use fallback_parser::read_again;
pub use preview::{MailPreview, parse_preview};

use super::html;
use super::html::flow::Flow;
use super::mail::{Attachment, Mail, Note};
pub use attached_mail::nested_mail;
use body::BodyParts;
pub use media_types::media_type_of_name;
pub use message::{Message, MessagePart};
pub(crate) use preface::is_header as is_header_field;
use std::sync::Arc;
use structure::{ScanLimit, Structure};
pub(crate) use text::XHTML;

/// Maximum size of a text or HTML body in UTF-8 bytes. A longer body is truncated, and a note informs the user.
pub const MAX_TEXT_BYTES: usize = 12 << 20;
/// Maximum number of header lines in one MIME part. Of the header fields after them, only essential ones are kept, and
/// a note informs the user.
pub const MAX_HEADER_LINES: usize = 2_000;
/// Maximum length of a header field value in characters; longer values are truncated.
pub const MAX_HEADER_CHARS: usize = 10_000;
/// Maximum number of mailboxes in one header field; further mailboxes are dropped.
pub const MAX_MAILBOXES: usize = 200;
/// Maximum number of bytes of text that are collected from attached mails for the full-text search. Further text is
/// dropped, because text of this length is usually machine-readable data.
pub const MAX_SEARCHED_BYTES: usize = 128 << 10;
/// Maximum number of attachments that are listed. Further attachments are dropped, and a note informs the user.
pub const MAX_ATTACHMENTS: usize = 2_000;

/// Parses only the header of a mail, such as its subject, sender, recipients and date. The run time does not depend on
/// the size of the body.
pub fn parse_head(raw: &[u8]) -> Mail {
    let end = header_end(raw);
    parse_without_attached(raw.get(..end).unwrap_or(raw))
}

/// Returns the byte offset after the first empty line, which ends the header of a mail. If the first mebibyte contains
/// no empty line, returns one mebibyte or the size of the mail, whichever is smaller. If lines end in LF alone, the
/// offset is one byte too large, which is harmless.
fn header_end(raw: &[u8]) -> usize {
    const MAX_SCAN_BYTES: usize = 1 << 20;
    let near = raw.get(..MAX_SCAN_BYTES).unwrap_or(raw);
    let blank = near.len() - near.trim_ascii_start().len();
    let rest = near.get(blank..).unwrap_or_default();
    let ends = [b"\n\r\n".as_slice(), b"\n\n"].iter().filter_map(|end| memchr::memmem::find(rest, end)).min();
    ends.map_or(near.len(), |at| blank + at + 3)
}

/// Parses a raw mail, and collects the text of its attached mails for the full-text search. If content was dropped,
/// notes in the parsed mail report it.
pub fn parse(raw: &[u8]) -> Mail {
    let mut mail = parse_without_attached(raw);
    mail.enclosed = attached_text::searchable_text(raw, &mail);
    mail
}

/// Like [`parse`], but does not collect the text of the attached mails, which only the full-text search needs.
pub fn parse_without_attached(raw: &[u8]) -> Mail {
    parse_with(raw, keeping)
}

/// Like [`parse_without_attached`], but drops the HTML source to save memory. Intended for callers that keep
/// the raw mail, from which [`html_source`] decodes the HTML again.
pub fn parse_without_html_source(raw: &[u8]) -> Mail {
    parse_with(raw, |html| (None, Arc::new(html::read_and_free(html))))
}

/// Returns the decoded source of the HTML part, NOT sanitised; `None` if the mail has no HTML part.
pub fn html_source(raw: &[u8]) -> Option<String> {
    let structure = Structure::scan(raw);
    let mut mail = Mail::default();
    let _files = BodyParts::choose(&structure).fill(&mut mail, &structure);
    mail.html.filter(|_| structure.has_header)
}

/// Returns the attachments of a raw mail. This is faster than parsing the whole mail.
pub fn attachments(raw: &[u8]) -> Vec<Attachment> {
    let structure = Structure::scan(raw);
    let mut mail = Mail::default();
    if structure.has_header {
        let body = BodyParts::choose(&structure);
        let files = body.files(&structure);
        parts::fill(&mut mail, &structure, &body, &files);
    }
    mail.attachments
}

/// Returns the decoded content of the attachment whose [`Attachment::part`](super::mail::Attachment::part) is `part`;
/// `None` if there is no such attachment.
pub fn attachment_bytes(raw: &[u8], part: usize) -> Option<Vec<u8>> {
    let structure = Structure::scan(raw);
    if !structure.has_header {
        return None;
    }
    if let Some(file) = part.checked_sub(parts::FIRST_FILE_INDEX) {
        let files = BodyParts::choose(&structure).files(&structure);
        return files.into_iter().nth(file).map(|file| file.content);
    }
    let part = structure.parts.get(part)?;
    Some(part.fields.encoding.decode(structure.body(part)).content.into_owned())
}

/// Returns the decoded text of the MIME part with the index `part`, NOT sanitised; `None` if the part is not
/// text.
pub(crate) fn part_text(raw: &[u8], part: usize) -> Option<String> {
    let structure = Structure::scan(raw);
    if !structure.has_header {
        return None;
    }
    let text = match structure.parts.get(part) {
        Some(part) => text::of_any(&structure, part)?,
        None => text::of_bytes(&attachment_bytes(raw, part)?)?,
    };
    Some(body::bounded(text).0)
}

/// Converts the visible content of an HTML document to a list of blocks.
pub(crate) fn flow(html: &str) -> Arc<Flow> {
    Arc::new(html::read(html))
}

/// Converts an HTML part to a list of blocks. Returns both the HTML source and the list.
fn keeping(html: String) -> (Option<String>, Arc<Flow>) {
    let flow = flow(&html);
    (Some(html), flow)
}

/// Like [`parse_without_attached`], but converts the HTML part with the function `read`, which returns a list of
/// blocks. `read` also returns the HTML source if the parsed mail is to contain it.
fn parse_with(raw: &[u8], read: impl FnOnce(String) -> (Option<String>, Arc<Flow>)) -> Mail {
    let structure = Structure::scan(raw);
    let mut mail = Mail::default();
    if !structure.has_header {
        let (text, note) = body::bounded(charset::guess(raw));
        mail.text = Some(text).filter(|text| !text.trim().is_empty());
        mail.notes.extend(note);
        mail.notes.push(Note::new("It has no header: it may be no mail at all."));
        return mail;
    }
    let header = structure.header();
    if header.is_truncated() {
        mail.notes.push(Note::new("The mail has too many header lines; the last ones are left out."));
    }
    fields::fill(&mut mail, &header);
    note_limits(&mut mail, &structure);
    let body = BodyParts::choose(&structure);
    let files = body.fill(&mut mail, &structure);
    parts::fill(&mut mail, &structure, &body, &files);
    cards::fill(&mut mail, &structure);
    incomplete::fill(&mut mail, &structure);
    // The decoded parts are freed before the flow is built, because a large mail needs much memory in each
    // form.
    drop((structure, files));
    if let Some(html) = mail.html.take() {
        mail.html_bytes = html.len();
        let (html, flow) = read(html);
        (mail.html, mail.flow) = (html, Some(flow));
    }
    mail
}

fn note_limits(mail: &mut Mail, structure: &Structure<'_>) {
    mail.notes.extend(structure.limits.iter().map(|limit| {
        Note::new(match limit {
            ScanLimit::Parts => "The mail has too many parts; the rest is shown as content of the last one.",
            ScanLimit::Depth => {
                "Parts of the mail are nested too deep; the deepest one is attached unchanged."
            }
        })
    }));
}

#[cfg(test)]
mod tests;
