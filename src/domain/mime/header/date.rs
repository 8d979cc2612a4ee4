//! The moment of a `Date` field (RFC 5322, 3.3 and 4.3).

use crate::domain::time::Timestamp;
use mail_parser::HeaderValue;
use mail_parser::parsers::MessageStream;

/// The moment that a field's value names.
pub(super) fn parse(raw: &[u8]) -> Option<Timestamp> {
    let mut line = raw.to_vec();
    line.push(b'\n');
    let HeaderValue::DateTime(date) = MessageStream::new(&line).parse_date() else { return None };
    if date.is_valid() { Timestamp::from_second(date.to_timestamp()).ok() } else { None }
}
