//! Tests the program inside tmux. On exit, the program must restore the options of the tmux pane.

use super::terminal::Terminal;
use std::fs;
use std::os::unix::fs::PermissionsExt;
use std::path::Path;
use tempfile::tempdir;

/// Writes a fake `tmux` executable that records its arguments. When queried for the inherited value of an option, it
/// prints `value`.
fn recording_tmux(folder: &Path, value: &str) {
    let log = folder.join("tmux.log");
    let script = format!(
        "#!/bin/sh\nprintf '%s\\n' \"$*\" >> '{}'\ncase \"$*\" in *show-options*-A*) echo {value};; esac\n",
        log.display()
    );
    let path = folder.join("tmux");
    fs::write(&path, script).unwrap();
    fs::set_permissions(&path, fs::Permissions::from_mode(0o755)).unwrap();
}

/// Runs the demo once, and returns the tmux commands that changed an option, in order.
fn recorded_changes(value: &str) -> Vec<String> {
    let home = tempdir().unwrap();
    recording_tmux(home.path(), value);
    let path = format!("{}:/usr/bin:/bin", home.path().display());
    let env = [
        ("PATH", path.as_str()),
        ("TERM", "tmux-256color"),
        ("TMUX", "/tmp/tmux-0/default,1,0"),
        ("KITTY_WINDOW_ID", "1"),
    ];
    let mut terminal = Terminal::start_with(&["demo", "--late-mail", "0"], home.path(), (80, 24), &env);
    terminal.wait_for_bytes(b"\x1b[6n");
    terminal.type_keys("\x1b[1;2R");
    terminal.wait_for_bytes(b"\x1b[16t\x1b[c");
    terminal.type_keys("\x1b[?1;2c\x1bP>|tmux 3.3a\x1b\\\x1b[0n");
    if value == "on" {
        // The program sends the query through tmux.
        terminal.wait_for_bytes(b"\x1bPtmux;\x1b\x1b_Gi=31");
    }
    terminal.wait_for_text("Nordlicht");
    if value == "off" {
        assert!(!terminal.bytes().windows(7).any(|at| at == b"\x1bPtmux;"), "no query is sent through tmux");
    }
    terminal.quit();
    let log = fs::read_to_string(home.path().join("tmux.log")).unwrap_or_default();
    log.lines().filter(|line| line.starts_with("set")).map(str::to_owned).collect()
}

#[test]
fn tmux_passthrough_stays_off_if_the_user_has_it_off() {
    assert_eq!(recorded_changes("off"), Vec::<String>::new());
}

#[test]
fn tmux_passthrough_keeps_the_value_of_the_user_if_it_is_on() {
    assert_eq!(recorded_changes("on"), Vec::<String>::new());
}
