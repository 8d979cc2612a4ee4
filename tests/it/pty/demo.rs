//! Tests the demo from the perspective of a first-time user.

use super::terminal::{Terminal, osc52};
use dropmail_tui::adapters::demo_mail::COUNT;
use lettre::transport::smtp::SmtpTransport;
use lettre::{Address, Transport, address::Envelope};
use std::path::Path;
use tempfile::tempdir;

/// Starts the demo and waits until all sample mails have arrived.
fn demo(home: &Path, size: (u16, u16)) -> Terminal {
    let terminal = Terminal::start(&["demo", "--late-mail", "0"], home, size);
    terminal.wait_for_text(&format!("Inbox {COUNT}"));
    terminal
}

fn saved(home: &Path) -> Vec<std::path::PathBuf> {
    let folder = std::fs::read_dir(home.join("Downloads"));
    folder.into_iter().flatten().map(|entry| entry.unwrap().path()).collect()
}

#[test]
fn a_code_is_in_the_row_and_one_key_copies_it() {
    let home = tempdir().unwrap();
    let mut terminal = demo(home.path(), (120, 34));
    terminal.wait_for_screen("a row with the code", |screen| {
        screen.lines().any(|line| line.contains("Harbour") && line.contains("482951"))
    });
    terminal.type_keys("c");
    terminal.wait_for_bytes(&osc52("482951"));
    terminal.wait_for_text("Copied the code 482951");
    terminal.quit();
}

#[test]
fn one_more_mail_arrives_after_the_start() {
    let home = tempdir().unwrap();
    let mut terminal = Terminal::start(&["demo", "--late-mail", "1s"], home.path(), (120, 34));
    terminal.wait_for_text("Larkfield");
    terminal.wait_for_text(&format!("Inbox {}", COUNT + 1));
    terminal.type_keys("gc");
    terminal.wait_for_bytes(&osc52("306417"));
    terminal.quit();
}

#[test]
fn one_key_copies_the_link() {
    let home = tempdir().unwrap();
    let mut terminal = demo(home.path(), (120, 34));
    terminal.type_keys("/quillboard\r");
    terminal.type_keys("y");
    terminal.wait_for_bytes(&osc52("https://quillboard.example/confirm?token=8f3c1d7e94ab62f05d1e"));
}

#[test]
fn a_saved_mail_equals_the_sent_bytes() {
    let home = tempdir().unwrap();
    let mut terminal = demo(home.path(), (120, 34));
    let screen = terminal.screen();
    let address = screen.split_whitespace().find(|word| word.contains('@')).unwrap().to_owned();
    let port = screen.split("SMTP 127.0.0.1:").nth(1).unwrap();
    let port: String = port.chars().take_while(char::is_ascii_digit).collect();
    // The mail contains lines that begin with a dot, and bytes that are not UTF-8.
    let mut raw =
        format!("From: a@b.example\r\nTo: {address}\r\nSubject: Bytes\r\n\r\n.dot\r\n..\r\n").into_bytes();
    raw.extend_from_slice(b"caf\xe9 \xff\xfe");
    let envelope =
        Envelope::new(Some("a@b.example".parse::<Address>().unwrap()), vec![address.parse().unwrap()]);
    let smtp = SmtpTransport::builder_dangerous("127.0.0.1").port(port.parse().unwrap()).build();
    smtp.send_raw(&envelope.unwrap(), &raw).unwrap();
    // The SMTP client adds a line break to the last line.
    raw.extend_from_slice(b"\r\n");
    terminal.wait_for_text(&format!("Inbox {}", COUNT + 1));
    terminal.type_keys("s");
    terminal.wait_for_text("Saved ");
    let files = saved(home.path());
    assert_eq!(files.len(), 1, "{files:?}");
    assert_eq!(files[0].file_name().unwrap(), "Bytes.eml");
    assert_eq!(std::fs::read(&files[0]).unwrap(), raw);
}

#[test]
fn attachments_are_saved_and_no_other_file_remains() {
    let home = tempdir().unwrap();
    let mut terminal = demo(home.path(), (120, 34));
    terminal.type_keys("/trips\r");
    terminal.type_keys("S");
    terminal.wait_for_text("S saves all");
    terminal.type_keys("a");
    terminal.wait_for_text("Saved 2 files");
    let files = saved(home.path());
    let csv = files.iter().find(|file| file.extension().is_some_and(|end| end == "csv")).unwrap();
    assert!(std::fs::read_to_string(csv).unwrap().starts_with("date;from;to;amount"));
    let png = files.iter().find(|file| file.extension().is_some_and(|end| end == "png")).unwrap();
    assert!(std::fs::read(png).unwrap().starts_with(b"\x89PNG"));
    terminal.type_keys("q");
    terminal.end();
    let remaining: Vec<_> =
        std::fs::read_dir(home.path()).unwrap().map(|entry| entry.unwrap().file_name()).collect();
    assert_eq!(remaining, ["Downloads"]);
}

#[test]
fn the_mailbox_survives_every_terminal_size() {
    let home = tempdir().unwrap();
    let mut terminal = demo(home.path(), (120, 34));
    terminal.type_keys("\r");
    for size in [(20, 5), (200, 60), (30, 8), (89, 24), (1, 1), (90, 9)] {
        terminal.resize(size);
    }
    terminal.resize((80, 24));
    terminal.wait_for_text("Message");
    terminal.resize((25, 6));
    terminal.wait_for_text("larger");
    terminal.resize((120, 34));
    terminal.wait_for_text("Inbox");
    terminal.quit();
}

#[test]
fn the_last_message_breaks_between_words() {
    let home = tempdir().unwrap();
    let mut terminal = demo(home.path(), (80, 24));
    terminal.type_keys("q");
    assert_eq!(terminal.end(), 0);
    let screen = terminal.screen();
    let lines: Vec<&str> = screen.lines().map(str::trim_end).filter(|line| !line.is_empty()).collect();
    let words = "dropmail-tui: that was the demo; its addresses and mails are gone.";
    assert!(lines.iter().any(|line| line.starts_with(words)), "{screen}");
    assert!(lines.iter().any(|line| line.ends_with(" of your own")), "{screen}");
    assert!(screen.contains("dropmail-tui` for a mailbox"), "{screen}");
}

#[test]
fn no_mail_sends_escape_sequences_to_the_terminal() {
    let home = tempdir().unwrap();
    let mut terminal = demo(home.path(), (120, 34));
    terminal.type_keys("/your bank\r\r");
    terminal.wait_for_text("tries to steer your terminal");
    for view in ["headers", "raw"] {
        // The views are text, HTML as text, headers, and raw; each key press selects the next view.
        terminal.type_keys(if view == "headers" { "vv" } else { "v" });
        terminal.wait_for_text(&format!("Message · {view}"));
    }
    let bytes = terminal.bytes();
    // These bytes would set the title (OSC 0), clear the screen, or reverse the direction of text.
    for sequence in [b"\x1b]0;".as_slice(), b"\x1b[2J\x1b]0", "\u{202e}".as_bytes()] {
        assert!(
            !bytes.windows(sequence.len()).any(|window| window == sequence),
            "the terminal received {sequence:?}"
        );
    }
}
