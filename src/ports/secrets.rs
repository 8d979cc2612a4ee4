//! The system's keyring, which stores small secrets for the user's login.

use secrecy::SecretString;

/// Why the keyring did not return or store a secret.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum SecretError {
    /// The system has no keyring.
    #[error("there is no keyring here")]
    Absent,
    /// The keyring is locked; the user has to unlock it first.
    #[error("the keyring is locked")]
    Locked,
    /// The keyring failed in another way.
    #[error("the keyring does not work")]
    Failed,
}

/// Stores secrets by name. A call may block without limit, so it must run in a thread of its own whose end is
/// not awaited without a timeout.
pub trait SecretStore: Send + Sync + std::fmt::Debug {
    /// The secret with this name, if there is one.
    fn get(&self, name: &str) -> Result<Option<SecretString>, SecretError>;
    /// Whether the user has to unlock the secret with this name before it can be read. Shows no prompt.
    fn is_locked(&self, name: &str) -> bool;
    /// Stores a secret under a name.
    fn set(&self, name: &str, secret: &SecretString) -> Result<(), SecretError>;
}
