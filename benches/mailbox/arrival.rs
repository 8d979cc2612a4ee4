//! Measures the time from the server's acceptance of a mail (reply `250`) until the screen or the clipboard contains
//! the code from the mail.

use super::{report, terminal::Terminal};
use lettre::transport::smtp::SmtpTransport;
use lettre::{Address, Transport, address::Envelope};
use std::time::{Duration, Instant};

/// Number of mails that are sent for each of the two measurements: the time until the code is on the screen, and the
/// time until it is in the clipboard.
const MAILS: u32 = 200;

pub(crate) fn measure() {
    let home = tempfile::tempdir().unwrap();
    let mut terminal = Terminal::start(&["--local", "--smtp", "127.0.0.1:0"], home.path(), (120, 40));
    terminal.wait_for_text("push");
    let screen = terminal.screen();
    let word = |with: &str| screen.split_whitespace().find(|word| word.contains(with)).unwrap().to_owned();
    let address = word("@");
    let port = screen.split("SMTP 127.0.0.1:").nth(1).unwrap();
    let port: String = port.chars().take_while(char::is_ascii_digit).collect();
    let smtp = SmtpTransport::builder_dangerous("127.0.0.1").port(port.parse().unwrap()).build();
    let to_screen = (0..MAILS).map(|n| one(&terminal, &smtp, &address, 100_000 + n * 7, false)).collect();
    terminal.type_keys("w");
    terminal.wait_for_text("watching");
    let to_clipboard = (0..MAILS).map(|n| one(&terminal, &smtp, &address, 500_000 + n * 7, true)).collect();
    report("250 for DATA to code on screen", to_screen, "p50 < 25 ms, p99 < 100 ms");
    report("250 for DATA to code in clipboard (OSC 52)", to_clipboard, "p50 < 25 ms, p99 < 100 ms");
    terminal.type_keys("q");
    terminal.end();
}

/// Sends a mail. Returns the time from the server's acceptance of the mail until its code appears: in the clipboard if
/// `clipboard` is `true`, or on the screen if it is `false`.
fn one(terminal: &Terminal, smtp: &SmtpTransport, address: &str, code: u32, clipboard: bool) -> Duration {
    let raw = format!(
        "From: Shop <no-reply@shop.example>\r\nTo: {address}\r\nSubject: Your verification code\r\n\
         Content-Type: text/plain; charset=utf-8\r\n\r\nYour verification code is:\r\n\r\n{code}\r\n"
    );
    let sender: Address = "no-reply@shop.example".parse().unwrap();
    let envelope = Envelope::new(Some(sender), vec![address.parse().unwrap()]).unwrap();
    let code = code.to_string();
    // The thread that reads the terminal checks the screen whenever output arrives.
    let seen = if clipboard { terminal.expect_copy(&code) } else { terminal.expect_text(&code) };
    smtp.send_raw(&envelope, raw.as_bytes()).unwrap();
    let accepted = Instant::now();
    seen.wait().saturating_duration_since(accepted)
}
