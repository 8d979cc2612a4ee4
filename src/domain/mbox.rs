//! Mailbox files of several mails (mbox, RFC 4155): a `From ` line before each mail, an empty line behind it.
//!
//! Written are mboxrd files: a line that begins like a separator gets one `>` more, and reading takes it away
//! again. What is written is read back byte for byte, line ends included. Read are also files of other
//! programs, which quote less: only a `From ` line that ends in a date separates mails.

mod separator;

pub use separator::is_separator;

use super::mime;
use separator::MAX_SEPARATOR_BYTES;

/// The most bytes of one mail of a file that are read.
pub const MAX_MAIL_BYTES: usize = 128 << 20;

/// Stands at the end of a separator whose mail has no line end at its own end.
const UNTERMINATED: u8 = b'\t';

/// A mail of a file.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Entry {
    /// Its bytes, as they were before they were put into the file.
    Mail(Vec<u8>),
    /// It is larger than [`MAX_MAIL_BYTES`] and was not kept.
    TooLarge,
}

/// Stands in a separator for a sender that there is not, or that would not leave it a separator.
const NOBODY: &str = "MAILER-DAEMON";

/// Appends a mail to an mbox file. `from` is the sender of the envelope, `time` its arrival as `asctime`
/// writes it.
pub fn append(out: &mut Vec<u8>, from: &str, time: &str, raw: &[u8]) {
    let odd = from.is_empty() || from.contains(char::is_whitespace) || from.len() > MAX_SEPARATOR_BYTES / 2;
    out.extend_from_slice(b"From ");
    out.extend_from_slice(if odd { NOBODY } else { from }.as_bytes());
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

/// How many `>` stand before the `From ` of a line; `None` where it begins otherwise.
fn quotes_before_from(line: &[u8]) -> Option<usize> {
    let quotes = line.iter().take_while(|byte| **byte == b'>').count();
    line.get(quotes..)?.starts_with(b"From ").then_some(quotes)
}

/// Divides an mbox file, given line by line, into its mails.
#[derive(Debug, Default)]
pub struct Splitter {
    /// The mail that the last lines belong to; none before the first separator.
    open: Option<Open>,
}

/// A mail whose end was not met yet.
#[derive(Debug, Default)]
struct Open {
    content: Vec<u8>,
    too_large: bool,
    unterminated: bool,
    /// Where the content ends if the line behind it was a separator in spite of no empty line before it.
    doubtful: Option<Doubtful>,
    before: Before,
}

/// What stands before the next piece.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
enum Before {
    #[default]
    Line,
    BlankLine,
    PieceOfLine,
}

#[derive(Clone, Copy, Debug)]
struct Doubtful {
    at: usize,
    unterminated: bool,
}

impl Splitter {
    /// Takes the next line with its line end, or a piece of a long one. Returns the mail that it ends.
    pub fn push(&mut self, line: &[u8]) -> Option<Entry> {
        let Some(open) = &mut self.open else {
            // What stands before the first separator is the preface that `begins` allows.
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
            open.doubtful = Some(Doubtful { at: open.content.len(), unterminated: is_unterminated(line) });
        }
        open.append_line(line);
        None
    }

    /// Ends the file. Returns its last mail.
    pub fn finish(self) -> Option<Entry> {
        self.open.map(Open::end)
    }
}

impl Open {
    fn behind(separator: &[u8]) -> Self {
        Self { unterminated: is_unterminated(separator), ..Self::default() }
    }

    /// Appends a line from its beginning on.
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
        // The empty line before the next separator is of the file, not of the mail.
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
