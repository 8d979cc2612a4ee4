//! Which parts are the text of the mail, and their text.

use super::{MAX_ATTACHMENTS, MAX_TEXT, charset};
use crate::domain::html;
use crate::domain::mail::{Mail, Note};
use mail_parser::decoders::{base64::base64_decode, quoted_printable::quoted_printable_decode};
use mail_parser::{Encoding, Message, MessagePart, MimeHeaders, PartType};
use std::borrow::Cow;
use std::collections::HashSet;

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

/// Takes text parts for the body that the mail's structure is too broken to name: they are neither
/// set apart nor named, and no alternative to what is shown. Returns their numbers.
pub(super) fn adopt(mail: &mut Mail, message: &Message<'_>, bytes: &[u8]) -> Vec<usize> {
    let alternatives = alternatives(message);
    let left = message.attachments.iter().map(|&id| id as usize);
    let found: Vec<usize> = left
        .filter(|id| !alternatives.contains(id))
        .filter(|&id| message.parts.get(id).is_some_and(is_part_of_body))
        .take(MAX_ATTACHMENTS)
        .collect();
    for part in found.iter().filter_map(|&id| message.parts.get(id)) {
        append(mail, part, bytes);
    }
    found
}

/// Puts a part behind the body that there is, in the form of that.
fn append(mail: &mut Mail, part: &MessagePart<'_>, bytes: &[u8]) {
    let Some(content) = joined(mail, &[part], bytes, |_, text, out| out.push_str(text)) else { return };
    let html = matches!(part.body, PartType::Html(_));
    if mail.text.is_none() && mail.html.is_none() {
        *(if html { &mut mail.html } else { &mut mail.text }) = Some(content);
        return;
    }
    let fits = |body: &String| body.len() + content.len() <= MAX_TEXT;
    if let Some(text) = mail.text.as_mut().filter(|text| fits(text)) {
        text.push_str("\n\n");
        text.push_str(&if html { html::to_text(&content).into() } else { Cow::Borrowed(&*content) });
    }
    if let Some(page) = mail.html.as_mut().filter(|page| fits(page)) {
        if html {
            page.push_str(&content);
        } else {
            html::push_preformatted(page, &content);
        }
    }
}

/// The parts that are alternatives to one another.
fn alternatives(message: &Message<'_>) -> HashSet<usize> {
    let chosen = message.parts.iter().filter(|part| {
        part.content_type().and_then(mail_parser::ContentType::subtype) == Some("alternative")
    });
    let inner = chosen.filter_map(|part| match &part.body {
        PartType::Multipart(inner) => Some(inner),
        _ => None,
    });
    inner.flatten().map(|&id| id as usize).collect()
}

/// Whether it says that it holds others and names no line that divides them.
fn is_unsplit(part: &MessagePart<'_>) -> bool {
    part.content_type().is_some_and(|kind| kind.ctype() == "multipart")
        && !matches!(part.body, PartType::Multipart(_))
}

fn is_part_of_body(part: &MessagePart<'_>) -> bool {
    let set_apart = part.content_disposition().is_some_and(mail_parser::ContentType::is_attachment);
    let text = matches!(part.body, PartType::Text(_) | PartType::Html(_)) || is_unsplit(part);
    text && is_body_type(part) && !set_apart && part.attachment_name().is_none()
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
    text.shrink_to_fit();
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
        let near = text.get(..text.floor_char_boundary(MAX_TEXT + 1)).unwrap_or(&text);
        out.reserve_exact(near.len());
        push(part, near, &mut out);
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
        PartType::Binary(bytes) | PartType::InlineBinary(bytes) if is_unsplit(part) => {
            return Cow::Owned(charset::guess(bytes));
        }
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
