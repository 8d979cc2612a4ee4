//! Starts the process that owns the clipboard (see [`super::owner`]) and sends it the text to copy.
//!
//! On X11 and Wayland, the process that owns the clipboard selection holds the copied text. A process of its own can
//! answer paste requests while this program is suspended, and even after this program has exited.

use super::owner::{COMMAND, OWNED, UNTIL_QUIT};
use dropmail_client::domain::copied_to::CopiedTo;
use dropmail_client::ports::clipboard::{Clipboard, ClipboardError, Retention};
use std::ffi::OsString;
use std::fmt;
use std::path::PathBuf;
use std::process::Stdio;
use std::time::Duration;
use tokio::io::{AsyncBufReadExt, AsyncReadExt, AsyncWriteExt, BufReader};
use tokio::process::{Child, ChildStdin, Command};
use tokio::runtime::Handle;

/// Timeout for the clipboard process to take ownership of the selection. If it expires, the display server is
/// considered unresponsive, and copying fails.
const START_TIMEOUT: Duration = Duration::from_secs(3);
/// Maximum number of bytes to read from the clipboard process's reply; the rest is ignored.
const MAX_ANSWER_BYTES: u64 = 4096;

/// The clipboard of an X11 or Wayland desktop.
pub struct SystemClipboard {
    /// The complete environment of the clipboard process: only the variables that identify the display server.
    display: Vec<(&'static str, OsString)>,
    /// Standard input of a clipboard process that must exit together with this process; `None` if there is no such
    /// clipboard process. The operating system closes this pipe when this process exits.
    tied: Option<ChildStdin>,
}

impl SystemClipboard {
    /// Creates a handle to the clipboard of the display server that the environment variables in `display` identify.
    pub fn new(display: Vec<(&'static str, OsString)>) -> Self {
        Self { display, tied: None }
    }
}

impl fmt::Debug for SystemClipboard {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("SystemClipboard").field("tied", &self.tied.is_some()).finish_non_exhaustive()
    }
}

impl Clipboard for SystemClipboard {
    fn copy(&mut self, text: &str, retention: Retention) -> Result<CopiedTo, ClipboardError> {
        let runtime = Handle::try_current().map_err(|why| unavailable_error(&why))?;
        // The runtime reaps the clipboard process whenever it exits, even long after this call.
        let input = runtime.block_on(start_owner(&self.display, text, retention))?;
        self.tied = match retention {
            Retention::UntilQuit => Some(input),
            Retention::UntilReplaced => None,
        };
        Ok(CopiedTo::System)
    }
}

fn unavailable_error(why: &dyn fmt::Display) -> ClipboardError {
    ClipboardError::Unavailable(why.to_string())
}

/// Returns a path to this program's executable. The path is usable even if the executable has been replaced or deleted
/// since the program started.
fn executable_path() -> std::io::Result<PathBuf> {
    if cfg!(target_os = "linux") { Ok("/proc/self/exe".into()) } else { std::env::current_exe() }
}

async fn start_owner(
    display: &[(&'static str, OsString)],
    text: &str,
    retention: Retention,
) -> Result<ChildStdin, ClipboardError> {
    let mut command = Command::new(executable_path().map_err(|why| unavailable_error(&why))?);
    command
        .arg0("dropmail-tui")
        .arg(COMMAND)
        .args((retention == Retention::UntilQuit).then_some(UNTIL_QUIT))
        .env_clear()
        .envs(display.iter().map(|(name, value)| (*name, value)))
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::null());
    let mut child = command.spawn().map_err(|why| unavailable_error(&why))?;
    let answer = tokio::time::timeout(START_TIMEOUT, send_text(&mut child, text)).await;
    let failure = match answer {
        Ok(Ok(input)) => return Ok(input),
        Ok(Err(why)) => why,
        Err(_) => "the display server did not answer within three seconds".to_owned(),
    };
    // The process may already have exited.
    drop(child.start_kill());
    Err(ClipboardError::Unavailable(failure))
}

/// Writes the text to the clipboard process and reads its reply. Returns the standard input of the process, which is
/// still open.
async fn send_text(child: &mut Child, text: &str) -> Result<ChildStdin, String> {
    let (Some(mut input), Some(output)) = (child.stdin.take(), child.stdout.take()) else {
        return Err("the process that owns the clipboard has no pipes".to_owned());
    };
    // A write error is ignored, because a clipboard process that exits early reports the reason in its reply.
    drop(input.write_all(format!("{}\n{text}", text.len()).as_bytes()).await);
    drop(input.flush().await);
    let mut answer = String::new();
    let mut output = BufReader::new(output.take(MAX_ANSWER_BYTES));
    output.read_line(&mut answer).await.map_err(|why| why.to_string())?;
    match answer.trim_end() {
        OWNED => Ok(input),
        "" => Err("the process that owns the clipboard did not start".to_owned()),
        why => Err(why.to_owned()),
    }
}
