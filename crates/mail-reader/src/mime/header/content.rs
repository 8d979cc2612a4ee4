//! Parses the header fields that describe the content of a MIME part: `Content-Type` (RFC 2045, section 5),
//! `Content-Disposition` (RFC 2183) and `Content-Transfer-Encoding` (RFC 2045, section 6).

use super::encoded_word;
use super::lexer;
use super::parameters::Parameters;
use crate::mime::charset::Charset;

/// The value of the `Content-Type` header field: a media type with its parameters. The media type and the parameter
/// names are in lowercase.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(in crate::mime) struct ContentType {
    /// The top-level type of the media type, such as `text`; never empty.
    pub(in crate::mime) kind: String,
    /// The subtype of the media type, such as `plain`; empty if the media type has no subtype.
    pub(in crate::mime) subtype: String,
    /// The parameters of the media type, such as `charset` and `boundary`.
    pub(in crate::mime) parameters: Parameters,
}

impl ContentType {
    /// Parses the value of the `Content-Type` header field; `None` if it contains no media type. `raw_charset` is the
    /// charset of raw 8-bit text in the value.
    pub(in crate::mime) fn parse(raw: &[u8], raw_charset: Charset) -> Option<Self> {
        let value = lexer::plain(raw);
        let (head, rest) = split_head(&value);
        let mut names = head.splitn(2, |&byte| byte == b'/');
        let kind = lexer::token(names.next().unwrap_or_default());
        let subtype = lexer::token(names.next().unwrap_or_default());
        (!kind.is_empty()).then(|| Self { kind, subtype, parameters: Parameters::parse(rest, raw_charset) })
    }

    /// Returns the charset label in the `charset` parameter; `None` if there is no such parameter.
    pub(in crate::mime) fn charset(&self) -> Option<&str> {
        self.parameters.get("charset").map(str::trim).filter(|label| !label.is_empty())
    }

    /// Returns the multipart boundary in the `boundary` parameter, without the leading `--`; `None` if there is no such
    /// parameter.
    pub(in crate::mime) fn boundary(&self) -> Option<&[u8]> {
        self.parameters.raw("boundary").filter(|boundary| !boundary.is_empty())
    }
}

/// The value of the `Content-Disposition` header field: how the sender wants the MIME part to be displayed, and the
/// file name of the part.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(in crate::mime) struct ContentDisposition {
    /// The disposition type in lowercase, such as `inline` or `attachment`; empty if the header field
    /// contains only parameters.
    pub(in crate::mime) kind: String,
    /// The parameters of the disposition, such as `filename`.
    pub(in crate::mime) parameters: Parameters,
}

impl ContentDisposition {
    /// Parses the value of the `Content-Disposition` header field; `None` if it is empty. `raw_charset` is the charset
    /// of raw 8-bit text in the value.
    pub(in crate::mime) fn parse(raw: &[u8], raw_charset: Charset) -> Option<Self> {
        let value = lexer::plain(raw);
        let (head, rest) = split_head(&value);
        let kind = lexer::token(head);
        let parameters = Parameters::parse(rest, raw_charset);
        (!kind.is_empty() || !parameters.is_empty()).then_some(Self { kind, parameters })
    }

    /// Returns whether the sender wants the MIME part to be an attachment, separate from the text. Every
    /// disposition type except `inline` counts as `attachment` (RFC 2183, section 2.8).
    pub(in crate::mime) fn is_attachment(&self) -> bool {
        !matches!(self.kind.as_str(), "" | "inline")
    }
}

/// Returns the file name of a MIME part, trimmed and non-empty. The name is the `filename` parameter of
/// `Content-Disposition` or, if that is missing or cannot be decoded, the `name` parameter of `Content-Type`. Returns
/// `None` if the part has no file name.
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

/// Splits the value of a header field at the first `;`. Returns the first element of the value, and its parameters. If
/// the `;` before the first parameter is missing, splits the value before that parameter.
fn split_head(value: &[u8]) -> (&[u8], &[u8]) {
    let end = memchr::memchr(b';', value).unwrap_or(value.len());
    let head = value.get(..end).unwrap_or_default();
    let Some(equals) = memchr::memchr(b'=', head).filter(|_| !head.starts_with(b"=?")) else {
        return (head, value.get(end + 1..).unwrap_or_default());
    };
    // For example `text/plain charset=utf-8`, `text/plain, charset=utf-8`, `charset=utf-8`.
    let before = head.get(..equals).unwrap_or_default().trim_ascii_end();
    let start = before.iter().rposition(|byte| byte.is_ascii_whitespace() || matches!(byte, b',' | b'"'));
    value.split_at_checked(start.map_or(0, |at| at + 1)).unwrap_or((value, &[]))
}

/// The transfer encoding of a MIME part's content (`Content-Transfer-Encoding`).
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(in crate::mime) enum TransferEncoding {
    /// The content is not encoded: `7bit`, `8bit`, `binary`.
    Identity,
    /// The content is encoded in base64 (RFC 2045, section 6.8).
    Base64,
    /// The content is encoded as quoted-printable (RFC 2045, section 6.7).
    QuotedPrintable,
    /// The content is in uuencode format (POSIX), between a `begin` line and an `end` line.
    Uuencode,
    /// The content is in yEnc 1.3 format, between a `=ybegin` line and a `=yend` line.
    Yenc,
    /// The transfer encoding is unknown, so the content is used unchanged.
    Unknown,
}

impl TransferEncoding {
    /// Parses the value of the `Content-Transfer-Encoding` header field. The value may contain quotation marks,
    /// comments, semicolons or spaces, may be in upper or lower case, and may be an encoded word.
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
            b"base64" | b"b64" | b"b" => Self::Base64,
            b"quotedprintable" | b"quoted" | b"qp" | b"q" | b"printable" => Self::QuotedPrintable,
            b"uuencode" | b"uuencoded" | b"uue" | b"uu" => Self::Uuencode,
            b"yenc" | b"yencode" => Self::Yenc,
            _ => Self::Unknown,
        }
    }
}
