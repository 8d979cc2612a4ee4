//! A program of the user's that takes over the terminal: the editor, the pager.

use crate::app::msg::Msg;
use std::path::PathBuf;
use std::process::Command;

/// What to run, and on which file.
#[derive(Debug)]
pub(in crate::runtime) struct Foreground {
    /// What the user's setting says, for the shell: it may hold arguments.
    pub(super) command: &'static str,
    /// The file that it is to show.
    pub(super) file: PathBuf,
}

impl Foreground {
    /// Runs it to its end; the terminal has to be given back before.
    pub(in crate::runtime) fn run(self) -> Msg {
        // The file's name is an argument of the shell, not a part of what it reads.
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
