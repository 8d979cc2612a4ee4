//! Decodes the transfer encoding of a MIME part's body (RFC 2045, section 6).

use super::base64::{self, Base64Segment};
use super::header::TransferEncoding;
use super::{embedded_files, quoted_printable};
use std::borrow::Cow;

/// A body whose transfer encoding has been decoded.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(super) struct DecodedBody<'a> {
    /// The decoded content of the body.
    pub(super) content: Cow<'a, [u8]>,
    /// The plain text segments that surround the base64 in the body; empty for all other transfer encodings.
    pub(super) plain: Vec<PlainSegment<'a>>,
    /// Whether the declared transfer encoding does not match the body. If so, the content is the unchanged body.
    pub(super) is_wrongly_declared: bool,
}

/// A plain text segment in a base64 body.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(super) struct PlainSegment<'a> {
    /// Byte offset in the decoded content at which the plain text segment must be inserted.
    pub(super) at: usize,
    /// The raw bytes of the segment. Their charset may differ from the charset of the decoded content.
    pub(super) text: Cow<'a, [u8]>,
}

impl DecodedBody<'_> {
    /// Copies the borrowed content and plain text segments, so that the result can outlive the body.
    fn into_owned(self) -> DecodedBody<'static> {
        let copied = |plain: PlainSegment<'_>| PlainSegment {
            at: plain.at,
            text: Cow::Owned(plain.text.into_owned()),
        };
        DecodedBody {
            content: Cow::Owned(self.content.into_owned()),
            plain: self.plain.into_iter().map(copied).collect(),
            is_wrongly_declared: self.is_wrongly_declared,
        }
    }
}

impl TransferEncoding {
    /// Decodes a body in this transfer encoding. A body that is not in this encoding is returned unchanged, except that
    /// quoted-printable declared as base64 is also decoded.
    pub(super) fn decode(self, body: &[u8]) -> DecodedBody<'_> {
        let whole = |content| DecodedBody { content, plain: Vec::new(), is_wrongly_declared: false };
        match self {
            Self::Identity | Self::Unknown => whole(Cow::Borrowed(body)),
            Self::QuotedPrintable => whole(Cow::Owned(quoted_printable::decode(body))),
            Self::Base64 if base64::is_quoted(body) => {
                decode_base64(&quoted_printable::decode(body)).into_owned()
            }
            Self::Base64 => decode_base64(body),
            Self::Uuencode | Self::Yenc => decode_file(body),
        }
    }
}

/// Decodes the base64 in a body, and collects the plain text segments around it. A body without base64 is decoded if it
/// is certainly quoted-printable, and is returned unchanged if not.
fn decode_base64(body: &[u8]) -> DecodedBody<'_> {
    let mut content = Vec::new();
    let mut plain = Vec::new();
    let mut is_coded = false;
    for stretch in base64::decode(body) {
        match stretch {
            Base64Segment::Decoded(bytes) if !is_coded => (content, is_coded) = (bytes, true),
            Base64Segment::Decoded(bytes) => content.extend_from_slice(&bytes),
            Base64Segment::Plain(range) => {
                let text = Cow::Borrowed(body.get(range).unwrap_or_default());
                plain.push(PlainSegment { at: content.len(), text });
            }
        }
    }
    if is_coded || plain.is_empty() {
        return DecodedBody { content: Cow::Owned(content), plain, is_wrongly_declared: false };
    }
    if quoted_printable::is_certain(body) {
        return TransferEncoding::QuotedPrintable.decode(body);
    }
    unchanged(body)
}

/// Decodes a body that consists of a single file in uuencode or yEnc format. Any other body is returned
/// unchanged.
fn decode_file(body: &[u8]) -> DecodedBody<'_> {
    match embedded_files::take(body).files.into_iter().next() {
        Some(file) => {
            DecodedBody { content: Cow::Owned(file.content), plain: Vec::new(), is_wrongly_declared: false }
        }
        None => unchanged(body),
    }
}

/// Returns the result for a body that is not in the declared transfer encoding. The result contains the unchanged body,
/// and is marked as wrongly declared unless the body is empty.
fn unchanged(body: &[u8]) -> DecodedBody<'_> {
    let is_wrongly_declared = !body.trim_ascii().is_empty();
    DecodedBody { content: Cow::Borrowed(body), plain: Vec::new(), is_wrongly_declared }
}

#[cfg(test)]
mod tests {
    use super::{Cow, PlainSegment};
    use crate::mime::header::TransferEncoding::{Base64, Identity, QuotedPrintable, Unknown, Uuencode};

    #[test]
    fn decoded_content_equals_the_encoded_input() {
        for (encoding, body, content) in [
            (Identity, "a=20b", "a=20b"),
            (QuotedPrintable, "a=20b", "a b"),
            (Base64, "SGVsbG8=", "Hello"),
            (Base64, "SGVsbG8=3D", "Hello"),
            (Base64, "Hello, caf=C3=A9 =\r\nat ten", "Hello, caf\u{e9} at ten"),
            (Base64, "Here a=b is no code.", "Here a=b is no code."),
            (Base64, "", ""),
            (Base64, "This is no base64.", "This is no base64."),
            (Uuencode, "begin 644 a\r\n#8V%T\r\n`\r\nend\r\n", "cat"),
            (Uuencode, "this is no file", "this is no file"),
            (Unknown, "a=20b", "a=20b"),
        ] {
            let decoded = encoding.decode(body.as_bytes());
            assert_eq!(decoded.content.as_ref(), content.as_bytes(), "{encoding:?} {body:?}");
            assert_eq!(decoded.is_wrongly_declared, body.contains(" no "), "{encoding:?} {body:?}");
        }
    }

    #[test]
    fn a_footer_after_base64_is_not_content() {
        let decoded = Base64.decode(b"SGVsbG8=\r\n\r\n-- \r\nChecked by the gateway\r\n");
        assert_eq!(decoded.content.as_ref(), b"Hello");
        assert_eq!(
            decoded.plain,
            [PlainSegment { at: 5, text: Cow::Borrowed(b"-- \r\nChecked by the gateway\r\n") }]
        );
    }
}
