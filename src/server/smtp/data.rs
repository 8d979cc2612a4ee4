//! The end of a mail, and its dots (RFC 5321, 4.5.2).
//!
//! smtp-proto has a reader of its own, but it takes `CR LF . CR CR LF` for an end too. Only
//! `CR LF . CR LF` is one here: where two servers disagree about the end of a mail, a second
//! mail can be smuggled in.

use bytes::{Buf, BytesMut};
use memchr::memmem;

const END: &[u8] = b"\r\n.\r\n";
/// A mail that is nothing but its end: the line break before it belongs to `DATA`.
const EMPTY: &[u8] = b".\r\n";

/// A mail above the limit; it has been read to its end and dropped.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct TooLarge;

/// Reads one mail.
#[derive(Debug)]
pub(super) struct DataReader {
    limit: usize,
    /// How much of the input is known to hold no end.
    scanned: usize,
    started: bool,
    dropping: bool,
}

impl DataReader {
    /// A reader for a mail of at most so many bytes, stuffed dots not counted.
    pub(super) fn new(limit: usize) -> Self {
        Self { limit, scanned: 0, started: false, dropping: false }
    }

    /// Takes the mail off the input once it has come whole.
    pub(super) fn next(&mut self, input: &mut BytesMut) -> Option<Result<Vec<u8>, TooLarge>> {
        if !self.started {
            if input.len() < EMPTY.len() && EMPTY.starts_with(input) {
                return None;
            }
            self.started = true;
            if input.starts_with(EMPTY) {
                input.advance(EMPTY.len());
                return Some(Ok(Vec::new()));
            }
        }
        let from = self.scanned.saturating_sub(END.len() - 1);
        let found = memmem::find(input.get(from..).unwrap_or_default(), END).map(|at| at + from);
        if let Some(at) = found {
            let wire = input.split_to(at + END.len());
            if self.dropping {
                return Some(Err(TooLarge));
            }
            let mail = unstuffed(wire.get(..at + 2).unwrap_or_default());
            return Some(if mail.len() > self.limit { Err(TooLarge) } else { Ok(mail) });
        }
        self.scanned = input.len();
        // At worst every line of three bytes carries a stuffed dot.
        let most = self.limit.saturating_add(self.limit / 3).saturating_add(END.len());
        if self.dropping || input.len() > most {
            self.dropping = true;
            let tail = input.len().saturating_sub(END.len() - 1);
            *input = BytesMut::from(input.get(tail..).unwrap_or_default());
            self.scanned = 0;
        }
        None
    }
}

/// A mail without the dots that were put before its own.
fn unstuffed(wire: &[u8]) -> Vec<u8> {
    let mut mail = Vec::with_capacity(wire.len());
    let mut rest = wire.strip_prefix(b".").unwrap_or(wire);
    while let Some(at) = memmem::find(rest, b"\r\n.") {
        let (line, tail) = rest.split_at_checked(at + 2).unwrap_or((rest, b"."));
        mail.extend_from_slice(line);
        rest = tail.get(1..).unwrap_or_default();
    }
    mail.extend_from_slice(rest);
    mail
}

#[cfg(test)]
mod tests {
    use super::*;

    type Received = Result<Vec<u8>, TooLarge>;

    /// Feeds the wire in pieces of `step` bytes; gives the mail and what was left behind it.
    fn read(wire: &[u8], step: usize, limit: usize) -> Option<(Received, Vec<u8>)> {
        let mut reader = DataReader::new(limit);
        let mut input = BytesMut::new();
        let mut chunks = wire.chunks(step);
        loop {
            input.extend_from_slice(chunks.next()?);
            if let Some(mail) = reader.next(&mut input) {
                input.extend(chunks.flatten());
                return Some((mail, input.to_vec()));
            }
        }
    }

    #[test]
    fn only_crlf_dot_crlf_ends_a_mail_however_it_is_cut() {
        for (wire, mail, rest) in [
            ("a\r\n.\r\nQUIT\r\n", "a\r\n", "QUIT\r\n"),
            (".\r\n", "", ""),
            ("\r\n.\r\n", "\r\n", ""),
            ("..\r\n...\r\n.\r\n", ".\r\n..\r\n", ""),
            ("..a\r\n.\r\n", ".a\r\n", ""),
            ("a\n.\nb\r\n.\r\n", "a\n.\nb\r\n", ""),
            ("a\n.\r\nb\r\n.\r\n", "a\n.\r\nb\r\n", ""),
            ("a\r\n.\nb\r\n.\r\n", "a\r\n\nb\r\n", ""),
            ("a\r\n.\r\r\nb\r\n.\r\n", "a\r\n\r\r\nb\r\n", ""),
            ("a\r.\r\nb\r\n.\r\n", "a\r.\r\nb\r\n", ""),
        ] {
            for step in 1..=wire.len() {
                let found = read(wire.as_bytes(), step, 1000);
                assert_eq!(found, Some((Ok(mail.into()), rest.into())), "{wire:?} by {step}");
            }
        }
        assert_eq!(read(b"a\r\n.", 1, 10), None);
        assert_eq!(read(b".", 1, 10), None);
    }

    #[test]
    fn a_mail_above_the_limit_is_read_to_its_end_and_not_kept() {
        let exact = b"12345678\r\n.\r\nNOOP\r\n";
        assert_eq!(read(exact, 7, 10), Some((Ok(b"12345678\r\n".to_vec()), b"NOOP\r\n".to_vec())));
        assert_eq!(read(exact, 7, 9), Some((Err(TooLarge), b"NOOP\r\n".to_vec())));
        let stuffed = [b"..\r\n".repeat(100).as_slice(), b".\r\n"].concat();
        assert_eq!(read(&stuffed, 9, 300), Some((Ok(b".\r\n".repeat(100)), Vec::new())));

        let mut reader = DataReader::new(100);
        let mut input = BytesMut::new();
        for _ in 0..1000 {
            input.extend_from_slice(&[b'x'; 100]);
            assert_eq!(reader.next(&mut input), None);
            assert!(input.len() < 300);
        }
        input.extend_from_slice(b"\r\n.\r\nQUIT\r\n");
        assert_eq!(reader.next(&mut input), Some(Err(TooLarge)));
        assert_eq!(&input[..], b"QUIT\r\n");
    }
}
