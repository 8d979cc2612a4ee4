//! The system's keyring: small secrets that the user's login keeps.

use secrecy::SecretString;

/// Why the keyring did not do it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum SecretError {
    /// The system has no keyring.
    #[error("there is no keyring here")]
    Absent,
    /// The user has to unlock it first.
    #[error("the keyring is locked")]
    Locked,
    /// It failed in another way.
    #[error("the keyring does not work")]
    Failed,
}

/// Keeps secrets by name. Calls may block for as long as the system likes: give them a thread of
/// their own, that nobody waits for without end.
pub trait SecretStore: Send + Sync + std::fmt::Debug {
    /// The secret of a name, where there is one.
    fn get(&self, name: &str) -> Result<Option<SecretString>, SecretError>;
    /// Whether the secret of a name can only be read after the user has unlocked it. Shows no prompt.
    fn is_locked(&self, name: &str) -> bool;
    /// Keeps a secret under a name.
    fn set(&self, name: &str, secret: &SecretString) -> Result<(), SecretError>;
}
