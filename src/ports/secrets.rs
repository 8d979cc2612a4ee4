//! The port (trait) for the system's keyring, which stores small secrets.

use crate::domain::keyring::KeyringProblem;
use secrecy::SecretString;

/// Reasons why the keyring could not return or store a secret.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum SecretError {
    /// The system has no keyring.
    #[error("there is no keyring here")]
    Absent,
    /// The keyring is locked, and the user must unlock it first.
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

/// The keyring, which stores secrets by name. A call may block forever. Each call must therefore run on its own thread,
/// and the wait for that thread must have a timeout.
pub trait SecretStore: Send + Sync + std::fmt::Debug {
    /// Returns the secret with this name; `None` if the keyring does not contain it.
    fn get(&self, name: &str) -> Result<Option<SecretString>, SecretError>;
    /// Returns whether the user must unlock the keyring before the secret with this name can be read or
    /// created. Does not show an unlock prompt. Returns an error if the keyring does not report its state.
    fn is_locked(&self, name: &str) -> Result<bool, SecretError>;
    /// Stores a secret under this name in the keyring.
    fn set(&self, name: &str, secret: &SecretString) -> Result<(), SecretError>;
}
