//! The port (trait) for the operating system's keyring, which stores short secrets.

use crate::domain::keyring::KeyringProblem;
use secrecy::SecretString;

/// Reasons why the keyring could not return or store a secret.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum SecretError {
    /// The operating system has no keyring.
    #[error("there is no keyring here")]
    Absent,
    /// The keyring is locked. The user must unlock it first.
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

/// The keyring, which stores secrets by name. A call may block forever, so each call must run in its own thread. A
/// caller that waits for the result must use a timeout.
pub trait SecretStore: Send + Sync + std::fmt::Debug {
    /// Returns the secret with this name; `None` if the keyring does not contain it.
    fn get(&self, name: &str) -> Result<Option<SecretString>, SecretError>;
    /// Returns whether the user must unlock the keyring before the secret with this name can be read or created. Shows
    /// no unlock prompt. Returns an error if the keyring does not report whether it is locked.
    fn is_locked(&self, name: &str) -> Result<bool, SecretError>;
    /// Stores a secret in the keyring under this name.
    fn set(&self, name: &str, secret: &SecretString) -> Result<(), SecretError>;
}
