//! Decodes base64 as it occurs in mails (RFC 2045, section 6.8).
//!
//! The decoder divides the body into base64 and plain text, such as a footer that a gateway has added. The division
//! depends on the order of letters, digits and other characters, on padding, and on line lengths, but never on a single
//! line alone. Within base64, the decoder ignores white space, empty lines and characters outside the alphabet. Padding
//! ends a base64 string, and another base64 string may follow. A prefix such as `data:image/png;base64,` is ignored,
//! and the alphabet with `-` and `_` is recognised. In the text of a mail, plain text keeps its position. In an
//! attachment, plain text is removed, and a note reports it. A body without base64 is left unchanged.

mod alphabet;
mod likelihood;
mod pieces;
mod quoted;
mod segments;
mod undeclared;

use alphabet::{Alphabet, Decoder};
pub(super) use quoted::is_quoted;
use segments::Segment;
use std::ops::Range;
pub(super) use undeclared::decode_undeclared;

/// A segment of a body that is declared as base64: decoded bytes, or plain text.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(super) enum Base64Segment {
    /// The segment was base64. The value contains the decoded bytes.
    Decoded(Vec<u8>),
    /// The segment is plain text. The value is its byte range in the body.
    Plain(Range<usize>),
}

/// Minimum ratio of base64 characters to characters outside the alphabet in a base64 body. A body with a lower ratio
/// is plain text.
const LETTERS_PER_STRAY: usize = 3;
/// Maximum length in bytes of the prefix of a `data:` URL; base64 after a longer prefix is not recognised.
const MAX_PREFIX_BYTES: usize = 200;

/// Decodes a body that is declared as base64. A body without any base64 is returned as one plain segment.
pub(super) fn decode(body: &[u8]) -> Vec<Base64Segment> {
    if memchr::memchr(b'\r', body).is_some() && memchr::memchr(b'\n', body).is_none() {
        // Lines that end in CR alone. The byte ranges of the segments stay the same.
        let feeds: Vec<u8> = body.iter().map(|&byte| if byte == b'\r' { b'\n' } else { byte }).collect();
        return decode_lines(&feeds);
    }
    decode_lines(body)
}

fn decode_lines(body: &[u8]) -> Vec<Base64Segment> {
    if regular_size(body).is_some() {
        return decode_segments(body, &[Segment { range: 0..body.len(), is_plain: false }]);
    }
    let start = data_prefix(body);
    let mut segments = segments::find(body.get(start..).unwrap_or_default());
    for segment in &mut segments {
        segment.range = segment.range.start + start..segment.range.end + start;
        let text = body.get(segment.range.clone()).unwrap_or_default();
        segment.is_plain = if segment.is_plain { has_words(text) } else { is_list(text) };
    }
    decode_segments(body, &segments)
}

/// Returns the decoded size in bytes of a base64 body with regular lines (RFC 2045, section 6.8). In such a
/// body, each line consists of complete groups of four characters, and only the last line contains padding.
/// `None` for any other body.
pub(super) fn regular_size(body: &[u8]) -> Option<usize> {
    let mut lines = body.trim_ascii_end().split(|&byte| byte == b'\n').peekable();
    let mut size = 0;
    while let Some(line) = lines.next() {
        let line = line.strip_suffix(b"\r").unwrap_or(line);
        let is_last = lines.peek().is_none();
        let letters = if is_last { without_padding(line) } else { line };
        let is_regular =
            !line.is_empty() && line.len().is_multiple_of(4) && letters.iter().copied().all(is_letter);
        if !is_regular {
            return None;
        }
        size += line.len() / 4 * 3 - (line.len() - letters.len());
    }
    Some(size)
}

fn without_padding(line: &[u8]) -> &[u8] {
    let one = line.strip_suffix(b"=").unwrap_or(line);
    one.strip_suffix(b"=").unwrap_or(one)
}

/// Returns whether a byte is a character of the standard alphabet.
fn is_letter(byte: u8) -> bool {
    Alphabet::Standard.value(byte).is_some()
}

/// Returns the length in bytes of the prefix before the base64 data if a body is a `data:` URL (RFC 2397); 0 for any
/// other body.
fn data_prefix(body: &[u8]) -> usize {
    let start = body.len() - body.trim_ascii_start().len();
    let near = body.get(start..body.len().min(start + MAX_PREFIX_BYTES)).unwrap_or_default();
    let Some(comma) = memchr::memchr(b',', near) else { return 0 };
    let prefix = near.get(..comma).unwrap_or_default().to_ascii_lowercase();
    let is_prefix = prefix.starts_with(b"data:") && prefix.ends_with(b";base64");
    if is_prefix { start + comma + 1 } else { 0 }
}

/// Returns whether plain text contains a letter, a digit or a non-ASCII byte. Text without any of these consists only
/// of stray characters, which the base64 decoder ignores.
fn has_words(text: &[u8]) -> bool {
    text.iter().any(|byte| byte.is_ascii_alphanumeric() || !byte.is_ascii())
}

/// Returns whether a string, such as a list of values, consists of short runs of base64 characters that are separated
/// by many other characters. Such a string is not base64.
fn is_list(text: &[u8]) -> bool {
    let (mut letters, mut stray) = (0_usize, 0_usize);
    // Other characters at the start and at the end of a line divide nothing.
    let (mut is_inside, mut pending) = (false, 0);
    for &byte in text {
        match byte {
            b'\n' | b'\r' => (is_inside, pending) = (false, 0),
            b'=' | b'-' | b'_' | b' ' | b'\t' => {}
            byte if is_letter(byte) => {
                letters += 1;
                stray += pending;
                (is_inside, pending) = (true, 0);
            }
            _ => pending += usize::from(is_inside),
        }
    }
    stray * LETTERS_PER_STRAY > letters
}

/// Decodes the base64 segments of a body. Plain text segments are returned as byte ranges of the body.
fn decode_segments(body: &[u8], segments: &[Segment]) -> Vec<Base64Segment> {
    let text_of = |segment: &Segment| body.get(segment.range.clone()).unwrap_or_default();
    let alphabet = Alphabet::detect(segments.iter().filter(|segment| !segment.is_plain).map(text_of));
    let mut out = Vec::new();
    let mut decoder = Decoder::new(alphabet);
    for segment in segments {
        let text = text_of(segment);
        if !segment.is_plain {
            decoder.push(text);
            continue;
        }
        push_decoded(decoder.take(), &mut out);
        let start = segment.range.end - text.trim_ascii_start().len();
        match out.last_mut() {
            Some(Base64Segment::Plain(last)) => last.end = segment.range.end,
            Some(Base64Segment::Decoded(_)) | None => {
                out.push(Base64Segment::Plain(start..segment.range.end));
            }
        }
    }
    push_decoded(decoder.take(), &mut out);
    let has_content = out.iter().any(|segment| matches!(segment, Base64Segment::Decoded(_)));
    match (has_content, body.trim_ascii().is_empty()) {
        (true, _) => out,
        (false, true) => Vec::new(),
        (false, false) => vec![Base64Segment::Plain(0..body.len())],
    }
}

fn push_decoded(content: Vec<u8>, out: &mut Vec<Base64Segment>) {
    if !content.is_empty() {
        out.push(Base64Segment::Decoded(content));
    }
}

#[cfg(test)]
mod tests;
