//! Stores secrets in the keyring of the operating system: the Secret Service over D-Bus, or the macOS Keychain.

#[cfg(target_os = "macos")]
mod keychain;
#[cfg(not(target_os = "macos"))]
mod secret_service;

/// The service name of this program's entries in the keyring.
const SERVICE: &str = "dropmail-tui";

/// Stores secrets in the keyring of the user's login session.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub struct SystemKeyring;
