//! Runs hooks: shell commands from the settings. A hook gets the mail on its standard input only, because the
//! shell would execute foreign text on a command line.

use crate::ports::BoxFuture;
use crate::ports::hooks::{Hook, HookError, Hooks};
use mail_reader::sanitize::SafeText;
use std::process::Stdio;
use std::time::Duration;
use tokio::io::{AsyncRead, AsyncReadExt, AsyncWriteExt};
use tokio::process::{Child, Command};

/// Maximum time for a hook command; after that, it is killed.
const LIMIT: Duration = Duration::from_secs(30);
/// Maximum number of bytes of a hook's output that are logged; the rest is ignored.
const MAX_OUTPUT: u64 = 64 << 10;
/// Environment variables that contain secrets; they are removed from the environment of hooks.
const SECRETS: [&str; 2] = ["DROPMAIL_TOKEN", "DROPMAIL_DOMAIN_PASSWORD"];

/// The hook commands of the settings.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct ShellHooks {
    /// The shell command that runs for each new mail.
    pub on_mail: Option<String>,
    /// The shell command that runs for each new mail with a code.
    pub on_code: Option<String>,
}

impl Hooks for ShellHooks {
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
    let group = child.id();
    if let Ok(outcome) = tokio::time::timeout(limit, run_child(&mut child, hook, mail)).await {
        return outcome;
    }
    if let Some(group) = group {
        let group = format!("-{group}");
        drop(Command::new("kill").args(["-s", "KILL", "--", &group]).status().await);
    }
    drop(child.wait().await);
    Err(HookError::TooLong(limit.as_secs()))
}

async fn run_child(child: &mut Child, hook: Hook, mail: &str) -> Result<(), HookError> {
    let (stdin, stdout, stderr) = (child.stdin.take(), child.stdout.take(), child.stderr.take());
    let say = async {
        if let Some(mut stdin) = stdin {
            // A command may ignore its standard input.
            drop(stdin.write_all(mail.as_bytes()).await);
            drop(stdin.write_all(b"\n").await);
        }
    };
    let (_said, _out, _err, status) = tokio::join!(say, log(stdout, hook), log(stderr, hook), child.wait());
    let status = status?;
    if status.success() { Ok(()) } else { Err(HookError::Failed(status.to_string())) }
}

/// Logs the output of a hook line by line.
async fn log(stream: Option<impl AsyncRead + Unpin>, hook: Hook) {
    let Some(stream) = stream else { return };
    let mut text = Vec::new();
    drop(stream.take(MAX_OUTPUT).read_to_end(&mut text).await);
    for line in SafeText::multiline(&String::from_utf8_lossy(&text)) {
        if !line.is_empty() {
            tracing::info!(hook = hook.as_str(), "{line}");
        }
    }
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
    async fn a_command_that_hangs_is_ended_with_all_that_it_started() {
        let hung = run(Hook::OnMail, "sleep 600 & sleep 600", "{}", Duration::from_millis(200)).await;
        assert!(matches!(hung, Err(HookError::TooLong(_))), "{hung:?}");
    }
}
