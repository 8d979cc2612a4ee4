//! The restore keys that the server issues.

use secrecy::{ExposeSecret, SecretString};

/// Restore key of an address: moves the address into another session. `Debug` does not show it.
#[derive(Clone, Debug)]
pub(crate) struct RestoreKey(SecretString);

impl RestoreKey {
    /// Wraps a newly generated key.
    pub(crate) fn new(key: impl Into<String>) -> Self {
        Self(SecretString::from(key.into()))
    }

    /// Returns the key itself, for the reply to the owner of the session and for comparisons.
    pub(crate) fn expose(&self) -> &str {
        self.0.expose_secret()
    }
}
