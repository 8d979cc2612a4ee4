//! Stores secrets in the macOS Keychain.

use super::{SERVICE, SystemKeyring};
use apple_native_keyring_store::keychain::Store;
use dropmail_client::ports::secrets::{SecretError, SecretStore};
use keyring_core::api::CredentialStoreApi;
use keyring_core::{Entry, Error};
use secrecy::{ExposeSecret, SecretString};

/// Converts a Keychain error. The error text may contain the secret, so only the kind of the error is kept.
#[expect(clippy::wildcard_enum_match_arm, reason = "the keyring crate may add errors")]
fn to_secret_error(error: &Error) -> SecretError {
    match error {
        Error::NoStorageAccess(_) => SecretError::Locked,
        _ => SecretError::Failed,
    }
}

/// Returns a handle to the Keychain entry with the given name; the entry need not exist yet.
fn entry(name: &str) -> Result<Entry, Error> {
    Store::new()?.build(SERVICE, name, None)
}

impl SecretStore for SystemKeyring {
    fn get(&self, name: &str) -> Result<Option<SecretString>, SecretError> {
        match entry(name).and_then(|entry| entry.get_password()) {
            Ok(secret) => Ok(Some(secret.into())),
            Err(Error::NoEntry) => Ok(None),
            Err(error) => Err(to_secret_error(&error)),
        }
    }

    /// Always returns an error, because any query to the Keychain could trigger an unlock prompt.
    fn is_locked(&self, _name: &str) -> Result<bool, SecretError> {
        Err(SecretError::Failed)
    }

    fn set(&self, name: &str, secret: &SecretString) -> Result<(), SecretError> {
        let stored = entry(name).and_then(|entry| entry.set_password(secret.expose_secret()));
        stored.map_err(|error| to_secret_error(&error))
    }
}
