//! Tests terminals that do not decode UTF-8. Bytes of a mail that such a terminal would interpret as C1 control
//! characters must not be sent to it.

use super::terminal::{Emulation, Terminal, WIDE, program};
use mail_reader::ambiguous_width::has_ambiguous_width;
use std::fs;
use std::path::Path;
use std::process::Command;
use tempfile::{TempDir, tempdir};

/// Text with letters whose second UTF-8 byte is the control character OSC, ST or CSI on an 8-bit terminal. Unless the
/// program escapes them, the text would set the clipboard of such a terminal and clear its screen.
const HOSTILE: &str = "ĝ52;c;RVZJTA==Ĝ ě2J Grüße";

fn mail() -> TempDir {
    let home = tempdir().unwrap();
    let lines = format!("{HOSTILE}\r\n").repeat(60);
    let raw = format!(
        "From: Łukasz <l@shop.example>\r\nDate: Tue, 24 Nov 2026 08:00:00 +0000\r\nSubject: {HOSTILE}\r\n\
         Content-Type: text/plain; charset=utf-8\r\n\r\n{lines}\r\nYour code is: 482951\r\n"
    );
    fs::write(home.path().join("mail.eml"), raw).unwrap();
    home
}

/// Returns the program's output from its last cursor position query onwards. The program sends such queries to detect
/// how the terminal decodes bytes.
fn after_cursor_query(bytes: &[u8]) -> &[u8] {
    let query = b"\x1b[6n";
    let last = bytes
        .windows(query.len())
        .rposition(|window| window == query)
        .expect("the program queries the cursor position");
    &bytes[last..]
}

fn assert_ascii(terminal: &Terminal) {
    let bytes = terminal.bytes();
    let foreign = after_cursor_query(&bytes).iter().find(|byte| !byte.is_ascii());
    assert_eq!(foreign, None, "{}", String::from_utf8_lossy(&bytes));
}

#[test]
fn the_mailbox_writes_ascii_to_an_8_bit_terminal_whatever_the_locale() {
    for locale in ["C", "", "C.UTF-8"] {
        let home = mail();
        let env = [("LANG", locale)];
        let mut terminal = Terminal::start_in(Emulation::EightBit, &["open", "mail.eml"], home.path(), &env);
        terminal.wait_for_text("This terminal does not read UTF-8");
        terminal.type_keys("\x1b");
        terminal.type_keys("\r");
        terminal.wait_for_text("g52;c;RVZJTA==G e2J Gru?e");
        // The keyboard sends a letter as one byte that is not UTF-8.
        terminal.type_bytes(b"\xe9");
        terminal.type_keys("G");
        terminal.wait_for_text("482951");
        terminal.type_keys("?");
        terminal.wait_for_text("Enter runs a line");
        terminal.type_keys("\x1b");
        terminal.wait_for_screen("the message instead of the help", |screen| {
            !screen.contains("Enter runs a line")
        });
        terminal.type_keys("q");
        assert_eq!(terminal.end(), 0, "{locale:?}");
        assert_ascii(&terminal);
    }
}

#[test]
fn a_utf8_terminal_gets_utf8_also_without_a_locale() {
    for locale in ["", "C", "C.UTF-8"] {
        let home = mail();
        let env = [("LANG", locale)];
        let mut terminal = Terminal::start_in(Emulation::Utf8, &["open", "mail.eml"], home.path(), &env);
        terminal.wait_for_text("Łukasz");
        terminal.wait_for_text("━");
        assert!(!terminal.screen().contains("does not read UTF-8"));
        terminal.quit();
    }
}

#[test]
fn letters_are_kept_and_borders_become_ascii_where_ambiguous_characters_are_wide() {
    let home = tempdir().unwrap();
    let body = "Ваш код подтверждения ниже: § 12 ½ “да”. ".repeat(12);
    let raw = format!(
        "From: 山田 <y@shop.example>\r\nDate: Tue, 24 Nov 2026 08:00:00 +0000\r\nSubject: 認証 Grüße\r\n\
         Content-Type: text/plain; charset=utf-8\r\n\r\n{body}\r\n認証コード: 482951\r\n"
    );
    fs::write(home.path().join("mail.eml"), raw).unwrap();
    let start = |setting| {
        let env = [("LANG", "C.UTF-8"), ("DROPMAIL_AMBIGUOUS_WIDTH", setting)];
        Terminal::start_in(Emulation::WideAmbiguous, &["open", "mail.eml"], home.path(), &env)
    };
    let mut terminal = start("auto");
    terminal.wait_for_text(&format!("認証 Gr{WIDE}{WIDE}e"));
    terminal.type_keys("\r");
    terminal.wait_for_text("認証コード: 482951");
    let screen = terminal.screen();
    assert!(!screen.contains("does not read UTF-8"));
    let shown = screen.matches(WIDE).count();
    let letters = body.chars().filter(|c| has_ambiguous_width(&c.to_string())).count();
    assert!(shown > letters, "every letter of the mail is on the screen: {shown} of {letters}: {screen}");
    let bytes = terminal.bytes();
    let after = String::from_utf8_lossy(after_cursor_query(&bytes)).into_owned();
    let border = after.chars().find(|c| matches!(c, '\u{2500}'..='\u{259f}'));
    assert_eq!(border, None, "{after}");
    terminal.quit();
    let mut terminal = start("narrow");
    terminal.wait_for_screen("the usual border characters", |screen| screen.contains(WIDE));
    terminal.quit();
}

