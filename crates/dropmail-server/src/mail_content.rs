//! Parses mails for the GraphQL API. A mail is parsed once for all its recipients, before the store is locked. Fields
//! that few queries select are computed on request.
//!
//! This module does not sanitise anything: clients receive the mail as the sender wrote it.

use std::borrow::Cow;
use std::ops::Range;
use std::sync::OnceLock;

use bytes::Bytes;

use super::html_to_text;
use mail_reader::mime::{Message, MessagePart};

/// Estimated memory in bytes that a stored mail needs in addition to its raw bytes, for index entries and string
/// overhead.
const OVERHEAD_BYTES: usize = 1024;
/// Maximum size in bytes of a mail text that is stored in addition to the raw mail. Longer text is extracted from the
/// raw mail on each request.
const MAX_STORED_TEXT_BYTES: usize = 256 << 10;

/// The raw bytes of a mail, and the fields that were parsed from them.
#[derive(Debug)]
pub(super) struct MailContent {
    pub(super) raw: Bytes,
    /// The parsed fields of the mail; `None` if the raw bytes cannot be parsed as a mail (`ERROR_DECODING` in the API).
    pub(super) parsed: Option<ParsedFields>,
}

/// The parsed fields of a mail, as the API returns them.
#[derive(Debug, Default)]
pub(super) struct ParsedFields {
    pub(super) from: Option<String>,
    pub(super) subject: Option<String>,
    pub(super) html: Option<String>,
    pub(super) attachments: Vec<AttachmentFields>,
    own_text: Option<OwnText>,
    /// The text that was converted from HTML on request. It is not stored if it is longer than [`Self::reserve`]
    /// allows.
    text_of_html: OnceLock<String>,
}

/// The text part of a mail, or how to obtain the text from the raw mail.
#[derive(Debug)]
enum OwnText {
    Kept(String),
    /// The raw mail contains the text unchanged, at this byte range.
    InRaw(Range<usize>),
    /// The text is long and has a transfer encoding, so it is not stored. The raw mail is parsed again for each
    /// request.
    Long,
}

/// An attachment of a mail: a MIME part that is not the text of the mail.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct AttachmentFields {
    /// Index of the attachment among the MIME parts of the mail.
    pub(super) part: u32,
    pub(super) name: Option<String>,
    pub(super) mime: String,
    pub(super) size: usize,
    /// The value of the `Content-ID` header field, by which the HTML part refers to the attachment; `None` if the
    /// attachment has no such field.
    pub(super) content_id: Option<String>,
}

/// The kind of MIME part from which the `text` field of a mail is made.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum TextOrigin {
    Text,
    Html,
}

impl MailContent {
    /// Parses a raw mail. Any bytes are accepted; if they are not a mail, the result has no parsed fields.
    pub(super) fn parse(raw: Bytes) -> Self {
        let parsed = Message::parse(&raw).map(|message| ParsedFields::new(&message, &raw));
        Self { raw, parsed }
    }

    /// Returns approximately how many bytes of memory this mail uses at most. These bytes count towards the memory
    /// limits. The value never changes, so the bytes that a mail adds are those that its removal subtracts.
    pub(super) fn cost(&self) -> usize {
        let texts = self.parsed.as_ref().map_or(0, |found| {
            let html = found.html.as_ref().map_or(0, String::len);
            found.kept_text().map_or(0, str::len) + html + found.reserve()
        });
        OVERHEAD_BYTES + self.raw.len() + texts
    }

    /// Returns the text of the mail; `None` if the mail has none. If the mail has only an HTML part, the first call
    /// converts the HTML to text. If the text is long, each call converts it or parses the raw mail again.
    pub(super) fn text(&self) -> Option<Cow<'_, str>> {
        let found = self.parsed.as_ref()?;
        match &found.own_text {
            Some(OwnText::Kept(text)) => Some(text.into()),
            Some(OwnText::InRaw(place)) => {
                let text = str::from_utf8(self.raw.get(place.clone())?).ok()?;
                Some(text.into())
            }
            Some(OwnText::Long) => Message::parse(&self.raw).map(|message| joined(&message.texts()).into()),
            None => {
                if let Some(text) = found.text_of_html.get() {
                    return Some(text.into());
                }
                let text = html_to_text::from_html(found.html.as_ref()?);
                if text.len() > found.reserve() {
                    return Some(text.into());
                }
                Some(found.text_of_html.get_or_init(|| text).into())
            }
        }
    }

    /// Returns the bytes of an attachment after decoding its transfer encoding. The charset is not converted. Returns
    /// `None` if the MIME part at index `part` is not an attachment.
    pub(super) fn attachment(&self, part: u32) -> Option<Vec<u8>> {
        let part = usize::try_from(part).ok()?;
        Message::parse(&self.raw)?.attachment(part).map(Cow::into_owned)
    }
}

