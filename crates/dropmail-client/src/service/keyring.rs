//! Waits until the keyring is unlocked or replies. Used by commands that can show a message to the user while they
//! wait.

use super::{Mailbox, ServiceError};
use crate::domain::keyring::KeyringProblem;
use crate::ports::archive::{Archive, ArchiveError};
use std::time::Duration;

/// Interval between attempts to get the encryption key from the keyring.
const POLL: Duration = Duration::from_millis(250);

/// How a command waits for a keyring that is locked or does not reply.
#[derive(Clone, Copy, Debug)]
pub struct KeyringWait {
    /// Maximum time to wait. After that, the operation that needs the keyring fails.
    pub limit: Duration,
    /// Callback that receives progress reports. It is called only if the command has to wait for the keyring.
    pub tell: fn(KeyringProgress),
}

/// The progress of waiting for the keyring, as reported to the user.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum KeyringProgress {
    /// The command is waiting because of the given keyring problem.
    Waiting(KeyringProblem),
    /// The keyring has returned the encryption key, so the command continues.
    Opened,
}

impl Mailbox {
    /// Makes mailbox operations wait for the keyring as specified by `wait`. Without this, an operation fails if the
    /// keyring does not return the encryption key within a few seconds.
    #[must_use]
    pub fn with_keyring_wait(self, wait: KeyringWait) -> Self {
        Self { keyring_wait: Some(wait), ..self }
    }

    /// Waits until the keyring returns the encryption key, so that later operations need not wait for it. Unlike those
    /// operations, this wait can be cancelled at any time. Returns immediately if the user provided the token, if no
    /// wait is configured, or if another process owns the data directory and sends the requests.
    pub async fn await_keyring(&self) -> Result<(), ServiceError> {
        if self.given.is_some() || self.keyring_wait.is_none() || self.sends_via_owner() {
            return Ok(());
        }
        match self.with_keyring(super::token::stored_token).await {
            Err(error) if error.keyring_problem().is_some() => Err(error),
            // Other errors are reported by the operation itself, or do not affect it.
            Ok(_) | Err(_) => Ok(()),
        }
    }

    /// Calls the archive as `with_archive` does. While the keyring is locked or does not reply, retries the call for
    /// at most [`KeyringWait::limit`].
    pub(super) async fn with_keyring<T: Send + 'static>(
        &self,
        call: impl Fn(&dyn Archive, &str) -> Result<T, ArchiveError> + Copy + Send + 'static,
    ) -> Result<T, ServiceError> {
        let first = self.with_archive(call).await;
        let (Some(wait), Some(problem)) = (self.keyring_wait, temporary_problem(&first)) else {
            return first;
        };
        (wait.tell)(KeyringProgress::Waiting(problem));
        let repeated = async {
            let mut reported = problem;
            loop {
                tokio::time::sleep(POLL).await;
                let result = self.with_archive(call).await;
                let Some(problem) = temporary_problem(&result) else { return result };
                if problem != reported {
                    (wait.tell)(KeyringProgress::Waiting(problem));
                    reported = problem;
                }
            }
        };
        let Ok(result) = tokio::time::timeout(wait.limit, repeated).await else { return first };
        if result.is_ok() {
            (wait.tell)(KeyringProgress::Opened);
        }
        result
    }
}

/// Returns the keyring problem that made a call fail. Returns `None` if there is no such problem or if waiting cannot
/// solve it.
fn temporary_problem<T>(result: &Result<T, ServiceError>) -> Option<KeyringProblem> {
    result.as_ref().err().and_then(ServiceError::keyring_problem).filter(|problem| problem.may_pass())
}
