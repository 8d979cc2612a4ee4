//! Tests the SMTP server with clients that follow the standard and with clients that violate it.

// This file exceeds 300 lines because it contains a test for each fault of an SMTP client.

use dropmail_server::{Limits, ServerConfig};
use lettre::{AsyncSmtpTransport, AsyncTransport, Message, Tokio1Executor};
use serde_json::{Value, json};

use super::harness::{Session, Smtp, TestServer, config};

impl TestServer {
    async fn mails(&self, session: &Session) -> Vec<Value> {
        let query =
            "query($id: ID!) { session(id: $id) { mails { raw fromAddr toAddr toAddrOrig headerSubject } } }";
        let data = self.data(query, json!({"id": session.id})).await;
        data["session"]["mails"].as_array().unwrap().clone()
    }
}

#[tokio::test]
async fn lettre_delivers_to_several_sessions_at_once() {
    let harness = TestServer::start().await;
    let (one, two) = (harness.session().await, harness.session().await);
    let message = Message::builder()
        .from("Ann <ann@sender.test>".parse().unwrap())
        .to(one.address.parse().unwrap())
        .cc(two.address.parse().unwrap())
        .subject("Gr\u{fc}\u{df}e")
        .body("Hallo\r\n.\r\n..dots".to_owned())
        .unwrap();
    let mailer = AsyncSmtpTransport::<Tokio1Executor>::builder_dangerous("127.0.0.1")
        .port(harness.server.smtp_addr().port())
        .build();
    mailer.send(message.clone()).await.unwrap();
    for session in [&one, &two] {
        let mails = harness.mails(session).await;
        assert_eq!(mails.len(), 1);
        assert_eq!(mails[0]["headerSubject"], "Gr\u{fc}\u{df}e");
        assert_eq!(mails[0]["fromAddr"], "ann@sender.test");
        assert_eq!(mails[0]["toAddr"], session.address.as_str());
        let sent = [message.formatted(), b"\r\n".to_vec()].concat();
        assert_eq!(mails[0]["raw"].as_str().unwrap().as_bytes(), sent);
    }
}

#[tokio::test]
async fn smtp_commands_get_the_replies_of_rfc_5321() {
    let harness = TestServer::start().await;
    let session = harness.session().await;
    let to = format!("RCPT TO:<{}>", session.address);
    // Each session has fewer wrong commands than the limit that ends it.
    let dialogues: [&[(&str, &str)]; 3] = [
        &[
            ("MAIL FROM:<a@b.test>", "503 5.5.1"),
            ("HELO x", "250 "),
            ("RCPT TO:<a@b.test>", "503 5.5.1"),
            ("DATA", "503 5.5.1"),
            ("", "500 5.5.1"),
            ("STARTTLS", "502 5.5.1"),
            ("AUTH GSSAPI", "504 5.5.4"),
            ("AUTH PLAIN AAAA", "235 2.7.0"),
            ("AUTH PLAIN AAAA", "503 5.5.1"),
            ("EXPN list", "502 5.5.1"),
            ("QUIT", "221 2.0.0"),
        ],
        &[
            ("EHLO x", "250-"),
            ("NOOP anything", "250 2.0.0"),
            ("VRFY someone", "252 2.5.2"),
            ("HELP", "214 2.0.0"),
            ("MAIL FROM:a", "501 "),
            ("MAIL FROM:<a b@c>", "501 "),
            ("MAIL FROM:<a@b.test> SIZE=99999999999", "552 5.3.4"),
            ("MAIL FROM:<a@b.test> BODY=BINARYMIME", "555 5.5.4"),
            ("MAIL FROM:<a@b.test> WHATEVER=1", "555 5.5.4"),
            ("MAIL FROM:<\u{e9}@b.test>", "553 5.6.7"),
            ("QUIT", "221 2.0.0"),
        ],
        &[
            ("HELO x", "250 "),
            ("mail from: <a@b.test> body=8bitmime size=10", "250 2.1.0"),
            ("MAIL FROM:<a@b.test>", "503 5.5.1"),
            ("DATA", "554 5.5.1"),
            ("RCPT TO:<nobody@dropmail.me>", "550 5.1.1"),
            ("RCPT TO:<postmaster>", "550 5.1.1"),
            ("RCPT TO:<>", "550 5.1.1"),
            ("RCPT TO:nobody", "501 5.5.4"),
            (&to, "250 2.1.5"),
            (&to, "250 2.1.5"),
            ("RSET", "250 2.0.0"),
            ("DATA", "503 5.5.1"),
            ("QUIT", "221 2.0.0"),
        ],
    ];
    for dialogue in dialogues {
        let (mut smtp, banner) = Smtp::connect(harness.server.smtp_addr()).await;
        assert!(banner.starts_with("220 ") && banner.contains("ESMTP"), "{banner}");
        for (command, expected) in dialogue {
            let reply = smtp.command(command).await;
            assert!(reply.starts_with(expected), "{command}: {reply}");
        }
        assert_eq!(smtp.read_to_end().await, "");
    }
}

