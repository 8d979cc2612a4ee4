//! Measures how long the real program takes to open mails and to scroll in them, from a key press to the new screen.
//! Also measures the memory that an open mail takes.

use super::{made, report};
use crate::terminal::Terminal;
use dropmail_client::adapters::sqlite::SqliteArchive;
use dropmail_client::domain::ids::{MailId, SessionId};
use dropmail_client::domain::mail::{Envelope, Summary};
use dropmail_client::domain::time::Timestamp;
use dropmail_client::ports::archive::Archive;
use std::path::Path;
use std::time::Instant;

/// Base URL of a service that is not running: no server listens on the port.
const BASE: &str = "http://127.0.0.1:9/api/graphql";
/// Size of the terminal in columns and rows.
const TERMINAL_SIZE: (u16, u16) = (80, 40);

fn store_mails(home: &Path, mails: impl Iterator<Item = Vec<u8>>) {
    let folder = home.join(".local/share/dropmail-tui");
    let archive = SqliteArchive::open(&folder, Timestamp::UNIX_EPOCH).unwrap().archive;
    for (n, raw) in mails.enumerate() {
        let mail = mail_codes::parse(&raw);
        let envelope = Envelope {
            id: MailId::new(format!("{n}")),
            session: SessionId::new("s"),
            received_at: Timestamp::from_second(4_000_000_000 - i64::try_from(n).unwrap()).unwrap(),
            from: "shop@example.com".into(),
            to: "me@drop.example".into(),
            to_orig: "me@drop.example".into(),
            size: raw.len() as u64,
            oddities: Vec::new(),
        };
        archive.put_mail(BASE, &Summary::new(envelope, &mail), &raw, &mail).unwrap();
    }
    // The loop optimises the search index, as the program does two seconds after the last mail has arrived.
    while archive.optimize().unwrap() {}
}

fn start(home: &Path) -> Terminal {
    let terminal = Terminal::start(&["--base-url", BASE], home, TERMINAL_SIZE);
    terminal.wait_for_text("not reached");
    terminal
}

/// Creates a mail of about `size` bytes whose first words contain its number `n`.
fn letter(n: usize, size: usize) -> Vec<u8> {
    let raw = String::from_utf8(made::html_mail(size)).unwrap();
    raw.replacen("Chapter 1<", &format!("Opening {n}.<"), 1).into_bytes()
}

/// Returns the text of the screen without its last row. The last row shows a time that changes every second; such a
/// change must not be mistaken for the response to a key.
fn message(screen: &str) -> String {
    let mut rows: Vec<&str> = screen.lines().collect();
    let _state = rows.pop();
    rows.join("\n")
}

pub(crate) fn measure() {
    for (name, size, count, bound) in
        [("100 KB", 100_000, 200, "< 10 ms"), ("10 MB", 10_000_000, 5, "< 150 ms")]
    {
        let home = tempfile::tempdir().unwrap();
        store_mails(home.path(), (0..count).map(|n| letter(n, size)));
        let mut terminal = start(home.path());
        let mut times = Vec::new();
        for n in 0..count {
            let seen = terminal.expect_text(&format!("Opening {n}."));
            let pressed_at = Instant::now();
            terminal.type_keys(if n == 0 { "\r" } else { "J" });
            times.push(seen.wait().saturating_duration_since(pressed_at));
            terminal.wait_for_text("more lines");
        }
        report(&format!("key to the first screenful, HTML of {name}"), times, bound);
        terminal.wait_for_screen("the complete mail", |screen| !screen.contains("reading"));
        let mut times = Vec::new();
        for n in 0..300 {
            let pressed_at = Instant::now();
            let before = message(&terminal.screen());
            // The message is at its start again, or a short mail reached its end before the last key.
            terminal.type_keys(["j", "\x04", "k", "\x15"][n % 4]);
            terminal.wait_for_screen("another position in the mail", |screen| message(screen) != before);
            times.push(pressed_at.elapsed());
        }
        report(&format!("key to another place, HTML of {name}"), times, "with the terminal's own time");
        terminal.type_keys("q");
        terminal.end();
    }
    memory("a part of 18 MB", made::with_part(25_000_000), "one.bin");
    memory("HTML", letter(0, 25_000_000), "more lines");
    memory("text", made::text(25_000_000), "more lines");
}

fn memory(what: &str, raw: Vec<u8>, shown: &str) {
    let size = raw.len();
    let home = tempfile::tempdir().unwrap();
    store_mails(home.path(), std::iter::once(raw));
    let mut terminal = start(home.path());
    let before = resident(terminal.id());
    terminal.type_keys("\r");
    terminal.wait_for_text(shown);
    terminal.wait_for_screen("the complete mail", |screen| !screen.contains("reading"));
    let (after, peak_memory) = (resident(terminal.id()), peak(terminal.id()));
    let times = |bytes: usize| (bytes - before) as f64 / size as f64;
    println!(
        "open, {what} of {} MB: {} MB before, {} MB after ({:.1} times its size over that), {} MB at most ({:.1} times; < 4)",
        size / 1_000_000,
        before / 1_000_000,
        after / 1_000_000,
        times(after),
        peak_memory / 1_000_000,
        times(peak_memory)
    );
    terminal.type_keys("q");
    terminal.end();
}

fn status(id: u32, field: &str) -> usize {
    let status = std::fs::read_to_string(format!("/proc/{id}/status")).unwrap();
    let line = status.lines().find(|line| line.starts_with(field)).unwrap();
    line.split_whitespace().nth(1).unwrap().parse::<usize>().unwrap() * 1024
}

fn resident(id: u32) -> usize {
    status(id, "VmRSS:")
}

fn peak(id: u32) -> usize {
    status(id, "VmHWM:")
}
