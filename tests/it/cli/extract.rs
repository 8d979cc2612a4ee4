//! Tests the `extract` command, which works offline and prints one line per mail.

use super::run::run;

const CODE: &[u8] = b"From: Shop <no-reply@shop.example>\r\nSubject: Your verification code\r\n\r\n\
    Your verification code is:\r\n\r\n482913\r\n";
const LINK: &[u8] = b"From: Forum <hello@forum.example>\r\nSubject: Confirm your address\r\n\r\n\
    Confirm your address: https://forum.example/confirm?token=9f8e7d6c5b4a3210\r\n";

#[test]
fn the_best_code_or_link_is_printed_alone() {
    for (mail, best) in [(CODE, "482913"), (LINK, "https://forum.example/confirm?token=9f8e7d6c5b4a3210")] {
        let outcome = run(&["extract"], &[], mail);
        assert_eq!((outcome.code, outcome.stderr.as_str()), (Some(0), ""));
        assert_eq!(outcome.stdout, format!("{best}\n"));
    }
}

#[test]
fn json_lists_all_codes_and_links() {
    let outcome = run(&["extract", "--json", "-"], &[], CODE);
    let line: serde_json::Value = serde_json::from_str(&outcome.stdout).unwrap();
    assert_eq!(line["file"], "-");
    assert_eq!(line["codes"][0]["value"], "482913");
    assert!(line["codes"][0]["confidence"].as_f64().unwrap() >= 0.5);
    assert!(!line["codes"][0]["reason"].as_str().unwrap().is_empty());
    assert!(line["links"].is_array());
}

#[test]
fn a_missing_file_is_reported_and_the_others_are_read() {
    let outcome = run(&["extract", "missing.eml", "-"], &[], CODE);
    assert_eq!(outcome.code, Some(1));
    assert_eq!(outcome.stdout, "482913\n");
    assert!(outcome.stderr.contains("missing.eml"), "{}", outcome.stderr);
}

#[test]
fn bytes_that_are_not_a_mail_cause_no_error() {
    let outcome = run(&["extract"], &[], b"\x00\xff\xfe garbage \x1b[2J");
    assert_eq!((outcome.code, outcome.stdout.as_str(), outcome.stderr.as_str()), (Some(0), "\n", ""));
}
