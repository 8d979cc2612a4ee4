//! The restore keys that the server issues.

use secrecy::{ExposeSecret, SecretString};

/// The restore key of an address: a secret that allows a user to move the address into another session. The `Debug`
/// output does not contain the key.
#[derive(Clone, Debug)]
pub(crate) struct RestoreKey(SecretString);

impl RestoreKey {
    /// Wraps a newly generated restore key.
    pub(crate) fn new(key: impl Into<String>) -> Self {
        Self(SecretString::from(key.into()))
    }

    /// Returns the restore key as a string, for responses to the owner of the session and for comparison with the key
    /// that a client sent.
    pub(crate) fn expose(&self) -> &str {
        self.0.expose_secret()
    }
}
