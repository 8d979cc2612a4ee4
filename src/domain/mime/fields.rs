//! Header fields, decoded (RFC 2047, RFC 6532).

use super::{MAX_HEADER_CHARS, MAX_MAILBOXES, charset};
use crate::domain::mail::{Header, Mail, Mailbox, Note};
use crate::domain::sanitize::SafeText;
use crate::domain::time::Timestamp;
use mail_parser::parsers::MessageStream;
use mail_parser::{Address, HeaderName, HeaderValue, Message};

pub(super) fn fill(mail: &mut Mail, message: &Message<'_>, bytes: &[u8]) {
    let Some(root) = message.parts.first() else { return };
    let mut cut = false;
    for header in &root.headers {
        let range = header.offset_start as usize..header.offset_end as usize;
        let value = decoded(bytes.get(range).unwrap_or_default());
        let value = value.trim();
        let kept = shortened(value);
        cut |= kept.len() < value.len();
        mail.headers.push(Header { name: SafeText::new(header.name()), value: SafeText::new(kept) });
        // The first one counts where a field stands twice.
        if matches!(header.name, HeaderName::Subject) && mail.subject.is_empty() {
            mail.subject = SafeText::new(kept);
        }
    }
    if cut {
        mail.notes.push(Note::new("A header is too long; the rest of it is left out."));
    }
    mail.from = mailboxes(message.from()).into_iter().next().unwrap_or_default();
    mail.to = mailboxes(message.to());
    mail.cc = mailboxes(message.cc());
    mail.date = message
        .date()
        .filter(|date| date.is_valid())
        .and_then(|date| Timestamp::from_second(date.to_timestamp()).ok());
}

/// One field's value, unfolded and decoded; raw 8-bit text by its likely charset.
fn decoded(raw: &[u8]) -> String {
    let text = unstructured(raw);
    if std::str::from_utf8(raw).is_ok() {
        return text;
    }
    // Encoded words may hold the odd bytes, so they are read as they are before a guess is made.
    let guessed = unstructured(charset::guess(raw).as_bytes());
    let holes = |text: &str| text.matches('\u{fffd}').count();
    if holes(&guessed) < holes(&text) { guessed } else { text }
}

fn unstructured(raw: &[u8]) -> String {
    let ended;
    let line = if raw.ends_with(b"\n") {
        raw
    } else {
        ended = [raw, b"\n".as_slice()].concat();
        &ended
    };
    match MessageStream::new(line).parse_unstructured() {
        HeaderValue::Text(text) => text.into_owned(),
        _ => String::new(),
    }
}

fn shortened(value: &str) -> &str {
    match value.char_indices().nth(MAX_HEADER_CHARS) {
        Some((end, _)) => value.get(..end).unwrap_or(value),
        None => value,
    }
}

fn mailboxes(address: Option<&Address<'_>>) -> Vec<Mailbox> {
    let Some(address) = address else { return Vec::new() };
    address
        .iter()
        .take(MAX_MAILBOXES)
        .map(|one| Mailbox {
            name: SafeText::new(shortened(one.name().unwrap_or_default().trim())),
            address: SafeText::new(shortened(one.address().unwrap_or_default().trim())),
        })
        .filter(|one| !(one.name.is_empty() && one.address.is_empty()))
        .collect()
}
