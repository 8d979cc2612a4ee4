//! Extracts attached mails (RFC 2046, section 5.2.1), which the caller can parse like any other mail.

use super::structure::{PartKind, RawPart, Structure};
use super::{attachment_bytes, header_end, parts};
use crate::sanitize::SafeText;
use std::borrow::Cow;

/// Returns the attached mail whose [`Attachment::part`](crate::mail::Attachment::part) is `part`, as a raw mail; `None`
/// if the MIME part is not a mail. Any transfer encoding is decoded, although RFC 2046 forbids transfer encodings for
/// attached mails.
///
/// The caller can parse the result like any other mail. Part indices in that parsed mail count the MIME parts of the
/// attached mail, not those of `raw`.
pub fn nested_mail(raw: &[u8], part: usize) -> Option<Cow<'_, [u8]>> {
    if part >= parts::FIRST_FILE_INDEX {
        let content = attachment_bytes(raw, part)?;
        return has_header(&content).then_some(Cow::Owned(content));
    }
    let structure = Structure::scan(raw);
    of_part(&structure, structure.parts.get(part)?)
}

/// Returns an attached mail as a raw mail, decoded from its MIME part; `None` if the part is not a mail.
pub(super) fn of_part<'a>(structure: &Structure<'a>, part: &RawPart) -> Option<Cow<'a, [u8]>> {
    if !may_be_mail(part) {
        return None;
    }
    let content = part.fields.encoding.decode(structure.body(part)).content;
    is_mail(part, &content).then_some(content)
}

/// Returns the subject of an attached mail; `None` if the MIME part is not a mail. `content` is the decoded
/// content of the part.
pub(super) fn subject(part: &RawPart, content: &[u8]) -> Option<SafeText> {
    (may_be_mail(part) && is_mail(part, content)).then(|| subject_of(content))
}

/// Returns the subject of a mail that is embedded as a file in the text of another mail; `None` if the file is not a
/// mail. `name` and `content` are those of the file.
pub(super) fn subject_of_file(name: &str, content: &[u8]) -> Option<SafeText> {
    (is_named_like_mail(name) && has_header(content)).then(|| subject_of(content))
}

fn subject_of(content: &[u8]) -> SafeText {
    let head = Structure::scan(head(content));
    let header = head.header();
    SafeText::new(header.raw("subject").map(|raw| header.text(raw)).unwrap_or_default().trim())
}

/// Returns whether a MIME part may be an attached mail, judging by its media type or file name.
pub(super) fn may_be_mail(part: &RawPart) -> bool {
    part.kind == PartKind::Mail
        || part.kind == PartKind::Leaf && part.fields.file_name().is_some_and(is_named_like_mail)
}

fn is_named_like_mail(name: &str) -> bool {
    name.rsplit_once('.').is_some_and(|(_, extension)| extension.eq_ignore_ascii_case("eml"))
}

/// Returns whether a MIME part is an attached mail. If only the file name of the part suggests a mail, the content must
/// start with a mail header.
fn is_mail(part: &RawPart, content: &[u8]) -> bool {
    part.kind == PartKind::Mail || has_header(content)
}

fn has_header(content: &[u8]) -> bool {
    Structure::scan(head(content)).has_header
}

fn head(content: &[u8]) -> &[u8] {
    content.get(..header_end(content)).unwrap_or(content)
}
