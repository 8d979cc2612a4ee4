//! The port (trait) for hooks, which are the user's shell commands that run when mail arrives.

use super::BoxFuture;

/// The events for which the user can configure a hook.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Hook {
    /// A mail has arrived.
    OnMail,
    /// A mail with a code has arrived. The hook for this event runs in addition to the hook for [`Self::OnMail`].
    OnCode,
}

impl Hook {
    /// Returns the name of the setting that contains the hook's command.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::OnMail => "on_mail",
            Self::OnCode => "on_code",
        }
    }
}

/// Reasons why a hook command failed.
#[derive(Debug, thiserror::Error)]
pub enum HookError {
    /// The hook command could not be started, or an I/O error occurred while its input was written or its output was
    /// read.
    #[error("cannot run the command: {0}")]
    Io(#[from] std::io::Error),
    /// The hook command exceeded its timeout and was killed. The value is the timeout in seconds.
    #[error("it took longer than {0} s and was ended")]
    TooLong(u64),
    /// The hook command exited with an error. The value describes the exit status.
    #[error("it ended with {0}")]
    Failed(String),
}

/// Runs the hooks that the user has configured.
pub trait Hooks: Send + Sync + std::fmt::Debug {
    /// Returns whether the user has configured a command for the hook.
    fn is_set(&self, hook: Hook) -> bool;
    /// Runs the command of a hook, if there is one, and waits until it exits. The command receives `mail` (the mail as
    /// JSON) on its standard input. The command's output is logged.
    fn run<'a>(&'a self, hook: Hook, mail: &'a str) -> BoxFuture<'a, Result<(), HookError>>;
}
