//! Uses the `tmux` command to read the options of the tmux pane in which this program runs.

use dropmail_client::ports::tmux::TmuxPane;
use std::process::{Command, Stdio};

/// The tmux pane in which this program runs. The `tmux` command identifies it by the `TMUX_PANE` environment variable.
#[derive(Debug, Default)]
pub struct SystemTmuxPane;

impl TmuxPane for SystemTmuxPane {
    fn passes_through(&self) -> bool {
        // `-A` includes inherited values; without it, tmux prints only values that are set for this pane.
        let value = tmux(&["show-options", "-p", "-v", "-A", "allow-passthrough"]);
        value.is_some_and(|value| matches!(value.trim(), "on" | "all"))
    }
}

/// Runs a tmux command and returns its output; `None` if the command fails.
fn tmux(arguments: &[&str]) -> Option<String> {
    let output =
        Command::new("tmux").args(arguments).stdin(Stdio::null()).stderr(Stdio::null()).output().ok()?;
    output.status.success().then(|| String::from_utf8_lossy(&output.stdout).into_owned())
}
