//! Copies text by running another program: tmux, or the user's `clipboard_command`.

use dropmail_client::domain::copied_to::CopiedTo;
use dropmail_client::ports::clipboard::{ClipboardCommands, ClipboardError};
use std::process::{Command, ExitStatus, Stdio};
use std::time::Duration;
use tokio::io::AsyncWriteExt;
use tokio::runtime::Handle;

/// Timeout for a copy program to read the text and exit. If it expires, copying fails.
const TIMEOUT: Duration = Duration::from_secs(3);

/// Adapter that copies text by running another program on this machine.
#[derive(Debug, Default)]
pub struct CopyCommands;

impl ClipboardCommands for CopyCommands {
    fn copy_to_tmux(&self, text: &str) -> Result<CopiedTo, ClipboardError> {
        let allowed = Command::new("tmux")
            .args(["show-options", "-sv", "set-clipboard"])
            .stdin(Stdio::null())
            .stderr(Stdio::null())
            .output()
            .map_err(|why| copy_error("tmux", &why))?;
        let off = allowed.stdout.trim_ascii() == b"off";
        // `-w` makes tmux send the text to the terminal of its client, even if tmux accepts no OSC 52 from programs.
        let mut load = Command::new("tmux");
        load.args(["load-buffer", "-w", "-"]);
        pipe_stdin(load, "tmux", text)?;
        Ok(if off { CopiedTo::TmuxBufferOnly } else { CopiedTo::Tmux })
    }

    fn copy_by_command(&self, line: &str, text: &str) -> Result<CopiedTo, ClipboardError> {
        let mut shell = Command::new("sh");
        shell.args(["-c", line]);
        pipe_stdin(shell, "clipboard_command", text)?;
        Ok(CopiedTo::Command)
    }
}

fn copy_error(name: &str, why: &dyn std::fmt::Display) -> ClipboardError {
    ClipboardError::Program(format!("{name} failed: {why}"))
}

/// Runs a command and writes the text to its standard input. The command's output is discarded, because a copy program
/// that keeps running to serve the clipboard would keep an output pipe open.
fn pipe_stdin(command: Command, name: &str, text: &str) -> Result<(), ClipboardError> {
    // The caller runs in a blocking task of the runtime, so blocking on the runtime is allowed.
    let runtime = Handle::try_current().map_err(|why| copy_error(name, &why))?;
    let ended = runtime.block_on(tokio::time::timeout(TIMEOUT, run(command, text)));
    match ended {
        Ok(Ok(status)) if status.success() => Ok(()),
        Ok(Ok(status)) => Err(copy_error(name, &status)),
        Ok(Err(why)) => Err(copy_error(name, &why)),
        Err(late) => Err(copy_error(name, &format!("it took no text for three seconds ({late})"))),
    }
}

async fn run(command: Command, text: &str) -> std::io::Result<ExitStatus> {
    let mut child = tokio::process::Command::from(command)
        .stdin(Stdio::piped())
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .kill_on_drop(true)
        .spawn()?;
    if let Some(mut input) = child.stdin.take() {
        // Dropping the handle closes the standard input of the command. A write error is ignored, because the exit
        // status shows the failure.
        drop(input.write_all(text.as_bytes()).await);
    }
    child.wait().await
}

#[cfg(all(test, unix))]
mod tests {
    use super::*;

    #[tokio::test(flavor = "multi_thread")]
    async fn a_copy_command_receives_the_text_and_its_failure_is_reported() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("copied");
        let line = format!("cat > '{}'", path.display());
        let copy =
            |line: String| tokio::task::spawn_blocking(move || CopyCommands.copy_by_command(&line, "482951"));
        assert_eq!(copy(line).await.unwrap(), Ok(CopiedTo::Command));
        assert_eq!(std::fs::read_to_string(path).unwrap(), "482951");
        let error = copy("exit 3".to_owned()).await.unwrap().unwrap_err().to_string();
        assert!(error.contains("clipboard_command") && error.contains('3'), "{error}");
        assert!(!error.contains("482951"), "{error}");
    }
}
