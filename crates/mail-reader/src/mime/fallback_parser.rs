//! Parses a mail with the mail-parser crate if the main parser panics.
//!
//! The fallback parser finds the text and the header fields of ordinary mails. The main parser handles malformed mails
//! better, so a note informs the user that the fallback parser was used. The fallback parser does not list attachments.

use super::{body, keeping};
use crate::mail::{EmailAddress, Mail, Note};
use jiff::Timestamp;
use mail_parser::{Address, MessageParser};

/// Maximum size in bytes of a mail that the fallback parser parses. A larger mail is displayed without text.
const MAX_MAIL_BYTES: usize = 4 << 20;

/// Parses a mail again with the mail-parser crate: its subject, sender, recipients, date and text. Returns `None` if
/// the mail is too large, or if it has neither a header nor text.
pub fn read_again(raw: &[u8]) -> Option<Mail> {
    if raw.len() > MAX_MAIL_BYTES {
        return None;
    }
    let message = MessageParser::default().parse(raw)?;
    let mut mail = Mail {
        subject: message.subject().unwrap_or_default().into(),
        from: mailboxes(message.from()).into_iter().next().unwrap_or_default(),
        to: mailboxes(message.to()),
        cc: mailboxes(message.cc()),
        date: message.date().and_then(|date| Timestamp::from_second(date.to_timestamp()).ok()),
        ..Mail::default()
    };
    let is_text = message.text_part(0).is_some_and(|part| part.is_text() && !part.is_text_html());
    if is_text && let Some(text) = message.body_text(0) {
        let (text, note) = body::bounded(text.into_owned());
        mail.text = Some(text);
        mail.notes.extend(note);
    }
    if message.html_part(0).is_some_and(mail_parser::MessagePart::is_text_html)
        && let Some(html) = message.body_html(0)
    {
        let (html, note) = body::bounded(html.into_owned());
        mail.notes.extend(note);
        mail.html_bytes = html.len();
        let (html, flow) = keeping(html);
        (mail.html, mail.flow) = (html, Some(flow));
    }
    if mail.text.is_none() && mail.html.is_none() {
        return None;
    }
    mail.notes.push(Note::new(
        "The usual parser failed on this mail. This is what mail-parser finds in it, without attachments; the raw \
         view shows the whole mail.",
    ));
    Some(mail)
}

fn mailboxes(address: Option<&Address<'_>>) -> Vec<EmailAddress> {
    let Some(address) = address else { return Vec::new() };
    let mailbox = |found: &mail_parser::Addr<'_>| EmailAddress {
        name: found.name().unwrap_or_default().into(),
        address: found.address().unwrap_or_default().into(),
    };
    address.iter().take(super::MAX_MAILBOXES).map(mailbox).collect()
}

#[cfg(test)]
mod tests {
    use super::{MAX_MAIL_BYTES, read_again};
    use crate::mime::parse;

    const MAIL: &str = "From: =?utf-8?q?J=C3=BCrgen?= <j@a.example>\r\nTo: b@b.example\r\nSubject: Your code\r\n\
        Date: Fri, 14 Mar 2025 09:41:07 +0100\r\nMIME-Version: 1.0\r\n\
        Content-Type: multipart/alternative; boundary=x\r\n\r\n--x\r\nContent-Type: text/plain\r\n\r\n\
        Your code is 482913\r\n--x\r\nContent-Type: text/html\r\n\r\n<p>Your code is <b>482913</b></p>\r\n--x--\r\n";

    #[test]
    fn the_fallback_parses_an_ordinary_mail_like_the_first_parser() {
        let (second, first) = (read_again(MAIL.as_bytes()).unwrap(), parse(MAIL.as_bytes()));
        assert_eq!((&second.subject, &second.from, &second.to), (&first.subject, &first.from, &first.to));
        assert_eq!(second.date, first.date);
        assert_eq!(second.text.as_deref().map(str::trim), first.text.as_deref().map(str::trim));
        assert_eq!(second.html.as_deref().map(str::trim), first.html.as_deref().map(str::trim));
        assert_eq!(second.notes.len(), 1);
    }

    #[test]
    fn a_mail_that_is_too_large_or_empty_is_not_parsed_by_the_fallback() {
        assert!(read_again(b"").is_none());
        assert!(read_again(&[MAIL.as_bytes(), &b"x".repeat(MAX_MAIL_BYTES)].concat()).is_none());
    }
}
