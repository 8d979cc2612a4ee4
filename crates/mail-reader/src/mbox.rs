//! Reads and writes mbox files (RFC 4155). In an mbox file, a `From ` line precedes each mail and an empty line follows
//! it.
//!
//! The writer uses the mboxrd variant: it adds a `>` to each line that starts with `From `, or with `>` characters and
//! `From `, and the reader removes that `>`. Each written mail is therefore read back byte for byte, including its line
//! terminators. The reader also accepts files from programs that quote fewer lines, because a `From ` line separates
//! two mails only if it ends with a date.

mod separator;

pub use separator::is_separator;

use super::mime;
use separator::MAX_SEPARATOR_BYTES;

/// Maximum size in bytes of one mail in an mbox file. A larger mail is dropped and reported as
/// [`MboxEntry::TooLarge`].
pub const MAX_MAIL_BYTES: usize = 128 << 20;

/// Byte that the writer appends to the separator line before a mail that does not end with a line terminator. The byte
/// tells the reader to remove the line terminator that the writer added to the mail.
const UNTERMINATED: u8 = b'\t';

/// One entry of an mbox file: a mail, or a placeholder for a mail that was too large.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum MboxEntry {
    /// The raw mail, without the quoting of the mbox format.
    Mail(Vec<u8>),
    /// The mail is larger than [`MAX_MAIL_BYTES`] and was dropped.
    TooLarge,
}

/// Envelope sender that is written to a separator line if the actual sender is empty or would make the line invalid.
const PLACEHOLDER_SENDER: &str = "MAILER-DAEMON";

/// Appends a mail to an mbox file. `from` is the envelope sender. `time` is the time of arrival in the format
/// of the C function `asctime`.
pub fn append(out: &mut Vec<u8>, from: &str, time: &str, raw: &[u8]) {
    let odd = from.is_empty() || from.contains(char::is_whitespace) || from.len() > MAX_SEPARATOR_BYTES / 2;
    out.extend_from_slice(b"From ");
    out.extend_from_slice(if odd { PLACEHOLDER_SENDER } else { from }.as_bytes());
    out.push(b' ');
    out.extend_from_slice(time.as_bytes());
    let terminated = raw.ends_with(b"\n");
    if !terminated {
        out.push(UNTERMINATED);
    }
    out.push(b'\n');
    for line in raw.split_inclusive(|byte| *byte == b'\n') {
        if quotes_before_from(line).is_some() {
            out.push(b'>');
        }
        out.extend_from_slice(line);
    }
    out.extend_from_slice(if terminated { b"\n" } else { b"\n\n" });
}

/// Returns the number of `>` characters at the start of a line if `From ` follows them, and `None` if it does not. The
/// number may be 0.
fn quotes_before_from(line: &[u8]) -> Option<usize> {
    let quotes = line.iter().take_while(|byte| **byte == b'>').count();
    line.get(quotes..)?.starts_with(b"From ").then_some(quotes)
}

/// Splits an mbox file, which the caller passes line by line, into its mails.
#[derive(Debug, Default)]
pub struct Splitter {
    /// The mail that is being read; `None` before the first separator line of the file.
    open: Option<PartialMail>,
}

/// A mail that is being read from an mbox file and may continue on the next line.
#[derive(Debug, Default)]
struct PartialMail {
    content: Vec<u8>,
    too_large: bool,
    unterminated: bool,
    /// The last line read, if it is a `From ` line without an empty line before it. If a header field follows, the
    /// `From ` line is a separator and ends the mail. `None` if the last line read is any other line.
    possible_end: Option<AmbiguousSeparator>,
    before: Before,
}

/// The kind of input that precedes the next line or chunk of the mbox file.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
enum Before {
    #[default]
    Line,
    BlankLine,
    PieceOfLine,
}

#[derive(Clone, Copy, Debug)]
struct AmbiguousSeparator {
    at: usize,
    unterminated: bool,
}

impl Splitter {
    /// Adds a line with its line terminator, or a chunk of a long line. Returns the previous mail if the line shows
    /// that this mail has ended, and `None` if it does not.
    pub fn push(&mut self, line: &[u8]) -> Option<MboxEntry> {
        let Some(open) = &mut self.open else {
            // The text before the first separator may be a preface, which is skipped.
            if is_separator(line) {
                self.open = Some(PartialMail::behind(line));
            }
            return None;
        };
        if open.before == Before::PieceOfLine {
            open.append(line);
            return None;
        }
        if let Some(possible_end) = open.possible_end.take().filter(|_| mime::is_header_field(line)) {
            open.content.truncate(possible_end.at);
            let mut next = PartialMail { unterminated: possible_end.unterminated, ..PartialMail::default() };
            next.append_line(line);
            return self.open.replace(next).map(PartialMail::end);
        }
        if is_separator(line) {
            if open.before == Before::BlankLine || open.content.is_empty() {
                return self.open.replace(PartialMail::behind(line)).map(PartialMail::end);
            }
            open.possible_end =
                Some(AmbiguousSeparator { at: open.content.len(), unterminated: is_unterminated(line) });
        }
        open.append_line(line);
        None
    }

    /// Marks the end of the file, and returns its last mail; `None` if the file contains no separator line.
    pub fn finish(self) -> Option<MboxEntry> {
        self.open.map(PartialMail::end)
    }
}

impl PartialMail {
    fn behind(separator: &[u8]) -> Self {
        Self { unterminated: is_unterminated(separator), ..Self::default() }
    }

    /// Appends a line, or the first chunk of a line, to the mail. If the line starts with `>` characters and `From `,
    /// one `>` is removed.
    fn append_line(&mut self, line: &[u8]) {
        let quoted = quotes_before_from(line).is_some_and(|quotes| quotes > 0);
        self.append(line.get(usize::from(quoted)..).unwrap_or_default());
        if matches!(line, b"\n" | b"\r\n") {
            self.before = Before::BlankLine;
        }
    }

    fn append(&mut self, piece: &[u8]) {
        self.before = if piece.ends_with(b"\n") { Before::Line } else { Before::PieceOfLine };
        if self.content.len() + piece.len() > MAX_MAIL_BYTES {
            self.too_large = true;
            self.content = Vec::new();
        }
        if !self.too_large {
            self.content.extend_from_slice(piece);
        }
    }

    fn end(self) -> MboxEntry {
        let Self { mut content, too_large, unterminated, .. } = self;
        if too_large {
            return MboxEntry::TooLarge;
        }
        // The empty line before the next separator belongs to the mbox file rather than to the mail.
        for (blank, end) in [(&b"\n"[..], &b"\n\n"[..]), (b"\r\n", b"\n\r\n")] {
            if content == blank || content.ends_with(end) {
                content.truncate(content.len() - blank.len());
                break;
            }
        }
        if unterminated && content.ends_with(b"\n") {
            content.pop();
        }
        MboxEntry::Mail(content)
    }
}

fn is_unterminated(separator: &[u8]) -> bool {
    separator.strip_suffix(b"\n").is_some_and(|line| line.ends_with(&[UNTERMINATED]))
}

#[cfg(test)]
mod tests;
