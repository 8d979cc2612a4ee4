//! Fuzz target: parses generated mails with nested parts, unusual boundaries, encodings and header forms. If a mail
//! contains nothing unusual, the parser must return each of its files byte for byte.
#![no_main]

use dropmail_tui_fuzz::checks;
use mail_reader::mime;
use dropmail_tui_fuzz::grammar::{Choices, mail};
use libfuzzer_sys::fuzz_target;

fuzz_target!(init: checks::abort_at_panics(), |data: &[u8]| {
    let made = mail::make(&mut Choices::new(data));
    let read = checks::mail(&made.raw);
    let Some(files) = made.files else { return };
    let found: Vec<Vec<u8>> =
        read.attachments.iter().filter_map(|file| mime::attachment_bytes(&made.raw, file.part)).collect();
    for file in files.iter().filter(|file| !file.is_empty()) {
        assert!(
            found.contains(file),
            "lost: {:?} in {:?}",
            String::from_utf8_lossy(file),
            String::from_utf8_lossy(&made.raw)
        );
    }
});
