//! Bytes to [`Mail`] (RFC 5322, RFC 2045 to 2049).
//!
//! Total: any bytes at all give a mail. It refuses to work without bound: what goes beyond the
//! limits below is left out, and the mail says so in its notes. Mails inside the mail
//! (`message/rfc822`) stay attachments; whoever wants to look into one parses its bytes anew, so
//! that nothing here recurses.

mod body;
mod charset;
mod fields;
mod parts;
mod prepare;

use super::extract;
use super::mail::Mail;
use mail_parser::MessageParser;

/// The largest raw mail that is looked at, in bytes; what comes after it is left out.
pub const MAX_RAW: usize = 64 << 20;
/// The largest text or HTML body that is kept, in bytes of UTF-8.
pub const MAX_TEXT: usize = 4 << 20;
/// How many header lines of one part are looked at.
pub const MAX_HEADER_LINES: usize = 2_000;
/// The longest header value that is kept, in characters.
pub const MAX_HEADER_CHARS: usize = 10_000;
/// How many mailboxes of a field are kept.
pub const MAX_MAILBOXES: usize = 200;
/// How many lines that could open a part are followed; the mail is cut at the next one.
pub const MAX_BOUNDARY_LINES: usize = 20_000;
/// How many attachments are listed.
pub const MAX_ATTACHMENTS: usize = 2_000;

/// Takes a mail apart. Total: any bytes at all give a mail, with notes on what was left out.
pub fn parse(raw: &[u8]) -> Mail {
    let mut mail = parse_parts(raw);
    extract::fill(&mut mail, raw);
    mail
}

/// The decoded content of an attachment, by [`super::mail::Attachment::part`].
pub fn attachment_bytes(raw: &[u8], part: usize) -> Option<Vec<u8>> {
    let prepared = prepare::prepare(raw);
    if !prepared.has_headers {
        return None;
    }
    let message = MessageParser::default().parse(prepared.bytes.as_ref())?;
    Some(message.parts.get(part)?.contents().to_vec())
}

/// Takes a mail apart without looking for codes and links.
pub(crate) fn parse_parts(raw: &[u8]) -> Mail {
    let prepared = prepare::prepare(raw);
    let mut mail = Mail { notes: prepared.notes, ..Mail::default() };
    let bytes = prepared.bytes.as_ref();
    let parsed = if prepared.has_headers { MessageParser::default().parse(bytes) } else { None };
    let Some(message) = parsed else {
        let (text, note) = body::bounded(charset::guess(bytes));
        mail.text = Some(text).filter(|text| !text.trim().is_empty());
        mail.notes.extend(note);
        return mail;
    };
    fields::fill(&mut mail, &message, bytes);
    body::fill(&mut mail, &message, bytes);
    let adopted = body::adopt(&mut mail, &message, bytes);
    parts::fill(&mut mail, &message, adopted);
    mail
}

#[cfg(test)]
mod tests;
