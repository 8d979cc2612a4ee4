//! Fuzz target: lays out and sanitises generated pages with nested and misnested tags, styles, tables, lists and
//! entities.
#![no_main]

use dropmail_tui_fuzz::checks;
use dropmail_tui_fuzz::grammar::{Choices, html};
use libfuzzer_sys::fuzz_target;

fuzz_target!(init: checks::abort_at_panics(), |data: &[u8]| {
    let page = html::make(&mut Choices::new(data), 60);
    let mut raw = b"Subject: s\r\nContent-Type: text/html; charset=utf-8\r\n\r\n".to_vec();
    raw.extend_from_slice(page.as_bytes());
    let _mail = checks::mail(&raw);
});
