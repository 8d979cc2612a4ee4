//! The parts that are not the text of the mail.

use super::{MAX_ATTACHMENTS, prepare};
use crate::domain::mail::{Attachment, Mail, Note};
use crate::domain::sanitize::{SafeName, SafeText};
use mail_parser::{Message, MessagePart, MimeHeaders, PartType};

pub(super) fn fill(mail: &mut Mail, message: &Message<'_>, adopted: Option<usize>) {
    let parts = message.attachments.iter().map(|&index| index as usize);
    let listed = parts
        .filter(|&index| Some(index) != adopted)
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
    let size = part.contents().len() as u64;
    Attachment { part: index, name, mime: SafeText::new(&mime), size }
}

/// The claimed media type in lower case; what it is by default where none is claimed.
fn media_type(part: &MessagePart<'_>) -> String {
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
        other => mime_guess::get_mime_extensions_str(other)
            .and_then(|known| known.first().copied())
            .unwrap_or("bin"),
    };
    format!("part-{index}.{extension}")
}
