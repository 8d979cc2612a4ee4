//! Tests, without a display server, how the program copies text and how the process that owns the clipboard behaves.
//! The scripts in `tests/desktop` test the same with real display servers.

use super::terminal::{Terminal, program};
use std::io::Write;
use std::process::{Command, Output, Stdio};
use tempfile::tempdir;

/// Environment variable that specifies a display for which no server is running.
const NOWHERE: (&str, &str) = ("DISPLAY", ":4999");
/// Name of a display that cannot have a server, because the port number would exceed 65535.
const NEVER: &str = "127.0.0.1:64999";

fn run_clipboard_owner(display: &str, input: &[u8], options: &[&str]) -> Output {
    let mut command = Command::new(program());
    command.arg("clipboard-owner").args(options).env_clear().env("DISPLAY", display);
    let mut child =
        command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::null()).spawn().unwrap();
    // A clipboard process that refused the text does not read the rest of it.
    drop(child.stdin.take().unwrap().write_all(input));
    child.wait_with_output().unwrap()
}

#[test]
fn a_missing_clipboard_is_explained_in_one_line() {
    let (no_server, text) = (NOWHERE.1, "6\n482951");
    for (display, input, reason) in [
        (no_server, text, "Wayland"),
        (NEVER, text, "cannot be used"),
        (no_server, "", "did not arrive"),
        (no_server, "9\n482951", "did not arrive"),
    ] {
        for options in [&[][..], &["--until-quit"]] {
            let output = run_clipboard_owner(display, input.as_bytes(), options);
            let answer = String::from_utf8(output.stdout).unwrap();
            assert_eq!(output.status.code(), Some(1), "{answer}");
            assert!(answer.contains(reason) && answer.lines().count() == 1, "{answer}");
            assert!(!answer.contains("482951"), "{answer}");
        }
    }
}

#[test]
fn without_a_display_server_osc_52_copies_and_no_process_remains() {
    let home = tempdir().unwrap();
    let mut terminal =
        Terminal::start_with(&["demo", "--late-mail", "0"], home.path(), (120, 34), &[NOWHERE]);
    terminal.wait_for_text("482951");
    let copied = terminal.expect_copy("482951");
    terminal.type_keys("c");
    terminal.wait_for_text("If the clipboard stays empty");
    let _when = copied.wait();
    let children = std::fs::read_to_string(format!("/proc/{0}/task/{0}/children", terminal.id()));
    assert_eq!(children.unwrap_or_default().trim(), "", "no child process remains");
    terminal.quit();
}

#[test]
fn system_until_quit_copies_only_to_the_desktop_clipboard() {
    let home = tempdir().unwrap();
    let args = ["demo", "--late-mail", "0", "--clipboard", "system-until-quit"];
    let mut terminal = Terminal::start_with(&args, home.path(), (120, 34), &[NOWHERE]);
    terminal.wait_for_text("482951");
    terminal.type_keys("c");
    terminal.wait_for_text("Not copied: no clipboard here");
    terminal.quit();
}
