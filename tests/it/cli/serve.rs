//! Tests those features of the `serve` command that scripts rely on.

use super::run::{command, run};
use std::io::{BufRead, BufReader, Read, Write};
use std::net::TcpStream;
use std::process::{Child, Stdio};

struct Served(Child);

impl Drop for Served {
    fn drop(&mut self) {
        drop(self.0.kill());
        drop(self.0.wait());
    }
}

#[test]
fn serve_prints_its_addresses_and_exits_on_sigterm() {
    let home = tempfile::tempdir().unwrap();
    let child = command(home.path())
        .args(["serve", "--http", "127.0.0.1:0", "--smtp", "127.0.0.1:0"])
        .stdout(Stdio::piped())
        .spawn()
        .unwrap();
    let mut served = Served(child);
    let mut lines = BufReader::new(served.0.stdout.take().unwrap()).lines();
    let http = lines.next().unwrap().unwrap();
    let smtp = lines.next().unwrap().unwrap();
    assert!(http.starts_with("http http://127.0.0.1:") && http.ends_with("/api/graphql"), "{http}");
    assert!(smtp.starts_with("smtp 127.0.0.1:"), "{smtp}");
    let id = served.0.id().to_string();
    assert!(std::process::Command::new("kill").args(["-s", "TERM", &id]).status().unwrap().success());
    assert_eq!(served.0.wait().unwrap().code(), Some(0));
    assert!(lines.next().is_none(), "`serve` prints exactly two lines");
}

/// Sends the SMTP commands in `lines` one by one, and returns the reply to the last command.
fn smtp(address: &str, lines: &[&str]) -> String {
    let mut stream = BufReader::new(TcpStream::connect(address).unwrap());
    let mut reply = String::new();
    stream.read_line(&mut reply).unwrap();
    for line in lines {
        write!(stream.get_mut(), "{line}\r\n").unwrap();
        loop {
            reply.clear();
            stream.read_line(&mut reply).unwrap();
            if reply.as_bytes().get(3) != Some(&b'-') {
                break;
            }
        }
    }
    reply
}

#[test]
fn catch_all_accepts_any_recipient_and_reports_odd_commands() {
    let home = tempfile::tempdir().unwrap();
    let ports = ["--http", "127.0.0.1:0", "--smtp", "127.0.0.1:0", "--smtps", "127.0.0.1:0"];
    let child = command(home.path())
        .args(["serve", "--catch-all", "--token", "af_localtoken1"])
        .args(ports)
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    let mut served = Served(child);
    let mut lines = BufReader::new(served.0.stdout.take().unwrap()).lines().map(Result::unwrap);
    let mut value = |name: &str| {
        let line = lines.next().unwrap();
        line.strip_prefix(name).unwrap_or_else(|| panic!("{line}")).trim().to_owned()
    };
    let (http, address, _) = (value("http"), value("smtp"), value("smtps"));
    let certificate = value("certificate");
    assert!(std::fs::read_to_string(&certificate).unwrap().starts_with("-----BEGIN CERTIFICATE-----"));
    let mail = "Subject: Your code\r\n\r\nYour verification code is 482913.\r\n.";
    let dialogue =
        ["EHLO app", "MAIL FROM:app@example.com", "RCPT TO:<User@Example.com>", "DATA", mail, "QUIT"];
    assert!(smtp(&address, &dialogue).starts_with("221"));
    let options = ["--base-url", &http, "--no-archive", "ls"];
    let listed = run(&options, &[("DROPMAIL_TOKEN", "af_localtoken1")], b"");
    assert!(listed.stdout.contains("user@example.com\t") && listed.stdout.contains("482913"), "{listed:?}");
    let id = served.0.id().to_string();
    assert!(std::process::Command::new("kill").args(["-s", "TERM", &id]).status().unwrap().success());
    assert_eq!(served.0.wait().unwrap().code(), Some(0));
    let mut warnings = String::new();
    served.0.stderr.take().unwrap().read_to_string(&mut warnings).unwrap();
    assert!(warnings.contains("angle brackets"), "{warnings}");
    assert!(!std::path::Path::new(&certificate).exists());
}

#[test]
fn a_port_in_use_is_reported_with_a_remedy() {
    let listener = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let address = listener.local_addr().unwrap().to_string();
    for flag in ["--http", "--smtp"] {
        let other = if flag == "--http" { "--smtp" } else { "--http" };
        let outcome = run(&["serve", flag, &address, other, "127.0.0.1:0"], &[], b"");
        assert_eq!(outcome.code, Some(1));
        assert!(outcome.stderr.contains(&address) && outcome.stderr.contains(flag), "{}", outcome.stderr);
    }
}

