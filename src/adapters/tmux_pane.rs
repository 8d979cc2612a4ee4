//! The options of the tmux pane, read and set through the `tmux` program.

use crate::ports::tmux::{Passthrough, TmuxPane};
use std::process::{Command, Stdio};

const OPTION: &str = "allow-passthrough";

/// The pane that `TMUX_PANE` names, as every `tmux` command takes it.
#[derive(Debug, Default)]
pub struct SystemTmuxPane;

impl TmuxPane for SystemTmuxPane {
    fn passthrough(&self) -> Passthrough {
        // `-A` includes the values that the pane inherits; without it tmux prints the pane's own alone.
        let is_on = |value: &str| matches!(value, "on" | "all");
        if !show(&["-A"]).as_deref().is_some_and(is_on) {
            return Passthrough::Off;
        }
        Passthrough::On { of_pane: show(&[]) }
    }

    fn restore_passthrough(&self, of_pane: Option<&str>) {
        let arguments = match of_pane {
            Some(value) => vec!["set-option", "-p", OPTION, value],
            None => vec!["set-option", "-p", "-u", OPTION],
        };
        // tmux is gone where this fails, and its options with it.
        drop(tmux(&arguments));
    }
}

/// The value of the option, where tmux prints one.
fn show(flags: &[&str]) -> Option<String> {
    let value = tmux(&[&["show-options", "-p", "-v"], flags, &[OPTION]].concat())?;
    let value = value.trim();
    (!value.is_empty()).then(|| value.to_owned())
}

/// What a tmux command prints; `None` where it fails.
fn tmux(arguments: &[&str]) -> Option<String> {
    let output =
        Command::new("tmux").args(arguments).stdin(Stdio::null()).stderr(Stdio::null()).output().ok()?;
    output.status.success().then(|| String::from_utf8_lossy(&output.stdout).into_owned())
}
