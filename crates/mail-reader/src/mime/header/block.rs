//! Splits a header into its fields, and detects the charset of its raw 8-bit text.

// This file exceeds 300 lines because the end of a header depends on all its lines.

use super::content::{ContentDisposition, ContentType, TransferEncoding};
use super::{date, encoded_word, mailbox};
use crate::mail::EmailAddress;
use crate::mime::charset::{self, Charset};
use crate::mime::preface;
use crate::mime::{MAX_HEADER_LINES, MAX_MAILBOXES};
use jiff::Timestamp;
use std::cell::OnceCell;
use std::ops::Range;

/// Maximum number of essential header fields that are kept after the first [`MAX_HEADER_LINES`] lines; further fields
/// are dropped.
const MAX_VITAL_LINES: usize = 200;
/// Maximum number of bytes of a header's raw 8-bit text that are examined to detect the charset; the rest is ignored.
const MAX_EVIDENCE_BYTES: usize = 16 << 10;

/// The header of a mail or MIME part: the bytes before the first empty line, split into fields.
pub(in crate::mime) struct HeaderBlock<'a> {
    bytes: &'a [u8],
    fields: Vec<Field>,
    truncated: bool,
    raw_charset: OnceCell<Charset>,
}

/// A header field, stored as byte ranges in its header.
#[derive(Clone, Debug)]
pub(in crate::mime) struct Field {
    /// The name of the header field, spelled as in the mail, without the colon.
    pub(in crate::mime) name: Range<usize>,
    /// The raw value of the header field, including its folding white space, without the final line terminator.
    pub(in crate::mime) value: Range<usize>,
}

impl<'a> HeaderBlock<'a> {
    /// Splits the header of a mail into its fields, like [`Self::parse_part`]. Skips a byte order mark, empty
    /// lines and mbox `From ` lines before the first field.
    pub(in crate::mime) fn parse_mail(bytes: &'a [u8]) -> Self {
        let mut scan = HeaderScan::new(bytes);
        scan.skip_preamble();
        scan.run();
        Self::from_scan(bytes, scan)
    }

    /// Splits the header of a MIME part into its fields. `bytes` starts with the first header line, and may extend
    /// beyond the end of the header.
    ///
    /// Lines end in CR LF or LF. If the first line ends in a CR alone, all lines are assumed to do so. Lines that are
    /// not fields are skipped if a common header field follows them. If none follows, the header ends before these
    /// lines.
    pub(in crate::mime) fn parse_part(bytes: &'a [u8]) -> Self {
        let mut scan = HeaderScan::new(bytes);
        scan.run();
        Self::from_scan(bytes, scan)
    }

    fn from_scan(bytes: &'a [u8], scan: HeaderScan<'a>) -> Self {
        Self { bytes, fields: scan.fields, truncated: scan.truncated, raw_charset: OnceCell::new() }
    }

    /// Returns whether header fields were dropped because the header has too many lines. If so, a note informs the
    /// user.
    pub(in crate::mime) fn is_truncated(&self) -> bool {
        self.truncated
    }

    /// Returns all header fields in their original order, each as its name and its raw value.
    pub(in crate::mime) fn fields(&self) -> impl Iterator<Item = (&'a str, &'a [u8])> {
        let bytes = self.bytes;
        self.fields.iter().map(move |field| {
            let name = bytes.get(field.name.clone()).unwrap_or_default();
            (
                std::str::from_utf8(name).unwrap_or_default(),
                bytes.get(field.value.clone()).unwrap_or_default(),
            )
        })
    }

