//! Lists of mailboxes (RFC 5322, 3.4).

use super::encoded_word;
use crate::domain::mail::Mailbox;
use crate::domain::mime::charset::Charset;
use crate::domain::sanitize::SafeText;
use mail_parser::parsers::MessageStream;
use mail_parser::{Addr, HeaderValue};

/// The mailboxes of a field, in its order. `raw_charset` is that of raw 8-bit text.
pub(super) fn parse_list(raw: &[u8], raw_charset: Charset) -> Vec<Mailbox> {
    let mut line = encoded_word::to_utf8(raw, raw_charset).into_owned();
    line.push(b'\n');
    let HeaderValue::Address(list) = MessageStream::new(&line).parse_address() else { return Vec::new() };
    let mailbox = |one: &Addr<'_>| Mailbox {
        name: SafeText::new(one.name().unwrap_or_default().trim()),
        address: SafeText::new(one.address().unwrap_or_default().trim()),
    };
    list.iter().map(mailbox).filter(|one| !(one.name.is_empty() && one.address.is_empty())).collect()
}
