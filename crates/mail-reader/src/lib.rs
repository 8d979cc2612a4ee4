//! Reads mails for display in a terminal: parses MIME, decodes charsets, converts HTML, makes text safe to display, and
//! lays it out in styled lines.
//!
//! All functions only process data, without access to a clock, a disk, a network or a terminal. The input may be
//! hostile. Therefore each function limits its own work, returns a result for any input, and never panics.
//!
//! | to | start with |
//! |---|---|
//! | parse a raw mail | [`mime::parse`], which returns a [`mail::Mail`] |
//! | show a mail in lines of styled text | [`richtext::render`] |
//! | make HTML safe for a browser or a program | [`html::sanitize`], [`browser_page()`] |
//! | make text safe for a terminal or a file name | [`sanitize::SafeText`], [`sanitize::SafeName`] |
//! | read and write mbox files | [`mbox`] |
//!
//! ```
//! use mail_reader::{mime, richtext};
//!
//! let raw = b"Subject: Hello\r\nContent-Type: text/html\r\n\r\n<p>Read <b>this</b>.</p>";
//! let mail = mime::parse(raw);
//! let lines = richtext::render(&mail, raw, richtext::View::Html, 72);
//! let text: String = lines[0].spans.iter().map(|span| span.text.as_str()).collect();
//! assert_eq!(text, "Read this.");
//! ```

#![warn(clippy::wildcard_enum_match_arm)]

pub mod ambiguous_width;
pub mod ascii;
pub mod bare_url;
mod browser_page;
pub mod html;
mod image_file;
pub mod interrupt;
pub mod link_url;
pub mod mail;
pub mod mbox;
pub mod mime;
mod packed;
pub mod panic_guard;
pub mod progress;
pub mod richtext;
pub mod sanitize;
pub mod shared_str;
pub mod smtp_oddity;
pub mod text_width;

pub use browser_page::browser_page;

#[cfg(doctest)]
#[doc = include_str!("../README.md")]
struct Readme;
