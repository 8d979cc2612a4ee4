//! Reads the data of a mail up to its end marker, and removes dot-stuffing (RFC 5321, section 4.5.2).
//!
//! The smtp-proto library also has such a reader, but that one accepts both `CR LF . CR LF` and `CR LF . CR CR LF` as
//! the end marker. This reader accepts only `CR LF . CR LF`. If two servers disagree about the end of a mail, an
//! attacker can smuggle in a second mail. For the same reason, this reader refuses a mail that contains a CR without an
//! LF or an LF without a CR.

use bytes::{Buf, BytesMut};
use memchr::memmem;

use super::lines::BareBreak;

/// The end marker of a mail. It follows a CR LF; in an empty mail, it follows the CR LF of the `DATA` command.
const END: &[u8] = b".\r\n";
const LINE_BREAK_BYTES: usize = 2;

/// Reason why a received mail was not stored.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum MailRejection {
    /// The received mail is larger than the server allows.
    TooLarge,
    /// The memory pool for partly received mails is exhausted.
    PoolExhausted,
    /// The mail contains a line break that SMTP does not allow. The rest of the mail was not read.
    BareBreak(BareBreak),
}

/// Reads the data of one mail. Removes stuffed dots. Moves received bytes out of the input buffer immediately, so that
/// memory never contains two copies of a large mail.
#[derive(Debug)]
pub(super) struct DataReader {
    limit: usize,
    mail: Vec<u8>,
    /// Position of the next byte of the mail: at the start of a line or within a line.
    at: LinePosition,
    not_kept: Option<MailRejection>,
}

/// Position of a byte: at the start of a line, where a dot has a special meaning, or within a line.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum LinePosition {
    /// The next byte follows `CR LF`, or is the first byte of the mail.
    LineStart,
    /// The next byte of the mail is not at the start of a line.
    Line,
}

impl DataReader {
    /// Creates a reader for one mail of at most `limit` bytes, not counting stuffed dots.
    pub(super) fn new(limit: usize) -> Self {
        Self { limit, mail: Vec::new(), at: LinePosition::LineStart, not_kept: None }
    }

    /// Returns the number of bytes of the mail that have been received and are in memory.
    pub(super) fn received_bytes(&self) -> usize {
        self.mail.len()
    }

    /// Reads data from the input buffer. Returns `None` if more data is needed. Once the mail is complete, returns the
    /// mail, or the reason for refusing it. Reports an invalid line break immediately.
    pub(super) fn next(&mut self, input: &mut BytesMut) -> Option<Result<Vec<u8>, MailRejection>> {
        loop {
            if self.at == LinePosition::LineStart && input.first() == Some(&b'.') {
                if input.starts_with(END) {
                    input.advance(END.len());
                    let mut mail = std::mem::take(&mut self.mail);
                    mail.shrink_to_fit();
                    return Some(self.not_kept.map_or(Ok(mail), Err));
                }
                if END.starts_with(input) {
                    return None;
                }
                input.advance(1);
                self.at = LinePosition::Line;
            }
            // Reads up to the next dot at the start of a line. Without such a dot, reads everything except a line
            // break that may be incomplete.
            let dot = memmem::find(input, b"\r\n.").map(|at| at + LINE_BREAK_BYTES);
            let whole = dot.unwrap_or_else(|| input.len() - half_a_break(input));
            let piece = input.split_to(whole);
            if !piece.is_empty() {
                self.at = if piece.ends_with(b"\r\n") { LinePosition::LineStart } else { LinePosition::Line };
            }
            self.keep(&piece);
            if let Some(MailRejection::BareBreak(kind)) = self.not_kept {
                return Some(Err(MailRejection::BareBreak(kind)));
            }
            dot?;
        }
    }

