//! Parses header fields of a mail or a part (RFC 5322, RFC 2045, RFC 2047, RFC 2231, RFC 6532).
//!
//! Real mail violates all of these RFCs, so each parser accepts what mails contain and loses as little as
//! possible. Each parser is total, linear in the size of its field, and returns a bounded result.

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
