//! Tests that the program handles suspend and resume, resizing of the terminal, pasted text and mouse events.

use super::terminal::{Terminal, osc52};
use dropmail_tui::adapters::demo_mail::COUNT;
use std::path::Path;
use tempfile::tempdir;

const LEAVE: &[u8] = b"\x1b[?1049l";
const ENTER: &[u8] = b"\x1b[?1049h";
/// The bytes that terminals send for Ctrl-Z: first those of most terminals, then those of the kitty keyboard protocol.
const CTRL_Z: [&str; 2] = ["\x1a", "\x1b[122;5u"];

fn demo(home: &Path, size: (u16, u16)) -> Terminal {
    let terminal = Terminal::start(&["demo", "--late-mail", "0"], home, size);
    terminal.wait_for_text(&format!("Inbox {COUNT}"));
    terminal
}

fn count(bytes: &[u8], sequence: &[u8]) -> usize {
    bytes.windows(sequence.len()).filter(|window| *window == sequence).count()
}

/// Returns whether a process is suspended (state `T` in `/proc`).
fn is_stopped(id: u32) -> bool {
    let stat = std::fs::read_to_string(format!("/proc/{id}/stat")).unwrap();
    stat.rsplit(')').next().unwrap().trim_start().starts_with('T')
}

/// Starts a shell with job control in a terminal, and starts the program in the shell.
fn start_in_shell(home: &Path) -> Terminal {
    let mut terminal = Terminal::start_program("/bin/bash", &["--norc", "-i"], home, (100, 30));
    let program = super::terminal::program();
    terminal.type_keys(&format!("PS1='$ '; {} --local --smtp 127.0.0.1:0\n", program.display()));
    terminal.wait_for_text("Waiting for mail to");
    terminal
}

/// Waits until the shell shows its prompt.
fn wait_for_prompt(terminal: &Terminal) {
    terminal.wait_for_screen("the shell's prompt", |screen| screen.trim_end().ends_with("\n$"));
}

#[test]
fn ctrl_z_suspends_and_fg_resumes() {
    for key in CTRL_Z {
        let home = tempdir().unwrap();
        let mut terminal = start_in_shell(home.path());
        terminal.type_keys(key);
        terminal.wait_for_text("Stopped");
        wait_for_prompt(&terminal);
        assert!(!terminal.alternate_screen());
        // The terminal is in line mode again, so the shell reads whole lines.
        terminal.type_keys("echo he''re\n");
        terminal.wait_for_text("here");
        terminal.type_keys("fg\n");
        terminal.wait_for_screen("the mailbox again", |screen| {
            screen.contains("Waiting for mail to") && !screen.contains("Stopped")
        });
        assert!(terminal.alternate_screen());
        terminal.type_keys("q");
        wait_for_prompt(&terminal);
        terminal.type_keys("echo code $?\n");
        terminal.wait_for_text("code 0");
        let bytes = terminal.bytes();
        assert_eq!(
            count(&bytes, b"\x1b[>1u"),
            count(&bytes, b"\x1b[<8u"),
            "each pushed keyboard mode is popped"
        );
        terminal.type_keys("exit\n");
        terminal.end();
    }
}

#[test]
fn a_resize_during_suspension_is_applied_on_resume() {
    let home = tempdir().unwrap();
    let mut terminal = start_in_shell(home.path());
    terminal.type_keys("\x1a");
    terminal.wait_for_text("Stopped");
    wait_for_prompt(&terminal);
    terminal.resize((60, 20));
    terminal.type_keys("fg\n");
    terminal.wait_for_text("Tab next pane");
    terminal.type_keys("q");
    wait_for_prompt(&terminal);
}

#[test]
fn ctrl_z_without_a_shell_does_not_freeze_the_program() {
    let home = tempdir().unwrap();
    let mut terminal = Terminal::start(&["--local", "--smtp", "127.0.0.1:0"], home.path(), (100, 30));
    terminal.wait_for_text("Waiting for mail to");
    terminal.type_keys("\x1a");
    // The program has left and re-entered the alternate screen by itself; no shell could have resumed it.
    terminal.wait_for_output("the second switch to the alternate screen", |bytes| count(bytes, ENTER) == 2);
    assert!(!is_stopped(terminal.id()));
    terminal.type_keys("?");
    terminal.wait_for_text("Keys");
    terminal.type_keys("q");
    terminal.wait_for_screen("a screen without the help", |screen| !screen.contains("Keys"));
    terminal.quit();
}

#[test]
fn every_terminal_mode_is_reset_at_exit() {
    let home = tempdir().unwrap();
    let mut terminal = demo(home.path(), (100, 30));
    terminal.quit();
    let bytes = terminal.bytes();
    for (on, off) in [
        (ENTER, LEAVE),
        (b"\x1b[?2004h", b"\x1b[?2004l"),
        (b"\x1b[?1004h", b"\x1b[?1004l"),
        (b"\x1b[?1000h", b"\x1b[?1000l"),
        (b"\x1b[?1002h", b"\x1b[?1002l"),
        (b"\x1b[?1006h", b"\x1b[?1006l"),
        (b"\x1b[>1u", b"\x1b[<8u"),
    ] {
        assert_eq!(
            (count(&bytes, on), count(&bytes, off)),
            (1, 1),
            "{}",
            String::from_utf8_lossy(on).escape_debug()
        );
    }
    assert_eq!(count(&bytes, b"\x1b[?1003h"), 0, "reports of mouse movement are not requested");
    let (begin, end) = (count(&bytes, b"\x1b[?2026h"), count(&bytes, b"\x1b[?2026l"));
    assert!(
        begin > 0 && end == begin + 1,
        "each frame is one synchronised update: {begin} starts and {end} ends"
    );
}