#[tokio::test]
async fn only_implemented_extensions_are_announced() {
    let harness = TestServer::start().await;
    let (mut smtp, _) = Smtp::connect(harness.server.smtp_addr()).await;
    let ehlo = smtp.command("EHLO [127.0.0.1]").await;
    for extension in ["PIPELINING", "SIZE 41943040", "8BITMIME", "SMTPUTF8", "ENHANCEDSTATUSCODES"] {
        assert!(ehlo.contains(extension), "EHLO announces {extension}: {ehlo}");
    }
    assert!(ehlo.contains("AUTH PLAIN LOGIN CRAM-MD5"), "{ehlo}");
    assert!(!ehlo.contains("CHUNKING") && !ehlo.contains("STARTTLS"), "{ehlo}");
}

#[tokio::test]
async fn a_whole_pipelined_dialogue_is_accepted() {
    let harness = TestServer::start().await;
    let session = harness.session().await;
    let mut smtp = harness.smtp().await;
    let one = format!(
        "MAIL FROM:<>\r\nRCPT TO:<{0}>\r\nRCPT TO:<nobody@dropmail.me>\r\nRCPT TO:<{0}>\r\nDATA\r\n\
         Subject: piped\r\n\r\n..\r\n.\r\n",
        session.address
    );
    smtp.send_raw(format!("{one}{one}QUIT\r\n").as_bytes()).await;
    let replies = smtp.read_to_end().await;
    let codes: Vec<&str> = replies.lines().map(|line| line.split(' ').next().unwrap()).collect();
    let each = ["250", "250", "550", "250", "354", "250"];
    assert_eq!(codes, [&each[..], &each[..], &["221"]].concat(), "{replies}");
    let mails = harness.mails(&session).await;
    assert_eq!(mails.len(), 2);
    assert_eq!(mails[0]["raw"], "Subject: piped\r\n\r\n.\r\n");
    assert_eq!(mails[0]["fromAddr"], "");
}

#[tokio::test]
async fn a_bare_cr_or_lf_is_refused_at_once_and_named() {
    let harness = TestServer::start().await;
    let session = harness.session().await;
    let smuggled = format!("MAIL FROM:<evil@x.test>\r\nRCPT TO:<{}>\r\nDATA\r\nevil", session.address);
    for (end, name) in [
        ("\n.\n", "LF"),
        ("\n.\r\n", "LF"),
        ("\r\n.\n", "LF"),
        ("\r.\r", "CR"),
        ("\r\n.\r", "CR"),
        ("\r\n.\r\r\n", "CR"),
        ("\n", "LF"),
    ] {
        let mut smtp = harness.smtp().await;
        assert!(smtp.command("MAIL FROM:<good@x.test>").await.starts_with("250"));
        smtp.command(&format!("RCPT TO:<{}>", session.address)).await;
        smtp.command("DATA").await;
        // The mail has no valid end marker, and the reply must not wait for one.
        smtp.send_raw(format!("Subject: x\r\n\r\nhello{end}{smuggled}").as_bytes()).await;
        let rest = smtp.read_to_end().await;
        assert!(rest.starts_with("500 5.5.2") && rest.contains(name), "{end:?}: {rest}");
        assert_eq!(rest.lines().count(), 1, "{end:?}: {rest}");
    }
    for line in ["EHLO client.test\n", "EHLO client.test\rNOOP"] {
        let (mut smtp, _) = Smtp::connect(harness.server.smtp_addr()).await;
        smtp.send_raw(line.as_bytes()).await;
        let rest = smtp.read_to_end().await;
        assert!(rest.starts_with("500 5.5.2"), "{line:?}: {rest}");
    }
    assert!(harness.mails(&session).await.is_empty());
}

