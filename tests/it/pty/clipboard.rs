//! Tests copying, and the process that owns the clipboard, without a display server. The scripts in `tests/desktop`
//! test both with real display servers.

use super::terminal::{Terminal, program};
use std::io::Write;
use std::process::{Command, Output, Stdio};
use tempfile::tempdir;

/// Environment variable that names a display for which no server runs.
const NOWHERE: (&str, &str) = ("DISPLAY", ":4999");
/// Name of a display that cannot have a server, because its port number would exceed the maximum.
const NEVER: &str = "127.0.0.1:64999";

fn owner(display: &str, input: &[u8], more: &[&str]) -> Output {
    let mut command = Command::new(program());
    command.arg("clipboard-owner").args(more).env_clear().env("DISPLAY", display);
    let mut child =
        command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::null()).spawn().unwrap();
    // A clipboard process that refused the text does not read the rest of it.
    drop(child.stdin.take().unwrap().write_all(input));
    child.wait_with_output().unwrap()
}

#[test]
fn a_missing_clipboard_is_explained_in_one_line() {
    let (nowhere, text) = (NOWHERE.1, "6\n482951");
    for (display, input, why) in [
        (nowhere, text, "Wayland"),
        (NEVER, text, "cannot be used"),
        (nowhere, "", "did not arrive"),
        (nowhere, "9\n482951", "did not arrive"),
    ] {
        for more in [&[][..], &["--until-quit"]] {
            let output = owner(display, input.as_bytes(), more);
            let answer = String::from_utf8(output.stdout).unwrap();
            assert_eq!(output.status.code(), Some(1), "{answer}");
            assert!(answer.contains(why) && answer.lines().count() == 1, "{answer}");
            assert!(!answer.contains("482951"), "{answer}");
        }
    }
}

#[test]
fn without_a_display_server_osc_52_copies_and_no_process_remains() {
    let home = tempdir().unwrap();
    let mut terminal = Terminal::start_with(&["demo"], home.path(), (120, 34), &[NOWHERE]);
    terminal.shows("482951");
    let copied = terminal.expect_copy("482951");
    terminal.type_keys("c");
    terminal.shows("to the terminal's clipboard (OSC 52)");
    let _when = copied.wait();
    let children = std::fs::read_to_string(format!("/proc/{0}/task/{0}/children", terminal.id()));
    assert_eq!(children.unwrap_or_default().trim(), "", "the owner has ended and was reaped");
    terminal.quit();
}

#[test]
fn system_until_quit_copies_only_to_the_desktop_clipboard() {
    let home = tempdir().unwrap();
    let args = ["demo", "--clipboard", "system-until-quit"];
    let mut terminal = Terminal::start_with(&args, home.path(), (120, 34), &[NOWHERE]);
    terminal.shows("482951");
    terminal.type_keys("c");
    terminal.shows("Not copied: no clipboard here");
    terminal.quit();
}
