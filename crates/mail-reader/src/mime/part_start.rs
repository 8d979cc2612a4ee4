//! Finds the end of a MIME part's header (RFC 5322, section 2.1), even if the header is malformed.

use super::lines::LineEnd;
use super::preface::{field_name, is_separator};

/// Maximum number of consecutive header lines that are skipped because they are not header fields. If more such lines
/// follow one another, the body starts with the first of them.
const MAX_ODD_LINES: usize = 4;

/// Returns the byte offset of the body of the MIME part whose header starts at `start`. The body starts after the first
/// empty line. If an earlier line is a delimiter line (`is_boundary` returns `true`) or cannot belong to a header, the
/// body starts at that line.
pub(super) fn body_start(
    raw: &[u8],
    start: usize,
    line_end: LineEnd,
    is_mail: bool,
    is_boundary: impl Fn(&[u8]) -> bool,
) -> usize {
    let mut at = start;
    while at < raw.len() {
        let range = line_end.line(raw, at);
        let line = raw.get(range.clone()).unwrap_or_default();
        match line.first() {
            Some(b'\r' | b'\n') if line.trim_ascii().is_empty() => return range.end,
            Some(b'-') if line.starts_with(b"--") && is_boundary(line) => return at,
            // A line of spaces is either an empty fold, or an empty line to which a gateway added a space.
            Some(b' ' | b'\t') if line.trim_ascii().is_empty() => {
                match next_header_line(raw, range.end, line_end) {
                    Some(next) => {
                        at = next;
                        continue;
                    }
                    None => return range.end,
                }
            }
            Some(b' ' | b'\t') if at > start => {}
            _ if field_name(line).is_some() || is_separator(line) => {}
            _ => match skip_non_fields(raw, at, line_end, is_mail, &is_boundary) {
                Some(next) => {
                    at = next;
                    continue;
                }
                None => return at,
            },
        }
        at = range.end;
    }
    raw.len()
}

/// Skips lines that contain only spaces, and returns the byte offset of the header line after them. Returns `None` if
/// they are followed by neither a common header field nor a continuation line.
fn next_header_line(raw: &[u8], start: usize, line_end: LineEnd) -> Option<usize> {
    let mut at = start;
    loop {
        let range = line_end.line(raw, at);
        let next = raw.get(range.clone()).unwrap_or_default();
        let is_indented = next.starts_with(b" ") || next.starts_with(b"\t");
        if !(is_indented && next.trim_ascii().is_empty()) {
            let is_field = is_content_field(next) || field_name(next).is_some_and(is_mail_field);
            return (is_indented || is_field).then_some(at);
        }
        at = range.end;
    }
}

/// Skips lines that are not header fields, provided that a common header field follows within [`MAX_ODD_LINES`] lines.
/// Returns the byte offset of that header field; `None` if no such field follows.
fn skip_non_fields(
    raw: &[u8],
    start: usize,
    line_end: LineEnd,
    is_mail: bool,
    is_boundary: impl Fn(&[u8]) -> bool,
) -> Option<usize> {
    let mut at = start;
    for _ in 0..MAX_ODD_LINES {
        at = line_end.line(raw, at).end;
        let next = raw.get(line_end.line(raw, at)).unwrap_or_default();
        if next.trim_ascii().is_empty() || next.starts_with(b"--") && is_boundary(next) {
            return None;
        }
        if is_content_field(next) || is_mail && field_name(next).is_some_and(is_mail_field) {
            return Some(at);
        }
    }
    None
}

/// Returns whether a line starts a header field whose name starts with `Content-`.
pub(super) fn is_content_field(line: &[u8]) -> bool {
    let line = line.get(..128).unwrap_or(line);
    let content = line.get(..8).is_some_and(|name| name.eq_ignore_ascii_case(b"content-"));
    content && field_name(line).is_some()
}

/// Returns whether `name` is the name of a common mail header field.
fn is_mail_field(name: &[u8]) -> bool {
    const KNOWN: [&str; 13] = [
        "subject",
        "from",
        "to",
        "cc",
        "date",
        "message-id",
        "mime-version",
        "received",
        "return-path",
        "reply-to",
        "sender",
        "delivered-to",
        "references",
    ];
    let family = |family: &str| {
        name.get(..family.len()).is_some_and(|start| start.eq_ignore_ascii_case(family.as_bytes()))
    };
    KNOWN.iter().any(|known| name.eq_ignore_ascii_case(known.as_bytes()))
        || ["x-", "dkim-", "arc-", "list-", "authentication-"].iter().any(|known| family(known))
}
