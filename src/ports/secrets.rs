//! The system's keyring: small secrets that the user's login keeps.

use secrecy::SecretString;

/// Why the keyring did not do it.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{0}")]
pub struct SecretError(pub String);

/// Keeps secrets by name. Calls may block for as long as the system likes: give them a thread of
/// their own, that nobody waits for without end.
pub trait SecretStore: Send + Sync + std::fmt::Debug {
    /// The secret of a name, where there is one.
    fn get(&self, name: &str) -> Result<Option<SecretString>, SecretError>;
    /// Keeps a secret under a name.
    fn set(&self, name: &str, secret: &SecretString) -> Result<(), SecretError>;
}
