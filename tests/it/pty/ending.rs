//! Tests that the program restores the terminal and shows the reason to the user, however it ends.

use super::terminal::{Terminal, program};
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

fn given_back(terminal: &Terminal) {
    let bytes = terminal.bytes();
    for end in [LEAVE, SHOW_CURSOR, NO_PASTE] {
        assert!(bytes.windows(end.len()).any(|window| window == end), "{end:?} is missing");
    }
    assert!(!terminal.alternate_screen());
}

fn local(home: &std::path::Path) -> Terminal {
    Terminal::start(&["--local", "--smtp", "127.0.0.1:0"], home, SIZE)
}

#[test]
fn q_quits_without_output() {
    let home = tempdir().unwrap();
    let mut terminal = local(home.path());
    terminal.shows(WAITING);
    terminal.quit();
    given_back(&terminal);
}

#[test]
fn a_failed_start_leaves_no_reply_of_the_terminal_to_the_shell() {
    let home = tempdir().unwrap();
    let taken = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let (program, port) = (program(), taken.local_addr().unwrap());
    let script = format!("'{}' --local --smtp {port}; read -r line; echo \"[$line]\"", program.display());
    let mut terminal = Terminal::start_program("sh", &["-c", &script], home.path(), SIZE);
    terminal.writes(b"\x1b[16t\x1b[c");
    terminal.type_keys("\x1b[?62;c\x1b[0n");
    terminal.shows("cannot listen for smtp");
    terminal.type_keys("typed\n");
    terminal.shows("[typed]");
}

#[test]
fn signals_restore_the_terminal_and_are_reported() {
    for (name, code) in [("TERM", 143), ("INT", 130), ("HUP", 129)] {
        let home = tempdir().unwrap();
        let mut terminal = local(home.path());
        terminal.shows(WAITING);
        terminal.signal(name);
        assert_eq!(terminal.end(), code, "{name}");
        given_back(&terminal);
        assert!(terminal.screen().contains(&format!("ended by SIG{name}")), "{}", terminal.screen());
    }
}

#[test]
fn a_panic_restores_the_terminal_and_is_reported() {
    let home = tempdir().unwrap();
    let mut terminal =
        Terminal::start(&["--break-on-purpose", "--local", "--smtp", "127.0.0.1:0"], home.path(), SIZE);
    assert_eq!(terminal.end(), 101);
    given_back(&terminal);
    let screen = terminal.screen();
    assert!(screen.contains("dropmail-tui hit a fault of its own"), "{screen}");
    assert!(screen.contains("broken on purpose"), "{screen}");
}

#[test]
fn a_port_in_use_is_reported() {
    let taken = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let address = taken.local_addr().unwrap().to_string();
    let home = tempdir().unwrap();
    let mut terminal = Terminal::start(&["--local", "--smtp", &address], home.path(), SIZE);
    assert_eq!(terminal.end(), 1);
    given_back(&terminal);
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
    terminal.shows(WAITING);
    let read = |name: &str| std::fs::read_to_string(home.path().join(name)).unwrap();
    let killed = std::process::Command::new("kill").args(["-s", "KILL", read("id").trim()]).status();
    assert!(killed.unwrap().success());
    terminal.shows_bytes("the second run", |bytes| {
        let starts: Vec<usize> =
            (0..bytes.len()).filter(|at| bytes.get(*at..).unwrap_or_default().starts_with(ENTER)).collect();
        let second = starts.get(1).and_then(|at| bytes.get(*at..)).unwrap_or_default();
        second.windows(WAITING.len()).any(|window| window == WAITING.as_bytes())
    });
    terminal.quit();
    assert_ne!(read("before"), read("between"), "the killed run has left raw mode");
    assert_eq!(read("before"), read("after"));
}
