//! Creates an animated image that shows the main task of the program: the user copies an address, receives mails, and
//! copies a code and a link from them.

use super::font::Font;
use super::grid::{DARK, Grid};
use super::svg::{self, Frame};
use super::terminal::Terminal;
use std::io::{BufRead, BufReader, Write};
use std::net::TcpStream;

const SIZE: (u16, u16) = (100, 27);
const CODE: &str = include_str!("../../assets/demo/7-code.eml");
const LINK: &str = include_str!("../../assets/demo/4-link.eml");

pub(crate) fn moving_picture(font: &Font) -> String {
    let (mut terminal, _home, own) = super::start(&["--local", "--smtp", "127.0.0.1:0"], "terminal", SIZE);
    let mut frames = Vec::new();
    let mut take = |terminal: &Terminal, tenths: u32, key: &'static str, caption: &'static str| {
        frames.push(Frame { grid: Grid::new(&terminal.cells(), &DARK, &own), tenths, key, caption });
    };
    terminal.wait_for_screen("the empty inbox", |screen| {
        screen.contains("Waiting for mail to")
            && screen.contains("SMTP 127.0.0.1:")
            && !screen.contains("New address")
    });
    take(&terminal, 20, "dropmail-tui", "an address at once, without a sign-up");
    terminal.type_keys("a");
    terminal.wait_for_text("Copied the address");
    take(&terminal, 20, "a", "copies the address: give it to the site");
    send(&terminal, &own, CODE);
    terminal.wait_for_text("Harbour Accounts");
    terminal.wait_for_text("It expires in 10 minutes");
    gone(&terminal, "Copied the address");
    take(&terminal, 20, "push", "the mail is there as soon as it is sent, its code in the list");
    terminal.type_keys("c");
    terminal.wait_for_text("Copied the code 482951");
    take(&terminal, 25, "c", "copies the code");
    send(&terminal, &own, LINK);
    terminal.wait_for_text("Quillboard");
    gone(&terminal, "Copied the code");
    terminal.type_keys("k");
    terminal.wait_for_text("verify");
    take(&terminal, 15, "push", "another mail, with a link to confirm");
    terminal.type_keys("\r");
    terminal.wait_for_text("Inbox 2 · 1 unread");
    terminal.wait_for_text("works for 24 hours");
    take(&terminal, 20, "Enter", "reads it");
    terminal.type_keys("Y");
    terminal.wait_for_text("Enter copies");
    take(&terminal, 15, "Y", "shows where each link really leads");
    terminal.type_keys("\r");
    terminal.wait_for_text("Copied the link");
    take(&terminal, 15, "Enter", "copies the link");
    terminal.type_keys("\x03");
    terminal.end();
    svg::moving_picture(font, &frames, "The main job: an address, a mail, its code and its link")
}

fn gone(terminal: &Terminal, words: &str) {
    terminal.wait_for_screen("the screen without the notice", |screen| !screen.contains(words));
}

/// Sends a sample mail over SMTP to the local server, whose port is in the status line.
fn send(terminal: &Terminal, to: &str, template: &str) {
    let screen = terminal.screen();
    let port = regex::Regex::new(r"SMTP (127\.0\.0\.1:\d+)").unwrap();
    let server = port.captures(&screen).unwrap().get(1).unwrap().as_str().to_owned();
    let mut stream = TcpStream::connect(server).unwrap();
    let mut answers = BufReader::new(stream.try_clone().unwrap());
    let mut answer = || {
        let mut line = String::new();
        answers.read_line(&mut line).unwrap();
        line
    };
    answer();
    let mail = template.replace("\r\n", "\n").replace('\n', "\r\n");
    let mail = mail
        .replace("{{address}}", to)
        .replace("{{date}}", "Mon, 14 Sep 2026 10:24:07 +0000")
        .replace("{{id}}", "1");
    let from = regex::Regex::new("From: .*<(.*)>").unwrap();
    let from = from.captures(&mail).unwrap().get(1).unwrap().as_str();
    let end = format!("{mail}\r\n.");
    for line in ["HELO screenshots", &format!("MAIL FROM:<{from}>"), &format!("RCPT TO:<{to}>"), "DATA", &end]
    {
        write!(stream, "{line}\r\n").unwrap();
        let reply = answer();
        assert!(reply.starts_with(['2', '3']), "{line}: {reply}");
    }
}