#[tokio::test]
async fn only_crlf_dot_crlf_ends_a_mail() {
    let harness = TestServer::start().await;
    let session = harness.session().await;
    let mut smtp = harness.smtp().await;
    let smuggled = format!("MAIL FROM:<evil@x.test>\r\nRCPT TO:<{}>\r\nDATA\r\nevil", session.address);
    let ends = ["\r\n\0.\r\n", "\r\n. \r\n", "\r\n..\r\n", "\u{2028}.\u{2028}"];
    for end in ends {
        let mail = format!("Subject: x\r\n\r\nhello{end}{smuggled}\r\n");
        assert!(smtp.command("MAIL FROM:<good@x.test>").await.starts_with("250"));
        smtp.command(&format!("RCPT TO:<{}>", session.address)).await;
        smtp.command("DATA").await;
        smtp.send_raw(mail.as_bytes()).await;
        smtp.send_raw(b".\r\n").await;
        assert!(smtp.read_reply().await.starts_with("250"), "{end:?}");
        assert!(
            smtp.command("NOOP").await.starts_with("250"),
            "the server reads the next command after {end:?}"
        );
    }
    let mails = harness.mails(&session).await;
    assert_eq!(mails.len(), ends.len());
    assert!(mails.iter().all(|mail| mail["fromAddr"] == "good@x.test"), "{mails:?}");
}

#[tokio::test]
async fn unambiguous_commands_are_accepted_although_they_break_a_rule() {
    let harness = TestServer::start().await;
    let session = harness.session().await;
    let (mut smtp, _) = Smtp::connect(harness.server.smtp_addr()).await;
    assert!(smtp.command("HELO").await.starts_with("250"));
    for (from, to) in [
        ("MAIL FROM:a@b.test", format!("RCPT TO:{}", session.address)),
        ("MAIL FROM: <a@b.test> SIZE=10", format!("RCPT TO : <{}>", session.address)),
        ("MAIL FROM:<.a..b.@c.test>", format!("rcpt to:{} ", session.address)),
    ] {
        assert!(smtp.command(from).await.starts_with("250"), "{from}");
        assert!(smtp.command(&to).await.starts_with("250"), "{to}");
        assert!(smtp.command("DATA").await.starts_with("354"));
        assert!(smtp.send_content(b"Subject: lenient\r\n\r\n").await.starts_with("250"));
    }
    assert!(smtp.command("MAIL FROM:a@b.test SIZE=99999999999").await.starts_with("552"));
    let mails = harness.mails(&session).await;
    let senders: Vec<&str> = mails.iter().rev().filter_map(|mail| mail["fromAddr"].as_str()).collect();
    assert_eq!(senders, ["a@b.test", "a@b.test", ".a..b.@c.test"]);
}

#[tokio::test]
async fn a_mail_above_the_size_limit_is_refused_before_or_after_data() {
    let limits = Limits { mail_bytes: 1000, ..Limits::default() };
    let harness = TestServer::with(ServerConfig { limits, ..config() }).await;
    let session = harness.session().await;
    let mut smtp = harness.smtp().await;
    assert!(smtp.command("MAIL FROM:<a@b.test> SIZE=1001").await.starts_with("552 5.3.4"));
    for (size, expected) in [(1000, "250"), (1001, "552 5.3.4"), (3_000_000, "552 5.3.4"), (1000, "250")] {
        assert!(smtp.command("MAIL FROM:<a@b.test>").await.starts_with("250"));
        assert!(smtp.command(&format!("RCPT TO:<{}>", session.address)).await.starts_with("250"));
        assert!(smtp.command("DATA").await.starts_with("354"));
        let mail = ["Subject: s\r\n\r\n", &"x".repeat(size - 16), "\r\n"].concat();
        let reply = smtp.send_content(mail.as_bytes()).await;
        assert!(reply.starts_with(expected), "{size}: {reply}");
    }
    assert_eq!(harness.mails(&session).await.len(), 2);
}

#[tokio::test]
async fn line_length_recipients_and_idle_time_are_limited() {
    let limits = Limits { smtp_connections: 1, ..Limits::default() };
    let harness = TestServer::with(ServerConfig { limits, ..config() }).await;
    let session = harness.session().await;
    let mut smtp = harness.smtp().await;
    let (_, banner) = Smtp::connect(harness.server.smtp_addr()).await;
    assert!(banner.starts_with("421 4.3.2"), "{banner}");

    assert!(smtp.command(&"x".repeat(5_000_000)).await.starts_with("500 5.5.2"));
    assert!(smtp.command(&format!("NOOP {}", "x".repeat(3000))).await.starts_with("500 5.5.2"));
    assert!(smtp.command("MAIL FROM:<a@b.test>").await.starts_with("250"));
    for n in 0..100 {
        let to = session.address.replace('@', &format!("+{n}@"));
        assert!(smtp.command(&format!("RCPT TO:<{to}>")).await.starts_with("250"));
    }
    let too_many = smtp.command(&format!("RCPT TO:<{}>", session.address)).await;
    assert!(too_many.starts_with("452 4.5.3"), "{too_many}");
    assert!(smtp.command("DATA").await.starts_with("354"));
    assert!(smtp.send_content(b"Subject: all\r\n\r\n").await.starts_with("250"));
    assert_eq!(harness.mails(&session).await.len(), 100);

    // The two overlong lines also count as wrong commands.
    for _ in 0..7 {
        assert!(smtp.command("NOPE").await.starts_with("500"));
    }
    assert!(smtp.command("NOPE").await.starts_with("421 4.7.0"));
    assert_eq!(smtp.read_to_end().await, "");
}

