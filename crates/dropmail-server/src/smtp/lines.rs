//! Splits the byte stream of an SMTP client into command lines, with bounded memory for any input.

use bytes::{Buf, Bytes, BytesMut};

/// Maximum length in bytes of an SMTP command line, including its CR LF; a longer line is dropped and refused. RFC 5321
/// (section 4.5.3.1.4) requires 512, and extensions need more.
const MAX_LINE_BYTES: usize = 2048;

/// The result of searching the input for an SMTP command line.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum SmtpLine {
    /// The input contains a complete command line; the value includes its CR LF.
    Whole(Bytes),
    /// An SMTP command line was too long and was dropped.
    TooLong,
    /// The input contains a line break that SMTP does not allow.
    BareBreak(BareBreak),
    /// The input contains no complete SMTP command line yet.
    More,
}

/// A line break that SMTP does not allow (RFC 5321, section 2.3.8). Programs disagree on whether it ends a line, so an
/// attacker can use it to hide a second mail inside a mail.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum BareBreak {
    /// The invalid line break is an LF without a CR before it.
    Lf,
    /// The invalid line break is a CR without an LF after it.
    Cr,
}

impl BareBreak {
    /// Returns the SMTP error reply that names the invalid line break. The connection is closed after the reply.
    pub(super) fn reply(self) -> &'static str {
        match self {
            Self::Lf => "500 5.5.2 a line ends in LF alone; end lines in CR LF (RFC 5321, 2.3.8)",
            Self::Cr => "500 5.5.2 CR stands without LF; end lines in CR LF (RFC 5321, 2.3.8)",
        }
    }

    /// Returns the first invalid line break in the bytes; `None` if there is none. A CR at the end is not reported,
    /// because it may be the first byte of CR LF.
    pub(super) fn find(bytes: &[u8]) -> Option<Self> {
        memchr::memchr2_iter(b'\r', b'\n', bytes).find_map(|at| {
            if bytes.get(at) == Some(&b'\n') {
                let cr = at.checked_sub(1).and_then(|before| bytes.get(before)) == Some(&b'\r');
                (!cr).then_some(Self::Lf)
            } else {
                bytes.get(at + 1).is_some_and(|next| *next != b'\n').then_some(Self::Cr)
            }
        })
    }
}

/// Splits the input of an SMTP client into lines that end in CR LF.
#[derive(Debug, Default)]
pub(super) struct SmtpLineSplitter {
    dropping: bool,
}

impl SmtpLineSplitter {
    /// Removes the next command line from the input and returns it.
    pub(super) fn next(&mut self, input: &mut BytesMut) -> SmtpLine {
        let end = memchr::memchr(b'\n', input).map(|at| at + 1);
        match end {
            Some(end) if self.dropping || end > MAX_LINE_BYTES => {
                self.dropping = false;
                input.advance(end);
                SmtpLine::TooLong
            }
            Some(end) if let Some(kind) = input.get(..end).and_then(BareBreak::find) => {
                input.advance(end);
                SmtpLine::BareBreak(kind)
            }
            Some(end) => SmtpLine::Whole(input.split_to(end).freeze()),
            None => {
                if let Some(kind) = BareBreak::find(input)
                    && !self.dropping
                {
                    return SmtpLine::BareBreak(kind);
                }
                if self.dropping || input.len() >= MAX_LINE_BYTES {
                    self.dropping = true;
                    input.clear();
                }
                SmtpLine::More
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines_are_split_and_long_lines_dropped_without_buffering() {
        let mut lines = SmtpLineSplitter::default();
        let mut input = BytesMut::from("NOOP\r\nRSET\r\nQU");
        assert_eq!(lines.next(&mut input), SmtpLine::Whole("NOOP\r\n".into()));
        assert_eq!(lines.next(&mut input), SmtpLine::Whole("RSET\r\n".into()));
        assert_eq!(lines.next(&mut input), SmtpLine::More);
        assert_eq!(&input[..], b"QU");
        for _ in 0..100 {
            input.extend_from_slice(&[b'x'; MAX_LINE_BYTES]);
            assert_eq!(lines.next(&mut input), SmtpLine::More);
            assert!(input.is_empty());
        }
        input.extend_from_slice(b"x\r\nQUIT\r\n");
        assert_eq!(lines.next(&mut input), SmtpLine::TooLong);
        assert_eq!(lines.next(&mut input), SmtpLine::Whole("QUIT\r\n".into()));
    }
    #[test]
    fn a_bare_cr_or_lf_is_found_as_soon_as_it_is_certain() {
        for (input, found) in [
            ("NOOP\n", SmtpLine::BareBreak(BareBreak::Lf)),
            ("\n", SmtpLine::BareBreak(BareBreak::Lf)),
            ("NOOP\rQUIT", SmtpLine::BareBreak(BareBreak::Cr)),
            ("NOOP\r\r\n", SmtpLine::BareBreak(BareBreak::Cr)),
            ("NOOP\r", SmtpLine::More),
            ("NOOP\r\n", SmtpLine::Whole("NOOP\r\n".into())),
        ] {
            assert_eq!(SmtpLineSplitter::default().next(&mut BytesMut::from(input)), found, "{input:?}");
        }
    }
}
