//! Tests the `ls`, `read` and `save` commands on received mails.

use super::harness::CliHarness;

fn with_attachment(to: &str) -> String {
    format!(
        "From: Shop <no-reply@shop.example>\r\nTo: {to}\r\nSubject: Your order\r\nMIME-Version: 1.0\r\n\
         Content-Type: multipart/mixed; boundary=b\r\n\r\n--b\r\nContent-Type: text/html\r\n\r\n\
         <p>Hello <b>you</b><script>x()</script></p>\r\n--b\r\nContent-Type: text/plain\r\n\
         Content-Disposition: attachment; filename=\"../../a\tb.txt\"\r\n\r\nthe content\r\n--b--\r\n"
    )
}

#[test]
fn mails_are_listed_newest_first() {
    let harness = CliHarness::new();
    assert_eq!(harness.run_ok(&["ls"]), "");
    let address = harness.new_address();
    assert_eq!(harness.json(&["ls"]), serde_json::json!([]));
    harness.send(&address, "Your verification code", "Your verification code is: 482913");
    harness.send(&address, "a\ttab", "Nothing to see.");
    assert_eq!(harness.run_ok(&["ls", "--kept"]), "", "`--kept` lists only stored mail");
    let rows = harness.run_ok(&["ls"]);
    let rows: Vec<Vec<&str>> = rows.lines().map(|row| row.split('\t').collect()).collect();
    assert_eq!(rows.len(), 2);
    assert_eq!(rows[0][2..], [address.as_str(), "Shop", "-", "a tab"]);
    assert_eq!(rows[1][2..], [address.as_str(), "Shop", "482913", "Your verification code"]);
    let all = harness.json(&["ls", "--kept"]);
    assert_eq!(all[1]["id"], rows[1][0]);
    assert_eq!(all[1]["code"], "482913");
    assert_eq!(all[1]["received_at"], rows[1][1]);
    assert_eq!(all[1]["from"], "no-reply@shop.example");
    assert_eq!(harness.run_ok(&["ls", "--kept", "--address", "other@dropmail.me"]), "");
}

#[test]
fn ls_filters_like_the_mailbox() {
    let harness = CliHarness::new();
    let address = harness.new_address();
    harness.send(&address, "Your verification code", "Your verification code is: 482913");
    harness.send_raw(&address, "From: Rivera, Ana <ana@tidepool.example>\r\nSubject: Trip\r\n\r\nwords\r\n");
    assert_eq!(harness.json(&["ls"])[0]["sender_address"], "ana@tidepool.example");
    let subjects = |filter: &[&str]| {
        let rows = harness.json(&[&["ls", "--kept"], filter].concat());
        let subjects = rows.as_array().unwrap().iter().map(|row| row["subject"].as_str().unwrap().to_owned());
        subjects.collect::<Vec<_>>()
    };
    for filter in ["from:tidepool", "from:\"rivera, ana\"", "subject:trip", "tidepool"] {
        assert_eq!(subjects(&[filter]), ["Trip"], "{filter}");
    }
    // `from:` also searches the envelope sender and the display name.
    assert_eq!(subjects(&["from:shop.example", "has:code"]), ["Your verification code"]);
    assert!(subjects(&["from:tidepool", "has:code"]).is_empty());
    harness.run_err(&["ls", "form:shop"], 2, "no form: here, but from:");
}

#[test]
fn read_includes_the_warnings_of_the_message_header() {
    let harness = CliHarness::new();
    let raw = "From: a@bank.example\r\nSubject: x\r\nContent-Type: text/html\r\n\r\n\
         <p>Your code is 482913</p><a href=\"https://evil.example/x?confirm=1\">https://bank.example/login</a>";
    let path = harness.write("lie.eml", raw);
    let text = harness.run_ok(&["read", &path]);
    assert!(text.contains("Code: 482913\n") && text.contains("Careful: a link: "), "{text}");
    assert!(text.contains("\n[1] https://evil.example/x?confirm=1\n"), "{text}");
    let json = harness.json(&["read", &path]);
    assert!(json["links"][0]["warnings"][0].as_str().unwrap().contains("evil.example"), "{json}");
}