    fn keep(&mut self, piece: &[u8]) {
        if self.not_kept.is_some() {
            return;
        }
        // A CR that may be the first half of a line break stays in the input, so a CR at the end has no LF after
        // it.
        let last = piece.ends_with(b"\r").then_some(BareBreak::Cr);
        if let Some(kind) = BareBreak::find(piece).or(last) {
            self.give_up(MailRejection::BareBreak(kind));
            return;
        }
        let length = self.mail.len().saturating_add(piece.len());
        if length > self.limit {
            self.give_up(MailRejection::TooLarge);
            return;
        }
        if length > self.mail.capacity() {
            // The buffer grows by only a quarter, because many mails may be partly received at the same time.
            let more = piece.len().max(self.mail.len() / 4);
            self.mail.reserve_exact(more);
        }
        self.mail.extend_from_slice(piece);
    }

    /// Discards the whole mail, including the bytes that are yet to arrive. Records `why` as the reason for refusing
    /// the mail, unless a reason has already been recorded.
    pub(super) fn give_up(&mut self, why: MailRejection) {
        self.not_kept.get_or_insert(why);
        self.mail = Vec::new();
    }
}

/// Returns how many bytes at the end of the input may be the start of a line break: 1 if the input ends with a CR, or 0
/// if it does not.
fn half_a_break(input: &[u8]) -> usize {
    usize::from(input.ends_with(b"\r"))
}

#[cfg(test)]
mod tests {
    use super::*;

    type Received = Result<Vec<u8>, MailRejection>;

    /// Feeds `wire` to a reader in chunks of `step` bytes. Returns the mail, and the bytes after its end marker; `None`
    /// if the end marker is missing.
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
    fn only_crlf_dot_crlf_ends_a_mail_in_chunks_of_any_size() {
        for (wire, mail, rest) in [
            ("a\r\n.\r\nQUIT\r\n", "a\r\n", "QUIT\r\n"),
            (".\r\n", "", ""),
            ("\r\n.\r\n", "\r\n", ""),
            ("..\r\n...\r\n.\r\n", ".\r\n..\r\n", ""),
            ("..a\r\n.\r\n", ".a\r\n", ""),
        ] {
            for step in 1..=wire.len() {
                let found = read(wire.as_bytes(), step, 1000);
                assert_eq!(found, Some((Ok(mail.into()), rest.into())), "{wire:?} in chunks of {step} bytes");
            }
        }
        assert_eq!(read(b"a\r\n.", 1, 10), None);
        assert_eq!(read(b".", 1, 10), None);
    }

    #[test]
    fn a_bare_cr_or_lf_ends_reading_at_once() {
        for (wire, kind) in [
            ("a\n.\nb", BareBreak::Lf),
            ("a\n.\r\nb", BareBreak::Lf),
            ("a\r\n.\nb", BareBreak::Lf),
            ("a\r\n.\r\r\nb", BareBreak::Cr),
            ("a\r.\r\nb", BareBreak::Cr),
            ("a\nb", BareBreak::Lf),
            (".\nb", BareBreak::Lf),
        ] {
            for step in 1..=wire.len() {
                let found = read(wire.as_bytes(), step, 1000).map(|(received, _)| received);
                assert_eq!(
                    found,
                    Some(Err(MailRejection::BareBreak(kind))),
                    "{wire:?} in chunks of {step} bytes"
                );
            }
        }
    }

    #[test]
    fn a_mail_above_the_size_limit_is_read_to_its_end_and_dropped() {
        let exact = b"12345678\r\n.\r\nNOOP\r\n";
        assert_eq!(read(exact, 7, 10), Some((Ok(b"12345678\r\n".to_vec()), b"NOOP\r\n".to_vec())));
        assert_eq!(read(exact, 7, 9), Some((Err(MailRejection::TooLarge), b"NOOP\r\n".to_vec())));
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
        assert_eq!(reader.next(&mut input), Some(Err(MailRejection::TooLarge)));
        assert_eq!(&input[..], b"QUIT\r\n");
    }
}
