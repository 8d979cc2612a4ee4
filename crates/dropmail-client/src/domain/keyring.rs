//! Defines the problems with the operating system's keyring that the program reports to the user.

/// The reason why the keyring does not return the key that encrypts tokens and restore keys.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum KeyringProblem {
    /// The operating system has no keyring.
    #[error("there is no keyring here")]
    Absent,
    /// The keyring is locked. Its unlock prompt may be open, or the user may have dismissed it.
    #[error("the keyring is locked")]
    Locked,
    /// The keyring has not yet replied to the request for the encryption key.
    #[error("the keyring does not answer")]
    Silent,
    /// The keyring failed for another reason.
    #[error("the keyring does not work")]
    Failed,
    /// The keyring did not return a key that had just been stored in it.
    #[error("the keyring forgets")]
    Forgets,
    /// The keyring contains a key, but not the one with which the stored secrets are encrypted.
    #[error("the keyring holds another key")]
    OtherKey,
    /// The operating system returned no random bytes for a new key.
    #[error("the system gives no random bytes")]
    NoRandomBytes,
}

impl KeyringProblem {
    /// Returns whether the keyring problem may be temporary, because the user may still unlock the keyring or its reply
    /// may arrive late.
    pub fn may_pass(self) -> bool {
        matches!(self, Self::Locked | Self::Silent)
    }
}
