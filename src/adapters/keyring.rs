//! Stores secrets in the operating system's keyring: the Secret Service over D-Bus, or the macOS Keychain.

#[cfg(target_os = "macos")]
mod keychain;
#[cfg(not(target_os = "macos"))]
mod secret_service;

/// The service name under which this program's entries are stored in the keyring.
const SERVICE: &str = "dropmail-tui";

/// Adapter that stores secrets in the keyring of the user's login session.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub struct SystemKeyring;