impl ParsedFields {
    fn new(message: &Message<'_>, raw: &[u8]) -> Self {
        let texts = message.texts();
        let long = texts.iter().map(|text| text.len()).sum::<usize>() > MAX_STORED_TEXT_BYTES;
        let own_text = (!texts.is_empty()).then(|| match place_in_raw(&texts, raw) {
            Some(place) => OwnText::InRaw(place),
            None if long => OwnText::Long,
            None => OwnText::Kept(joined(&texts)),
        });
        Self {
            from: message.from(),
            subject: message.subject(),
            html: message.html(),
            attachments: message.attachments().into_iter().filter_map(AttachmentFields::from_part).collect(),
            own_text,
            text_of_html: OnceLock::new(),
        }
    }

    fn kept_text(&self) -> Option<&str> {
        match &self.own_text {
            Some(OwnText::Kept(text)) => Some(text),
            Some(OwnText::InRaw(_) | OwnText::Long) | None => None,
        }
    }

    /// Returns the maximum length in bytes up to which the text converted from the HTML part is stored; 0 if the mail
    /// has a text part or no HTML part. The text is usually shorter than the HTML.
    fn reserve(&self) -> usize {
        match (&self.own_text, &self.html) {
            (None, Some(html)) => html.len().min(MAX_STORED_TEXT_BYTES),
            (Some(_), _) | (None, None) => 0,
        }
    }

    /// Returns the kind of MIME part from which the text of the mail is made. Returns `None` if the mail has neither a
    /// text part nor an HTML part.
    pub(super) fn origin(&self) -> Option<TextOrigin> {
        match (&self.own_text, &self.html) {
            (Some(_), _) => Some(TextOrigin::Text),
            (None, Some(_)) => Some(TextOrigin::Html),
            (None, None) => None,
        }
    }
}

impl AttachmentFields {
    fn from_part(part: MessagePart) -> Option<Self> {
        let MessagePart { part, name, media_type, size, content_id } = part;
        Some(Self { part: u32::try_from(part).ok()?, name, mime: media_type, size, content_id })
    }
}

