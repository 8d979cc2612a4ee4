//! The state of the system's keyring, as the program reports it to the user.

/// Reasons why the keyring does not provide the key that encrypts tokens and restore keys.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum KeyringProblem {
    /// The system has no keyring.
    #[error("there is no keyring here")]
    Absent,
    /// The keyring is locked, whether its prompt is open or not.
    #[error("the keyring is locked")]
    Locked,
    /// The keyring has not replied to the query.
    #[error("the keyring does not answer")]
    Silent,
    /// The keyring failed for another reason.
    #[error("the keyring does not work")]
    Failed,
    /// The keyring did not return the key that was just stored in it.
    #[error("the keyring forgets")]
    Forgets,
    /// The keyring contains a key that does not decrypt the stored secrets.
    #[error("the keyring holds another key")]
    OtherKey,
    /// The system gave no random bytes for a new key.
    #[error("the system gives no random bytes")]
    NoRandomBytes,
}

impl KeyringProblem {
    /// Returns whether the key can still arrive without a change by the program: after the user has unlocked
    /// the keyring, or when the keyring replies.
    pub fn may_pass(self) -> bool {
        matches!(self, Self::Locked | Self::Silent)
    }
}
