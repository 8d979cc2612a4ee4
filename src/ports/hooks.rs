//! Commands of the user's that are told of mail.

use super::BoxFuture;

/// When a command is run.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Hook {
    /// A mail came.
    OnMail,
    /// A mail came that holds a code.
    OnCode,
}

impl Hook {
    /// Its key in the settings.
    pub fn word(self) -> &'static str {
        match self {
            Self::OnMail => "on_mail",
            Self::OnCode => "on_code",
        }
    }
}

/// Why a command did not do its work.
#[derive(Debug, thiserror::Error)]
pub enum HookError {
    /// It could not be started or talked to.
    #[error("it cannot be run: {0}")]
    Io(#[from] std::io::Error),
    /// It was ended because it took too long.
    #[error("it took longer than {0} s and was ended")]
    TooLong(u64),
    /// It said that it failed.
    #[error("it ended with {0}")]
    Failed(String),
}

/// Runs the commands.
pub trait Hooks: Send + Sync + std::fmt::Debug {
    /// Runs the command of a hook, if there is one, with the mail as JSON on its standard input, and
    /// waits for its end. What it prints goes to the log.
    fn run<'a>(&'a self, hook: Hook, mail: &'a str) -> BoxFuture<'a, Result<(), HookError>>;
}
