//! Parses the fields that describe the content of a part: `Content-Type` (RFC 2045, 5), `Content-Disposition`
//! (RFC 2183) and `Content-Transfer-Encoding` (RFC 2045, 6).

use super::encoded_word;
use super::lexer;
use super::parameters::Parameters;
use crate::mime::charset::Charset;

/// A media type with its parameters (`Content-Type`). All names in it are in lower case.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(in crate::mime) struct ContentType {
    /// The main type, such as `text`; never empty.
    pub(in crate::mime) kind: String,
    /// The subtype, such as `plain`; empty if the field has none.
    pub(in crate::mime) subtype: String,
    /// The parameters of the type, such as `charset` and `boundary`.
    pub(in crate::mime) parameters: Parameters,
}

impl ContentType {
    /// Parses the value of `Content-Type`; `None` if it contains no type. `raw_charset` is the charset of raw
    /// 8-bit text in it.
    pub(in crate::mime) fn parse(raw: &[u8], raw_charset: Charset) -> Option<Self> {
        let value = lexer::plain(raw);
        let (head, rest) = split_head(&value);
        let mut names = head.splitn(2, |&byte| byte == b'/');
        let kind = lexer::token(names.next().unwrap_or_default());
        let subtype = lexer::token(names.next().unwrap_or_default());
        (!kind.is_empty()).then(|| Self { kind, subtype, parameters: Parameters::parse(rest, raw_charset) })
    }

    /// Returns the charset label that the parameter `charset` declares.
    pub(in crate::mime) fn charset(&self) -> Option<&str> {
        self.parameters.get("charset").map(str::trim).filter(|label| !label.is_empty())
    }

    /// Returns the boundary of a multipart, without the leading `--`; `None` if the field declares none.
    pub(in crate::mime) fn boundary(&self) -> Option<&[u8]> {
        self.parameters.raw("boundary").filter(|boundary| !boundary.is_empty())
    }
}

/// The sender's wish how a part is shown, and its file name (`Content-Disposition`).
#[derive(Clone, PartialEq, Eq, Debug)]
pub(in crate::mime) struct ContentDisposition {
    /// The way in which the sender wants the part to be shown: `inline`, `attachment` or another value, in
    /// lower case. Empty if the field has only parameters.
    pub(in crate::mime) kind: String,
    /// The parameters of the disposition, such as `filename`.
    pub(in crate::mime) parameters: Parameters,
}

impl ContentDisposition {
    /// Parses the value of `Content-Disposition`; `None` if it is empty. `raw_charset` is the charset of raw
    /// 8-bit text in it.
    pub(in crate::mime) fn parse(raw: &[u8], raw_charset: Charset) -> Option<Self> {
        let value = lexer::plain(raw);
        let (head, rest) = split_head(&value);
        let kind = lexer::token(head);
        let parameters = Parameters::parse(rest, raw_charset);
        (!kind.is_empty() || !parameters.is_empty()).then_some(Self { kind, parameters })
    }

    /// Returns whether the sender wants the part to be separate from the text. Any value except `inline`
    /// counts as
    /// `attachment` (RFC 2183, 2.8).
    pub(in crate::mime) fn is_attachment(&self) -> bool {
        !matches!(self.kind.as_str(), "" | "inline")
    }
}

/// Returns the file name of a part: the parameter `filename` of the disposition, otherwise `name` of the type.
/// If only the second can be decoded, it is used. The result is trimmed and never empty.
pub(in crate::mime) fn file_name<'a>(
    disposition: Option<&'a ContentDisposition>,
    kind: Option<&'a ContentType>,
) -> Option<&'a str> {
    let disposition = disposition.map(|field| &field.parameters);
    let kind = kind.map(|field| &field.parameters);
    let places = [(disposition, "filename"), (kind, "name"), (disposition, "name"), (kind, "filename")];
    let names = places.iter().filter_map(|(parameters, name)| parameters.and_then(|all| all.get(name)));
    let mut names = names.map(str::trim).filter(|name| !name.is_empty());
    let first = names.next()?;
    if first.contains('\u{fffd}') {
        Some(names.find(|name| !name.contains('\u{fffd}')).unwrap_or(first))
    } else {
        Some(first)
    }
}

/// Splits a field value into its head and its parameters: at the first `;`, or where a parameter begins without
/// one.
fn split_head(value: &[u8]) -> (&[u8], &[u8]) {
    let end = memchr::memchr(b';', value).unwrap_or(value.len());
    let head = value.get(..end).unwrap_or_default();
    let Some(equals) = memchr::memchr(b'=', head).filter(|_| !head.starts_with(b"=?")) else {
        return (head, value.get(end + 1..).unwrap_or_default());
    };
    // `text/plain charset=utf-8`, `text/plain, charset=utf-8`, `charset=utf-8`
    let before = head.get(..equals).unwrap_or_default().trim_ascii_end();
    let start = before.iter().rposition(|byte| byte.is_ascii_whitespace() || matches!(byte, b',' | b'"'));
    value.split_at_checked(start.map_or(0, |at| at + 1)).unwrap_or((value, &[]))
}

/// How the content of a part is encoded for transfer.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(in crate::mime) enum TransferEncoding {
    /// The content is not encoded: `7bit`, `8bit`, `binary`.
    Identity,
    /// The content is encoded as base64 (RFC 2045, 6.8).
    Base64,
    /// The content is encoded as quoted-printable (RFC 2045, 6.7).
    QuotedPrintable,
    /// The content is the lines between `begin` and `end` of the uuencode program (POSIX).
    Uuencode,
    /// The content is the lines between `=ybegin` and `=yend` (yEnc 1.3).
    Yenc,
    /// The name of the encoding is unknown, so the content is used unchanged.
    Unknown,
}

impl TransferEncoding {
    /// Parses the value of `Content-Transfer-Encoding` as mails write it: with quotes, comments, a semicolon or
    /// spaces, in upper or lower case, or as an encoded word.
    pub(in crate::mime) fn parse(raw: &[u8]) -> Self {
        let value = lexer::without_comments(&lexer::plain(raw));
        let value = if memchr::memmem::find(&value, b"=?").is_some() {
            encoded_word::decode_text(&value, Charset::UTF_8).into_bytes()
        } else {
            value
        };
        let words = value.split(|byte| !(byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_')));
        let mut known = words.filter(|word| !word.is_empty()).map(Self::from_name);
        let first = known.next().unwrap_or(Self::Identity);
        if first == Self::Unknown {
            known.find(|found| *found != Self::Unknown).unwrap_or(first)
        } else {
            first
        }
    }

    fn from_name(name: &[u8]) -> Self {
        let letters = name.iter().filter(|byte| !matches!(byte, b'-' | b'_')).map(u8::to_ascii_lowercase);
        let letters: Vec<u8> = letters.take(32).collect();
        match letters.strip_prefix(b"x").unwrap_or(&letters) {
            b"7bit" | b"8bit" | b"binary" | b"7" | b"8" | b"bit" | b"none" | b"identity" => Self::Identity,
            b"base64" | b"b64" => Self::Base64,
            b"quotedprintable" | b"quoted" | b"qp" | b"printable" => Self::QuotedPrintable,
            b"uuencode" | b"uuencoded" | b"uue" | b"uu" => Self::Uuencode,
            b"yenc" | b"yencode" => Self::Yenc,
            _ => Self::Unknown,
        }
    }
}