#[test]
fn a_panic_resets_keyboard_and_mouse_modes() {
    let home = tempdir().unwrap();
    let mut terminal =
        Terminal::start(&["--break-on-purpose", "demo", "--late-mail", "0"], home.path(), (100, 30));
    assert_eq!(terminal.end(), 101);
    for off in [b"\x1b[<8u".as_slice(), b"\x1b[?1006l", b"\x1b[?1004l"] {
        assert_eq!(count(&terminal.bytes(), off), 1);
    }
}

#[test]
fn mouse_capture_stays_off_if_the_setting_is_off() {
    let home = tempdir().unwrap();
    let settings = home.path().join("config.toml");
    std::fs::write(&settings, "mouse = false\n").unwrap();
    let arguments = ["--config", settings.to_str().unwrap(), "demo", "--late-mail", "0"];
    let mut terminal = Terminal::start(&arguments, home.path(), (100, 30));
    terminal.wait_for_text(&format!("Inbox {COUNT}"));
    terminal.type_keys("q");
    terminal.end();
    assert_eq!(count(&terminal.bytes(), b"\x1b[?1000h"), 0);
}

#[test]
fn many_resizes_end_with_the_last_size() {
    let home = tempdir().unwrap();
    let mut terminal = demo(home.path(), (120, 34));
    for step in 0..200_u16 {
        terminal.resize((31 + step * 7 % 150, 9 + step * 5 % 40));
    }
    terminal.resize((100, 30));
    terminal.wait_for_screen("three panes on 100 columns", |screen| {
        ["Addresses", "Inbox", "Message"].iter().all(|pane| screen.contains(pane))
            && screen.lines().count() == 30
            && screen.lines().next().is_some_and(|line| line.chars().count() == 100)
    });
    terminal.quit();
}

#[test]
fn pasted_text_runs_no_command() {
    let home = tempdir().unwrap();
    let mut terminal = demo(home.path(), (120, 34));
    terminal.type_keys("\x1b[200~q\rdy\x1b[201~");
    terminal.type_keys("\\");
    terminal.wait_for_text("show only mails with:");
    terminal.type_keys("\x1b[200~from:harbour\x1b[201~");
    terminal.wait_for_text("with “from:harbour”");
    terminal.type_keys("\r");
    terminal.type_keys("c");
    terminal.wait_for_bytes(&osc52("482951"));
    terminal.quit();
}

#[test]
fn a_click_on_a_code_copies_it_and_a_drag_moves_the_border() {
    let home = tempdir().unwrap();
    let mut terminal = demo(home.path(), (120, 34));
    let screen = terminal.screen();
    let (row, line) = screen.lines().enumerate().find(|(_, line)| line.contains("482951")).unwrap();
    let column = line.chars().take_while(|c| *c != '4').count();
    let column = line.find("482951").map_or(column, |at| line.get(..at).unwrap().chars().count());
    terminal.type_keys(&format!("\x1b[<0;{};{}M\x1b[<0;{0};{1}m", column + 2, row + 1));
    terminal.wait_for_bytes(&osc52("482951"));
    let inbox = screen.lines().next().unwrap().split("Inbox").next().unwrap().chars().count();
    let border = inbox - 1;
    terminal.type_keys(&format!("\x1b[<0;{};6M\x1b[<32;{};6M\x1b[<0;{1};6m", border, border + 10));
    terminal.wait_for_screen("the inbox further to the right", |screen| {
        let line = screen.lines().next().unwrap();
        line.split("Inbox").next().unwrap().chars().count() >= inbox + 9
    });
    terminal.quit();
}

#[test]
fn the_pane_layout_survives_a_restart() {
    let home = tempdir().unwrap();
    // No server listens on this port, but the mailbox opens nevertheless.
    let closed_port = std::net::TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap();
    let base = format!("http://{closed_port}/api/graphql");
    let start = || Terminal::start(&["--base-url", &base], home.path(), (120, 34));
    let mut terminal = start();
    terminal.wait_for_text("Addresses");
    terminal.wait_for_text("Inbox");
    terminal.wait_for_text("again in");
    terminal.type_keys("b");
    terminal.wait_for_screen("a screen without addresses", |screen| !screen.contains("Addresses"));
    terminal.quit();
    let mut terminal = start();
    terminal.wait_for_text("again in");
    assert!(!terminal.screen().contains("Addresses"), "{}", terminal.screen());
    terminal.type_keys("q");
    terminal.end();
}

#[test]
fn the_accessible_mode_does_not_use_the_alternate_screen() {
    let home = tempdir().unwrap();
    let mut terminal = Terminal::start(&["--accessible", "demo", "--late-mail", "0"], home.path(), (100, 50));
    // The last sample mail has arrived.
    terminal.wait_for_text("from Harbour Accounts");
    terminal.type_keys("/harbour\r");
    terminal.wait_for_text("code 482951");
    terminal.type_keys("c");
    terminal.wait_for_text("Copied the code 482951");
    terminal.quit();
    let bytes = terminal.bytes();
    assert_eq!(count(&bytes, ENTER), 0);
    let text = String::from_utf8_lossy(&bytes).into_owned();
    assert!(!text.contains(['─', '│', '━', '┃', '●']), "{text}");
    assert!(!text.contains("\x1b[2J") && !text.contains("\x1b[H"), "{text:?}");
}
