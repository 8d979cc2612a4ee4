//! Runs hooks, which are shell commands from the settings. A hook receives the mail only on its standard input. If text
//! from the mail were part of the command line, the shell could execute it.

use dropmail_client::ports::BoxFuture;
use dropmail_client::ports::hooks::{Hook, HookError, Hooks};
use mail_reader::sanitize::SafeText;
use rustix::process::{Pid, Signal, kill_process_group};
use std::process::Stdio;
use std::time::Duration;
use tokio::io::{AsyncBufReadExt, AsyncRead, AsyncReadExt, AsyncWriteExt, BufReader};
use tokio::process::{Child, Command};
use tokio_util::task::TaskTracker;

/// Timeout after which a hook command is killed.
const HOOK_TIMEOUT: Duration = Duration::from_secs(30);
/// Timeout for reading the remaining output of a hook command that has exited. Output that arrives later is logged in
/// the background.
const OUTPUT_DRAIN_TIMEOUT: Duration = Duration::from_millis(100);
/// Maximum length in bytes of the logged output of a hook; the rest is discarded.
const MAX_OUTPUT: u64 = 64 << 10;
/// Environment variables that may contain the user's secrets. Hook commands do not receive them.
const SECRET_VARIABLES: [&str; 3] = ["DROPMAIL_TOKEN", "DROPMAIL_DOMAIN_PASSWORD", "DROPMAIL_SMTP_PASSWORD"];

/// The hook commands from the settings.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct ShellHooks {
    /// Shell command that runs for each new mail; `None` if the settings contain none.
    pub on_mail: Option<String>,
    /// Shell command that runs for each new mail with a code; `None` if the settings contain none.
    pub on_code: Option<String>,
}

impl Hooks for ShellHooks {
    fn is_set(&self, hook: Hook) -> bool {
        match hook {
            Hook::OnMail => self.on_mail.is_some(),
            Hook::OnCode => self.on_code.is_some(),
        }
    }

    fn run<'a>(&'a self, hook: Hook, mail: &'a str) -> BoxFuture<'a, Result<(), HookError>> {
        Box::pin(async move {
            let command = match hook {
                Hook::OnMail => self.on_mail.as_deref(),
                Hook::OnCode => self.on_code.as_deref(),
            };
            match command {
                Some(command) => run(hook, command, mail, HOOK_TIMEOUT).await,
                None => Ok(()),
            }
        })
    }
}

async fn run(hook: Hook, command: &str, mail: &str, limit: Duration) -> Result<(), HookError> {
    let mut shell = Command::new("sh");
    shell.arg("-c").arg(command).kill_on_drop(true);
    shell.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped());
    // The command runs in its own process group, so that its child processes can be killed too, and Ctrl-C in the
    // terminal does not reach them.
    shell.process_group(0);
    for secret in SECRET_VARIABLES {
        shell.env_remove(secret);
    }
    let mut child = shell.spawn()?;
    // If the user stops the hook, this future is dropped, and the group is killed.
    let mut group = ProcessGroup(child.id());
    if let Ok(outcome) = tokio::time::timeout(limit, run_child(&mut child, hook, mail)).await {
        // A background process that the command has started may continue.
        group.0 = None;
        return outcome;
    }
    drop(group);
    drop(child.wait().await);
    Err(HookError::TooLong(limit.as_secs()))
}

/// The process group of a hook command. Dropping this value kills all processes in the group.
struct ProcessGroup(Option<u32>);

impl Drop for ProcessGroup {
    fn drop(&mut self) {
        let group = self.0.and_then(|id| Pid::from_raw(i32::try_from(id).ok()?));
        if let Some(group) = group {
            // The process group may have exited in the meantime.
            let _gone = kill_process_group(group, Signal::KILL);
        }
    }
}

