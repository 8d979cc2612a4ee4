//! Stores sessions and addresses that are new or have changed. A write waits for the disk, so one that would change
//! nothing is left out.

use super::{Mailbox, Persisted, ServiceError};
use crate::domain::ids::SessionId;
use crate::domain::session::{Address, Session};
use crate::domain::sharing::Ownership;
use crate::domain::time::SignedDuration;

/// Maximum difference between the stored end of a session and the real one.
const LONGEST_DIFFERENCE: SignedDuration = SignedDuration::from_secs(60);

/// The part of its remaining life by which the stored end of a session may differ, as a divisor.
const LIFE_PART: i32 = 10;

impl Mailbox {
    /// Stores a new or changed session; returns the error if storing fails.
    pub(super) async fn keep_session(&self, session: &Session) -> Option<ServiceError> {
        if self.has_session(session).await {
            return None;
        }
        let session = session.clone();
        self.with_archive(move |archive, base| archive.put_session(base, &session)).await.err()
    }

    /// Stores a new or changed address of a session.
    pub(super) async fn keep_address(&self, session: &SessionId, address: Address) -> Persisted<Address> {
        let is_stored = match self.stored_session(session).await {
            // The owner has stored the address as a part of this session.
            Some(stored) if self.is_linked() => stored.addresses.iter().any(|it| self.is_same(it, &address)),
            Some(_) | None => false,
        };
        if is_stored {
            return Persisted { value: address, unsaved: None };
        }
        let (session, kept) = (session.clone(), address.clone());
        let unsaved =
            self.with_archive(move |archive, base| archive.put_address(base, &session, &kept)).await.err();
        Persisted { value: address, unsaved }
    }

    /// Whether the archive has a session with the same addresses and about the same end.
    async fn has_session(&self, session: &Session) -> bool {
        let left = session.expires_at.duration_since(self.clock.now());
        let difference = (left / LIFE_PART).clamp(SignedDuration::ZERO, LONGEST_DIFFERENCE);
        let Some(stored) = self.stored_session(&session.id).await else { return false };
        stored.expires_at.duration_since(session.expires_at).abs() <= difference
            && stored.addresses.len() == session.addresses.len()
            && stored.addresses.iter().zip(&session.addresses).all(|(old, new)| self.is_same(old, new))
    }

    /// Returns a stored session; `None` also if the archive cannot be read, which the write then reports.
    async fn stored_session(&self, id: &SessionId) -> Option<Session> {
        let id = id.clone();
        self.with_archive(move |archive, base| archive.session(base, &id)).await.ok().flatten()
    }

    /// Whether a stored address is the same as another one. The owner stores the keys of what it passes on, so a
    /// linked process needs no keyring to compare them.
    fn is_same(&self, stored: &Address, address: &Address) -> bool {
        let is_unread = stored.restore_key.is_absent() && self.is_linked();
        stored.id == address.id
            && stored.address == address.address
            && (stored.restore_key == address.restore_key || is_unread)
    }

    /// Whether this process sends its requests over another one.
    pub(super) fn is_linked(&self) -> bool {
        self.instance.as_ref().is_some_and(|instance| instance.ownership() == Ownership::ViaOwner)
    }
}
