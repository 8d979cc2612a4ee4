//! Parses a `multipart/mixed` body incrementally, as its bytes arrive (RFC 2046, section 5.1).
//!
//! The parser returns a part as soon as its bytes are a complete JSON document. It does not wait for the boundary
//! delimiter that ends the part, because the service may not send the delimiter until the next mail.

use bytes::{Bytes, BytesMut};
use memchr::memmem;

/// The position of the parser in the multipart body.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
enum ReadState {
    /// The parser is between two parts of the multipart body and has not found the next boundary delimiter.
    Between,
    /// The parser is directly after a boundary delimiter. The next bytes must be a line break or the two dashes that
    /// end the multipart body.
    Behind,
    /// The parser is in the header of a part of the multipart body.
    Headers,
    /// The parser is in the content of a part of the multipart body, after the part's header.
    Body,
    /// The parser is after the closing boundary delimiter. Further bytes are ignored.
    End,
}

/// Parses a multipart body incrementally, as its bytes arrive.
#[derive(Debug)]
pub(super) struct PartSplitter {
    delimiter: Vec<u8>,
    buffer: BytesMut,
    place: ReadState,
    /// Number of bytes at the start of the buffer that have already been searched for a boundary delimiter without
    /// finding one.
    searched: usize,
}

impl PartSplitter {
    /// Creates a parser for a body with the given `Content-Type`. Returns `None` if this is not a multipart type with a
    /// boundary parameter.
    pub(super) fn from_content_type(content_type: &str) -> Option<Self> {
        let mut fields = content_type.split(';').map(str::trim);
        let multipart = fields.next()?.get(.."multipart/".len())?.eq_ignore_ascii_case("multipart/");
        let boundary = fields.find_map(|field| {
            let (name, value) = field.split_once('=')?;
            name.trim().eq_ignore_ascii_case("boundary").then(|| value.trim().trim_matches('"'))
        })?;
        // A boundary has at most 70 characters (RFC 2046, section 5.1.1).
        (multipart && (1..=70).contains(&boundary.len())).then(|| Self {
            delimiter: format!("--{boundary}").into_bytes(),
            buffer: BytesMut::new(),
            place: ReadState::Between,
            searched: 0,
        })
    }

    /// Appends received bytes to the parser's buffer. Returns the new size of the buffer in bytes.
    pub(super) fn push(&mut self, bytes: &[u8]) -> usize {
        self.buffer.extend_from_slice(bytes);
        self.buffer.len()
    }

    /// Returns whether the parser has reached the closing boundary delimiter of the multipart body.
    pub(super) fn is_ended(&self) -> bool {
        self.place == ReadState::End
    }

    /// Returns the next complete part of the multipart body; `None` if more bytes are needed or the body has ended.
    pub(super) fn next(&mut self) -> Option<Bytes> {
        loop {
            match self.place {
                ReadState::Between => {
                    let Some(at) = memmem::find(&self.buffer, &self.delimiter) else {
                        // The buffer may end with the first bytes of a delimiter.
                        self.drop_first(self.buffer.len().saturating_sub(self.delimiter.len()));
                        return None;
                    };
                    self.drop_first(at + self.delimiter.len());
                    self.place = ReadState::Behind;
                }
                ReadState::Behind => {
                    if self.buffer.starts_with(b"--") {
                        self.place = ReadState::End;
                        return None;
                    }
                    self.drop_first(memchr::memchr(b'\n', &self.buffer)? + 1);
                    self.place = ReadState::Headers;
                }
                ReadState::Headers => {
                    let line = memchr::memchr(b'\n', &self.buffer)? + 1;
                    if self.buffer.split_to(line).trim_ascii().is_empty() {
                        self.place = ReadState::Body;
                        self.searched = 0;
                    }
                }
                ReadState::Body => return self.body(),
                ReadState::End => return None,
            }
        }
    }

    fn body(&mut self) -> Option<Bytes> {
        let from = self.searched.saturating_sub(self.delimiter.len());
        let rest = self.buffer.get(from..).unwrap_or_default();
        let end = memmem::find(rest, &self.delimiter).map(|at| from + at);
        self.searched = self.buffer.len();
        let whole = self.buffer.get(..end.unwrap_or(self.buffer.len())).unwrap_or_default().trim_ascii();
        // A JSON string contains no raw line break, so a delimiter cannot occur in a string. If there is no delimiter,
        // parsing the part shows whether it is complete.
        let is_whole = end.is_some()
            || (whole.ends_with(b"}") && serde_json::from_slice::<serde::de::IgnoredAny>(whole).is_ok());
        if !is_whole {
            return None;
        }
        let body = Bytes::copy_from_slice(whole);
        self.drop_first(end.unwrap_or(self.buffer.len()));
        self.place = ReadState::Between;
        Some(body)
    }

    fn drop_first(&mut self, count: usize) {
        drop(self.buffer.split_to(count));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const BODY: &str = "preamble\r\n--b\r\nContent-Type: application/json\r\n\r\n{\"a\":1}\r\n--b\r\n\r\n\
        {\"b\":\"--\"}\r\n--b\r\nX: y\r\n\r\n{}\r\n--b--\r\nepilogue";

    #[test]
    fn parts_are_complete_wherever_the_body_is_split() {
        for size in 1..BODY.len() {
            let mut parts = PartSplitter::from_content_type("multipart/mixed; boundary=\"b\"").unwrap();
            let mut received = Vec::new();
            for chunk in BODY.as_bytes().chunks(size) {
                parts.push(chunk);
                while let Some(part) = parts.next() {
                    received.push(part);
                }
            }
            assert_eq!(received, [&b"{\"a\":1}"[..], b"{\"b\":\"--\"}", b"{}"], "{size}");
            assert!(parts.is_ended());
        }
    }

    #[test]
    fn the_newest_part_does_not_wait_for_the_next_delimiter() {
        let mut parts = PartSplitter::from_content_type("multipart/mixed;boundary=b").unwrap();
        parts.push(b"--b\r\nContent-Type: application/json\r\n\r\n{\"a\":{\"b\":1}");
        assert_eq!(parts.next(), None);
        parts.push(b"}");
        assert_eq!(parts.next().unwrap(), &b"{\"a\":{\"b\":1}}"[..]);
        assert_eq!(parts.next(), None);
        assert!(!parts.is_ended());
    }

    #[test]
    fn a_reply_of_another_type_is_rejected() {
        for kind in
            ["application/json", "multipart/mixed", "text/html; boundary=b", "multipart/mixed; boundary="]
        {
            assert!(PartSplitter::from_content_type(kind).is_none(), "{kind}");
        }
    }
}
