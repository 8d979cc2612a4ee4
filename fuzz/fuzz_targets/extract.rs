//! Fuzz target: parses arbitrary bytes as a mail, extracts codes and links, and lays out and prints the mail.
#![no_main]

use libfuzzer_sys::fuzz_target;

fuzz_target!(init: dropmail_tui_fuzz::checks::abort_at_panics(), |data: &[u8]| {
    let mail = mail_codes::parse(data);
    for code in &mail.findings.codes {
        assert!(!code.value.is_empty() && !code.reason.is_empty());
    }
    for link in &mail.findings.links {
        assert!(link.url.is_ascii());
    }
    assert!(!mail_codes::to_json("fuzz.eml", &mail.findings).contains('\n'));
});
