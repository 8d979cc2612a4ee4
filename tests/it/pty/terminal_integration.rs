//! Tests features that depend on the terminal: the window title, pasting, copying to the terminal's clipboard, and
//! settings that change at run time.

use super::terminal::{Terminal, osc52};
use dropmail_tui::adapters::demo_mail::COUNT;
use std::path::Path;
use tempfile::tempdir;

fn demo(home: &Path, env: &[(&str, &str)]) -> Terminal {
    let terminal = Terminal::start_with(&["demo", "--late-mail", "0"], home, (120, 34), env);
    terminal.wait_for_text(&format!("Inbox {COUNT}"));
    terminal
}

#[test]
fn the_title_shows_the_unread_count_and_is_restored_at_exit() {
    let home = tempdir().unwrap();
    let mut terminal = demo(home.path(), &[]);
    // The program saves the earlier title on the terminal's stack, and restores it at the end.
    terminal.wait_for_bytes(b"\x1b[22;2t");
    terminal.wait_for_bytes(format!("\x1b]2;({COUNT}) dropmail-tui\x07").as_bytes());
    terminal.quit();
    terminal.wait_for_bytes(b"\x1b[23;2t");
}

#[test]
fn a_setting_keeps_the_terminal_title_unchanged() {
    let home = tempdir().unwrap();
    let mut terminal = demo(home.path(), &[("DROPMAIL_WINDOW_TITLE", "false")]);
    terminal.type_keys("q");
    terminal.end();
    assert!(!terminal.bytes().windows(4).any(|window| window == b"\x1b]2;"));
}

#[test]
fn pasted_text_is_inserted_and_runs_no_command() {
    let home = tempdir().unwrap();
    let mut terminal = demo(home.path(), &[]);
    // If the pasted q counted as a key, the program would end, because no prompt is open.
    terminal.type_keys("\x1b[200~q\x1b[201~");
    terminal.type_keys("\\");
    terminal.type_keys("\x1b[200~receipt\nq\x1b[201~");
    terminal.wait_for_text("show only mails with: receipt");
    terminal.type_keys("\x03");
    assert_eq!(terminal.end(), 0);
}

#[test]
fn a_configured_copy_command_receives_the_copied_text() {
    let home = tempdir().unwrap();
    let line = "cat > copied; test -s copied";
    let env = [("DROPMAIL_CLIPBOARD", "command"), ("DROPMAIL_CLIPBOARD_COMMAND", line)];
    let mut terminal = demo(home.path(), &env);
    terminal.type_keys("/harbour\rc");
    terminal.wait_for_text("with clipboard_command");
    assert_eq!(std::fs::read_to_string(home.path().join("copied")).unwrap(), "482951");
}

#[test]
fn a_linux_console_is_reported_to_have_no_clipboard() {
    let home = tempdir().unwrap();
    let mut terminal = demo(home.path(), &[("TERM", "linux")]);
    terminal.type_keys("/harbour\rc");
    terminal.wait_for_text("Not copied: there is no clipboard here");
    let copy_sequence = osc52("482951");
    assert!(!terminal.bytes().windows(copy_sequence.len()).any(|window| window == copy_sequence));
}

#[test]
fn changed_settings_apply_while_the_program_runs() {
    let home = tempdir().unwrap();
    let file = home.path().join("mine.toml");
    std::fs::write(&file, "them = 'paper'\n").unwrap();
    let path = file.to_string_lossy().into_owned();
    let mut terminal = demo(home.path(), &[("DROPMAIL_CONFIG", &path), ("COLORTERM", "truecolor")]);
    terminal.wait_for_text("mine.toml:1:1: unknown setting `them`; did you mean `theme`?");
    std::fs::write(&file, "theme = 'paper'\n[keys]\nquit = 'X X'\n").unwrap();
    terminal.wait_for_text("The settings were read anew: theme = paper, the keys.");
    assert!(
        terminal.bytes().windows(16).any(|window| window == b"48;2;251;247;238"),
        "the background colour of the paper theme"
    );
    // The terminal has no focus, so the clock does not tick. Only file system events can inform the
    // program that the file was written, or that another file was moved to its path.
    terminal.type_keys("\x1b[O");
    std::fs::write(&file, "theme = 'midnight'\n[keys]\nquit = 'X X'\n").unwrap();
    terminal.wait_for_bytes(b"48;2;16;24;43");
    let replacement = home.path().join("other.toml");
    std::fs::write(&replacement, "theme = 'ember'\n[keys]\nquit = 'X X'\n").unwrap();
    std::fs::rename(&replacement, &file).unwrap();
    terminal.wait_for_bytes(b"48;2;31;23;19");
    terminal.type_keys("XX");
    assert_eq!(terminal.end(), 0);
}

