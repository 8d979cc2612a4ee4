//! Decodes the transfer encoding and the charset of a text part. Extracts the files embedded in the text.

use super::MAX_TEXT_BYTES;
use super::base64;
use super::charset::{self, DecodedText};
use super::embedded_files::{self, NotExtracted};
use super::enriched::{enriched_to_text, richtext_to_text};
use super::flowed::unflow;
use super::lines::LineEnd;
use super::structure::{PartKind, RawPart, Structure};
use super::uuencode::EmbeddedFile;
use memchr::memmem;
use std::borrow::Cow;

/// The kind of text in a MIME part, which determines how the text is converted for display.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum TextKind {
    /// Plain text: `text/plain`, or a media type that is displayed in the same way.
    Plain,
    /// HTML: `text/html`, or XHTML (`application/xhtml+xml`).
    Html,
    /// Enriched text: `text/enriched` or `text/richtext`.
    Enriched,
    /// Text of any other media type, such as `text/markdown`.
    Other,
}

/// The media type of XHTML, that is, HTML written as XML.
pub(crate) const XHTML: &str = "application/xhtml+xml";

/// A problem with the charset of a text part. A note informs the user about it.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(super) enum CharsetFault {
    /// The declared charset is unknown or clearly wrong, so another charset was used.
    Replaced {
        /// The charset label that the mail declares.
        declared: String,
        /// The name of the charset that was actually used.
        used: &'static str,
    },
    /// Some bytes are invalid in the charset, so the text contains replacement characters (U+FFFD).
    Damaged,
}

/// A problem with the transfer encoding of a text part. A note informs the user about it.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum EncodingFault {
    /// The text is not in the declared transfer encoding, so it was not decoded.
    Undecoded,
    /// The text was base64 although the mail does not declare it as such, or it was base64-encoded twice. The base64
    /// was decoded.
    Undeclared,
}

impl CharsetFault {
    fn from_decoded(decoded: &DecodedText<'_>, label: Option<&str>) -> Option<Self> {
        match label {
            _ if decoded.has_holes => Some(Self::Damaged),
            // No note is needed if ASCII is declared and the text is UTF-8.
            Some(label) if decoded.is_guess && decoded.charset != charset::Charset::UTF_8 => {
                Some(Self::Replaced { declared: label.to_owned(), used: decoded.charset.name() })
            }
            Some(_) | None => None,
        }
    }
}

/// The decoded text of a MIME part, with the problems that occurred during decoding.
#[derive(Debug)]
pub(super) struct PartText<'a> {
    /// The decoded text, neither sanitised nor truncated.
    pub(super) text: Cow<'a, str>,
    /// The files that have been extracted from the text.
    pub(super) files: Vec<EmbeddedFile>,
    /// The reason why some embedded files remain in the text; `None` if all files were extracted.
    pub(super) left: Option<NotExtracted>,
    /// The problem with the charset of the text; `None` if there was no problem.
    pub(super) charset_fault: Option<CharsetFault>,
    /// The problem with the transfer encoding of the text; `None` if there was no problem.
    pub(super) encoding_fault: Option<EncodingFault>,
}

/// Returns the kind of text in a MIME part; `None` if the part cannot be displayed as text.
pub(super) fn kind(part: &RawPart) -> Option<TextKind> {
    if part.kind == PartKind::Unsplit {
        return Some(TextKind::Plain);
    }
    if part.media_type == XHTML {
        return Some(TextKind::Html);
    }
    match part.media_type.strip_prefix("text/")? {
        "plain" => Some(TextKind::Plain),
        "html" => Some(TextKind::Html),
        "enriched" | "richtext" => Some(TextKind::Enriched),
        "calendar" | "vcard" | "x-vcard" | "directory" | "rfc822-headers" | "x-amp-html" | "watch-html" => {
            None
        }
        _ => Some(TextKind::Other),
    }
}

/// Decodes the text of a MIME part.
pub(super) fn decode_part<'a>(structure: &Structure<'a>, part: &RawPart) -> PartText<'a> {
    let decoded = part.fields.encoding.decode(structure.body(part));
    if !decoded.plain.is_empty() {
        let text = with_plain(&decoded.content, &decoded.plain, part.fields.charset());
        let text = Cow::Owned(text);
        return PartText { text, files: Vec::new(), left: None, charset_fault: None, encoding_fault: None };
    }
    let mut encoding_fault = decoded.is_wrongly_declared.then_some(EncodingFault::Undecoded);
    let plain = matches!(kind(part), Some(TextKind::Plain));
    let content = match base64::decode_undeclared(&decoded.content) {
        Some(content) => {
            encoding_fault = Some(EncodingFault::Undeclared);
            Cow::Owned(content)
        }
        None => decoded.content,
    };
    let content = match content {
        // Text in UTF-16 or UTF-32 never contains this word as bytes without zeros between them.
        content
            if plain && structure.line_end == LineEnd::Any && memmem::find(&content, b"begin").is_some() =>
        {
            Cow::Owned(bytes_with_line_feeds(&content))
        }
        content => content,
    };
    let (content, files, left) = match content {
        content if !plain => (content, Vec::new(), None),
        Cow::Borrowed(content) => {
            let found = embedded_files::take(content);
            (found.text, found.files, found.left)
        }
        Cow::Owned(content) => {
            let found = embedded_files::take(&content);
            let text = match found.text {
                Cow::Owned(text) => Some(text),
                Cow::Borrowed(_) => None,
            };
            let (files, left) = (found.files, found.left);
            (Cow::Owned(text.unwrap_or(content)), files, left)
        }
    };
    let (text, charset_fault) = characters(content, part.fields.charset());
    let text = if structure.line_end == LineEnd::Any { Cow::Owned(with_line_feeds(&text)) } else { text };
    let text = match (part.media_type.as_str(), part.fields.parameter("format")) {
        ("text/enriched", _) => Cow::Owned(enriched_to_text(&text)),
        ("text/richtext", _) => Cow::Owned(richtext_to_text(&text)),
        (_, Some(format)) if format.eq_ignore_ascii_case("flowed") => {
            let delete_space =
                part.fields.parameter("delsp").is_some_and(|value| value.eq_ignore_ascii_case("yes"));
            Cow::Owned(unflow(&text, delete_space))
        }
        _ => text,
    };
    PartText { text, files, left, charset_fault, encoding_fault }
}

