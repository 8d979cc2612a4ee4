//! Lists the attachments of a mail and all of its MIME parts.

use super::MAX_ATTACHMENTS;
use super::attached_mail;
use super::body::BodyParts;
use super::content_size::{self, MIN_MEASURED_BYTES};
use super::header::TransferEncoding;
use super::media_types;
use super::structure::{MAX_PARTS, PartKind, RawPart, Structure};
use super::transfer_encoding::PlainSegment;
use super::uuencode::EmbeddedFile;
use crate::image_file;
use crate::mail::{Attachment, Mail, Note, Part};
use crate::sanitize::{SafeName, SafeText};
use std::borrow::Cow;

/// Maximum number of bytes at the start of a MIME part that are examined to detect its media type; the rest is ignored.
const MAX_SNIFFED_BYTES: usize = 8 << 10;

/// Maximum number of notes about the transfer encoding of attachments. There are no notes about further attachments.
const MAX_ENCODING_NOTES: usize = 10;

/// Maximum number of characters that a note quotes from the plain text around the base64 of an attachment; longer text
/// is truncated.
const MAX_SHOWN_CHARS: usize = 300;

/// Index of the first file embedded in the text of a mail. Embedded files have part indices from this value on; the
/// indices of real MIME parts are lower.
pub(super) const FIRST_FILE_INDEX: usize = MAX_PARTS;

/// Stores the attachments and the list of MIME parts in `mail`. `files` contains the files embedded in the text of the
/// mail.
pub(super) fn fill(mail: &mut Mail, structure: &Structure<'_>, body: &BodyParts, files: &[EmbeddedFile]) {
    let mut too_many = false;
    let mut encoding_notes = 0;
    for (index, part) in structure.parts.iter().enumerate() {
        let holds = matches!(part.kind, PartKind::Multipart);
        let listed = is_attachment(structure, index, part, body);
        let has_space = mail.attachments.len() < MAX_ATTACHMENTS;
        too_many |= listed && !has_space;
        if mail.parts.len() >= MAX_ATTACHMENTS && !(listed && has_space) {
            continue;
        }
        let content = if holds { None } else { Some(content(structure, part)) };
        if let Some(content) = content.as_ref().filter(|_| listed && has_space) {
            let attachment = attachment(structure, index, part, content);
            if encoding_notes < MAX_ENCODING_NOTES
                && let Some(note) = encoding_note(&attachment.name, content)
            {
                encoding_notes += 1;
                mail.notes.push(note);
            }
            mail.attachments.push(attachment);
        }
        if mail.parts.len() < MAX_ATTACHMENTS {
            mail.parts.push(Part {
                id: index,
                depth: u8::try_from(part.depth).unwrap_or(u8::MAX),
                mime: SafeText::new(&part.media_type),
                name: SafeText::new(part.fields.file_name().unwrap_or_default()),
                size: content.map_or(0, |content| content.size as u64),
                holds,
            });
        }
    }
    let remaining = MAX_ATTACHMENTS.saturating_sub(mail.attachments.len());
    too_many |= files.len() > remaining;
    mail.attachments
        .extend(files.iter().take(remaining).enumerate().map(|(index, file)| of_file(index, file)));
    if too_many {
        mail.notes.push(Note::new("The mail has too many attachments; the last ones are not listed."));
    }
}

/// Returns the note about an attachment that is not encoded as declared, or whose base64 is surrounded by plain text;
/// `None` for any other attachment.
fn encoding_note(name: &SafeName, content: &PartContent<'_>) -> Option<Note> {
    if content.is_wrongly_declared {
        let words = "is not encoded as declared; its bytes are left as they were sent.";
        return Some(Note::new(&format!("The attachment {name} {words}")));
    }
    let plain: Vec<String> = content.plain.iter().map(|plain| super::charset::guess(&plain.text)).collect();
    let mut plain = plain.iter().flat_map(|text| text.split_whitespace()).peekable();
    plain.peek()?;
    let mut shown = String::new();
    for word in plain {
        if shown.chars().count() > MAX_SHOWN_CHARS {
            shown.push('…');
            break;
        }
        shown.extend((!shown.is_empty()).then_some(' '));
        shown.extend(word.chars().take(MAX_SHOWN_CHARS));
    }
    Some(Note::new(&format!(
        "The attachment {name} also contains plain text, which is not part of the file: {shown}"
    )))
}

/// Returns whether a MIME part is listed as an attachment.
pub(super) fn is_attachment(
    structure: &Structure<'_>,
    index: usize,
    part: &RawPart,
    body: &BodyParts,
) -> bool {
    match part.kind {
        PartKind::Multipart | PartKind::Unsplit => false,
        PartKind::Mail => true,
        PartKind::Leaf => {
            !body.is_text.get(index).copied().unwrap_or(false) && !is_page_for_others(structure, part)
        }
    }
}

