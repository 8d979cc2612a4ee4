//! Tests a search in the mailbox when the archive contains more mails than the list has loaded.

use super::terminal::Terminal;
use dropmail_client::adapters::clock::SystemClock;
use dropmail_client::adapters::sqlite::SqliteArchive;
use dropmail_client::domain::ids::{MailId, SessionId};
use dropmail_client::domain::mail::{Envelope, Summary};
use dropmail_client::domain::stored_mail::MAILS_PER_PAGE;
use dropmail_client::domain::time::{SignedDuration, Timestamp};
use dropmail_client::ports::archive::Archive;
use dropmail_client::ports::clock::Clock;
use std::path::Path;

/// Base URL of a service that is not running: no server listens on the port. Searching stored mail needs no network.
const BASE: &str = "http://127.0.0.1:9/api/graphql";
/// Number of mails in the archive: more than two pages of the list.
const MAILS: usize = 2 * MAILS_PER_PAGE + 40;
/// Number of mails that contain the search word. These mails are the oldest, and contain the word only in the body.
const OLD: usize = 12;

/// Fills the archive with mails of an expired session, which arrived one minute apart. Each mail has a different
/// sender, so that no mail's code replaces the code of an earlier mail.
fn fill(home: &Path) {
    let folder = home.join(".local/share/dropmail-tui");
    let archive = SqliteArchive::open(&folder, Timestamp::UNIX_EPOCH).unwrap().archive;
    for n in 1..=MAILS {
        let word = if n <= OLD { "marmalade" } else { "honey" };
        let raw = format!(
            "From: Shop <shop{n}@shop.example>\r\nSubject: Tidings {n}.\r\n\r\nBread and {word} for all.\r\n\
             Your verification code is {}\r\n",
            730_000 + n
        );
        let minutes = i64::try_from(MAILS - n).unwrap();
        let envelope = Envelope {
            id: MailId::new(format!("id{n}")),
            session: SessionId::new("lost"),
            received_at: SystemClock.now() - SignedDuration::from_mins(minutes),
            from: format!("shop{n}@shop.example").as_str().into(),
            to: "lost@dropmail.me".into(),
            to_orig: "lost@dropmail.me".into(),
            size: raw.len() as u64,
            oddities: Vec::new(),
        };
        let mail = mail_codes::parse(raw.as_bytes());
        archive.put_mail(BASE, &Summary::new(envelope, &mail), raw.as_bytes(), &mail).unwrap();
    }
}

#[test]
fn a_search_covers_the_archive_and_its_results_can_be_used() {
    let home = tempfile::tempdir().unwrap();
    fill(home.path());
    let mut terminal = Terminal::start(&["--base-url", BASE, "--clipboard", "osc52"], home.path(), (100, 30));
    terminal.wait_for_text(&format!("Inbox {MAILS}"));
    // The user selects a lower row, so that the test can check that Esc returns to this row.
    terminal.type_keys("jjjjj");
    terminal.type_keys("/marmalade");
    terminal.wait_for_text(&format!("{OLD} of {MAILS} with “marmalade”"));
    terminal.wait_for_text("Tidings 12.");
    terminal.type_keys("\r\r");
    terminal.wait_for_text("Bread and marmalade for all.");
    let copied = terminal.expect_copy("730012");
    terminal.type_keys("c");
    copied.wait();
    terminal.type_keys("s");
    terminal.wait_for_text("Saved ");
    let saved = std::fs::read_dir(home.path().join("Downloads")).unwrap().next().unwrap().unwrap();
    assert!(std::fs::read_to_string(saved.path()).unwrap().contains("Bread and marmalade"));
    // The first Esc closes the message; the second Esc closes the search.
    terminal.type_keys("\x1b");
    terminal.wait_for_text("┲ Inbox");
    assert!(terminal.screen().contains("Tidings 11."));
    terminal.type_keys("\x1b");
    terminal.wait_for_screen("a list without a search", |screen| !screen.contains("marmalade”"));
    terminal.wait_for_text(&format!("Tidings {MAILS}."));
    terminal.type_keys("\r");
    terminal.wait_for_text("┢ Message");
    terminal.wait_for_text(&format!("is {}", 730_000 + MAILS - 5));
    terminal.type_keys("\x1b");
    terminal.wait_for_text("┲ Inbox");
    // The search finds every mail, and the list loads more as the cursor moves down.
    terminal.type_keys("/bread\r");
    terminal.wait_for_text(&format!("{MAILS} of {MAILS} with “bread”"));
    while !terminal.screen().contains("Tidings 1.") {
        // The test waits for a frame after each pair of keys, because a page may still be loading.
        let drawn = terminal.bytes().len();
        terminal.type_keys("gG");
        terminal.wait_for_output("another frame", |bytes| bytes.len() > drawn);
    }
    terminal.quit();
}
