//! Bounds the raw mail before the parser sees it.
//!
//! The parser keeps every header and part that it meets and nests mails in mails as deep as they
//! come, so the bounds have to be laid on the bytes: lines are dropped or the mail is cut.

use super::{MAX_BOUNDARY_LINES, MAX_HEADER_LINES, MAX_RAW};
use crate::domain::mail::Note;
use std::borrow::Cow;

/// A mail whose parsing is bounded.
pub(super) struct Prepared<'a> {
    /// What the parser may see.
    pub(super) bytes: Cow<'a, [u8]>,
    /// Whether it begins with a header field at all.
    pub(super) has_headers: bool,
    /// What was left out.
    pub(super) notes: Vec<Note>,
}

/// A stretch of the raw mail that differs in what the parser is shown.
enum Edit {
    /// Left out.
    Drop(usize, usize),
    /// Bytes of equal length.
    Replace(usize, &'static [u8]),
    /// Everything from here on is left out.
    Cut(usize),
}

/// What the scan of the lines knows.
struct Scan {
    edits: Vec<Edit>,
    notes: Vec<Note>,
    in_headers: bool,
    header_lines: usize,
    /// Lines beyond the bound that are kept all the same.
    vital_lines: usize,
    /// Whether the field that the lines are of is one of those.
    vital: bool,
    boundary_lines: usize,
    in_content_type: bool,
}

/// Cuts and bounds. The same bytes always give the same result, so that part numbers agree.
pub(super) fn prepare(raw: &[u8]) -> Prepared<'_> {
    let mut notes = Vec::new();
    let mut bytes = Cow::Borrowed(start(raw));
    if bytes.len() > MAX_RAW {
        notes.push(Note::new("The mail is larger than 64 MiB; the rest of it is left out."));
        bytes = Cow::Borrowed(start(raw).get(..MAX_RAW).unwrap_or_default());
    }
    if memchr::memchr(b'\n', &bytes).is_none() && bytes.contains(&b'\r') {
        bytes = Cow::Owned(bytes.iter().map(|&b| if b == b'\r' { b'\n' } else { b }).collect());
    }
    let has_headers = looks_like_header(first_line(&bytes));
    let mut scan = Scan {
        edits: Vec::new(),
        notes,
        in_headers: has_headers,
        header_lines: 0,
        vital_lines: 0,
        vital: false,
        boundary_lines: 0,
        in_content_type: false,
    };
    scan.run(&bytes);
    let Scan { edits, notes, .. } = scan;
    let bytes = if edits.is_empty() { bytes } else { Cow::Owned(apply(&bytes, &edits)) };
    Prepared { bytes, has_headers, notes }
}

/// Skips what mailbox files and careless senders put before the first header.
fn start(raw: &[u8]) -> &[u8] {
    let raw = raw.strip_prefix(b"\xef\xbb\xbf").unwrap_or(raw);
    let blank = raw.iter().take_while(|byte| byte.is_ascii_whitespace()).count();
    // Leading blanks belong to the first line unless a line ends in them.
    let ends =
        raw.get(..blank).and_then(|blank| blank.iter().rposition(|byte| matches!(byte, b'\r' | b'\n')));
    let raw = raw.get(ends.map_or(0, |end| end + 1)..).unwrap_or_default();
    if raw.starts_with(b"From ") || raw.starts_with(b">From ") {
        let end = memchr::memchr(b'\n', raw).map_or(raw.len(), |at| at + 1);
        return raw.get(end..).unwrap_or_default();
    }
    raw
}

fn first_line(bytes: &[u8]) -> &[u8] {
    bytes.get(..memchr::memchr(b'\n', bytes).unwrap_or(bytes.len())).unwrap_or_default()
}

/// `name:` with a name of printable ASCII without spaces (RFC 5322, 2.2).
fn looks_like_header(line: &[u8]) -> bool {
    let Some(colon) = memchr::memchr(b':', line) else { return false };
    let name = line.get(..colon).unwrap_or_default().trim_ascii_end();
    !name.is_empty() && name.iter().all(|byte| matches!(byte, 33..=126))
}

/// How many lines of vital fields are kept beyond the bound of a header.
const MAX_VITAL_LINES: usize = 200;