#[test]
fn an_invalid_fault_plan_or_rate_is_rejected_with_a_reason() {
    for (flag, value, reason) in [
        ("--faults", "burn=5%", "there is no fault `burn`"),
        ("--faults", "drop=200%", "not a valid chance"),
        ("--mail-rate", "many", "such as 300/1m"),
        ("--captcha", "sometimes", "never, 90d and always"),
        ("--domain-check", "somebody", "the address of a resolver"),
    ] {
        let outcome =
            run(&["serve", flag, value, "--http", "127.0.0.1:0", "--smtp", "127.0.0.1:0"], &[], b"");
        assert_eq!(outcome.code, Some(2), "{flag} {value}");
        assert!(outcome.stderr.contains(reason), "{}", outcome.stderr);
    }
}

#[test]
fn a_token_survives_a_restart_with_a_stored_key() {
    let home = tempfile::tempdir().unwrap();
    let key = home.path().join("key");
    let mut token = String::new();
    for _ in 0..2 {
        let child = command(home.path())
            .args(["serve", "--http", "127.0.0.1:0", "--smtp", "127.0.0.1:0", "--token-key"])
            .arg(&key)
            .stdout(Stdio::piped())
            .spawn()
            .unwrap();
        let mut served = Served(child);
        let mut lines = BufReader::new(served.0.stdout.take().unwrap()).lines();
        let http = lines.next().unwrap().unwrap();
        let host = http.strip_prefix("http http://").unwrap().split('/').next().unwrap().to_owned();
        if token.is_empty() {
            let reply = post(&host, "/api/token/generate", r#"{"type":"af","lifetime":"1d"}"#);
            let reply: serde_json::Value =
                serde_json::from_str(reply.split("\r\n\r\n").nth(1).unwrap()).unwrap();
            token = reply["token"].as_str().unwrap().to_owned();
        }
        let reply = post(&host, &format!("/api/graphql/{token}"), r#"{"query":"{ __typename }"}"#);
        assert!(reply.starts_with("HTTP/1.1 200") && reply.contains("QueryRoot"), "{reply}");
    }
    #[cfg(unix)]
    {
        let mode = std::os::unix::fs::PermissionsExt::mode(&std::fs::metadata(&key).unwrap().permissions());
        assert_eq!(mode & 0o777, 0o600);
    }
}

#[test]
fn the_lifetime_of_issued_tokens_can_be_limited() {
    for (limit, status) in [("1s", 403), ("1h", 200)] {
        let home = tempfile::tempdir().unwrap();
        let child = command(home.path())
            .args(["serve", "--http", "127.0.0.1:0", "--smtp", "127.0.0.1:0", "--max-token-lifetime", limit])
            .stdout(Stdio::piped())
            .spawn()
            .unwrap();
        let mut served = Served(child);
        let mut lines = BufReader::new(served.0.stdout.take().unwrap()).lines();
        let http = lines.next().unwrap().unwrap();
        let host = http.strip_prefix("http http://").unwrap().split('/').next().unwrap().to_owned();
        let reply = post(&host, "/api/token/generate", r#"{"type":"af","lifetime":"1d"}"#);
        let reply: serde_json::Value = serde_json::from_str(reply.split("\r\n\r\n").nth(1).unwrap()).unwrap();
        let path = format!("/api/graphql/{}", reply["token"].as_str().unwrap());
        let ask = || post(&host, &path, r#"{"query":"{ __typename }"}"#);
        let expected = format!("HTTP/1.1 {status}");
        // The token with a lifetime of one second is valid at first.
        let replies = std::iter::repeat_with(ask).take(100_000);
        let is_expected = |reply: String| reply.starts_with(&expected);
        assert!(replies.into_iter().any(is_expected), "{limit}: no reply with the status {status}");
    }
}

#[test]
fn tokens_from_a_file_or_the_environment_stay_out_of_the_process_list() {
    let home = tempfile::tempdir().unwrap();
    let file = home.path().join("tokens");
    std::fs::write(&file, "# tokens of a test\n\n  af_fromafile1\naf_fromafile2\n").unwrap();
    let child = command(home.path())
        .args(["serve", "--http", "127.0.0.1:0", "--smtp", "127.0.0.1:0", "--token-file"])
        .arg(&file)
        .env("DROPMAIL_SERVE_TOKEN", "af_fromvariable")
        .stdout(Stdio::piped())
        .spawn()
        .unwrap();
    let mut served = Served(child);
    let mut lines = BufReader::new(served.0.stdout.take().unwrap()).lines();
    let http = lines.next().unwrap().unwrap();
    let host = http.strip_prefix("http http://").unwrap().split('/').next().unwrap().to_owned();
    for (token, status) in
        [("af_fromafile1", 200), ("af_fromafile2", 200), ("af_fromvariable", 200), ("af_fromnowhere", 403)]
    {
        let reply = post(&host, &format!("/api/graphql/{token}"), r#"{"query":"{ __typename }"}"#);
        assert!(reply.starts_with(&format!("HTTP/1.1 {status}")), "{token}: {reply}");
    }
    #[cfg(target_os = "linux")]
    {
        let listed = std::fs::read_to_string(format!("/proc/{}/cmdline", served.0.id())).unwrap();
        assert!(!listed.contains("af_"), "{listed}");
    }
}

#[test]
fn an_invalid_token_line_is_reported_by_number_and_not_printed() {
    let home = tempfile::tempdir().unwrap();
    let file = home.path().join("tokens");
    std::fs::write(&file, "af_agoodtoken\naf_secret/secret\n").unwrap();
    let outcome = run(&["serve", "--token-file", file.to_str().unwrap()], &[], b"");
    assert_eq!(outcome.code, Some(2));
    assert!(outcome.stderr.contains("line 2"), "{}", outcome.stderr);
    assert!(!outcome.stderr.contains("secret"), "{}", outcome.stderr);
}

/// Returns the resident anonymous memory of a process in KiB.
#[cfg(target_os = "linux")]
fn anonymous_kib(process: u32) -> u64 {
    let status = std::fs::read_to_string(format!("/proc/{process}/status")).unwrap();
    let line = status.lines().find_map(|line| line.strip_prefix("RssAnon:")).unwrap();
    line.split_whitespace().next().unwrap().parse().unwrap()
}

#[test]
#[cfg(target_os = "linux")]
#[expect(
    clippy::disallowed_methods,
    reason = "no event reports that the memory of a process shrank, so the test polls"
)]
fn memory_is_freed_when_an_expired_session_drops_its_mails() {
    use std::io::Write;

    const MAILS: usize = 2_000;
    let home = tempfile::tempdir().unwrap();
    let child = command(home.path())
        .args(["serve", "--http", "127.0.0.1:0", "--smtp", "127.0.0.1:0", "--session-lifetime", "2"])
        .env("DROPMAIL_SERVE_TOKEN", "af_memorytest")
        .stdout(Stdio::piped())
        .spawn()
        .unwrap();
    let mut served = Served(child);
    let mut lines = BufReader::new(served.0.stdout.take().unwrap()).lines();
    let http = lines.next().unwrap().unwrap();
    let host = http.strip_prefix("http http://").unwrap().split('/').next().unwrap().to_owned();
    let smtp = lines.next().unwrap().unwrap();
    let query = r#"{"query":"mutation { introduceSession { addresses { address } } }"}"#;
    let reply = post(&host, "/api/graphql/af_memorytest", query);
    let reply: serde_json::Value = serde_json::from_str(reply.split("\r\n\r\n").nth(1).unwrap()).unwrap();
    let address = reply["data"]["introduceSession"]["addresses"][0]["address"].as_str().unwrap().to_owned();
    let before = anonymous_kib(served.0.id());

    let mut stream = TcpStream::connect(smtp.strip_prefix("smtp ").unwrap()).unwrap();
    let mut replies = BufReader::new(stream.try_clone().unwrap()).lines();
    let mut reply = |code: &str| {
        let line = replies.next().unwrap().unwrap();
        assert!(line.starts_with(code), "{line}");
    };
    let body = "a line of the mail\r\n".repeat(500);
    let mail = format!("From: a@sender.test\r\nSubject: large\r\n\r\n{body}.\r\n");
    reply("220 ");
    stream.write_all(b"HELO test\r\n").unwrap();
    reply("250 ");
    for _ in 0..MAILS {
        for (text, code) in [
            ("MAIL FROM:<a@sender.test>\r\n".to_owned(), "250 "),
            (format!("RCPT TO:<{address}>\r\n"), "250 "),
            ("DATA\r\n".to_owned(), "354 "),
            (mail.clone(), "250 "),
        ] {
            stream.write_all(text.as_bytes()).unwrap();
            reply(code);
        }
    }
    let with_mails = anonymous_kib(served.0.id());
    assert!(with_mails > before + 15_000, "{MAILS} mails increase memory use: {before} to {with_mails} KiB");
    // The connection stays open, because the server must free memory even while a client is connected.
    let deadline = std::time::Instant::now() + std::time::Duration::from_mins(1);
    while anonymous_kib(served.0.id()) > before + 6_000 {
        assert!(
            std::time::Instant::now() < deadline,
            "{before}, {with_mails}, then {}",
            anonymous_kib(served.0.id())
        );
        std::thread::sleep(std::time::Duration::from_millis(50));
    }
}

pub(super) fn post(host: &str, path: &str, body: &str) -> String {
    use std::io::{Read, Write};
    let mut stream = TcpStream::connect(host).unwrap();
    let length = body.len();
    let head =
        format!("POST {path} HTTP/1.1\r\nHost: {host}\r\nConnection: close\r\nContent-Length: {length}\r\n");
    write!(stream, "{head}\r\n{body}").unwrap();
    let mut reply = String::new();
    stream.read_to_string(&mut reply).unwrap();
    reply
}