/// Returns whether a MIME part is an alternative body that only some mail clients display, such as AMP or a version for
/// smartwatches. Such a part is not listed as an attachment.
fn is_page_for_others(structure: &Structure<'_>, part: &RawPart) -> bool {
    let holder = part.parent.and_then(|parent| structure.parts.get(parent));
    matches!(part.media_type.as_str(), "text/x-amp-html" | "text/watch-html")
        && holder.is_some_and(|holder| holder.media_type == "multipart/alternative")
        && part.fields.file_name().is_none()
        && !part.fields.is_attachment()
}

/// The decoded content of a MIME part; for a large part, only the start of the content.
struct PartContent<'a> {
    start: Cow<'a, [u8]>,
    /// Size of the whole decoded content in bytes.
    size: usize,
    /// The plain text in a base64 body, which does not belong to the decoded content.
    plain: Vec<PlainSegment<'a>>,
    /// Whether the MIME part declares a transfer encoding that does not match its content.
    is_wrongly_declared: bool,
}

/// Decodes the content of a MIME part, or only the start of the content if the part is a large attachment.
fn content<'a>(structure: &Structure<'a>, part: &RawPart) -> PartContent<'a> {
    let body = structure.body(part);
    let is_measured = part.fields.encoding == TransferEncoding::Base64
        && body.len() >= MIN_MEASURED_BYTES
        && part.fields.content_id.is_empty()
        && !attached_mail::may_be_mail(part);
    if is_measured && let Some((start, size)) = content_size::of_base64(body) {
        return PartContent { start: Cow::Owned(start), size, plain: Vec::new(), is_wrongly_declared: false };
    }
    let decoded = part.fields.encoding.decode(body);
    PartContent {
        size: decoded.content.len(),
        start: decoded.content,
        plain: decoded.plain,
        is_wrongly_declared: decoded.is_wrongly_declared,
    }
}

fn attachment(
    structure: &Structure<'_>,
    index: usize,
    part: &RawPart,
    PartContent { start: content, size, .. }: &PartContent<'_>,
) -> Attachment {
    let name = match part.fields.file_name() {
        // The data half and the resource half have the same file name, which the data half keeps.
        Some(name) if is_resource_fork(structure, part) => SafeName::new(&format!("{name}.rsrc")),
        Some(name) => SafeName::new(name),
        None => SafeName::new(&invented_name(index, &part.media_type)),
    };
    let detected_type = found_type(content);
    let content_id = SafeText::new(&part.fields.content_id);
    let may_be_shown = !content_id.is_empty()
        && detected_type.is_some_and(|detected_type| detected_type.starts_with("image/"));
    let picture = if may_be_shown { image_file::measure(content) } else { None };
    let mime = SafeText::new(&part.media_type);
    let nested = attached_mail::subject(part, content);
    Attachment { part: index, name, mime, detected_type, size: *size as u64, content_id, picture, nested }
}

/// Returns whether a MIME part is the resource fork of a Macintosh file (RFC 1740, section 4).
fn is_resource_fork(structure: &Structure<'_>, part: &RawPart) -> bool {
    let holder = part.parent.and_then(|parent| structure.parts.get(parent));
    part.media_type == "application/applefile"
        && holder.is_some_and(|holder| holder.media_type == "multipart/appledouble")
}

/// Creates the attachment for a file embedded in the text of the mail.
fn of_file(index: usize, file: &EmbeddedFile) -> Attachment {
    let name = super::charset::guess(&file.name);
    let mime = media_types::media_type_of_name(&name).unwrap_or("application/octet-stream");
    Attachment {
        part: FIRST_FILE_INDEX + index,
        name: SafeName::new(&name),
        mime: SafeText::new(mime),
        detected_type: found_type(&file.content),
        size: file.content.len() as u64,
        content_id: SafeText::default(),
        picture: None,
        nested: attached_mail::subject_of_file(&name, &file.content),
    }
}

/// Returns the media type detected from the first bytes of decoded content; `None` if they match no known type.
fn found_type(content: &[u8]) -> Option<&'static str> {
    infer::get(content.get(..MAX_SNIFFED_BYTES).unwrap_or(content)).map(|kind| kind.mime_type())
}

/// Creates a file name for an unnamed MIME part from its index and media type.
fn invented_name(index: usize, mime: &str) -> String {
    let extension = match mime {
        "message/rfc822" | "message/global" | "message/news" | "message/partial" => "eml",
        "text/plain" | "message/delivery-status" | "text/rfc822-headers" | "message/external-body" => "txt",
        "text/html" => "html",
        "text/calendar" => "ics",
        "image/jpeg" => "jpg",
        // This type is used for files of any kind, so its known extensions would be misleading.
        "application/octet-stream" => "bin",
        other => media_types::extension_of(other).unwrap_or("bin"),
    };
    format!("part-{index}.{extension}")
}
