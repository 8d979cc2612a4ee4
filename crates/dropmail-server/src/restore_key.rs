//! The restore keys that the server issues.

use secrecy::{ExposeSecret, SecretString};

/// The restore key of an address: a secret with which a user moves the address into another session. The `Debug` output
/// does not contain the key.
#[derive(Clone, Debug)]
pub(crate) struct RestoreKey(SecretString);

impl RestoreKey {
    /// Wraps a newly generated restore key.
    pub(crate) fn new(key: impl Into<String>) -> Self {
        Self(SecretString::from(key.into()))
    }

    /// Returns the restore key as a string, for responses to the session's owner and for comparison with a client's
    /// key.
    pub(crate) fn expose(&self) -> &str {
        self.0.expose_secret()
    }
}