/// Fields without which a mail cannot be told or read; a flood of others must not hide them.
fn is_vital(line: &[u8]) -> bool {
    let name = line.get(..memchr::memchr(b':', line).unwrap_or(0)).unwrap_or_default().trim_ascii();
    let vital: [&[u8]; 8] = [
        b"subject",
        b"from",
        b"to",
        b"cc",
        b"date",
        b"content-type",
        b"content-transfer-encoding",
        b"content-disposition",
    ];
    vital.iter().any(|known| name.eq_ignore_ascii_case(known))
}

impl Scan {
    fn run(&mut self, bytes: &[u8]) {
        let mut from = 0;
        while from < bytes.len() {
            let rest = bytes.get(from..).unwrap_or_default();
            let len = memchr::memchr(b'\n', rest).map_or(rest.len(), |at| at + 1);
            let line = rest.get(..len).unwrap_or_default();
            if !self.line(line, from) {
                return;
            }
            from += len;
        }
    }

    /// Looks at one line; false when the mail is cut here.
    fn line(&mut self, line: &[u8], from: usize) -> bool {
        if line.starts_with(b"--") {
            self.boundary_lines += 1;
            if self.boundary_lines > MAX_BOUNDARY_LINES {
                self.edits.push(Edit::Cut(from));
                self.notes.push(Note::new("The mail has too many parts; the last ones are left out."));
                return false;
            }
            (self.in_headers, self.header_lines, self.in_content_type) = (true, 0, false);
            self.vital_lines = 0;
        } else if self.in_headers {
            if line.trim_ascii().is_empty() {
                self.in_headers = false;
            } else {
                self.header_line(line, from);
            }
        }
        true
    }

    fn header_line(&mut self, line: &[u8], from: usize) {
        self.header_lines += 1;
        let folded = line.starts_with(b" ") || line.starts_with(b"\t");
        self.vital = if folded { self.vital } else { is_vital(line) };
        let kept = self.vital && self.vital_lines < MAX_VITAL_LINES;
        if self.header_lines > MAX_HEADER_LINES && kept {
            self.vital_lines += 1;
        } else if self.header_lines > MAX_HEADER_LINES {
            if self.header_lines == MAX_HEADER_LINES + 1 {
                self.notes.push(Note::new("The mail has too many header lines; the last ones are left out."));
            }
            match self.edits.last_mut() {
                Some(Edit::Drop(_, to)) if *to == from => *to = from + line.len(),
                _ => self.edits.push(Edit::Drop(from, from + line.len())),
            }
            return;
        }
        if !folded {
            self.in_content_type = line.len() >= 12
                && line.get(..12).is_some_and(|name| name.eq_ignore_ascii_case(b"content-type"));
        }
        if self.in_content_type {
            self.unnest(line, from);
        }
    }

    /// Gives types that would make the parser descend into a mail inside the mail another name
    /// of the same length; see [`real_type`].
    fn unnest(&mut self, line: &[u8], from: usize) {
        let lower = line.to_ascii_lowercase();
        for (name, other) in [
            (b"rfc822".as_slice(), NESTED_RFC822.as_bytes()),
            (b"global".as_slice(), NESTED_GLOBAL.as_bytes()),
            (b"digest".as_slice(), b"mixed "),
        ] {
            if let Some(at) = memchr::memmem::find(&lower, name) {
                self.edits.push(Edit::Replace(from + at, other));
            }
        }
    }
}

const NESTED_RFC822: &str = "rfc82x";
const NESTED_GLOBAL: &str = "globax";

/// The media type as the mail states it, where [`prepare`] had renamed it.
pub(super) fn real_type(mime: &str) -> &str {
    match mime.strip_prefix("message/") {
        Some(NESTED_RFC822) => "message/rfc822",
        Some(NESTED_GLOBAL) => "message/global",
        _ => mime,
    }
}

fn apply(bytes: &[u8], edits: &[Edit]) -> Vec<u8> {
    let mut out = Vec::with_capacity(bytes.len());
    let mut done = 0;
    let copy = |out: &mut Vec<u8>, from: usize, to: usize| {
        out.extend_from_slice(bytes.get(from..to).unwrap_or_default());
    };
    for edit in edits {
        match *edit {
            Edit::Drop(from, to) => {
                copy(&mut out, done, from);
                done = to;
            }
            Edit::Replace(from, with) if from >= done => {
                copy(&mut out, done, from);
                out.extend_from_slice(with);
                done = from + with.len();
            }
            Edit::Replace(..) => {}
            Edit::Cut(from) => {
                copy(&mut out, done, from);
                return out;
            }
        }
    }
    copy(&mut out, done, bytes.len());
    out
}
