//! Tests the `release` command. The server must receive the exact bytes of the mail, and the command must not send the
//! mail without confirmation.

use super::harness::CliHarness;

/// Returns a mail with content that SMTP software tends to change: dots at the start of lines, spaces at the end of
/// lines, and 8-bit text.
fn mail_with_oddities(to: &str) -> String {
    format!(
        "From: Shop <no-reply@shop.example>\r\nTo: {to}\r\nSubject: =?utf-8?q?S=C3=BCbject?=\r\n\r\n\
         .one dot\r\n..two\r\n.\r\nspaces  \r\n\u{fc}ml\u{e4}ut\r\n\r\n\r\n"
    )
}

#[test]
fn release_sends_the_bytes_of_the_mail_to_the_server() {
    let harness = CliHarness::new();
    let (first, second) = (harness.new_address(), harness.new_address());
    harness.send_raw(&first, &mail_with_oddities(&first));
    let id = harness.json(&["ls"])[0]["id"].as_str().unwrap().to_owned();
    let server = harness.smtp.to_string();
    let args = ["release", &id, "--to", &second, "--smtp", &server, "--yes"];
    let reply = harness.run_ok(&args);
    assert!(reply.starts_with("250 "), "{reply}");
    let listed = harness.json(&["ls", "--to", &second]);
    let received = listed[0]["id"].as_str().unwrap();
    let raw = harness.run_ok(&["read", "--raw", &id]);
    assert!(raw.starts_with(&mail_with_oddities(&first)));
    assert_eq!(harness.run_ok(&["read", "--raw", received]), raw);
    assert_eq!(listed[0]["from"], "no-reply@shop.example", "{listed}");
    let history = harness.json(&["history", &first]);
    assert_eq!((&history[0]["action"], &history[0]["mail_id"]), (&"released".into(), &id.as_str().into()));
    let json = harness.json(&["release", &id, "--to", &second, "--smtp", &server, "--yes", "--from", "<>"]);
    assert_eq!(json["to"][0], *second);
    assert_eq!((&json["server"], &json["id"]), (&server.into(), &id.into()));
}

#[test]
fn release_sends_nothing_unconfirmed_or_changed_and_no_plain_text_password() {
    let harness = CliHarness::new();
    let address = harness.new_address();
    let server = harness.smtp.to_string();
    let mail = harness.write("a.eml", &mail_with_oddities("a@b.example"));
    let with = |more: &[&str]| {
        let all = ["release", &mail, "--to", &address, "--smtp", &server];
        all.iter().copied().chain(more.iter().copied()).map(str::to_owned).collect::<Vec<_>>()
    };
    let bad = |args: Vec<String>, code, reason| {
        let args: Vec<&str> = args.iter().map(String::as_str).collect();
        harness.run_err(&args, code, reason);
    };
    bad(with(&[]), 2, "add --yes");
    bad(with(&["--yes", "--starttls"]), 1, "the mail was not sent");
    bad(with(&["--yes", "--user", "me"]), 2, "DROPMAIL_SMTP_PASSWORD");
    bad(with(&["--yes", "--from", "not an address"]), 2, "--from");
    let arguments =
        ["release", &mail, "--to", &address, "--smtp", "mail.example.com:587", "--user", "me", "--yes"];
    harness.run_err(&arguments, 2, "unencrypted");
    harness.run_err(&["release", &mail, "--to", "nobody@shop.example", "--smtp", &server, "--yes"], 6, "550");
    harness.run_err(&["release", "nothing", "--to", &address, "--smtp", &server, "--yes"], 5, "nothing");
    harness.run_err(&["release", &mail, "--to", &address, "--smtp", "127.0.0.1:1", "--yes"], 1, "not sent");
    let bare_path = harness.write("bare.eml", "Subject: x\n\nbody\n");
    harness.run_err(&["release", &bare_path, "--to", &address, "--smtp", &server, "--yes"], 1, "byte 10");
    assert_eq!(harness.json(&["ls"]).as_array().unwrap().len(), 0);
}

#[test]
fn release_reads_the_login_from_the_environment() {
    let harness = CliHarness::new();
    let address = harness.new_address();
    let server = harness.smtp.to_string();
    let mail = harness.write("a.eml", &mail_with_oddities("a@b.example"));
    let args = ["release", &mail, "--to", &address, "--smtp", &server, "--user", "me", "--yes"];
    let outcome = harness.run_with(&args, &[("DROPMAIL_SMTP_PASSWORD", "correct horse")]);
    assert_eq!((outcome.code, outcome.stderr.as_str()), (Some(0), ""), "{outcome:?}");
}
