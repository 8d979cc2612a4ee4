//! A grammar of mails: multiparts in multiparts with odd boundaries, transfer encodings, charsets and
//! header forms.

use super::{Choices, html, text};

/// Maximum depth to which the grammar nests parts in each other. A chain of parts can be deeper.
const MAX_DEPTH: usize = 6;
/// Maximum size of a mail in bytes; a longer mail is truncated, and its files are not checked.
const MAX_BYTES: usize = 200_000;

/// A mail that the grammar created.
#[derive(Debug)]
pub struct Made {
    /// The bytes of the mail.
    pub raw: Vec<u8>,
    /// Content of each attached file, which the parser has to find. `None` if anything in the mail is odd, so
    /// that the files are not checked.
    pub files: Option<Vec<Vec<u8>>>,
}

/// Creates a mail from the choices.
pub fn make(choices: &mut Choices) -> Made {
    let odd = !choices.once_in(3);
    let mut maker = Maker { choices, odd, files: Vec::new(), parts: 0, inside: 0 };
    let mut raw = Vec::new();
    maker.fields(&mut raw);
    maker.entity(&mut raw, 0, "");
    let whole = raw.len() <= MAX_BYTES;
    raw.truncate(MAX_BYTES);
    if odd {
        match maker.choices.below(8) {
            1 => raw.retain(|&byte| byte != b'\r'),
            2 => raw.retain(|&byte| byte != b'\n'),
            3 => raw.truncate(raw.len() / 2),
            4 => raw = [b"From a@b.example Fri Mar 14 09:41:07 2025\r\n".as_slice(), &raw].concat(),
            _ => {}
        }
    }
    let files = (!odd && whole).then_some(maker.files);
    Made { raw, files }
}

struct Maker<'a, 'b> {
    choices: &'a mut Choices<'b>,
    odd: bool,
    files: Vec<Vec<u8>>,
    parts: usize,
    /// Count of the attached mails around the part. Files in those mails do not count as files of the outer
    /// mail.
    inside: usize,
}

impl Maker<'_, '_> {
    fn fields(&mut self, raw: &mut Vec<u8>) {
        for name in ["From", "To", "Subject", "Date", "Cc"] {
            if self.odd && self.choices.once_in(5) {
                continue;
            }
            raw.extend_from_slice(name.as_bytes());
            raw.extend_from_slice(b": ");
            if self.odd {
                raw.extend(text::header_value(self.choices));
            } else {
                raw.extend_from_slice(b"a@b.example");
            }
            raw.extend_from_slice(b"\r\n");
        }
        raw.extend_from_slice(b"MIME-Version: 1.0\r\n");
    }

    /// Writes a part: its header fields, a blank line and its body.
    fn entity(&mut self, raw: &mut Vec<u8>, depth: usize, outer: &str) {
        self.parts += 1;
        if raw.len() > MAX_BYTES {
            return;
        }
        let leaf = depth >= MAX_DEPTH || !self.choices.any_left();
        match self.choices.below(if leaf { 4 } else { 8 }) {
            0 => self.text(raw),
            1 => self.page(raw),
            2 | 3 => self.file(raw),
            4 => self.message(raw, depth),
            _ => self.multipart(raw, depth, outer),
        }
    }

    fn text(&mut self, raw: &mut Vec<u8>) {
        let kind = if self.odd {
            self.choices.one_of(&[
                "text/plain",
                "text/enriched",
                "text/calendar",
                "text",
                "TEXT/PLAIN ",
                "text/plain;;",
                "text/x-vcard",
                "",
            ])
        } else {
            "text/plain"
        };
        let charset = if self.odd { self.choices.one_of(text::CHARSETS) } else { "utf-8" };
        let flowed = if self.choices.once_in(4) { "; format=flowed; delsp=yes" } else { "" };
        let named = if self.odd && self.choices.once_in(4) { "; name=\"body.txt\"" } else { "" };
        raw.extend_from_slice(
            format!("Content-Type: {kind}; charset={charset}{flowed}{named}\r\n").as_bytes(),
        );
        let mut body = Vec::new();
        for _ in 0..self.choices.below(8) {
            if self.odd {
                body.extend(text::line(self.choices));
            } else {
                body.extend_from_slice(b"Your code is 482913.");
            }
            body.extend_from_slice(b"\r\n");
        }
        self.body(raw, &body);
    }

    fn page(&mut self, raw: &mut Vec<u8>) {
        raw.extend_from_slice(b"Content-Type: text/html; charset=utf-8\r\n");
        let page = if self.odd {
            html::make(self.choices, 20)
        } else {
            "<p>Your code is <b>482913</b>.</p>".to_owned()
        };
        self.body(raw, page.as_bytes());
    }

    /// Writes an attached file with a unique name.
    fn file(&mut self, raw: &mut Vec<u8>) {
        let number = self.parts;
        let kind =
            self.choices.one_of(&["application/octet-stream", "image/png", "text/csv", "application/pdf"]);
        let name = self.choices.one_of(&[
            "; name=x.bin",
            "; name*=utf-8''x.bin",
            "; name=\"=?utf-8?q?x.bin?=\"",
            "; name*0=x; name*1=.bin",
            "",
        ]);
        raw.extend_from_slice(
            format!("Content-Type: {kind}{name}\r\nContent-Disposition: attachment; filename=\"file{number}.bin\"\r\n").as_bytes(),
        );
        let mut content = self.choices.bytes(200);
        if kind == "text/csv" || self.choices.once_in(2) {
            content = content.iter().flat_map(|byte| format!("--{byte},\r\n").into_bytes()).collect();
        }
        self.body(raw, &content);
        if self.inside == 0 {
            self.files.push(content);
        }
    }

