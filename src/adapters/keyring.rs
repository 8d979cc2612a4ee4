//! Stores secrets in the keyring of the operating system: the Secret Service over D-Bus, or the Keychain of macOS.

use crate::ports::secrets::{SecretError, SecretStore};
use keyring::{Entry, Error};
use secrecy::{ExposeSecret, SecretString};
#[cfg(all(unix, not(target_os = "macos")))]
use secret_service::{EncryptionType, blocking::SecretService};
#[cfg(all(unix, not(target_os = "macos")))]
use std::collections::HashMap;

/// The service name of this program's entries in the keyring.
const SERVICE: &str = "dropmail-tui";

/// Stores secrets in the keyring of the user's login session.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub struct SystemKeyring;

#[expect(clippy::wildcard_enum_match_arm, reason = "the keyring crate may add errors")]
fn to_secret_error(error: &Error) -> SecretError {
    match error {
        Error::NoDefaultStore => SecretError::Absent,
        // The texts of other errors may contain the secret, so only the kind of the error is passed on.
        Error::NoStorageAccess(why) | Error::PlatformFailure(why) if is_absent(why.as_ref()) => {
            SecretError::Absent
        }
        Error::PlatformFailure(why) if is_unanswered(why.as_ref()) => SecretError::Locked,
        Error::NoStorageAccess(_) => SecretError::Locked,
        _ => SecretError::Failed,
    }
}

/// Returns whether the Secret Service has no collection for secrets. This is the case before the user's first login
/// with a password; an unlock prompt would not help.
#[cfg(all(unix, not(target_os = "macos")))]
fn is_absent(why: &(dyn std::error::Error + 'static)) -> bool {
    matches!(why.downcast_ref(), Some(secret_service::Error::NoResult))
}

/// Returns whether the user closed the keyring's unlock prompt without entering the password.
#[cfg(all(unix, not(target_os = "macos")))]
fn is_unanswered(why: &(dyn std::error::Error + 'static)) -> bool {
    matches!(why.downcast_ref(), Some(secret_service::Error::PromptDisconnected))
}

#[cfg(not(all(unix, not(target_os = "macos"))))]
fn is_absent(_why: &(dyn std::error::Error + 'static)) -> bool {
    false
}

#[cfg(not(all(unix, not(target_os = "macos"))))]
fn is_unanswered(_why: &(dyn std::error::Error + 'static)) -> bool {
    false
}

/// Returns whether the Secret Service reports a keyring entry as locked. Unlike a read of the entry, this query shows
/// no unlock prompt.
#[cfg(all(unix, not(target_os = "macos")))]
fn is_locked(name: &str) -> Result<bool, secret_service::Error> {
    let service = SecretService::connect(EncryptionType::Plain)?;
    let found = service.search_items(HashMap::from([("service", SERVICE), ("username", name)]))?;
    Ok(match (found.locked.is_empty(), found.unlocked.is_empty()) {
        (false, _) => true,
        (true, false) => false,
        // A new entry would be created in the default collection.
        (true, true) => service.get_default_collection()?.is_locked()?,
    })
}

impl SecretStore for SystemKeyring {
    fn get(&self, name: &str) -> Result<Option<SecretString>, SecretError> {
        match Entry::new(SERVICE, name).and_then(|entry| entry.get_password()) {
            Ok(secret) => Ok(Some(secret.into())),
            Err(Error::NoEntry) => Ok(None),
            Err(error) => Err(to_secret_error(&error)),
        }
    }

    #[cfg(all(unix, not(target_os = "macos")))]
    fn is_locked(&self, name: &str) -> Result<bool, SecretError> {
        is_locked(name).map_err(|why| if is_absent(&why) { SecretError::Absent } else { SecretError::Failed })
    }

    /// Returns an error, because a query to the keyring of this operating system may show an unlock prompt.
    #[cfg(not(all(unix, not(target_os = "macos"))))]
    fn is_locked(&self, _name: &str) -> Result<bool, SecretError> {
        Err(SecretError::Failed)
    }

    fn set(&self, name: &str, secret: &SecretString) -> Result<(), SecretError> {
        let kept = Entry::new(SERVICE, name).and_then(|entry| entry.set_password(secret.expose_secret()));
        kept.map_err(|error| to_secret_error(&error))
    }
}