#[test]
fn read_prints_a_mail_in_every_format() {
    let harness = CliHarness::new();
    let address = harness.new_address();
    let raw = with_attachment(&address);
    harness.send_raw(&address, &raw);
    let id = harness.json(&["ls"])[0]["id"].as_str().unwrap().to_owned();
    let read = |flags: &[&str]| harness.run_ok(&[&["read", id.as_str()], flags].concat());
    let text = read(&[]);
    assert!(text.starts_with("From: Shop <no-reply@shop.example>\n") && text.contains("Hello you"), "{text}");
    assert!(read(&["--raw"]).contains(&raw), "the raw mail follows the headers of the server unchanged");
    let html = read(&["--html"]);
    assert!(html.contains("<b>you</b>") && !html.contains("script"), "{html}");
    assert!(read(&["--headers"]).contains("Subject: Your order\n"));
    let parts = read(&["--parts"]);
    let [number, kind, size, name] = parts.trim_end().split('\t').collect::<Vec<_>>()[..] else {
        panic!("a part is not listed with number, type, size and name: {parts:?}")
    };
    assert!(number.parse::<usize>().is_ok(), "{parts:?}");
    assert_eq!((kind, size), ("text/plain", "11"));
    assert!(name.ends_with("b.txt") && !name.contains('/'), "the attachment name contains a path: {name}");
    assert!(read(&["--width", "10"]).lines().skip(4).all(|line| line.chars().count() <= 10));
    let document = harness.json(&["read", &id]);
    assert_eq!(document["subject"], "Your order");
    assert_eq!(document["envelope"]["id"], *id);
    assert_eq!(document["parts"][0]["size"], 11);
    assert!(document["text"].as_str().unwrap().contains("Hello you"));
    harness.run_err(&["read", "TWFpbDpub3RoaW5n"], 5, "TWFpbDpub3RoaW5n");
    harness.run_err(&["read", &id, "--html", "--raw"], 2, "--raw");

    let folder = harness.home.path().join("out");
    let dir = folder.to_str().unwrap();
    let saved = harness.run_ok(&["save", &id, "--dir", dir]);
    assert_eq!(saved, format!("{dir}/Your order.eml\n"));
    assert!(std::fs::read_to_string(saved.trim_end()).unwrap().contains(&raw));
    let parts = harness.json(&["save", &id, "--attachments", "--dir", dir]);
    let path = std::path::PathBuf::from(parts["saved"][0].as_str().unwrap());
    assert_eq!(path.parent(), Some(folder.as_path()), "the attachment is saved in the given folder");
    assert_eq!(std::fs::read_to_string(path).unwrap().trim_end(), "the content");
}

#[test]
fn oddities_of_the_smtp_delivery_are_reported_with_the_mail() {
    use std::io::{BufRead, BufReader, Write};
    let harness = CliHarness::new();
    let address = harness.new_address();
    harness.send(&address, "as it should be", "hello");
    let stream = std::net::TcpStream::connect(harness.smtp).unwrap();
    let mut replies = BufReader::new(stream.try_clone().unwrap()).lines();
    let mut ask = |text: &str| {
        (&stream).write_all(text.as_bytes()).unwrap();
        replies.find(|line| line.as_ref().unwrap().as_bytes()[3] == b' ').unwrap().unwrap()
    };
    ask("");
    let raw = "From: a@b.test\r\nSubject: odd\r\n\r\nhello\r\n";
    let recipient = format!("RCPT TO: <{address}>\r\n");
    for command in ["HELO\r\n", "MAIL FROM:a@b.test\r\n", &recipient, "DATA\r\n", &format!("{raw}.\r\n")] {
        let reply = ask(command);
        assert!(reply.starts_with(['2', '3']), "{command:?}: {reply}");
    }
    let listed = harness.json(&["ls"]);
    assert_eq!(
        listed[0]["oddities"],
        serde_json::json!(["no-angle-brackets", "space-around-colon", "no-client-name"])
    );
    assert_eq!(listed[1]["oddities"], serde_json::json!([]));
    let id = listed[0]["id"].as_str().unwrap();
    assert_eq!(harness.run_ok(&["read", "--raw", id]), raw, "the raw mail is stored unchanged");
    let shown = harness.run_ok(&["read", id]);
    assert_eq!(shown.matches("Delivery: ").count(), 3, "{shown}");
    assert!(shown.contains("Delivery: the address has no angle brackets"), "{shown}");
}
