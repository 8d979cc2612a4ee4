//! Tests hooks, notifications, and the display of mails from files.

use super::terminal::Terminal;
use std::fs;
use std::time::{Duration, Instant};
use tempfile::tempdir;

fn home_with_settings(settings: &str) -> tempfile::TempDir {
    let home = tempdir().unwrap();
    let folder = home.path().join(".config/dropmail-tui");
    fs::create_dir_all(&folder).unwrap();
    fs::write(folder.join("config.toml"), settings).unwrap();
    home
}

#[test]
#[expect(clippy::disallowed_methods, reason = "no event reports that a file grew, so the test polls")]
fn hooks_receive_each_mail_on_standard_input() {
    let home = home_with_settings("on_mail = \"cat >> mails\"\non_code = \"cat >> codes\"\n");
    let mut terminal = Terminal::start(&["demo", "--late-mail", "0"], home.path(), (120, 34));
    terminal.wait_for_text("Inbox 7");
    let codes = home.path().join("codes");
    let start_time = Instant::now();
    let code = loop {
        let text = fs::read_to_string(&codes).unwrap_or_default();
        if let Some(line) = text.lines().find(|line| line.contains("482951")) {
            break serde_json::from_str::<serde_json::Value>(line).unwrap();
        }
        assert!(start_time.elapsed() < Duration::from_secs(20), "the on_code hook was not run: {text}");
        std::thread::sleep(Duration::from_millis(10));
    };
    assert_eq!(code["code"], "482951");
    assert_eq!(code["codes"][0]["value"], "482951");
    let mails = fs::read_to_string(home.path().join("mails")).unwrap();
    assert!(mails.lines().count() >= 7, "{mails}");
    terminal.quit();
}

#[test]
fn without_a_desktop_notifications_use_the_terminal() {
    let home = home_with_settings("notify = true\n");
    let mut terminal = Terminal::start(&["demo", "--late-mail", "0"], home.path(), (120, 34));
    terminal.wait_for_bytes(b"\x1b]9;Code 482951 from ");
    terminal.quit();
}

#[test]
fn files_are_opened_offline_and_read_only() {
    let home = tempdir().unwrap();
    let write_mail = |name: &str, subject: &str, code: &str| {
        let raw = format!(
            "From: Shop <a@shop.example>\r\nDate: Tue, 24 Nov 2026 08:00:00 +0000\r\nSubject: {subject}\r\n\r\n\
             Your verification code is: {code}\r\n"
        );
        fs::write(home.path().join(name), raw).unwrap();
    };
    write_mail("one.eml", "Opened from disk", "482913");
    write_mail("two.eml", "Another", "771204");
    let mut terminal = Terminal::start(&["open", "one.eml", "two.eml"], home.path(), (120, 34));
    terminal.wait_for_text("Opened from disk");
    terminal.wait_for_text("482913");
    terminal.wait_for_text("Another");
    terminal.type_keys("n");
    terminal.wait_for_text("opened to be read");
    terminal.quit();
    let names: Vec<_> = fs::read_dir(home.path()).unwrap().map(|entry| entry.unwrap().file_name()).collect();
    assert_eq!(names.len(), 2, "no file is added to the folder: {names:?}");
}

#[test]
fn a_command_that_reads_a_mail_from_a_terminal_says_so() {
    for args in [&["extract"][..], &["read", "-"], &["save", "-", "--dir", "out"]] {
        let home = tempdir().unwrap();
        let mut terminal = Terminal::start(args, home.path(), (100, 20));
        terminal.wait_for_text("reading a mail from standard input; Ctrl-D ends the input");
        terminal.type_keys("Subject: x\r\rwords\r\x04");
        assert_eq!(terminal.end(), 0, "{args:?}");
    }
}

#[test]
fn a_terminal_without_a_size_gets_the_whole_mail_with_strikethrough() {
    let home = tempdir().unwrap();
    let raw = "Subject: x\r\nContent-Type: text/html\r\n\r\n<p>Now <del>the old price</del> the new one for everybody</p>\r\n";
    fs::write(home.path().join("one.eml"), raw).unwrap();
    let printed = |size: (u16, u16), term: &str| {
        let mut terminal = Terminal::start_with(&["read", "one.eml"], home.path(), size, &[("TERM", term)]);
        assert_eq!(terminal.end(), 0);
        String::from_utf8(terminal.bytes()).unwrap().replace("\u{1b}[29m\u{1b}[9m", "")
    };
    let expected = "Now \u{1b}[9m~~the old price~~\u{1b}[29m the new one for everybody\r\n";
    assert!(printed((80, 24), "xterm").contains(expected));
    assert!(printed((0, 0), "xterm").contains(expected));
    assert!(printed((80, 24), "dumb").contains("Now ~~the old price~~ the new one for everybody\r\n"));
}
