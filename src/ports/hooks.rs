//! Hooks: shell commands of the user that run when mail arrives.

use super::BoxFuture;

/// Events for which the user can set a hook.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Hook {
    /// The hook runs when a mail arrives.
    OnMail,
    /// The hook runs when a mail with a code arrives, in addition to `OnMail`.
    OnCode,
}

impl Hook {
    /// Returns the name of the hook in the settings.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::OnMail => "on_mail",
            Self::OnCode => "on_code",
        }
    }
}

/// Reasons why a hook failed.
#[derive(Debug, thiserror::Error)]
pub enum HookError {
    /// The command could not be started, or its input or output failed.
    #[error("cannot run the command: {0}")]
    Io(#[from] std::io::Error),
    /// The command ran longer than this number of seconds and was killed.
    #[error("it took longer than {0} s and was ended")]
    TooLong(u64),
    /// The command exited with an error; the text is its exit status.
    #[error("it ended with {0}")]
    Failed(String),
}

/// Runs the hooks that the user has set, one command for each event.
pub trait Hooks: Send + Sync + std::fmt::Debug {
    /// Returns whether the user has set a command for a hook.
    fn is_set(&self, hook: Hook) -> bool;
    /// Runs the command of a hook, if one is set, and waits until the command exits. The command receives the
    /// mail as JSON on its standard input. The program logs the output of the command.
    fn run<'a>(&'a self, hook: Hook, mail: &'a str) -> BoxFuture<'a, Result<(), HookError>>;
}
