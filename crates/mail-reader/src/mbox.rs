//! Reads and writes mbox files (RFC 4155): a `From ` line before each mail and an empty line after it.
//!
//! The writer uses the mboxrd variant: it adds one `>` to each line that looks like a separator, and the reader
//! removes that `>`. Every written mail is read back byte for byte, line ends included. The reader also accepts
//! files of programs that quote less: only a `From ` line that ends in a date separates mails.

mod separator;

pub use separator::is_separator;

use super::mime;
use separator::MAX_SEPARATOR_BYTES;

/// Maximum size in bytes of one mail in a file. The content of a larger mail is dropped ([`Entry::TooLarge`]).
pub const MAX_MAIL_BYTES: usize = 128 << 20;

/// Last byte of a separator that marks a mail without a line end at its end, so that the reader adds none.
const UNTERMINATED: u8 = b'\t';

/// One mail that was read from an mbox file.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Entry {
    /// The bytes of the mail, with the quoting of the mbox file removed.
    Mail(Vec<u8>),
    /// The mail is larger than [`MAX_MAIL_BYTES`], so its content was dropped.
    TooLarge,
}

/// Sender that is written in a separator if the real sender is empty or would make the separator invalid.
const PLACEHOLDER_SENDER: &str = "MAILER-DAEMON";

/// Appends a mail to an mbox file. `from` is the envelope sender; `time` is the time of arrival in the format
/// of `asctime`.
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

/// Returns how many `>` precede `From ` in a line; `None` if the line has no `From ` after them.
fn quotes_before_from(line: &[u8]) -> Option<usize> {
    let quotes = line.iter().take_while(|byte| **byte == b'>').count();
    line.get(quotes..)?.starts_with(b"From ").then_some(quotes)
}

/// Splits an mbox file, pushed line by line, into its mails.
#[derive(Debug, Default)]
pub struct Splitter {
    /// The mail that is being read; `None` before the first separator of the file.
    open: Option<Open>,
}

/// A mail of an mbox file whose end has not been reached yet.
#[derive(Debug, Default)]
struct Open {
    content: Vec<u8>,
    too_large: bool,
    unterminated: bool,
    /// Place where the mail may have ended: a `From ` line without an empty line before it. What follows
    /// decides whether that line was a separator.
    doubtful: Option<AmbiguousSeparator>,
    before: Before,
}

/// The input before the next piece of text: the end of a line, an empty line, or the first piece of a long line.
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
    /// Adds the next line with its line end, or a piece of a long line. Returns the previous mail if this
    /// line ends it.
    pub fn push(&mut self, line: &[u8]) -> Option<Entry> {
        let Some(open) = &mut self.open else {
            // Text before the first separator is the preface that `begins` allows.
            if is_separator(line) {
                self.open = Some(Open::behind(line));
            }
            return None;
        };
        if open.before == Before::PieceOfLine {
            open.append(line);
            return None;
        }
        if let Some(doubtful) = open.doubtful.take().filter(|_| mime::is_header_field(line)) {
            open.content.truncate(doubtful.at);
            let mut next = Open { unterminated: doubtful.unterminated, ..Open::default() };
            next.append_line(line);
            return self.open.replace(next).map(Open::end);
        }
        if is_separator(line) {
            if open.before == Before::BlankLine || open.content.is_empty() {
                return self.open.replace(Open::behind(line)).map(Open::end);
            }
            open.doubtful =
                Some(AmbiguousSeparator { at: open.content.len(), unterminated: is_unterminated(line) });
        }
        open.append_line(line);
        None
    }

    /// Ends the file and returns its last mail.
    pub fn finish(self) -> Option<Entry> {
        self.open.map(Open::end)
    }
}

impl Open {
    fn behind(separator: &[u8]) -> Self {
        Self { unterminated: is_unterminated(separator), ..Self::default() }
    }

    /// Appends the beginning of a line to the mail, without the `>` by which it was quoted.
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

    fn end(self) -> Entry {
        let Self { mut content, too_large, unterminated, .. } = self;
        if too_large {
            return Entry::TooLarge;
        }
        // The empty line before the next separator belongs to the file, not to the mail.
        for (blank, end) in [(&b"\n"[..], &b"\n\n"[..]), (b"\r\n", b"\n\r\n")] {
            if content == blank || content.ends_with(end) {
                content.truncate(content.len() - blank.len());
                break;
            }
        }
        if unterminated && content.ends_with(b"\n") {
            content.pop();
        }
        Entry::Mail(content)
    }
}

fn is_unterminated(separator: &[u8]) -> bool {
    separator.strip_suffix(b"\n").is_some_and(|line| line.ends_with(&[UNTERMINATED]))
}

#[cfg(test)]
mod tests;
