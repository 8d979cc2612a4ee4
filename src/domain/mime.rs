//! Bytes to [`Mail`] (RFC 5322, RFC 2045 to 2049).
//!
//! Total: any bytes at all give a mail. It refuses to work without bound: what goes beyond the
//! limits below is not shown, and the mail says so in its notes. No limit changes a byte of an attachment.
//! Mails inside the mail (`message/rfc822`) stay attachments; whoever wants to look into one parses its
//! bytes anew ([`nested_mail`]), so that nothing here recurses but `enclosed`, to a bounded depth.
//!
//! `structure` finds the parts as ranges of the raw mail, `body` chooses those that are its text.

mod base64;
mod body;
mod boundary;
mod cards;
mod charset;
mod embedded;
mod enclosed;
mod enriched;
mod fields;
mod flowed;
mod header;
mod incomplete;
mod lines;
mod message;
mod nested;
mod part_header;
mod part_start;
mod parts;
mod preface;
mod quoted_printable;
mod second_reader;
mod start;
mod structure;
mod text;
mod tnef;
mod transfer_encoding;
mod uuencode;
mod visible;
mod yenc;

pub use second_reader::read_again;
pub use start::{Start, parse_start};

use super::html::flow::Flow;
use super::mail::{Attachment, Mail, Note};
use super::{extract, html, progress};
use body::Body;
pub(crate) use message::{Message, MessagePart};
pub use nested::nested_mail;
pub(in crate::domain) use preface::is_header as is_header_field;
use std::sync::Arc;
use structure::{Limit, Structure};

/// The largest text or HTML body that is kept, in bytes of UTF-8.
pub const MAX_TEXT: usize = 12 << 20;
/// How many header lines of one part are looked at.
pub const MAX_HEADER_LINES: usize = 2_000;
/// The longest header value that is kept, in characters.
pub const MAX_HEADER_CHARS: usize = 10_000;
/// How many mailboxes of a field are kept.
pub const MAX_MAILBOXES: usize = 200;
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
    let mut mail = parse_and_find(raw, keeping);
    mail.enclosed = enclosed::words(raw, &mail);
    mail
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
    let structure = Structure::scan(raw);
    let mut mail = Mail::default();
    let _files = Body::choose(&structure).fill(&mut mail, &structure);
    mail.html.filter(|_| structure.has_header)
}

/// The parts of a mail that are not its text; quicker than the whole.
pub fn attachments(raw: &[u8]) -> Vec<Attachment> {
    let structure = Structure::scan(raw);
    let mut mail = Mail::default();
    if structure.has_header {
        let body = Body::choose(&structure);
        let files = body.files(&structure);
        parts::fill(&mut mail, &structure, &body, &files);
    }
    mail.attachments
}

/// The decoded content of an attachment, by [`super::mail::Attachment::part`].
pub fn attachment_bytes(raw: &[u8], part: usize) -> Option<Vec<u8>> {
    let structure = Structure::scan(raw);
    if !structure.has_header {
        return None;
    }
    if let Some(file) = part.checked_sub(parts::FIRST_FILE) {
        let files = Body::choose(&structure).files(&structure);
        return files.into_iter().nth(file).map(|file| file.content);
    }
    let part = structure.parts.get(part)?;
    Some(part.fields.encoding.decode(structure.body(part)).content.into_owned())
}

/// The text of a part, decoded but NOT sanitised; `None` where it is no text at all.
pub fn part_text(raw: &[u8], part: usize) -> Option<String> {
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
    let body = Body::choose(&structure);
    let files = body.fill(&mut mail, &structure);
    parts::fill(&mut mail, &structure, &body, &files);
    cards::fill(&mut mail, &structure);
    incomplete::fill(&mut mail, &structure);
    // A large mail is not held in two forms while a third is made of it.
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
            Limit::Parts => "The mail has too many parts; what follows the last one is shown as its content.",
            Limit::Depth => "Parts of the mail are nested too deep; the deepest one is attached as it came.",
        })
    }));
}

#[cfg(test)]
mod tests;
