//! Waits for a keyring that is locked or does not reply, for a command whose user sees its messages.

use super::{Mailbox, ServiceError};
use crate::domain::keyring::KeyringProblem;
use crate::ports::archive::{Archive, ArchiveError};
use std::time::Duration;

/// Time between two attempts to get the key from the keyring.
const POLL: Duration = Duration::from_millis(250);

/// How a command waits for the keyring.
#[derive(Clone, Copy, Debug)]
pub struct KeyringWait {
    /// Maximum time to wait; then the operation fails.
    pub limit: Duration,
    /// Receives the progress of the wait. The program calls it only if it has to wait.
    pub tell: fn(KeyringProgress),
}

/// The progress of a wait for the keyring.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum KeyringProgress {
    /// The program waits, because the keyring has this problem.
    Waiting(KeyringProblem),
    /// The keyring has returned the key, and the program continues.
    Opened,
}

impl Mailbox {
    /// Returns the mailbox with a wait for the keyring. Without one, an operation fails soon if the keyring
    /// does not return the key.
    #[must_use]
    pub fn with_keyring_wait(self, wait: KeyringWait) -> Self {
        Self { keyring_wait: Some(wait), ..self }
    }

    /// Waits until the keyring returns the key for which the other operations would wait. Unlike those, this
    /// wait can be dropped at any time.
    pub async fn await_keyring(&self) -> Result<(), ServiceError> {
        if self.given.is_some() || self.keyring_wait.is_none() {
            return Ok(());
        }
        match self.with_keyring(super::token::stored_token).await {
            Err(error) if error.keyring_problem().is_some() => Err(error),
            // The operation itself reports other errors, or works in spite of them.
            Ok(_) | Err(_) => Ok(()),
        }
    }

    /// Calls the archive like `with_archive`. While the keyring is locked or does not reply, the call is
    /// repeated until the time limit of the wait.
    pub(super) async fn with_keyring<T: Send + 'static>(
        &self,
        call: impl Fn(&dyn Archive, &str) -> Result<T, ArchiveError> + Copy + Send + 'static,
    ) -> Result<T, ServiceError> {
        let first = self.with_archive(call).await;
        let (Some(wait), Some(problem)) = (self.keyring_wait, passing_problem(&first)) else { return first };
        (wait.tell)(KeyringProgress::Waiting(problem));
        let repeated = async {
            let mut told = problem;
            loop {
                tokio::time::sleep(POLL).await;
                let result = self.with_archive(call).await;
                let Some(problem) = passing_problem(&result) else { return result };
                if problem != told {
                    (wait.tell)(KeyringProgress::Waiting(problem));
                    told = problem;
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

/// Returns the problem of the keyring that made a call fail, if waiting can help.
fn passing_problem<T>(result: &Result<T, ServiceError>) -> Option<KeyringProblem> {
    result.as_ref().err().and_then(ServiceError::keyring_problem).filter(|problem| problem.may_pass())
}
