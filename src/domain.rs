//! The data of a disposable mailbox: sessions, addresses, mails, codes and links, and the text that may be
//! shown of them.
//!
//! Every item here is a total function over data, without access to a clock, a disk, a network or a
//! terminal. Input may be hostile, so each function bounds its own work and never panics.

pub mod ascii;
pub(crate) mod bare_url;
pub mod base_url;
pub mod download_host;
pub mod extract;
pub mod html;
pub mod ids;
pub mod interrupt;
pub mod mail;
pub mod mail_json;
pub mod mbox;
pub mod mime;
pub mod panic_guard;
pub mod progress;
pub mod push_transport;
pub mod richtext;
pub mod sanitize;
pub mod search;
pub mod secrets;
pub mod session;
pub mod session_sync;
mod shared_str;
pub mod text_sketch;
pub mod text_width;
pub mod time;
pub mod token_lifetime;
pub mod transport_selector;

#[cfg(test)]
mod tests;