#[tokio::test]
async fn an_http_request_is_refused_on_the_smtp_port() {
    let harness = TestServer::start().await;
    let session = harness.session().await;
    let dialogue = format!(
        "HELO x\r\nMAIL FROM:<a@b.test>\r\nRCPT TO:<{}>\r\nDATA\r\nSubject: stored\r\n\r\n.\r\n",
        session.address
    );
    for opening in [
        "POST / HTTP/1.1\r\nOrigin: http://evil.test\r\n\r\n",
        "GET / HTTP/1.1\r\n\r\n",
        "Host: localhost:2525\r\n",
        "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n",
        "{\"json\": true}\r\n",
    ] {
        let (mut smtp, _) = Smtp::connect(harness.server.smtp_addr()).await;
        smtp.send_raw(format!("{opening}{dialogue}").as_bytes()).await;
        let replies = smtp.read_to_end().await;
        assert_eq!(replies.lines().count(), 1, "{opening:?}: {replies}");
        assert!(replies.starts_with("554 5.5.1"), "{opening:?}: {replies}");
    }
    assert!(harness.mails(&session).await.is_empty());
}

#[tokio::test]
async fn many_unknown_recipients_are_refused_one_by_one() {
    let harness = TestServer::start().await;
    let mut smtp = harness.smtp().await;
    assert!(smtp.command("MAIL FROM:<a@b.test>").await.starts_with("250"));
    for n in 0..50 {
        assert!(smtp.command(&format!("RCPT TO:<nobody{n}@dropmail.me>")).await.starts_with("550"));
    }
    assert!(smtp.command("NOOP").await.starts_with("250"));
}

#[tokio::test]
async fn esmtp_parameters_and_international_addresses_are_accepted() {
    let harness = TestServer::start().await;
    let session = harness.session().await;
    let (login, domain) = session.address.split_once('@').unwrap();
    let mut smtp = harness.smtp().await;
    let recipients = [
        format!("{login}+shop@{domain}"),
        format!("{login}+a+b@{domain}"),
        format!("{login}@shop.{domain}"),
        format!("{login}@a.b.c.{domain}"),
        session.address.to_uppercase(),
        format!("{login}+\u{fc}ber@{domain}"),
        format!("{login}@b\u{fc}cher.{domain}"),
    ];
    for to in &recipients {
        assert!(smtp.command("MAIL FROM:<\u{e4}@sender.test> SMTPUTF8").await.starts_with("250"));
        assert!(smtp.command(&format!("RCPT TO:<{to}>")).await.starts_with("250"), "{to}");
        assert!(smtp.command("DATA").await.starts_with("354"));
        assert!(smtp.send_content("Subject: \u{fc}\r\n\r\n".as_bytes()).await.starts_with("250"));
    }
    let mails = harness.mails(&session).await;
    let received: Vec<&str> = mails.iter().rev().filter_map(|mail| mail["toAddrOrig"].as_str()).collect();
    assert_eq!(received, recipients);
    assert!(mails.iter().all(|mail| mail["toAddr"] == session.address.as_str()));
    assert!(mails.iter().all(|mail| mail["fromAddr"] == "\u{e4}@sender.test"));
    smtp.command("MAIL FROM:<>").await;
    for to in [format!("x{login}@{domain}"), format!("{login}@x{domain}"), format!("{login}@{domain}.x")] {
        assert!(smtp.command(&format!("RCPT TO:<{to}>")).await.starts_with("550"), "{to}");
    }
}

#[tokio::test]
async fn a_size_parameter_that_overflows_is_refused() {
    let harness = TestServer::start().await;
    let mut smtp = harness.smtp().await;
    for size in
        ["18446744073709551616", "18446744073709551617", "99999999999999999999999999", "9223372036854775808"]
    {
        let reply = smtp.command(&format!("MAIL FROM:<a@sender.test> SIZE={size}")).await;
        assert!(reply.starts_with("552 "), "{size}: {reply}");
    }
    let reply = smtp.command("mail from:<a@sender.test> size=000000000000000000000000000100").await;
    assert!(reply.starts_with("250 "), "{reply}");
}
