//! Bytes to [`Mail`] (RFC 5322, RFC 2045 to 2049).
//!
//! Total: any bytes at all give a mail. It refuses to work without bound: what goes beyond the
//! limits below is left out, and the mail says so in its notes. Mails inside the mail
//! (`message/rfc822`) stay attachments; whoever wants to look into one parses its bytes anew, so
//! that nothing here recurses.

mod body;
mod cards;
mod charset;
mod fields;
mod header;
mod parts;
mod prepare;
mod start;
mod tnef;

pub use start::{Start, parse_start};

use super::html::flow::Flow;
use super::mail::{Attachment, Mail, Note};
use super::{extract, html, progress};
use mail_parser::{MessageParser, PartType};
use std::sync::Arc;

/// The largest raw mail that is looked at, in bytes; what comes after it is left out.
pub const MAX_RAW: usize = 64 << 20;
/// The largest text or HTML body that is kept, in bytes of UTF-8.
pub const MAX_TEXT: usize = 12 << 20;
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

/// What taking apart is of the time that a mail takes with its codes and links, in thousandths.
const PARSED: u32 = 500;

/// The fields of the header alone: subject, sender, recipients, date. Quick, whatever follows.
pub fn parse_head(raw: &[u8]) -> Mail {
    let end = header_end(raw);
    parse_parts(raw.get(..end).unwrap_or(raw))
}

/// Where the header ends, by the first empty line; looked for in the first mebibyte.
fn header_end(raw: &[u8]) -> usize {
    const FAR: usize = 1 << 20;
    let near = raw.get(..FAR).unwrap_or(raw);
    let blank = near.len() - near.trim_ascii_start().len();
    let rest = near.get(blank..).unwrap_or_default();
    let ends = [b"\n\r\n".as_slice(), b"\n\n"].iter().filter_map(|end| memchr::memmem::find(rest, end)).min();
    ends.map_or(near.len(), |at| blank + at + 3)
}

/// Takes a mail apart. Total: any bytes at all give a mail, with notes on what was left out.
pub fn parse(raw: &[u8]) -> Mail {
    parse_and_find(raw, keeping)
}

/// As [`parse`], for who holds the raw mail besides: the source of the HTML part is let go as soon as it
/// was read (`html_source` takes it from the mail again).
pub fn parse_to_show(raw: &[u8]) -> Mail {
    parse_and_find(raw, |html| (None, Arc::new(html::read_and_free(html))))
}

fn parse_and_find(raw: &[u8], read: impl FnOnce(String) -> (Option<String>, Arc<Flow>)) -> Mail {
    let mut mail = progress::share(0..PARSED, || parse_with(raw, read));
    progress::share(PARSED..progress::ALL, || extract::fill(&mut mail, raw));
    mail
}

/// The source of the HTML part, decoded but NOT sanitised.
pub(crate) fn html_source(raw: &[u8]) -> Option<String> {
    parse_with(raw, |html| (Some(html), Arc::default())).html
}

/// The parts of a mail that are not its text; quicker than the whole.
pub fn attachments(raw: &[u8]) -> Vec<Attachment> {
    parse_with(raw, |_| (None, Arc::default())).attachments
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

/// The text of a part, decoded but NOT sanitised; `None` where it is no text at all.
pub fn part_text(raw: &[u8], part: usize) -> Option<String> {
    let prepared = prepare::prepare(raw);
    if !prepared.has_headers {
        return None;
    }
    let message = MessageParser::default().parse(prepared.bytes.as_ref())?;
    let part = message.parts.get(part)?;
    let text = match &part.body {
        PartType::Text(text) | PartType::Html(text) => text.to_string(),
        _ => {
            let bytes = part.contents();
            // What holds zero bytes is no text that anyone could read.
            if bytes.iter().take(TEXT_SAMPLE).any(|&byte| byte == 0) {
                return None;
            }
            charset::guess(bytes.get(..MAX_TEXT).unwrap_or(bytes))
        }
    };
    Some(body::bounded(text).0)
}

/// How much of a part is looked at to see whether it is text, in bytes.
const TEXT_SAMPLE: usize = 4 << 10;

/// An HTML document read for its words.
pub(crate) fn flow(html: &str) -> Arc<Flow> {
    Arc::new(html::read(html))
}

/// Reads an HTML part whose source is kept.
fn keeping(html: String) -> (Option<String>, Arc<Flow>) {
    let flow = flow(&html);
    (Some(html), flow)
}

/// As [`parse`], without looking for codes and links: what they are told by is not in the mail then, and
/// its links have no numbers where it is laid out.
pub fn parse_parts(raw: &[u8]) -> Mail {
    parse_with(raw, keeping)
}

/// As [`parse_parts`], with a way of one's own to read the HTML part: gives what is kept of its source,
/// and what it says.
fn parse_with(raw: &[u8], read: impl FnOnce(String) -> (Option<String>, Arc<Flow>)) -> Mail {
    let prepared = prepare::prepare(raw);
    let mut mail = Mail { notes: prepared.notes, ..Mail::default() };
    let bytes = prepared.bytes.as_ref();
    let parsed = if prepared.has_headers { MessageParser::default().parse(bytes) } else { None };
    let Some(message) = parsed else {
        let (text, note) = body::bounded(charset::guess(bytes));
        mail.text = Some(text).filter(|text| !text.trim().is_empty());
        mail.notes.extend(note);
        mail.notes.push(Note::new("It has no header: it may be no mail at all."));
        return mail;
    };
    fields::fill(&mut mail, &header::HeaderBlock::parse_mail(bytes));
    body::fill(&mut mail, &message, bytes);
    let adopted = body::adopt(&mut mail, &message, bytes);
    parts::fill(&mut mail, &message, &adopted);
    cards::fill(&mut mail, &message);
    // A large mail is not held in two forms while a third is made of it.
    drop(message);
    drop(prepared.bytes);
    if let Some(html) = mail.html.take() {
        mail.html_bytes = html.len();
        let (html, flow) = read(html);
        (mail.html, mail.flow) = (html, Some(flow));
    }
    mail
}

#[cfg(test)]
mod tests;
