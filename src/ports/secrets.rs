//! The system's keyring, in which the program stores small secrets.

use crate::domain::keyring::KeyringProblem;
use secrecy::SecretString;

/// Reasons why the keyring did not return or store a secret.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum SecretError {
    /// The system has no keyring.
    #[error("there is no keyring here")]
    Absent,
    /// The keyring is locked; the user must unlock it first.
    #[error("the keyring is locked")]
    Locked,
    /// The keyring failed for another reason.
    #[error("the keyring does not work")]
    Failed,
}

impl From<SecretError> for KeyringProblem {
    fn from(error: SecretError) -> Self {
        match error {
            SecretError::Absent => Self::Absent,
            SecretError::Locked => Self::Locked,
            SecretError::Failed => Self::Failed,
        }
    }
}

/// Stores secrets by name in the keyring. A call may block without limit, so it must run in a thread of its
/// own, and nothing may wait for that thread without a timeout.
pub trait SecretStore: Send + Sync + std::fmt::Debug {
    /// Returns the secret with this name; `None` if there is none.
    fn get(&self, name: &str) -> Result<Option<SecretString>, SecretError>;
    /// Returns whether the user has to unlock the keyring before the secret with this name can be read or
    /// created. Shows no prompt. An error means that the keyring does not say.
    fn is_locked(&self, name: &str) -> Result<bool, SecretError>;
    /// Stores a secret under this name.
    fn set(&self, name: &str, secret: &SecretString) -> Result<(), SecretError>;
}
