//! Starts the process that owns the clipboard (see [`super::owner`]) and hands it the text.
//!
//! On X11 and Wayland a copied text lives in the process that owns the selection. A process of its own
//! answers pastes while the mailbox is stopped, and after it has ended.

use super::owner::{COMMAND, OWNED, UNTIL_QUIT};
use crate::ports::clipboard::{Clipboard, ClipboardError, CopiedTo, Retention};
use std::ffi::OsString;
use std::fmt;
use std::path::PathBuf;
use std::process::Stdio;
use std::time::Duration;
use tokio::io::{AsyncBufReadExt, AsyncReadExt, AsyncWriteExt, BufReader};
use tokio::process::{Child, ChildStdin, Command};
use tokio::runtime::Handle;

/// Time that the owner gets to take the selection; a display server that does not answer takes longer.
const START_TIMEOUT: Duration = Duration::from_secs(3);
/// Most bytes of the owner's answer that are read.
const MAX_ANSWER_BYTES: u64 = 4096;

/// The desktop's own clipboard.
pub struct SystemClipboard {
    /// All that the owner's environment holds.
    display: Vec<(&'static str, OsString)>,
    /// The input of an owner that ends with this process: its other end closes with this one.
    tied: Option<ChildStdin>,
}

impl SystemClipboard {
    /// A clipboard on the display server that these variables name.
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
        let runtime = Handle::try_current().map_err(|why| unavailable(&why))?;
        // The runtime reaps the child whenever it ends, also long after this call.
        let input = runtime.block_on(start(&self.display, text, retention))?;
        self.tied = match retention {
            Retention::UntilQuit => Some(input),
            Retention::UntilReplaced => None,
        };
        Ok(CopiedTo::System)
    }
}

fn unavailable(why: &dyn fmt::Display) -> ClipboardError {
    ClipboardError::Unavailable(why.to_string())
}

/// This very program, also where its file was replaced or removed since the start.
fn program() -> std::io::Result<PathBuf> {
    if cfg!(target_os = "linux") { Ok("/proc/self/exe".into()) } else { std::env::current_exe() }
}

async fn start(
    display: &[(&'static str, OsString)],
    text: &str,
    retention: Retention,
) -> Result<ChildStdin, ClipboardError> {
    let mut command = Command::new(program().map_err(|why| unavailable(&why))?);
    command
        .arg0("dropmail-tui")
        .arg(COMMAND)
        .args((retention == Retention::UntilQuit).then_some(UNTIL_QUIT))
        .env_clear()
        .envs(display.iter().map(|(name, value)| (*name, value)))
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::null());
    let mut child = command.spawn().map_err(|why| unavailable(&why))?;
    let answer = tokio::time::timeout(START_TIMEOUT, hand_over(&mut child, text)).await;
    let failure = match answer {
        Ok(Ok(input)) => return Ok(input),
        Ok(Err(why)) => why,
        Err(_) => "the display server did not answer within three seconds".to_owned(),
    };
    // It may have ended by itself.
    drop(child.start_kill());
    Err(ClipboardError::Unavailable(failure))
}

/// Writes the text and reads the answer; returns the owner's input, still open.
async fn hand_over(child: &mut Child, text: &str) -> Result<ChildStdin, String> {
    let (Some(mut input), Some(output)) = (child.stdin.take(), child.stdout.take()) else {
        return Err("the process that owns the clipboard has no pipes".to_owned());
    };
    // An owner that ends early says why in its answer.
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