    /// Returns the raw value of the first non-blank header field with this name, ignoring case. Returns a blank value
    /// if all fields with this name are blank, and `None` if there are none.
    pub(in crate::mime) fn raw(&self, name: &str) -> Option<&'a [u8]> {
        let mut found =
            self.fields().filter(|(known, _)| known.eq_ignore_ascii_case(name)).map(|(_, value)| value);
        let first = found.next()?;
        if first.trim_ascii().is_empty() {
            Some(found.find(|value| !value.trim_ascii().is_empty()).unwrap_or(first))
        } else {
            Some(first)
        }
    }

    /// Decodes the raw value of an unstructured header field: unfolds the value, and decodes encoded words and raw
    /// 8-bit text in it.
    pub(in crate::mime) fn text(&self, raw: &[u8]) -> String {
        encoded_word::decode_text(raw, self.raw_charset())
    }

    /// Returns the mailboxes of all header fields with this name (RFC 5322, section 3.4), and the number of mailboxes
    /// that were dropped because they exceed [`MAX_MAILBOXES`].
    pub(in crate::mime) fn mailboxes(&self, name: &str) -> (Vec<EmailAddress>, usize) {
        let values = self.fields().filter(|(known, _)| known.eq_ignore_ascii_case(name));
        let (mut found, mut more) = (Vec::new(), 0);
        for (_, value) in values {
            let remaining = MAX_MAILBOXES.saturating_sub(found.len());
            let list = mailbox::parse_list(value, self.raw_charset(), remaining);
            found.extend(list.mailboxes);
            more += list.more;
        }
        (found, more)
    }

    /// Returns the time in the `Date` header field (RFC 5322, section 3.3); `None` if the field is missing or invalid.
    /// Any common date format is accepted.
    pub(in crate::mime) fn date(&self) -> Option<Timestamp> {
        date::parse(self.raw("date")?)
    }

    /// Parses the `Content-Type` header field; `None` if it is missing or contains no media type.
    pub(in crate::mime) fn content_type(&self) -> Option<ContentType> {
        ContentType::parse(self.raw("content-type")?, self.raw_charset())
    }

    /// Parses the `Content-Disposition` header field; `None` if it is missing or empty.
    pub(in crate::mime) fn content_disposition(&self) -> Option<ContentDisposition> {
        ContentDisposition::parse(self.raw("content-disposition")?, self.raw_charset())
    }

    /// Parses the `Content-Transfer-Encoding` header field. Returns [`TransferEncoding::Identity`] if the field is
    /// missing.
    pub(in crate::mime) fn transfer_encoding(&self) -> TransferEncoding {
        self.raw("content-transfer-encoding").map_or(TransferEncoding::Identity, TransferEncoding::parse)
    }

    /// Detects the charset of the raw 8-bit text in the header, based on all header fields together.
    pub(in crate::mime) fn raw_charset(&self) -> Charset {
        *self.raw_charset.get_or_init(|| {
            let mut evidence = Vec::new();
            for (_, value) in self.fields() {
                let remaining = MAX_EVIDENCE_BYTES.saturating_sub(evidence.len());
                if value.iter().any(|&byte| byte >= 0x80 || byte == 0x1b) {
                    evidence.extend_from_slice(value.get(..remaining).unwrap_or(value));
                    evidence.push(b'\n');
                }
            }
            charset::detect(&evidence)
        })
    }
}

/// The state of the line-by-line scan of a header.
struct HeaderScan<'a> {
    bytes: &'a [u8],
    at: usize,
    line_end: u8,
    fields: Vec<Field>,
    truncated: bool,
    lines: usize,
    vital_lines: usize,
}

/// The kind of a line in a header, such as the start of a field or a continuation line.
enum HeaderLine {
    Empty,
    Fold,
    Field(usize),
    Junk,
}

impl<'a> HeaderScan<'a> {
    fn new(bytes: &'a [u8]) -> Self {
        let first_end = memchr::memchr2(b'\r', b'\n', bytes).unwrap_or(bytes.len());
        let alone = bytes.get(first_end) == Some(&b'\r')
            && bytes.get(first_end + 1).is_some_and(|next| !matches!(next, b'\n' | b'\r'));
        let line_end = if alone { b'\r' } else { b'\n' };
        Self { bytes, at: 0, line_end, fields: Vec::new(), truncated: false, lines: 0, vital_lines: 0 }
    }

    /// Skips the bytes that may precede the first header field: a byte order mark, empty lines and mbox `From ` lines.
    fn skip_preamble(&mut self) {
        if self.bytes.starts_with(b"\xef\xbb\xbf") {
            self.at = 3;
        }
        let mut start = self.at;
        while let Some((_, line)) = self.next_line() {
            if !(preface::is_separator(line) || line.trim_ascii().is_empty()) {
                break;
            }
            start = self.at;
        }
        self.at = start;
    }

