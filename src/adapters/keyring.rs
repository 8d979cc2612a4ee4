//! The system's keyring: Secret Service over D-Bus, the Keychain, the Credential Manager.

use crate::ports::secrets::{SecretError, SecretStore};
use keyring::{Entry, Error};
use secrecy::{ExposeSecret, SecretString};

/// Under which the keyring lists what is ours.
const SERVICE: &str = "dropmail-tui";

/// The keyring of the user's login.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub struct SystemKeyring;

fn told(error: &Error) -> SecretError {
    match error {
        Error::NoDefaultStore => SecretError::Absent,
        // Its other words may hold what was to be kept: only their kind is told.
        Error::NoStorageAccess(_) => SecretError::Locked,
        _ => SecretError::Failed,
    }
}

impl SecretStore for SystemKeyring {
    fn get(&self, name: &str) -> Result<Option<SecretString>, SecretError> {
        match Entry::new(SERVICE, name).and_then(|entry| entry.get_password()) {
            Ok(secret) => Ok(Some(secret.into())),
            Err(Error::NoEntry) => Ok(None),
            Err(error) => Err(told(&error)),
        }
    }

    fn set(&self, name: &str, secret: &SecretString) -> Result<(), SecretError> {
        let kept = Entry::new(SERVICE, name).and_then(|entry| entry.set_password(secret.expose_secret()));
        kept.map_err(|error| told(&error))
    }
}