/// Replaces each line ending, including a CR alone, with LF.
pub(super) fn with_line_feeds(text: &str) -> String {
    text.replace("\r\n", "\n").replace('\r', "\n")
}

fn bytes_with_line_feeds(text: &[u8]) -> Vec<u8> {
    let mut bytes = text.iter().copied().peekable();
    let mut out = Vec::with_capacity(text.len());
    while let Some(byte) = bytes.next() {
        if byte == b'\r' {
            let _end = bytes.next_if_eq(&b'\n');
            out.push(b'\n');
        } else {
            out.push(byte);
        }
    }
    out
}

/// Decodes the text of a base64 body. Inserts the plain text segments of the body at their original
/// positions.
fn with_plain(
    content: &[u8],
    plain: &[super::transfer_encoding::PlainSegment<'_>],
    label: Option<&str>,
) -> String {
    let mut out = String::new();
    let mut push = |text: &str| {
        if !out.is_empty() && !out.ends_with('\n') && !text.is_empty() {
            out.push('\n');
        }
        out.push_str(text);
    };
    let mut done = 0;
    for plain in plain {
        push(&characters(Cow::Borrowed(content.get(done..plain.at).unwrap_or_default()), label).0);
        push(&charset::guess(&plain.text));
        done = plain.at;
    }
    push(&characters(Cow::Borrowed(content.get(done..).unwrap_or_default()), label).0);
    out
}

/// Decodes bytes with the declared charset (`label`), or with a detected charset if the declared one is
/// wrong.
pub(super) fn characters<'a>(
    bytes: Cow<'a, [u8]>,
    label: Option<&str>,
) -> (Cow<'a, str>, Option<CharsetFault>) {
    match bytes {
        Cow::Borrowed(bytes) => {
            let decoded = charset::decode(bytes, label);
            let fault = CharsetFault::from_decoded(&decoded, label);
            (decoded.text, fault)
        }
        Cow::Owned(bytes) => {
            let decoded = charset::decode(&bytes, label);
            let fault = CharsetFault::from_decoded(&decoded, label);
            let text = match decoded.text {
                Cow::Owned(text) => text,
                // The bytes are already valid UTF-8. Validating them again is faster than copying the text.
                Cow::Borrowed(text) if text.len() == bytes.len() => {
                    String::from_utf8(bytes).unwrap_or_else(|error| lossy(error.as_bytes()))
                }
                Cow::Borrowed(text) => text.to_owned(),
            };
            (Cow::Owned(text), fault)
        }
    }
}

fn lossy(bytes: &[u8]) -> String {
    String::from_utf8_lossy(bytes).into_owned()
}

/// Number of bytes examined at the start of a decoded file or MIME part to determine whether it is text.
const TEXT_SAMPLE_BYTES: usize = 4 << 10;

/// Returns the decoded text of a MIME part of any kind, for displaying the part on its own; `None` if the part is not
/// text.
pub(super) fn of_any(structure: &Structure<'_>, part: &RawPart) -> Option<String> {
    if kind(part).is_some() && part.kind == PartKind::Leaf {
        return Some(decode_part(structure, part).text.into_owned());
    }
    let decoded = part.fields.encoding.decode(structure.body(part));
    looks_like_text(&decoded.content).then(|| {
        let near = decoded.content.get(..MAX_TEXT_BYTES).unwrap_or(&decoded.content);
        characters(Cow::Borrowed(near), part.fields.charset()).0.into_owned()
    })
}

/// Returns the decoded text of a file; `None` if the file is not text.
pub(super) fn of_bytes(content: &[u8]) -> Option<String> {
    looks_like_text(content).then(|| charset::guess(content.get(..MAX_TEXT_BYTES).unwrap_or(content)))
}

/// Returns whether a decoded file or MIME part can be displayed as text, that is, whether its first
/// [`TEXT_SAMPLE_BYTES`] bytes contain no zero byte.
fn looks_like_text(content: &[u8]) -> bool {
    !content.iter().take(TEXT_SAMPLE_BYTES).any(|&byte| byte == 0)
}
