//! Reads raw mails from local files. A file contains either a single mail or, in mbox format, several mails.

use mail_reader::mbox::{self, MAX_MAIL_BYTES, MboxEntry, Splitter};
use std::fs::File;
use std::io::{BufRead, BufReader, Read as _, Result, stdin};
use std::path::Path;

/// Maximum number of bytes of a mail file that are read at a time. A longer line is read in several chunks.
const MAX_CHUNK_BYTES: usize = 64 << 10;

/// An iterator over the raw mails in a file.
pub struct MailFile {
    input: Box<dyn BufRead>,
    state: State,
}

enum State {
    /// The file is a single mail; the value contains its first bytes, which have already been read.
    One(Vec<u8>),
    /// The file is an mbox. The value splits it into mails.
    Several(Splitter),
    Ended,
}

impl std::fmt::Debug for MailFile {
    fn fmt(&self, out: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        out.debug_struct("MailFile").field("is_mbox", &self.is_mbox()).finish_non_exhaustive()
    }
}

impl MailFile {
    /// Opens a mail file; `-` means standard input. If the first line of the file is an mbox `From ` line, the file is
    /// read as an mbox.
    pub fn open(path: &Path) -> Result<Self> {
        if path == Path::new("-") {
            return Self::from_input(Box::new(stdin().lock()));
        }
        Self::from_input(Box::new(BufReader::with_capacity(MAX_CHUNK_BYTES, File::open(path)?)))
    }

    /// Creates an iterator over the mails in an input that is already open; see [`MailFile::open`].
    pub fn from_input(mut input: Box<dyn BufRead>) -> Result<Self> {
        let mut preface = Vec::new();
        // Some programs write a byte order mark or empty lines before the first mail.
        while preface.len() < MAX_CHUNK_BYTES {
            let start = preface.len();
            if next_chunk(&mut *input, &mut preface)? == 0 {
                break;
            }
            let line = preface.get(start..).unwrap_or_default();
            let line = if start == 0 { line.strip_prefix(b"\xef\xbb\xbf").unwrap_or(line) } else { line };
            if mbox::is_separator(line) {
                let mut splitter = Splitter::default();
                let _none = splitter.push(line);
                return Ok(Self { input, state: State::Several(splitter) });
            }
            if !line.trim_ascii().is_empty() {
                break;
            }
        }
        Ok(Self { input, state: State::One(preface) })
    }

    /// Returns `true` if the file is an mbox, which may contain several mails, and `false` if it is a single mail.
    pub fn is_mbox(&self) -> bool {
        matches!(self.state, State::Several(_))
    }

    fn next_entry(&mut self) -> Result<Option<MboxEntry>> {
        match std::mem::replace(&mut self.state, State::Ended) {
            State::Ended => Ok(None),
            State::One(begun) => read_whole(&mut *self.input, begun).map(Some),
            State::Several(mut splitter) => {
                let mut chunk = Vec::new();
                while next_chunk(&mut *self.input, &mut chunk)? > 0 {
                    if let Some(entry) = splitter.push(&chunk) {
                        self.state = State::Several(splitter);
                        return Ok(Some(entry));
                    }
                    chunk.clear();
                }
                Ok(splitter.finish())
            }
        }
    }
}

impl Iterator for MailFile {
    type Item = Result<MboxEntry>;

    fn next(&mut self) -> Option<Self::Item> {
        self.next_entry().transpose()
    }
}

/// Reads the next line including its line terminator, or the next chunk of a long line, and appends it to `out`.
/// Returns the number of appended bytes; 0 at the end of the file.
fn next_chunk(input: &mut dyn BufRead, out: &mut Vec<u8>) -> Result<usize> {
    input.take(MAX_CHUNK_BYTES as u64).read_until(b'\n', out)
}

fn read_whole(input: &mut dyn BufRead, mut raw: Vec<u8>) -> Result<MboxEntry> {
    let remaining = (MAX_MAIL_BYTES + 1).saturating_sub(raw.len());
    input.take(remaining as u64).read_to_end(&mut raw)?;
    Ok(if raw.len() > MAX_MAIL_BYTES { MboxEntry::TooLarge } else { MboxEntry::Mail(raw) })
}

#[cfg(test)]
mod tests {
    use super::{MAX_MAIL_BYTES, MailFile, MboxEntry};
    use std::io::{BufReader, Read, repeat};

    const SEPARATOR: &str = "From a@b.example Tue Nov  3 09:00:00 2026\n";

    fn mails(file: &str) -> (bool, Vec<String>) {
        let file = MailFile::from_input(Box::new(std::io::Cursor::new(file.to_owned()))).unwrap();
        let is_mbox = file.is_mbox();
        let text = |entry| match entry {
            MboxEntry::Mail(raw) => String::from_utf8(raw).unwrap(),
            MboxEntry::TooLarge => "too large".to_owned(),
        };
        (is_mbox, file.map(|entry| text(entry.unwrap())).collect())
    }

    #[test]
    fn a_file_is_an_mbox_if_its_first_line_is_a_separator() {
        for one in
            ["", "\n\n", "Subject: x\n\nFrom here on\n", "From somebody\nSubject: x\n", "\u{feff}a: b\n"]
        {
            assert_eq!(mails(one), (false, vec![one.to_owned()]));
        }
        let two = format!("{SEPARATOR}Subject: 1\n\n>From here\n\n{SEPARATOR}Subject: 2\n");
        for before in ["", "\u{feff}", "\n\r\n"] {
            let found = mails(&format!("{before}{two}"));
            assert_eq!(found, (true, vec!["Subject: 1\n\nFrom here\n".into(), "Subject: 2\n".into()]));
        }
        assert_eq!(mails(&format!("{SEPARATOR}Subject: 1\n")), (true, vec!["Subject: 1\n".into()]));
    }

    #[test]
    fn an_endless_input_is_read_up_to_the_limit() {
        let mut file = MailFile::from_input(Box::new(BufReader::new(repeat(b'x')))).unwrap();
        assert_eq!(file.next().unwrap().unwrap(), MboxEntry::TooLarge);
        assert!(file.next().is_none());
        let large = repeat(b'x').take(MAX_MAIL_BYTES as u64);
        let file = SEPARATOR.as_bytes().chain(large).chain(&b"\n\n"[..]).chain(SEPARATOR.as_bytes());
        let entries: Vec<_> =
            MailFile::from_input(Box::new(BufReader::new(file))).unwrap().map(Result::unwrap).collect();
        assert_eq!(entries, [MboxEntry::TooLarge, MboxEntry::Mail(Vec::new())]);
    }
}