/// Returns the byte range of the text in the raw mail; `None` if the raw mail does not contain the text unchanged. Most
/// mails contain it unchanged, because their only part is text without transfer encoding.
fn place_in_raw(texts: &[Cow<'_, str>], raw: &[u8]) -> Option<Range<usize>> {
    let [Cow::Borrowed(text)] = texts else { return None };
    let range = raw.as_ptr_range();
    let start = text.as_ptr();
    let offset = range.contains(&start).then(|| start.addr() - range.start.addr())?;
    let place = offset..offset + text.len();
    (raw.get(place.clone())? == text.as_bytes()).then_some(place)
}

fn joined(texts: &[Cow<'_, str>]) -> String {
    texts.join("\r\n")
}

#[cfg(test)]
mod tests {
    use super::*;

    const MIXED: &[u8] = b"From: =?utf-8?q?J=C3=B6rg?= <j@example.test>\r\nSubject: Hi\r\n\
        MIME-Version: 1.0\r\nContent-Type: multipart/mixed; boundary=x\r\n\r\n\
        --x\r\nContent-Type: text/html\r\n\r\n<p>Go <a href=\"https://e.test/a\">there</a></p>\r\n\
        --x\r\nContent-Type: text/csv; charset=iso-8859-1; name=a.csv\r\n\
        Content-Disposition: attachment; filename=a.csv\r\nContent-Transfer-Encoding: base64\r\n\r\n\
        6SwxDQo=\r\n--x--\r\n";

    #[test]
    fn a_mixed_mail_is_parsed() {
        let content = MailContent::parse(Bytes::from_static(MIXED));
        let found = content.parsed.as_ref().unwrap();
        assert_eq!(found.from.as_deref(), Some("J\u{f6}rg <j@example.test>"));
        assert_eq!(found.subject.as_deref(), Some("Hi"));
        assert_eq!(found.origin(), Some(TextOrigin::Html));
        assert_eq!(content.text().as_deref(), Some("Go [there](https://e.test/a)\n"));
        let [attachment] = found.attachments.as_slice() else { panic!("{:?}", found.attachments) };
        assert_eq!(
            (attachment.name.as_deref(), attachment.mime.as_str(), attachment.size),
            (Some("a.csv"), "text/csv", 5)
        );
        let bytes = content.attachment(attachment.part).unwrap();
        assert_eq!(bytes, b"\xe9,1\r\n", "the attachment keeps the charset of the sender");
        assert_eq!(content.attachment(0), None, "a multipart container is not an attachment");
    }

    #[test]
    fn a_long_text_is_returned_whole_and_stored_once() {
        let line = "a line of a long text\r\n";
        let raw = Bytes::from(format!("Subject: long\r\n\r\n{}", line.repeat(20_000)));
        let size = raw.len();
        let content = MailContent::parse(raw);
        assert_eq!(content.text().as_deref(), Some(line.repeat(20_000).as_str()));
        assert_eq!(content.parsed.as_ref().unwrap().origin(), Some(TextOrigin::Text));
        assert_eq!(content.cost(), OVERHEAD_BYTES + size);
    }

    #[test]
    fn the_cost_of_a_mail_includes_the_text_converted_from_html() {
        for (count, is_stored) in [(1, true), (5_000, false)] {
            let html = format!("<p>{}<b>and</b> more", "words ".repeat(20)).repeat(count);
            let raw = Bytes::from(format!("Subject: h\r\nContent-Type: text/html\r\n\r\n{html}"));
            let size = raw.len();
            let content = MailContent::parse(raw);
            let cost = content.cost();
            let text = content.text().unwrap().into_owned();
            assert_eq!(content.text().as_deref(), Some(text.as_str()));
            let stored = content.parsed.as_ref().unwrap().text_of_html.get().map_or(0, String::len);
            assert!(cost >= OVERHEAD_BYTES + size + html.len() + stored, "{cost}");
            assert_eq!(stored, if is_stored { text.len() } else { 0 });
            assert_eq!(content.cost(), cost, "the cost does not change");
        }
    }

    #[test]
    fn a_text_is_equal_in_memory_and_on_disk() {
        let text_of = |head: &str, body: &str| {
            let content = MailContent::parse(Bytes::from(format!("Subject: t\r\n{head}\r\n{body}")));
            content.text().map(Cow::into_owned)
        };
        let coded = "Content-Transfer-Encoding: quoted-printable\r\n";
        let latin = "Content-Type: text/plain; charset=iso-8859-1\r\nContent-Transfer-Encoding: base64\r\n";
        assert_eq!(text_of("", "a\u{e9}\r\nb\r\n").as_deref(), Some("a\u{e9}\r\nb\r\n"));
        assert_eq!(text_of(coded, "a=C3=A9\r\n").as_deref(), Some("a\u{e9}\r\n"));
        assert_eq!(text_of(latin, "YekNCg==\r\n").as_deref(), Some("a\u{e9}\r\n"));
        let two = "Content-Type: multipart/mixed; boundary=x\r\n";
        let both = text_of(two, "--x\r\n\r\none\r\n--x\r\n\r\ntwo\r\n--x--\r\n");
        assert_eq!(both.as_deref(), Some("one\r\ntwo"));
    }

    #[test]
    fn bytes_that_are_not_a_mail_are_stored_too() {
        for raw in ["", "hello", "hello\r\nworld\r\n", "\r\nbody", "\0\u{ff}: x"] {
            let content = MailContent::parse(Bytes::from_static(raw.as_bytes()));
            assert!(content.parsed.is_none(), "{raw:?}");
            assert_eq!(content.raw, raw);
        }
    }
}
