//! Runs a program that needs the terminal for itself, such as an editor or a pager.

use crate::app::msg::Msg;
use std::path::PathBuf;
use std::process::Command;

/// A program that needs the terminal for itself: its command and the file that it opens.
#[derive(Debug)]
pub(in crate::runtime) struct Foreground {
    /// Shell text that expands to the command in `$VISUAL`, `$EDITOR` or `$PAGER`. A shell runs the command, because it
    /// may contain arguments.
    pub(super) command: &'static str,
    /// Path of the file that the program opens; the file is deleted when the program exits.
    pub(super) file: PathBuf,
}

impl Foreground {
    /// Runs the program and waits until it exits; returns the message with its result. The caller must restore the
    /// terminal first.
    pub(in crate::runtime) fn run(self) -> Msg {
        // The file name is an argument of the shell script and not a part of it, so the shell does not interpret the
        // name.
        let status = Command::new("sh")
            .args(["-c", &format!("{} \"$1\"", self.command), "sh"])
            .arg(&self.file)
            .status();
        drop(std::fs::remove_file(&self.file));
        Msg::Shown(match status {
            Ok(status) if status.success() => Ok(None),
            Ok(status) => {
                Err(format!("The program ended with {status}. $EDITOR and $PAGER say which one it is.")
                    .into())
            }
            Err(why) => Err(format!("The program did not start: {why}").into()),
        })
    }
}