/// Tests that the pager receives all keys. For this, no thread of the mailbox may read the input while the pager runs.
#[test]
fn a_pager_controls_the_terminal_until_it_exits() {
    let home = tempdir().unwrap();
    let pager = home.path().join("pager");
    std::fs::write(&pager, "echo the pager runs; read line; echo it read $line > read\n").unwrap();
    let pager = format!("sh {}", pager.display());
    let mut terminal = demo(home.path(), &[("PAGER", &pager)]);
    terminal.type_keys("p");
    terminal.wait_for_text("the pager runs");
    terminal.type_keys("qq\r");
    terminal.wait_for_text("Inbox");
    assert_eq!(std::fs::read_to_string(home.path().join("read")).unwrap(), "it read qq\n");
    terminal.type_keys("?");
    terminal.wait_for_text("Keys in the inbox");
    terminal.type_keys("\x03");
    assert_eq!(terminal.end(), 0);
}

/// Tests that Ctrl-C in a pager ends only the pager, although the terminal also sends SIGINT to the mailbox.
#[test]
fn ctrl_c_in_a_pager_leaves_the_mailbox_alone() {
    let waits = "while [ ! -e done ]; do sleep 0.05; done";
    for (name, on_signal) in [("ends", ""), ("stays", "trap 'echo caught' INT; ")] {
        let home = tempdir().unwrap();
        let pager = home.path().join(name);
        std::fs::write(&pager, format!("{on_signal}echo the pager runs; {waits}\n")).unwrap();
        let pager = format!("sh {}", pager.display());
        let mut terminal = demo(home.path(), &[("PAGER", &pager)]);
        terminal.type_keys("p");
        terminal.wait_for_text("the pager runs");
        terminal.type_keys("\x03");
        if !on_signal.is_empty() {
            terminal.wait_for_text("caught");
            std::fs::write(home.path().join("done"), "").unwrap();
        }
        terminal.wait_for_text("Inbox");
        terminal.type_keys("?");
        terminal.wait_for_text("Keys in the inbox");
        terminal.type_keys("\x1b");
        terminal.wait_for_screen("a screen without the help", |screen| !screen.contains("Keys in the inbox"));
        terminal.quit();
    }
}

/// Tests that the screen shows that a shell command is running, and that Esc kills the command and all processes that
/// it has started.
#[test]
fn a_shell_command_that_received_a_mail_can_be_cancelled() {
    let home = tempdir().unwrap();
    let mut terminal = demo(home.path(), &[]);
    let command = "cat > got; sleep 600 & echo $! > id; wait";
    terminal.type_keys(&format!("|{command}\r"));
    terminal.wait_for_text("running “cat > got");
    let id = home.path().join("id");
    terminal.wait_for_screen("the process id of the started command", |_| {
        std::fs::read_to_string(&id).is_ok_and(|id| id.ends_with('\n'))
    });
    let id = std::fs::read_to_string(&id).unwrap();
    assert!(Path::new(&format!("/proc/{}", id.trim())).exists());
    terminal.type_keys("\x1b");
    terminal.wait_for_text("was stopped.");
    let stat = format!("/proc/{}/stat", id.trim());
    // A process that has exited may remain as a zombie until its parent waits for it.
    let has_ended = || std::fs::read_to_string(&stat).map_or(true, |stat| stat.contains(") Z "));
    terminal.wait_for_screen("the end of the started process", |_| has_ended());
}
