//! Stores secrets over D-Bus in the Secret Service, which GNOME Keyring, `KWallet` or `KeePassXC` provides.

use super::{SERVICE, SystemKeyring};
use dbus_secret_service::{EncryptionType, Error, Item, SecretService};
use dropmail_client::ports::secrets::{SecretError, SecretStore};
use secrecy::{ExposeSecret, SecretString};
use std::collections::HashMap;

/// Media type of the stored secrets.
const CONTENT_TYPE: &str = "application/octet-stream";

/// The reason why a query to the Secret Service failed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum QueryFailure {
    /// The Secret Service did not reply within the library's timeout of two seconds.
    NoReply,
    /// The query failed with this error, which is returned to the caller.
    Known(SecretError),
}

impl From<Error> for QueryFailure {
    /// Converts a Secret Service error. The error text may contain the secret, so only the kind of the error is kept.
    #[expect(clippy::wildcard_enum_match_arm, reason = "the library may add errors")]
    fn from(error: Error) -> Self {
        Self::Known(match error {
            Error::Dbus(error) => return Self::from_reply(error.name()),
            // The Secret Service has no collection for secrets. This is the case before the user's first login with a
            // password; an unlock prompt would not help.
            Error::NoResult | Error::Unavailable => SecretError::Absent,
            // The user closed the unlock prompt without entering the password.
            Error::Prompt | Error::Locked => SecretError::Locked,
            _ => SecretError::Failed,
        })
    }
}

impl QueryFailure {
    /// Converts the name of a D-Bus error to the reason for the failure: no reply, a locked keyring, or an unknown
    /// reason.
    fn from_reply(name: Option<&str>) -> Self {
        match name {
            Some(
                "org.freedesktop.DBus.Error.NoReply"
                | "org.freedesktop.DBus.Error.Timeout"
                | "org.freedesktop.DBus.Error.TimedOut",
            ) => Self::NoReply,
            Some("org.freedesktop.Secret.Error.IsLocked") => Self::Known(SecretError::Locked),
            _ => Self::Known(SecretError::Failed),
        }
    }
}

/// Runs a query on a new D-Bus connection. If the Secret Service does not reply, repeats the query on another new
/// connection until it does. This may take minutes if the keyring is still starting or the user has yet to unlock it.
fn query<T>(
    encryption: fn() -> EncryptionType,
    run: impl Fn(&SecretService) -> Result<T, QueryFailure>,
) -> Result<T, SecretError> {
    loop {
        let service = SecretService::connect(encryption()).map_err(|error| match QueryFailure::from(error) {
            QueryFailure::NoReply => QueryFailure::NoReply,
            // There is no session bus, or no Secret Service on it.
            QueryFailure::Known(_) => QueryFailure::Known(SecretError::Absent),
        });
        match service.and_then(|service| run(&service)) {
            Ok(found) => return Ok(found),
            Err(QueryFailure::Known(error)) => return Err(error),
            Err(QueryFailure::NoReply) => {}
        }
    }
}

/// Returns the attributes that identify the keyring entry for the secret `name`.
fn attributes(name: &str) -> HashMap<&str, &str> {
    HashMap::from([("service", SERVICE), ("username", name)])
}

/// Returns the keyring entry with the given name; `None` if there is none. Unlocks the entry if necessary, in which
/// case the keyring may show a prompt. Returns an error if several entries have this name.
fn unlocked_entry<'a>(service: &'a SecretService, name: &str) -> Result<Option<Item<'a>>, QueryFailure> {
    let mut found = service.search_items(attributes(name))?;
    if !found.locked.is_empty() {
        service.unlock_all(&found.locked.iter().collect::<Vec<_>>())?;
        found.unlocked.append(&mut found.locked);
    }
    let entry = found.unlocked.pop();
    // If several entries have this name, it is unknown which is the right one.
    if found.unlocked.is_empty() { Ok(entry) } else { Err(QueryFailure::Known(SecretError::Failed)) }
}

impl SecretStore for SystemKeyring {
    fn get(&self, name: &str) -> Result<Option<SecretString>, SecretError> {
        query(
            || EncryptionType::Dh,
            |service| {
                let Some(entry) = unlocked_entry(service, name)? else { return Ok(None) };
                let text = String::from_utf8(entry.get_secret()?);
                text.map(|text| Some(text.into()))
                    .map_err(|_not_text| QueryFailure::Known(SecretError::Failed))
            },
        )
    }

    /// Returns whether the Secret Service reports the keyring entry as locked. Unlike reading the entry, this query
    /// does not trigger an unlock prompt.
    fn is_locked(&self, name: &str) -> Result<bool, SecretError> {
        query(
            || EncryptionType::Plain,
            |service| {
                let found = service.search_items(attributes(name))?;
                Ok(match (found.locked.is_empty(), found.unlocked.is_empty()) {
                    (false, _) => true,
                    (true, false) => false,
                    // A new entry would be created in the default collection.
                    (true, true) => service.get_default_collection()?.is_locked()?,
                })
            },
        )
    }

    fn set(&self, name: &str, secret: &SecretString) -> Result<(), SecretError> {
        let secret = secret.expose_secret().as_bytes();
        query(
            || EncryptionType::Dh,
            |service| {
                if let Some(entry) = unlocked_entry(service, name)? {
                    return Ok(entry.set_secret(secret, CONTENT_TYPE)?);
                }
                let collection = service.get_default_collection()?;
                collection.ensure_unlocked()?;
                let label = format!("keyring:{name}@{SERVICE}");
                collection.create_item(&label, attributes(name), secret, true, CONTENT_TYPE)?;
                Ok(())
            },
        )
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_missing_reply_differs_from_a_failure() {
        let known = |name: &str| QueryFailure::from_reply(Some(name));
        assert_eq!(known("org.freedesktop.DBus.Error.NoReply"), QueryFailure::NoReply);
        assert_eq!(known("org.freedesktop.Secret.Error.IsLocked"), QueryFailure::Known(SecretError::Locked));
        assert_eq!(
            known("org.freedesktop.DBus.Error.AccessDenied"),
            QueryFailure::Known(SecretError::Failed)
        );
        assert_eq!(QueryFailure::from_reply(None), QueryFailure::Known(SecretError::Failed));
        assert_eq!(QueryFailure::from(Error::Prompt), QueryFailure::Known(SecretError::Locked));
        assert_eq!(QueryFailure::from(Error::NoResult), QueryFailure::Known(SecretError::Absent));
    }
}
