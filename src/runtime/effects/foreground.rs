//! Runs a program that needs exclusive use of the terminal, such as an editor or a pager.

use crate::app::msg::Msg;
use std::os::unix::process::ExitStatusExt;
use std::path::PathBuf;
use std::process::{Command, ExitStatus};

/// A program that needs exclusive use of the terminal, such as an editor: its command and the file that it opens.
#[derive(Debug)]
pub(in crate::runtime) struct Foreground {
    /// Shell expression for the command in `$VISUAL`, `$EDITOR` or `$PAGER`. A shell expands and runs the expression,
    /// because the variable may contain arguments.
    pub(super) command: &'static str,
    /// Path of the temporary file that the editor or pager opens. The file is deleted when the editor or pager exits.
    pub(super) file: PathBuf,
}

impl Foreground {
    /// Runs the editor or pager and waits until it exits. The caller must first restore the normal mode of the
    /// terminal.
    pub(in crate::runtime) fn run(self) -> ProgramResult {
        // The file name is an argument of the shell script and not a part of it, so the shell does not interpret the
        // name.
        let status = Command::new("sh")
            .args(["-c", &format!("{} \"$1\"", self.command), "sh"])
            .arg(&self.file)
            .status();
        drop(std::fs::remove_file(&self.file));
        let is_interrupted = status.as_ref().is_ok_and(|status| is_interrupted(*status));
        let msg = Msg::Shown(match status {
            Ok(status) if status.success() || is_interrupted => Ok(None),
            Ok(status) => {
                Err(format!("The program ended with {status}. $EDITOR and $PAGER say which one it is.")
                    .into())
            }
            Err(why) => Err(format!("The program did not start: {why}").into()),
        });
        ProgramResult { msg, is_interrupted }
    }
}

/// The result of running an editor or pager.
#[derive(Debug)]
pub(in crate::runtime) struct ProgramResult {
    /// The message for the core, which reports success or the reason for a failure.
    pub(in crate::runtime) msg: Msg,
    /// Whether SIGINT has ended the editor or pager, for example because the user has pressed Ctrl-C.
    pub(in crate::runtime) is_interrupted: bool,
}

/// Returns whether SIGINT has ended the editor or pager, or the shell that runs it. A shell reports the signal as exit
/// code 130.
fn is_interrupted(status: ExitStatus) -> bool {
    status.signal() == Some(rustix::process::Signal::INT.as_raw()) || status.code() == Some(130)
}
