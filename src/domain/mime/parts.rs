//! The parts that are not the text of the mail.

use super::{MAX_ATTACHMENTS, prepare};
use crate::domain::mail::{Attachment, Mail, Note, Part};
use crate::domain::richtext;
use crate::domain::sanitize::{SafeName, SafeText};
use mail_parser::{Message, MessagePart, MimeHeaders, PartType};

/// How much of a part is looked at to see what it is, in bytes.
const SNIFFED: usize = 8 << 10;

pub(super) fn fill(mail: &mut Mail, message: &Message<'_>, adopted: &[usize]) {
    let parts = message.attachments.iter().map(|&index| index as usize);
    mail.parts = tree(message);
    let listed = parts
        .filter(|index| !adopted.contains(index))
        .filter_map(|index| message.parts.get(index).map(|part| attachment(index, part)));
    mail.attachments = listed.take(MAX_ATTACHMENTS).collect();
    if message.attachments.len() > MAX_ATTACHMENTS {
        mail.notes.push(Note::new("The mail has too many attachments; the last ones are not listed."));
    }
}

fn attachment(index: usize, part: &MessagePart<'_>) -> Attachment {
    let mime = media_type(part);
    let named = part.attachment_name().filter(|name| !name.trim().is_empty());
    let name = match named {
        Some(name) => SafeName::new(name),
        None => SafeName::new(&invented_name(index, &mime)),
    };
    let content = part.contents();
    let found = infer::get(content.get(..SNIFFED).unwrap_or(content)).map(|kind| kind.mime_type());
    let content_id = SafeText::new(part.content_id().unwrap_or_default().trim_matches(['<', '>', ' ']));
    let named = !content_id.is_empty() && found.is_some_and(|found| found.starts_with("image/"));
    let picture = if named { richtext::measure(content) } else { None };
    Attachment {
        part: index,
        name,
        mime: SafeText::new(&mime),
        found,
        size: content.len() as u64,
        content_id,
        picture,
    }
}

/// All parts in the order of the mail, with their depth.
fn tree(message: &Message<'_>) -> Vec<Part> {
    let mut parts = Vec::new();
    let mut seen = vec![false; message.parts.len()];
    let mut open = vec![(0_usize, 0_u8)];
    while let Some((id, depth)) = open.pop() {
        if parts.len() >= MAX_ATTACHMENTS || seen.get(id).copied().unwrap_or(true) {
            continue;
        }
        if let Some(seen) = seen.get_mut(id) {
            *seen = true;
        }
        let Some(part) = message.parts.get(id) else { continue };
        let holds = matches!(part.body, PartType::Multipart(_));
        parts.push(Part {
            id,
            depth,
            mime: SafeText::new(&media_type(part)),
            name: SafeText::new(part.attachment_name().unwrap_or_default().trim()),
            size: if holds { 0 } else { part.contents().len() as u64 },
            holds,
        });
        if let PartType::Multipart(inner) = &part.body {
            open.extend(inner.iter().rev().map(|&id| (id as usize, depth.saturating_add(1))));
        }
    }
    parts
}

/// The claimed media type in lower case; what it is by default where none is claimed.
pub(super) fn media_type(part: &MessagePart<'_>) -> String {
    match part.content_type() {
        Some(claimed) => {
            let subtype = claimed.subtype().unwrap_or("unknown");
            let whole = format!("{}/{}", claimed.ctype(), subtype).to_lowercase();
            prepare::real_type(&whole).to_owned()
        }
        None => match part.body {
            PartType::Text(_) => "text/plain".to_owned(),
            PartType::Html(_) => "text/html".to_owned(),
            _ => "application/octet-stream".to_owned(),
        },
    }
}

/// A name for a part that the mail does not name.
fn invented_name(index: usize, mime: &str) -> String {
    let extension = match mime {
        "message/rfc822" | "message/global" => "eml",
        "text/plain" | "message/delivery-status" | "text/rfc822-headers" => "txt",
        "text/html" => "html",
        "text/calendar" => "ics",
        "image/jpeg" => "jpg",
        // Its extensions are those of whatever has no type of its own.
        "application/octet-stream" => "bin",
        other => mime_guess::get_mime_extensions_str(other)
            .and_then(|known| known.first().copied())
            .unwrap_or("bin"),
    };
    format!("part-{index}.{extension}")
}
