//! Which parts are the text of the mail, and their text.

use super::{MAX_TEXT, charset};
use crate::domain::html;
use crate::domain::mail::{Mail, Note};
use mail_parser::decoders::{base64::base64_decode, quoted_printable::quoted_printable_decode};
use mail_parser::{Encoding, Message, MessagePart, MimeHeaders, PartType};
use std::borrow::Cow;

pub(super) fn fill(mail: &mut Mail, message: &Message<'_>, bytes: &[u8]) {
    let text = parts(message, &message.text_body);
    let html = parts(message, &message.html_body);
    let any = |parts: &[&MessagePart<'_>], wanted: fn(&PartType<'_>) -> bool| {
        parts.iter().any(|part| wanted(&part.body))
    };
    // Only a part that is of the kind itself makes a body of that kind: an alternative that the
    // sender did not write is not invented here.
    if any(&text, |body| matches!(body, PartType::Text(_))) {
        mail.text = joined(mail, &text, bytes, |part, text, out| match part.body {
            PartType::Html(_) => out.push_str(&html::to_text(text)),
            _ => out.push_str(text),
        });
    }
    if any(&html, |body| matches!(body, PartType::Html(_))) {
        mail.html = joined(mail, &html, bytes, |part, text, out| match part.body {
            PartType::Html(_) => out.push_str(text),
            _ => html::push_preformatted(out, text),
        });
    }
}

/// Takes a text part for the body where the mail's structure is too broken to name one; returns
/// its number.
pub(super) fn adopt(mail: &mut Mail, message: &Message<'_>, bytes: &[u8]) -> Option<usize> {
    if mail.text.is_some() || mail.html.is_some() {
        return None;
    }
    let &found = message.attachments.iter().find(|&&id| {
        message.parts.get(id as usize).is_some_and(|part| {
            let set_apart = part.content_disposition().is_some_and(mail_parser::ContentType::is_attachment);
            let body = matches!(part.body, PartType::Text(_) | PartType::Html(_));
            body && is_body_type(part) && !set_apart && part.attachment_name().is_none()
        })
    })?;
    let part = [message.parts.get(found as usize)?];
    match part.first().map(|part| &part.body) {
        Some(PartType::Html(_)) => mail.html = joined(mail, &part, bytes, |_, text, out| out.push_str(text)),
        _ => mail.text = joined(mail, &part, bytes, |_, text, out| out.push_str(text)),
    }
    Some(found as usize)
}

fn is_body_type(part: &MessagePart<'_>) -> bool {
    part.content_type().is_none_or(|kind| {
        kind.ctype() == "multipart"
            || matches!((kind.ctype(), kind.subtype()), ("text", Some("plain" | "html")))
    })
}

/// Cuts a body at [`MAX_TEXT`].
pub(super) fn bounded(mut text: String) -> (String, Option<Note>) {
    if text.len() <= MAX_TEXT {
        return (text, None);
    }
    text.truncate(text.floor_char_boundary(MAX_TEXT));
    (text, Some(Note::new("The text of the mail is longer than 12 MiB; the rest of it is left out.")))
}

fn parts<'a, 'x>(message: &'a Message<'x>, ids: &[u32]) -> Vec<&'a MessagePart<'x>> {
    ids.iter()
        .filter_map(|&id| message.parts.get(id as usize))
        .filter(|part| matches!(part.body, PartType::Text(_) | PartType::Html(_)))
        .collect()
}

/// Several texts of one mail follow one another, a blank line between them.
fn joined(
    mail: &mut Mail,
    parts: &[&MessagePart<'_>],
    bytes: &[u8],
    push: impl Fn(&MessagePart<'_>, &str, &mut String),
) -> Option<String> {
    let mut out = String::new();
    for part in parts {
        let text = unflowed(part, content(part, bytes));
        if text.trim().is_empty() {
            continue;
        }
        if !out.is_empty() {
            out.push_str("\n\n");
        }
        push(part, &text, &mut out);
        if out.len() > MAX_TEXT {
            break;
        }
    }
    if out.trim().is_empty() {
        return None;
    }
    let (out, note) = bounded(out);
    mail.notes.extend(note);
    Some(out)
}

/// Lines of flowed text (RFC 3676) as the paragraphs that they are.
fn unflowed<'a>(part: &MessagePart<'_>, text: Cow<'a, str>) -> Cow<'a, str> {
    let attribute = |name| part.content_type().and_then(|kind| kind.attribute(name)).unwrap_or_default();
    if !attribute("format").eq_ignore_ascii_case("flowed") {
        return text;
    }
    let delete_space = attribute("delsp").eq_ignore_ascii_case("yes");
    let mut out = String::with_capacity(text.len());
    let mut open: Option<usize> = None;
    for line in text.lines() {
        let body = line.trim_start_matches('>');
        let depth = line.len() - body.len();
        let body = body.strip_prefix(' ').unwrap_or(body);
        if open == Some(depth) && body != "-- " {
            if delete_space {
                out.pop();
            }
        } else {
            if !out.is_empty() || open.is_some() {
                out.push('\n');
            }
            out.push_str(line.get(..depth).unwrap_or_default());
            out.push_str(if depth > 0 { " " } else { "" });
        }
        out.push_str(body);
        open = if body.ends_with(' ') && body != "-- " { Some(depth) } else { None };
        if open.is_none() && body.is_empty() && out.is_empty() {
            out.push('\n');
        }
    }
    Cow::Owned(out)
}

/// The text of a part; where decoding left holes, once more by what the bytes look like.
fn content<'a>(part: &'a MessagePart<'_>, bytes: &[u8]) -> Cow<'a, str> {
    let text = match &part.body {
        PartType::Text(text) | PartType::Html(text) => text.as_ref(),
        _ => return Cow::Borrowed(""),
    };
    let label = part.content_type().and_then(|kind| kind.attribute("charset"));
    let suspicious = text.contains('\u{fffd}') || (label.is_none() && text.contains("\u{1b}$"));
    if !suspicious {
        return Cow::Borrowed(text);
    }
    let raw = bytes.get(part.offset_body as usize..part.offset_end as usize).unwrap_or_default();
    let decoded = match part.encoding {
        Encoding::Base64 => base64_decode(raw),
        Encoding::QuotedPrintable => quoted_printable_decode(raw),
        Encoding::None => Some(raw.to_vec()),
    };
    let Some(decoded) = decoded.filter(|decoded| !decoded.is_empty()) else {
        return Cow::Borrowed(text);
    };
    let again = label
        .and_then(|label| charset::declared(&decoded, label))
        .unwrap_or_else(|| charset::guess(&decoded));
    let holes = |text: &str| text.matches('\u{fffd}').count();
    if holes(&again) < holes(text) || text.contains("\u{1b}$") {
        Cow::Owned(again)
    } else {
        Cow::Borrowed(text)
    }
}
