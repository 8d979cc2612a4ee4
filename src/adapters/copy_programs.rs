//! Programs that take copied text: tmux, and a command of the user's.

use crate::ports::clipboard::{ClipboardError, CopiedTo, Programs};
use std::io::Write;
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

/// A program that has not taken the text by then hangs.
const PATIENCE: Duration = Duration::from_secs(3);
/// How often a program is looked after.
const STEP: Duration = Duration::from_millis(10);

/// The programs of this machine.
#[derive(Debug, Default)]
pub struct CopyPrograms;

impl Programs for CopyPrograms {
    fn tmux(&self, text: &str) -> Result<CopiedTo, ClipboardError> {
        let allowed = Command::new("tmux")
            .args(["show-options", "-sv", "set-clipboard"])
            .stdin(Stdio::null())
            .stderr(Stdio::null())
            .output()
            .map_err(|why| failed("tmux", &why))?;
        let off = allowed.stdout.trim_ascii() == b"off";
        // -w hands it to the terminal of the client, also where tmux takes no OSC 52 from programs.
        feed(Command::new("tmux").args(["load-buffer", "-w", "-"]), "tmux", text)?;
        Ok(if off { CopiedTo::TmuxAlone } else { CopiedTo::Tmux })
    }

    fn command(&self, line: &str, text: &str) -> Result<CopiedTo, ClipboardError> {
        let mut shell = if cfg!(windows) { Command::new("cmd") } else { Command::new("sh") };
        feed(shell.args([if cfg!(windows) { "/C" } else { "-c" }, line]), "clipboard_command", text)?;
        Ok(CopiedTo::Command)
    }
}

fn failed(name: &str, why: &dyn std::fmt::Display) -> ClipboardError {
    ClipboardError::Program(format!("{name} failed: {why}"))
}

/// Runs a command with the text on its standard input. What it prints is not kept: a program that
/// stays behind to serve the clipboard would keep a pipe open for ever.
fn feed(command: &mut Command, name: &str, text: &str) -> Result<(), ClipboardError> {
    let mut child = command
        .stdin(Stdio::piped())
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .spawn()
        .map_err(|why| failed(name, &why))?;
    if let Some(mut input) = child.stdin.take() {
        // Dropping it tells the program that this is all. One that reads nothing shows in its end.
        let _unread = input.write_all(text.as_bytes());
    }
    match wait(&mut child).map_err(|why| failed(name, &why))? {
        Some(status) if status.success() => Ok(()),
        Some(status) => Err(failed(name, &status)),
        None => {
            drop(child.kill());
            drop(child.wait());
            Err(failed(name, &"it took no text for three seconds"))
        }
    }
}

fn wait(child: &mut Child) -> std::io::Result<Option<std::process::ExitStatus>> {
    let start = Instant::now();
    while start.elapsed() < PATIENCE {
        if let Some(status) = child.try_wait()? {
            return Ok(Some(status));
        }
        std::thread::sleep(STEP);
    }
    Ok(None)
}

#[cfg(all(test, unix))]
mod tests {
    use super::*;

    #[test]
    fn a_command_gets_the_text_and_its_failure_is_told() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("copied");
        let line = format!("cat > '{}'", path.display());
        assert_eq!(CopyPrograms.command(&line, "482951"), Ok(CopiedTo::Command));
        assert_eq!(std::fs::read_to_string(path).unwrap(), "482951");
        let error = CopyPrograms.command("exit 3", "482951").unwrap_err().to_string();
        assert!(error.contains("clipboard_command") && error.contains('3'), "{error}");
        assert!(!error.contains("482951"), "{error}");
    }
}
