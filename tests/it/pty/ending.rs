//! Tests that the program restores the terminal regardless of how it ends, and that it shows the user why it ended.

use super::terminal::{Terminal, program};
use portable_pty::{CommandBuilder, PtySize, native_pty_system};
use std::fs;
use std::io::Read;
use tempfile::tempdir;

const SIZE: (u16, u16) = (100, 30);
const WAITING: &str = "Waiting for mail to";
/// The escape sequence that enters the alternate screen (xterm's DECSET 1049).
const ENTER: &[u8] = b"\x1b[?1049h";
/// The escape sequence that leaves the alternate screen (xterm's DECRST 1049).
const LEAVE: &[u8] = b"\x1b[?1049l";
/// The escape sequence that shows the cursor again (DECTCEM).
const SHOW_CURSOR: &[u8] = b"\x1b[?25h";
/// The escape sequence that disables bracketed paste.
const NO_PASTE: &[u8] = b"\x1b[?2004l";

fn assert_restored(terminal: &Terminal) {
    let bytes = terminal.bytes();
    for sequence in [LEAVE, SHOW_CURSOR, NO_PASTE] {
        assert!(
            bytes.windows(sequence.len()).any(|window| window == sequence),
            "the program did not send {sequence:?}"
        );
    }
    assert!(!terminal.alternate_screen());
}

fn start_local(home: &std::path::Path) -> Terminal {
    Terminal::start(&["--local", "--smtp", "127.0.0.1:0"], home, SIZE)
}

#[test]
fn q_quits_without_output() {
    let home = tempdir().unwrap();
    let mut terminal = start_local(home.path());
    terminal.wait_for_text(WAITING);
    terminal.quit();
    assert_restored(&terminal);
}

#[test]
fn a_failed_start_leaves_no_reply_of_the_terminal_to_the_shell() {
    let home = tempdir().unwrap();
    let listener = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let (program, port) = (program(), listener.local_addr().unwrap());
    let script = format!("'{}' --local --smtp {port}; read -r line; echo \"[$line]\"", program.display());
    let mut terminal = Terminal::start_program("sh", &["-c", &script], home.path(), SIZE);
    terminal.wait_for_bytes(b"\x1b[16t\x1b[c");
    terminal.type_keys("\x1b[?62;c\x1b[0n");
    terminal.wait_for_text("cannot listen for smtp");
    terminal.type_keys("typed\n");
    terminal.wait_for_text("[typed]");
}

#[test]
fn signals_restore_the_terminal_and_are_reported() {
    for (name, code) in [("TERM", 143), ("INT", 130), ("HUP", 129)] {
        let home = tempdir().unwrap();
        let mut terminal = start_local(home.path());
        terminal.wait_for_text(WAITING);
        terminal.signal(name);
        assert_eq!(terminal.end(), code, "{name}");
        assert_restored(&terminal);
        assert!(terminal.screen().contains(&format!("ended by SIG{name}")), "{}", terminal.screen());
    }
}

#[test]
fn closing_the_window_ends_the_program_without_a_panic() {
    let home = tempdir().unwrap();
    fs::write(home.path().join("mail.eml"), "Subject: Tidings\r\n\r\nText\r\n").unwrap();
    let size = PtySize { rows: SIZE.1, cols: SIZE.0, pixel_width: 0, pixel_height: 0 };
    let pair = native_pty_system().openpty(size).unwrap();
    let mut command = CommandBuilder::new(program());
    command.env_clear();
    command.env("HOME", home.path());
    // The program does not wait for replies from an unknown terminal.
    command.env("TERM", "unknown");
    command.cwd(home.path());
    command.args(["open", "mail.eml"]);
    let mut child = pair.slave.spawn_command(command).unwrap();
    drop(pair.slave);
    let mut reader = pair.master.try_clone_reader().unwrap();
    let mut output = Vec::new();
    while !String::from_utf8_lossy(&output).contains("Tidings") {
        let mut chunk = [0; 4096];
        let length = reader.read(&mut chunk).unwrap();
        output.extend_from_slice(&chunk[..length]);
    }
    // When the last handle to the terminal's side of the pseudo-terminal is closed, the operating system sends SIGHUP
    // to the program.
    drop((reader, pair.master));
    let status = child.wait().unwrap();
    // The program notices either the signal or a failed write first. A panic would end it with exit code 101, and an
    // abort would end it with a signal.
    assert!(status.signal().is_none() && [1, 129].contains(&status.exit_code()), "{status:?}");
}

#[test]
fn a_panic_restores_the_terminal_and_is_reported() {
    let home = tempdir().unwrap();
    let mut terminal =
        Terminal::start(&["--break-on-purpose", "--local", "--smtp", "127.0.0.1:0"], home.path(), SIZE);
    assert_eq!(terminal.end(), 101);
    assert_restored(&terminal);
    let screen = terminal.screen();
    assert!(screen.contains("dropmail-tui hit a fault of its own"), "{screen}");
    assert!(screen.contains("broken on purpose"), "{screen}");
}

#[test]
fn a_port_in_use_is_reported() {
    let listener = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let address = listener.local_addr().unwrap().to_string();
    let home = tempdir().unwrap();
    let mut terminal = Terminal::start(&["--local", "--smtp", &address], home.path(), SIZE);
    assert_eq!(terminal.end(), 1);
    assert_restored(&terminal);
    assert!(terminal.screen().contains(&address), "{}", terminal.screen());
}

#[test]
fn the_next_start_ends_the_raw_mode_that_a_killed_process_left() {
    let home = tempdir().unwrap();
    let program = program();
    let run = format!("{} --local --smtp 127.0.0.1:0", program.display());
    let steps =
        format!("stty -a >before; sh -c 'echo $$ >id; exec {run}'; stty -a >between; {run}; stty -a >after");
    let mut terminal = Terminal::start_program("/bin/sh", &["-c", &steps], home.path(), SIZE);
    terminal.wait_for_text(WAITING);
    let read = |name: &str| fs::read_to_string(home.path().join(name)).unwrap();
    let killed = std::process::Command::new("kill").args(["-s", "KILL", read("id").trim()]).status();
    assert!(killed.unwrap().success());
    terminal.wait_for_output("the second start of the program", |bytes| {
        let starts: Vec<usize> =
            (0..bytes.len()).filter(|at| bytes.get(*at..).unwrap_or_default().starts_with(ENTER)).collect();
        let second = starts.get(1).and_then(|at| bytes.get(*at..)).unwrap_or_default();
        second.windows(WAITING.len()).any(|window| window == WAITING.as_bytes())
    });
    terminal.quit();
    assert_ne!(read("before"), read("between"), "a killed process leaves raw mode on");
    assert_eq!(read("before"), read("after"));
}
