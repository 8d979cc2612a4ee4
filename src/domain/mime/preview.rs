//! Parses the beginning of a mail, as much as the first screen shows.

use super::{header_end, parse_with};
use crate::domain::html;
use crate::domain::mail::Mail;
use std::sync::Arc;

/// Maximum size in bytes of a mail that has no preview, because parsing all of it is as fast.
const SMALL: usize = 16 << 10;
/// Number of bytes that are parsed first. For a mail up to this size the preview knows all parts.
const FIRST: usize = 1 << 20;
/// Maximum number of bytes for a preview; if they contain no text, the whole mail has to be parsed.
const MAX_PREVIEW_BYTES: usize = 8 << 20;
/// Number of lines that suffice for a preview: more than a screen has.
const LINES: usize = 100;
/// Columns per line for counting the lines.
const COLUMNS: usize = 100;

/// Preview of a mail, parsed from its beginning.
#[derive(Clone, PartialEq, Debug)]
pub struct MailPreview {
    /// The parsed beginning. Codes and links were not extracted.
    pub mail: Mail,
    /// Whether all parts are known; the text of a part may still be incomplete.
    pub parts: bool,
}

/// Parses a preview for the first screen; `None` if parsing the whole mail is as fast.
pub fn parse_preview(raw: &[u8]) -> Option<MailPreview> {
    if raw.len() <= SMALL {
        return None;
    }
    let read = |html: String| {
        let flow = Arc::new(html::read_preview(&html, LINES, COLUMNS));
        (Some(html), flow)
    };
    let head = header_end(raw);
    let mut size = FIRST;
    while head + size < raw.len() {
        let start = whole_lines(raw.get(..head + size)?);
        let mail = parse_with(start, read);
        if fills_screen(&mail) {
            return Some(MailPreview { mail, parts: false });
        }
        size *= 4;
        if size > MAX_PREVIEW_BYTES {
            return None;
        }
    }
    Some(MailPreview { mail: parse_with(raw, read), parts: true })
}

/// Drops the truncated last line, because half a character could distort the charset detection.
fn whole_lines(start: &[u8]) -> &[u8] {
    let end = memchr::memrchr(b'\n', start).map_or(start.len(), |at| at + 1);
    start.get(..end).unwrap_or(start)
}

fn fills_screen(mail: &Mail) -> bool {
    let text = mail.text.as_ref().is_some_and(|text| text.len() > LINES * COLUMNS);
    text || mail.flow.as_ref().is_some_and(|flow| flow.lines(COLUMNS) >= LINES)
}
