//! Programs that take over the terminal, such as an editor or a pager.

use crate::app::msg::Msg;
use std::path::PathBuf;
use std::process::Command;

/// A program that takes over the terminal: its command and the file that it opens.
#[derive(Debug)]
pub(in crate::runtime) struct Foreground {
    /// The command from `$EDITOR`, `$VISUAL` or `$PAGER`. The shell runs it, because it may contain
    /// arguments.
    pub(super) command: &'static str,
    /// Path of the file that the program opens; the file is deleted afterwards.
    pub(super) file: PathBuf,
}

impl Foreground {
    /// Runs the program to its end. The caller must restore the terminal first.
    pub(in crate::runtime) fn run(self) -> Msg {
        // The file name is an argument of the shell script. It is not part of the script's text, so the shell
        // does not interpret it.
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
