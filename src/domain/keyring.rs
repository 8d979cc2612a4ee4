//! The problems with the system's keyring that the program reports to the user.

/// Why the keyring does not return the key that encrypts tokens and restore keys.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum KeyringProblem {
    /// The system has no keyring.
    #[error("there is no keyring here")]
    Absent,
    /// The keyring is locked. Its unlock prompt may be open or closed.
    #[error("the keyring is locked")]
    Locked,
    /// The keyring has not replied to the query for the encryption key.
    #[error("the keyring does not answer")]
    Silent,
    /// The keyring failed for a reason that none of the other variants describes.
    #[error("the keyring does not work")]
    Failed,
    /// The keyring did not return the key that had just been stored in it.
    #[error("the keyring forgets")]
    Forgets,
    /// The keyring contains a key that cannot decrypt the stored secrets.
    #[error("the keyring holds another key")]
    OtherKey,
    /// The operating system returned no random bytes for creating a new key.
    #[error("the system gives no random bytes")]
    NoRandomBytes,
}

impl KeyringProblem {
    /// Returns whether the keyring problem may be temporary: the user may unlock the keyring, or the keyring may reply
    /// late.
    pub fn may_pass(self) -> bool {
        matches!(self, Self::Locked | Self::Silent)
    }
}