    /// Writes an attached mail, without a transfer encoding.
    fn message(&mut self, raw: &mut Vec<u8>, depth: usize) {
        let kind = if self.odd {
            self.choices.one_of(&[
                "message/rfc822",
                "message/global",
                "message/partial; id=a; number=1",
                "message/external-body; access-type=url",
                "message/delivery-status",
            ])
        } else {
            "message/rfc822"
        };
        raw.extend_from_slice(format!("Content-Type: {kind}\r\n\r\n").as_bytes());
        let start = raw.len();
        self.inside += 1;
        self.fields(raw);
        self.entity(raw, depth + 1, "");
        self.inside -= 1;
        if self.inside == 0 {
            self.files.push(raw[start..].to_vec());
        }
    }

    fn multipart(&mut self, raw: &mut Vec<u8>, depth: usize, outer: &str) {
        let kind = self.choices.one_of(&[
            "mixed",
            "alternative",
            "related",
            "digest",
            "signed",
            "report",
            "appledouble",
            "x-other",
        ]);
        // The parts of a digest are mails by default, but the grammar always states the type.
        let boundary = self.boundary(outer);
        raw.extend_from_slice(
            format!("Content-Type: multipart/{kind}; boundary=\"{boundary}\"\r\n\r\n").as_bytes(),
        );
        if self.choices.once_in(4) {
            raw.extend_from_slice(b"This is a mail in several parts.\r\n");
        }
        let chain = if self.odd && self.choices.once_in(20) { 200 } else { 0 };
        for n in 0..chain {
            raw.extend_from_slice(
                format!("--{boundary}\r\nContent-Type: multipart/mixed; boundary=\"{boundary}{n}\"\r\n\r\n")
                    .as_bytes(),
            );
        }
        for _ in 0..=self.choices.below(4) {
            let padding = if self.choices.once_in(6) { " \t" } else { "" };
            raw.extend_from_slice(format!("--{boundary}{padding}\r\n").as_bytes());
            self.entity(raw, depth + 1, &boundary);
            raw.extend_from_slice(b"\r\n");
            if self.odd && self.choices.once_in(6) {
                raw.extend_from_slice(format!("x --{boundary}\r\n--{boundary}x\r\n").as_bytes());
            }
        }
        if !(self.odd && self.choices.once_in(4)) {
            raw.extend_from_slice(format!("--{boundary}--\r\n").as_bytes());
        }
        if self.choices.once_in(6) {
            raw.extend_from_slice(b"This follows the last part.\r\n");
        }
    }

    /// Creates a boundary. In an odd mail it may be derived from the outer boundary, or be invalid.
    fn boundary(&mut self, outer: &str) -> String {
        if !self.odd {
            return format!("=_part_{}_{}", self.parts, outer.len());
        }
        match self.choices.below(9) {
            0 => format!("{outer}a"),
            1 => outer.chars().skip(1).collect(),
            2 => outer.to_owned(),
            3 => String::new(),
            4 => "--".to_owned(),
            5 => "sep".to_owned(),
            6 => "a b ".to_owned(),
            7 => "x".repeat(90),
            _ => format!("=_{}", self.parts),
        }
    }

    /// Writes the field of the transfer encoding, the blank line and the encoded body.
    fn body(&mut self, raw: &mut Vec<u8>, content: &[u8]) {
        let plain =
            content.iter().all(|&byte| byte.is_ascii_graphic() || matches!(byte, b' ' | b'\r' | b'\n'));
        let lone = content.windows(2).any(|pair| (pair[0] == b'\r') != (pair[1] == b'\n'))
            || content.ends_with(b"\r");
        match self.choices.below(if self.odd { 9 } else { 3 }) {
            1 => {
                raw.extend_from_slice(b"Content-Transfer-Encoding: quoted-printable\r\n\r\n");
                raw.extend(text::quoted(content));
            }
            2 if plain && !lone && !content.starts_with(b"\n") => {
                raw.extend_from_slice(b"Content-Transfer-Encoding: 7bit\r\n\r\n");
                raw.extend_from_slice(content);
            }
            3 => {
                let label = self.choices.one_of(&[
                    "base64;",
                    "BASE64 (comment)",
                    "=?utf-8?q?base64?=",
                    "\"base64\"",
                    "base64, 8bit",
                ]);
                raw.extend_from_slice(format!("Content-Transfer-Encoding: {label}\r\n\r\n").as_bytes());
                raw.extend(text::base64(content, 60));
                raw.extend(text::line(self.choices));
            }
            4 => {
                raw.extend_from_slice(
                    b"Content-Transfer-Encoding: x-uuencode\r\n\r\nbegin 644 a\r\n#86%A\r\n`\r\nend\r\n",
                );
            }
            5 => {
                raw.extend_from_slice(b"Content-Transfer-Encoding: quoted-printable\r\n\r\n");
                raw.extend_from_slice(content);
            }
            6 => {
                raw.extend_from_slice(b"Content-Transfer-Encoding: base64\r\n\r\n");
                raw.extend_from_slice(content);
            }
            7 => {
                // This body has no blank line before it.
                raw.extend_from_slice(content);
            }
            8 => {
                raw.extend_from_slice(b"Content-Transfer-Encoding: 8bit\r\n\r\n");
                raw.extend_from_slice(content);
            }
            _ => {
                raw.extend_from_slice(b"Content-Transfer-Encoding: base64\r\n\r\n");
                raw.extend(text::base64(content, 76));
            }
        }
    }
}
