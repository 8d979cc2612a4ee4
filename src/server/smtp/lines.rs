//! Splits a byte stream into command lines, with bounded memory for any input.

use bytes::{Buf, Bytes, BytesMut};

/// Maximum length in bytes of a command line with its line end; a longer line is dropped and refused. RFC 5321
/// (4.5.3.1.4) requires 512, and extensions need more.
const MAX_LINE: usize = 2048;

/// The result of searching the input for a line.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Line {
    /// The input contains a complete line; the value has its line end too.
    Whole(Bytes),
    /// A line that was too long has ended; it was dropped.
    TooLong,
    /// The input contains no complete line yet.
    More,
}

/// Splits the input into command lines. A bare LF ends a command too; the end of a mail is recognised only
/// after CR LF, by another type.
#[derive(Debug, Default)]
pub(super) struct Lines {
    dropping: bool,
}

impl Lines {
    /// Removes the next line from the input and returns it.
    pub(super) fn next(&mut self, input: &mut BytesMut) -> Line {
        let end = memchr::memchr(b'\n', input).map(|at| at + 1);
        match end {
            Some(end) if self.dropping || end > MAX_LINE => {
                self.dropping = false;
                input.advance(end);
                Line::TooLong
            }
            Some(end) => Line::Whole(input.split_to(end).freeze()),
            None => {
                if self.dropping || input.len() >= MAX_LINE {
                    self.dropping = true;
                    input.clear();
                }
                Line::More
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines_are_split_and_long_ones_dropped_without_storing_them() {
        let mut lines = Lines::default();
        let mut input = BytesMut::from("NOOP\r\nRSET\nQU");
        assert_eq!(lines.next(&mut input), Line::Whole("NOOP\r\n".into()));
        assert_eq!(lines.next(&mut input), Line::Whole("RSET\n".into()));
        assert_eq!(lines.next(&mut input), Line::More);
        assert_eq!(&input[..], b"QU");
        for _ in 0..100 {
            input.extend_from_slice(&[b'x'; MAX_LINE]);
            assert_eq!(lines.next(&mut input), Line::More);
            assert!(input.is_empty());
        }
        input.extend_from_slice(b"x\r\nQUIT\r\n");
        assert_eq!(lines.next(&mut input), Line::TooLong);
        assert_eq!(lines.next(&mut input), Line::Whole("QUIT\r\n".into()));
    }
}
