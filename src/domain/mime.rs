//! Bytes to [`Mail`] (RFC 5322, RFC 2045 to 2049).

use super::mail::Mail;

/// Takes a mail apart. Total: any bytes at all give a mail, with notes on what was left out.
pub fn parse(raw: &[u8]) -> Mail {
    let subject = mail_parser::MessageParser::default()
        .parse(raw)
        .and_then(|message| message.subject().map(Into::into))
        .unwrap_or_default();
    Mail { subject, ..Mail::default() }
}

/// The decoded content of an attachment, by [`super::mail::Attachment::part`].
pub fn attachment_bytes(raw: &[u8], part: usize) -> Option<Vec<u8>> {
    let message = mail_parser::MessageParser::default().parse(raw)?;
    Some(message.parts.get(part)?.contents().to_vec())
}
