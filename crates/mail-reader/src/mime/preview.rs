//! Parses only as much from the start of a mail as is needed to fill the first screen.

use super::{header_end, parse_with};
use crate::html;
use crate::mail::Mail;
use std::sync::Arc;

/// A preview is created only for a mail with more than this many bytes. Parsing a smaller mail completely is as fast as
/// parsing a preview.
const SMALL_MAIL_BYTES: usize = 16 << 10;
/// Number of bytes of the body that are parsed in the first attempt to create a preview. If the body is not larger, the
/// preview contains all MIME parts.
const FIRST_BYTES: usize = 1 << 20;
/// Maximum number of bytes of the body that are parsed for a preview. If this much of the body does not fill the
/// screen, no preview is created.
const MAX_PREVIEW_BYTES: usize = 8 << 20;
/// Number of lines that fill any screen. If the layout of the parsed start of a mail has fewer lines, more of the mail
/// is parsed.
const PREVIEW_LINES: usize = 100;
/// Assumed width of the screen in columns, which is used to count the lines of a preview.
const PREVIEW_COLUMNS: usize = 100;

/// The parsed start of a mail, which is displayed until the whole mail has been parsed.
#[derive(Clone, PartialEq, Debug)]
pub struct MailPreview {
    /// The parsed start of the mail.
    pub mail: Mail,
    /// Whether the preview contains all MIME parts of the mail. The text of a part may still be incomplete.
    pub parts: bool,
}

/// Parses the start of a mail for display on the first screen. Returns `None` if the mail is small, or if its
/// start does not fill the screen.
pub fn parse_preview(raw: &[u8]) -> Option<MailPreview> {
    if raw.len() <= SMALL_MAIL_BYTES {
        return None;
    }
    let read = |html: String| {
        let flow = Arc::new(html::read_preview(&html, PREVIEW_LINES, PREVIEW_COLUMNS));
        (Some(html), flow)
    };
    let head = header_end(raw);
    let mut size = FIRST_BYTES;
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

/// Returns `start` without an incomplete last line, because a truncated character could mislead the charset detection.
fn whole_lines(start: &[u8]) -> &[u8] {
    let end = memchr::memrchr(b'\n', start).map_or(start.len(), |at| at + 1);
    start.get(..end).unwrap_or(start)
}

fn fills_screen(mail: &Mail) -> bool {
    mail.text.as_ref().is_some_and(|text| has_text_lines(text))
        || mail.flow.as_ref().is_some_and(|flow| flow.lines(PREVIEW_COLUMNS) >= PREVIEW_LINES)
}

/// Returns whether a text fills [`PREVIEW_LINES`] lines of [`PREVIEW_COLUMNS`] columns. Blank lines are not counted, because the layout
/// may collapse them.
fn has_text_lines(text: &str) -> bool {
    let mut count = 0;
    for line in text.lines().map(str::trim_end).filter(|line| !line.is_empty()) {
        // Each character counts as one column; wide characters fill even more lines.
        count += line.chars().take(PREVIEW_LINES * PREVIEW_COLUMNS).count().div_ceil(PREVIEW_COLUMNS);
        if count >= PREVIEW_LINES {
            return true;
        }
    }
    false
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn short_and_long_lines_of_text_fill_the_screen() {
        for (text, fills) in [
            ("a\r\n".repeat(PREVIEW_LINES), true),
            ("a\r\n\r\n".repeat(PREVIEW_LINES), true),
            ("a\r\n".repeat(PREVIEW_LINES - 1), false),
            ("\r\n".repeat(20 * PREVIEW_LINES), false),
            ("a".repeat(PREVIEW_LINES * PREVIEW_COLUMNS), true),
            ("a".repeat((PREVIEW_LINES - 1) * PREVIEW_COLUMNS), false),
            (format!("{}\n", "a".repeat(PREVIEW_COLUMNS + 1)).repeat(PREVIEW_LINES / 2), true),
        ] {
            let mail = Mail { text: Some(text.clone()), ..Mail::default() };
            assert_eq!(fills_screen(&mail), fills, "{text:.20} {}", text.len());
        }
    }
}
