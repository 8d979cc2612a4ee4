//! Parses the header fields of a mail or a MIME part (RFC 5322, RFC 2045, RFC 2047, RFC 2231, RFC 6532).
//!
//! Real mails violate all of these RFCs. Therefore, the parsers accept the forms that occur in mails, and preserve as
//! much content as possible. For any input, each parser returns a result of limited size in linear time.

mod block;
mod content;
mod date;
mod encoded_word;
mod folding;
mod lexer;
mod mailbox;
mod parameters;

pub(super) use block::HeaderBlock;
pub(super) use content::{ContentDisposition, ContentType, TransferEncoding, file_name};