/// Waits until the hook command has exited, and returns an error if the command failed. Does not wait for its child
/// processes, which may keep the pipes open, as a clipboard owner does. Separate tasks read and write the pipes.
async fn run_child(child: &mut Child, hook: Hook, mail: &str) -> Result<(), HookError> {
    let (stdin, stdout, stderr) = (child.stdin.take(), child.stdout.take(), child.stderr.take());
    let mail = mail.to_owned();
    let pipes = TaskTracker::new();
    pipes.spawn(async move {
        if let Some(mut stdin) = stdin {
            // A command may ignore its standard input.
            drop(stdin.write_all(mail.as_bytes()).await);
            drop(stdin.write_all(b"\n").await);
        }
    });
    let logs = [pipes.spawn(log(stdout, hook)), pipes.spawn(log(stderr, hook))];
    let status = child.wait().await?;
    // Usually no child process keeps the pipes open, so the output of the command is complete now.
    drop(tokio::time::timeout(OUTPUT_DRAIN_TIMEOUT, futures_util::future::join_all(logs)).await);
    if status.success() { Ok(()) } else { Err(HookError::Failed(status.to_string())) }
}

/// Logs the output of a hook line by line, up to `MAX_OUTPUT` bytes. Reads and discards the rest of the output, because
/// a process that writes to a closed pipe is killed.
async fn log(stream: Option<impl AsyncRead + Unpin>, hook: Hook) {
    let Some(mut stream) = stream else { return };
    let mut lines = BufReader::new((&mut stream).take(MAX_OUTPUT));
    let mut line = Vec::new();
    while lines.read_until(b'\n', &mut line).await.is_ok_and(|read| read > 0) {
        for line in SafeText::multiline(&String::from_utf8_lossy(&line)) {
            if !line.is_empty() {
                tracing::info!(hook = hook.as_str(), "{line}");
            }
        }
        line.clear();
    }
    drop(tokio::io::copy(&mut stream, &mut tokio::io::sink()).await);
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn a_hook_reads_the_mail_from_standard_input_and_is_awaited() {
        let folder = tempfile::tempdir().unwrap();
        let out = folder.path().join("out");
        let hooks = ShellHooks { on_mail: Some(format!("cat > '{}'", out.display())), on_code: None };
        hooks.run(Hook::OnMail, "{\"subject\":\"$(touch x)\"}").await.unwrap();
        assert_eq!(std::fs::read_to_string(&out).unwrap(), "{\"subject\":\"$(touch x)\"}\n");
        hooks.run(Hook::OnCode, "{}").await.unwrap();
        let failed = run(Hook::OnMail, "exit 3", "{}", HOOK_TIMEOUT).await;
        assert!(failed.unwrap_err().to_string().contains('3'));
    }

    #[tokio::test]
    async fn a_process_that_a_command_leaves_behind_is_neither_waited_for_nor_killed() {
        let folder = tempfile::tempdir().unwrap();
        let out = folder.path().join("pid");
        // xclip and wl-copy leave a background process that owns the clipboard and keeps the pipes of the command open.
        let command = format!("sleep 600 & echo $! > '{}'", out.display());
        let mail = "x".repeat(1 << 20);
        run(Hook::OnCode, &command, &mail, Duration::from_mins(5)).await.unwrap();
        let pid = std::fs::read_to_string(&out).unwrap();
        let ended = Command::new("kill").arg(pid.trim()).status().await.unwrap();
        assert!(ended.success(), "the process {pid} was still running");
    }

    #[tokio::test]
    async fn a_cancelled_hook_is_killed_with_its_child_processes() {
        let folder = tempfile::tempdir().unwrap();
        let out = folder.path().join("pid");
        let hooks = ShellHooks {
            on_mail: Some(format!(
                "sleep 600 & echo $! > '{0}.part'; mv '{0}.part' '{0}'; wait",
                out.display()
            )),
            on_code: None,
        };
        let started = async {
            while !out.exists() {
                tokio::time::sleep(Duration::from_millis(5)).await;
            }
        };
        tokio::select! {
            ended = hooks.run(Hook::OnMail, "{}") => panic!("{ended:?}"),
            () = started => {}
        }
        let pid = std::fs::read_to_string(&out).unwrap();
        let is_running = async || {
            let state = std::fs::read_to_string(format!("/proc/{}/stat", pid.trim())).unwrap_or_default();
            !state.is_empty() && !state.contains(") Z")
        };
        while is_running().await {
            tokio::time::sleep(Duration::from_millis(5)).await;
        }
    }

    #[tokio::test]
    async fn a_hung_command_is_killed_with_its_child_processes() {
        let hanging = run(Hook::OnMail, "sleep 600 & sleep 600", "{}", Duration::from_millis(200)).await;
        assert!(matches!(hanging, Err(HookError::TooLong(_))), "{hanging:?}");
    }
}
