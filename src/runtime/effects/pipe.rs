//! Passes a mail, or one MIME part of it, to the user's shell command.

use super::{EffectFuture, RuntimeEvent};
use crate::app::message_pane::LoadedMail;
use crate::app::msg::Msg;
use crate::runtime::blocking::run_blocking;
use bytes::Bytes;
use mail_reader::mime;
use mail_reader::sanitize::SafeText;
use rustix::process::{Pid, Signal, kill_process_group};
use std::process::Stdio;
use std::sync::Arc;
use std::time::Duration;
use tokio::io::{AsyncRead, AsyncReadExt, AsyncWriteExt};

/// Timeout after which a shell command that receives a mail is killed.
const TIMEOUT: Duration = Duration::from_mins(1);
/// Maximum length in bytes of the shell command's output as shown to the user; the rest is discarded.
const MAX_OUTPUT: u64 = 256 << 10;

/// Runs a shell command that receives a mail on its standard input, until the command exits or the user stops it.
pub(super) fn run(
    opened: Arc<LoadedMail>,
    part: Option<usize>,
    command: String,
    stopped: impl Future<Output = ()> + Send + 'static,
) -> EffectFuture {
    Box::pin(async move {
        let result = tokio::select! {
            result = pipe(&opened, part, &command) => result,
            () = stopped => Err(format!("“{command}” was stopped.").into()),
        };
        RuntimeEvent::Msg(Msg::Piped(command, result))
    })
}

/// The process group of a shell command. Dropping this value kills the group unless the command has already exited. A
/// group is killed if the user stops the command, if the command times out, or if this program exits.
struct ProcessGroup(Option<Pid>);

impl Drop for ProcessGroup {
    fn drop(&mut self) {
        if let Some(group) = self.0 {
            // The process group may have exited in the meantime.
            let _gone = kill_process_group(group, Signal::KILL);
        }
    }
}

/// Passes a mail or one MIME part of it to a shell command; returns the sanitised output of the command. Returns an
/// error message for the user if the command fails.
async fn pipe(
    opened: &Arc<LoadedMail>,
    part: Option<usize>,
    command: &str,
) -> Result<Vec<SafeText>, SafeText> {
    let input: Bytes = match part {
        None => opened.raw.clone(),
        Some(part) => {
            let opened = Arc::clone(opened);
            let bytes = run_blocking(move || mime::attachment_bytes(&opened.raw, part)).await;
            bytes
                .ok_or_else(|| {
                    SafeText::new("This part cannot be decoded. The whole mail can be saved instead.")
                })?
                .into()
        }
    };
    let mut child = tokio::process::Command::new("sh")
        .args(["-c", command])
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .process_group(0)
        .kill_on_drop(true)
        .spawn()
        .map_err(|why| SafeText::new(&format!("The command did not start: {why}")))?;
    let mut group = ProcessGroup(child.id().and_then(|id| Pid::from_raw(i32::try_from(id).ok()?)));
    let (stdin, stdout, stderr) = (child.stdin.take(), child.stdout.take(), child.stderr.take());
    let feed = async move {
        if let Some(mut stdin) = stdin {
            // A command that stops reading before the end of the mail has not failed.
            drop(stdin.write_all(&input).await);
        }
    };
    let all = async { tokio::join!(feed, read_output(stdout), read_output(stderr), child.wait()) };
    let Ok(((), said, complained, status)) = tokio::time::timeout(TIMEOUT, all).await else {
        return Err(format!("“{command}” took more than a minute and was ended.").into());
    };
    // A background process that the command has started is not killed.
    group.0 = None;
    let status = status.map_err(|why| SafeText::new(&why.to_string()))?;
    let lines = |bytes: &[u8]| SafeText::multiline(&String::from_utf8_lossy(bytes));
    if status.success() {
        return Ok(if said.is_empty() { Vec::new() } else { lines(&said) });
    }
    let why = lines(&complained).into_iter().find(|line| !line.trim().is_empty()).unwrap_or_default();
    Err(format!("“{command}” ended with {status}. {why}").into())
}

async fn read_output(stream: Option<impl AsyncRead + Unpin>) -> Vec<u8> {
    let mut out = Vec::new();
    if let Some(mut stream) = stream {
        drop((&mut stream).take(MAX_OUTPUT).read_to_end(&mut out).await);
        // The rest of the output is read and dropped, because the command would block on a full pipe.
        drop(tokio::io::copy(&mut stream, &mut tokio::io::sink()).await);
    }
    out
}
