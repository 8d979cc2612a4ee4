//! Runs hooks: shell commands from the settings. A hook gets the mail on its standard input only, because the
//! shell would execute foreign text on a command line.

use crate::ports::BoxFuture;
use crate::ports::hooks::{Hook, HookError, Hooks};
use mail_reader::sanitize::SafeText;
use rustix::process::{Pid, Signal, kill_process_group};
use std::process::Stdio;
use std::time::Duration;
use tokio::io::{AsyncBufReadExt, AsyncRead, AsyncReadExt, AsyncWriteExt, BufReader};
use tokio::process::{Child, Command};
use tokio_util::task::TaskTracker;

/// Maximum time for a hook command; after that, it is killed.
const LIMIT: Duration = Duration::from_secs(30);
/// Maximum time for the rest of the output after a hook command has ended; then it is logged as it comes.
const LOG_LIMIT: Duration = Duration::from_millis(100);
/// Maximum number of bytes of a hook's output that are logged; the rest is ignored.
const MAX_OUTPUT: u64 = 64 << 10;
/// Environment variables that contain secrets; they are removed from the environment of hooks.
const SECRETS: [&str; 3] = ["DROPMAIL_TOKEN", "DROPMAIL_DOMAIN_PASSWORD", "DROPMAIL_SMTP_PASSWORD"];

/// The hook commands of the settings.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct ShellHooks {
    /// The shell command that runs for each new mail.
    pub on_mail: Option<String>,
    /// The shell command that runs for each new mail with a code.
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
                Some(command) => run(hook, command, mail, LIMIT).await,
                None => Ok(()),
            }
        })
    }
}

async fn run(hook: Hook, command: &str, mail: &str, limit: Duration) -> Result<(), HookError> {
    let mut shell = Command::new("sh");
    shell.arg("-c").arg(command).kill_on_drop(true);
    shell.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped());
    // A separate process group, so that child processes can be killed too and Ctrl-C does not reach the
    // command.
    shell.process_group(0);
    for secret in SECRETS {
        shell.env_remove(secret);
    }
    let mut child = shell.spawn()?;
    // If the user stops the hook, this future is dropped.
    let mut group = ProcessGroup(child.id());
    if let Ok(outcome) = tokio::time::timeout(limit, run_child(&mut child, hook, mail)).await {
        // A process that the command has left behind stays.
        group.0 = None;
        return outcome;
    }
    drop(group);
    drop(child.wait().await);
    Err(HookError::TooLong(limit.as_secs()))
}

/// The process group of a hook. Dropping this value kills the group.
struct ProcessGroup(Option<u32>);

impl Drop for ProcessGroup {
    fn drop(&mut self) {
        let group = self.0.and_then(|id| Pid::from_raw(i32::try_from(id).ok()?));
        if let Some(group) = group {
            // The group may have ended by itself in the meantime.
            let _gone = kill_process_group(group, Signal::KILL);
        }
    }
}

/// Waits for the end of the command alone. A process that the command leaves behind, such as the owner of a
/// clipboard, may keep the pipes open for as long as it runs; tasks of their own serve it.
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
    // Usually nothing is left behind, and the output of the command is complete now.
    drop(tokio::time::timeout(LOG_LIMIT, futures_util::future::join_all(logs)).await);
    if status.success() { Ok(()) } else { Err(HookError::Failed(status.to_string())) }
}

/// Logs the output of a hook line by line, and ignores what exceeds the limit. The pipe stays open to its end,
/// because a process that writes to a closed pipe is killed.
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
    async fn the_mail_is_on_standard_input_and_the_end_is_waited_for() {
        let folder = tempfile::tempdir().unwrap();
        let out = folder.path().join("out");
        let hooks = ShellHooks { on_mail: Some(format!("cat > '{}'", out.display())), on_code: None };
        hooks.run(Hook::OnMail, "{\"subject\":\"$(touch x)\"}").await.unwrap();
        assert_eq!(std::fs::read_to_string(&out).unwrap(), "{\"subject\":\"$(touch x)\"}\n");
        hooks.run(Hook::OnCode, "{}").await.unwrap();
        let failed = run(Hook::OnMail, "exit 3", "{}", LIMIT).await;
        assert!(failed.unwrap_err().to_string().contains('3'));
    }

    #[tokio::test]
    async fn a_process_that_a_command_leaves_behind_is_neither_waited_for_nor_killed() {
        let folder = tempfile::tempdir().unwrap();
        let out = folder.path().join("pid");
        // xclip and wl-copy own the clipboard in a process that keeps the pipes of the command.
        let command = format!("sleep 600 & echo $! > '{}'", out.display());
        let mail = "x".repeat(1 << 20);
        run(Hook::OnCode, &command, &mail, Duration::from_mins(5)).await.unwrap();
        let pid = std::fs::read_to_string(&out).unwrap();
        let ended = Command::new("kill").arg(pid.trim()).status().await.unwrap();
        assert!(ended.success(), "the process {pid} lived until now");
    }

    #[tokio::test]
    async fn a_hook_that_is_stopped_ends_with_all_that_it_started() {
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
        let lives = async || {
            let state = std::fs::read_to_string(format!("/proc/{}/stat", pid.trim())).unwrap_or_default();
            !state.is_empty() && !state.contains(") Z")
        };
        while lives().await {
            tokio::time::sleep(Duration::from_millis(5)).await;
        }
    }

    #[tokio::test]
    async fn a_command_that_hangs_is_ended_with_all_that_it_started() {
        let hung = run(Hook::OnMail, "sleep 600 & sleep 600", "{}", Duration::from_millis(200)).await;
        assert!(matches!(hung, Err(HookError::TooLong(_))), "{hung:?}");
    }
}
