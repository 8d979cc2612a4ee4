//! Facts about the tmux pane, read through the `tmux` program.

use crate::ports::tmux::TmuxPane;
use std::process::{Command, Stdio};

/// The pane that `TMUX_PANE` names, as every `tmux` command takes it.
#[derive(Debug, Default)]
pub struct SystemTmuxPane;

impl TmuxPane for SystemTmuxPane {
    fn passes_through(&self) -> bool {
        // `-A` includes the values that the pane inherits; without it tmux prints the pane's own alone.
        let value = tmux(&["show-options", "-p", "-v", "-A", "allow-passthrough"]);
        value.is_some_and(|value| matches!(value.trim(), "on" | "all"))
    }
}

/// The output of a tmux command; `None` where it fails.
fn tmux(arguments: &[&str]) -> Option<String> {
    let output =
        Command::new("tmux").args(arguments).stdin(Stdio::null()).stderr(Stdio::null()).output().ok()?;
    output.status.success().then(|| String::from_utf8_lossy(&output.stdout).into_owned())
}