#[test]
fn the_locale_decides_where_the_terminal_does_not_answer() {
    for (locale, utf8) in [("C", false), ("C.UTF-8", true)] {
        let home = mail();
        let env = [("LANG", locale)];
        let mut terminal = Terminal::start_in(Emulation::Silent, &["open", "mail.eml"], home.path(), &env);
        terminal.wait_for_text(if utf8 { "Łukasz" } else { "Lukasz" });
        terminal.quit();
    }
}

#[test]
fn keys_typed_before_the_answer_are_not_lost() {
    let home = mail();
    let mut terminal = Terminal::start_in(Emulation::Utf8, &["open", "mail.eml"], home.path(), &[]);
    terminal.type_keys("?");
    terminal.wait_for_text("Enter runs a line");
    terminal.type_keys("\x1b");
    terminal.wait_for_screen("the message without the help", |screen| !screen.contains("Enter runs a line"));
    terminal.quit();
}

#[test]
fn screen_reader_lines_are_ascii_on_an_8_bit_terminal() {
    let home = mail();
    let env = [("LANG", "C")];
    let args = ["open", "mail.eml", "--accessible"];
    let mut terminal = Terminal::start_in(Emulation::EightBit, &args, home.path(), &env);
    terminal.wait_for_text("Lukasz");
    terminal.quit();
    assert_ascii(&terminal);
}

fn prints(emulation: Emulation, args: &[&str], home: &Path, env: &[(&str, &str)]) -> Terminal {
    let mut terminal = Terminal::start_in(emulation, args, home, env);
    assert_eq!(terminal.end(), 0);
    terminal
}

#[test]
fn commands_print_ascii_to_an_8_bit_terminal_and_say_so_once() {
    let home = mail();
    let read = ["read", "mail.eml"];
    let terminal = prints(Emulation::EightBit, &read, home.path(), &[("LANG", "C")]);
    assert_ascii(&terminal);
    let bytes = String::from_utf8_lossy(&terminal.bytes()).into_owned();
    assert_eq!(bytes.matches("this terminal does not read UTF-8").count(), 1, "{bytes}");
    assert!(bytes.contains("From: Lukasz <l@shop.example>") && bytes.contains("Grusse"), "{bytes}");

    let terminal = prints(Emulation::Utf8, &read, home.path(), &[("LANG", "")]);
    let bytes = String::from_utf8_lossy(&terminal.bytes()).into_owned();
    assert!(bytes.contains("Łukasz") && !bytes.contains("does not read"), "{bytes}");
    assert!(!terminal.screen().contains('é'), "the query leaves nothing on the screen");

    // This terminal does not reply to the query, so the program relies on the locale.
    let terminal = prints(Emulation::Silent, &read, home.path(), &[("LANG", "C"), ("TERM", "dumb")]);
    let bytes = String::from_utf8_lossy(&terminal.bytes()).into_owned();
    assert!(bytes.is_ascii() && bytes.contains("Set LC_ALL=C.UTF-8"), "{bytes}");
}

#[test]
fn json_is_the_same_document_on_an_8_bit_terminal() {
    let home = mail();
    let args = ["read", "mail.eml", "--json"];
    let terminal = prints(Emulation::EightBit, &args, home.path(), &[("LANG", "C")]);
    assert_ascii(&terminal);
    let bytes = String::from_utf8_lossy(&terminal.bytes()).into_owned();
    let document = bytes.lines().find(|line| line.starts_with('{')).unwrap();
    let piped = piped(&args, home.path());
    let parse = |text: &str| serde_json::from_str::<serde_json::Value>(text).unwrap();
    assert_eq!(parse(document), parse(&String::from_utf8(piped).unwrap()));
}

fn piped(args: &[&str], home: &Path) -> Vec<u8> {
    let mut command = Command::new(program());
    command.args(args).current_dir(home).env_clear().env("HOME", home).env("LANG", "C");
    command.output().unwrap().stdout
}

#[test]
fn a_pipe_gets_utf8_whatever_the_locale() {
    let home = mail();
    let text = String::from_utf8(piped(&["read", "mail.eml"], home.path())).unwrap();
    assert!(text.contains("Łukasz") && text.contains(HOSTILE), "{text}");
}