    fn run(&mut self) {
        // Whether the last field was kept, so that folded lines are appended to it.
        let mut open = false;
        // Whether a line that is not a header field follows the last field.
        let mut junk = false;
        while let Some((start, line)) = self.next_line() {
            match kind(line) {
                HeaderLine::Empty => return,
                HeaderLine::Fold if self.fields.is_empty() && !junk => {
                    if line.trim_ascii().is_empty() {
                        return;
                    }
                    junk = true;
                }
                HeaderLine::Fold => {
                    if open {
                        self.extend(start + line.len());
                    }
                }
                HeaderLine::Field(colon) => {
                    let name = line.get(..colon).unwrap_or_default().trim_ascii_end();
                    if junk && !is_known(name) {
                        return;
                    }
                    junk = false;
                    open = self.push(start, name, start + colon + 1, start + line.len());
                }
                HeaderLine::Junk => {
                    junk = true;
                    open = false;
                }
            }
        }
    }

    /// Returns the byte offset of the next line, and the line without its line terminator. Returns `None` at the end of
    /// the input.
    fn next_line(&mut self) -> Option<(usize, &'a [u8])> {
        let rest = self.bytes.get(self.at..).filter(|rest| !rest.is_empty())?;
        let len = memchr::memchr(self.line_end, rest).unwrap_or(rest.len());
        let start = self.at;
        self.at = (start + len + 1).min(self.bytes.len());
        let line = rest.get(..len)?;
        Some((start, if self.line_end == b'\n' { line.strip_suffix(b"\r").unwrap_or(line) } else { line }))
    }

    /// Adds a header field. Returns `false` if the field was dropped because the header has too many lines.
    fn push(&mut self, start: usize, name: &[u8], value: usize, end: usize) -> bool {
        self.lines += 1;
        if self.lines > MAX_HEADER_LINES {
            let vital = is_vital(name) && self.vital_lines < MAX_VITAL_LINES;
            self.vital_lines += usize::from(vital);
            self.truncated |= !vital;
            if !vital {
                return false;
            }
        }
        self.fields.push(Field { name: start..start + name.len(), value: value..end });
        true
    }

    /// Appends a continuation line to the value of the most recent header field. `end` is the byte offset of the end of
    /// the line.
    fn extend(&mut self, end: usize) {
        self.lines += 1;
        if let Some(field) = self.fields.last_mut() {
            field.value.end = end;
        }
    }
}

fn kind(line: &[u8]) -> HeaderLine {
    match line.first() {
        None => HeaderLine::Empty,
        // A line that contains only spaces does not end the header, because some gateways create such empty
        // folds.
        Some(b' ' | b'\t') => HeaderLine::Fold,
        Some(_) => colon(line).map_or(HeaderLine::Junk, HeaderLine::Field),
    }
}

/// Returns the byte offset of the colon after the name of a header field; `None` if the line does not start with a
/// name. A name consists of printable ASCII characters other than spaces (RFC 5322, section 2.2). Spaces may precede
/// the colon (RFC 5322, section 4.5).
fn colon(line: &[u8]) -> Option<usize> {
    let colon = memchr::memchr(b':', line)?;
    let name = line.get(..colon)?.trim_ascii_end();
    (!name.is_empty() && name.iter().all(|byte| matches!(byte, 33..=126))).then_some(colon)
}

/// Returns whether a header field is essential for reading a mail. Essential fields are kept even if the
/// header has too many lines.
fn is_vital(name: &[u8]) -> bool {
    const VITAL: [&str; 8] = [
        "subject",
        "from",
        "to",
        "cc",
        "date",
        "content-type",
        "content-transfer-encoding",
        "content-disposition",
    ];
    VITAL.iter().any(|vital| name.eq_ignore_ascii_case(vital.as_bytes()))
}

/// Returns whether `name` is the name of a common header field. A common field belongs to the header even if it is
/// preceded by a line that is not a header field.
fn is_known(name: &[u8]) -> bool {
    const KNOWN: [&str; 13] = [
        "bcc",
        "delivered-to",
        "errors-to",
        "message-id",
        "mime-version",
        "in-reply-to",
        "precedence",
        "received",
        "references",
        "reply-to",
        "return-path",
        "sender",
        "user-agent",
    ];
    const FAMILIES: [&str; 6] = ["x-", "content-", "list-", "arc-", "dkim-", "authentication-"];
    let starts = |family: &&str| {
        name.get(..family.len()).is_some_and(|start| start.eq_ignore_ascii_case(family.as_bytes()))
    };
    is_vital(name)
        || KNOWN.iter().any(|known| name.eq_ignore_ascii_case(known.as_bytes()))
        || FAMILIES.iter().any(starts)
}
