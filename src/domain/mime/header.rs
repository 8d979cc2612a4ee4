//! Header fields of a mail or of one of its parts (RFC 5322, RFC 2045, RFC 2047, RFC 2231, RFC 6532).
//!
//! Real mail breaks all of these, so each reader here takes what mails hold and loses as little as it
//! can. Each is total, linear in the size of its field and bounded in what it returns.

mod block;
mod content;
mod date;
mod encoded_word;
mod lexer;
mod mailbox;
mod parameters;

pub(super) use block::HeaderBlock;
pub(super) use content::{ContentDisposition, ContentType, TransferEncoding, file_name};
