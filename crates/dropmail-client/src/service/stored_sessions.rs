//! Stores new or changed sessions and addresses. Does not write to the archive if nothing has changed, because each
//! write waits for the disk.

use super::{Mailbox, Persisted, ServiceError};
use crate::domain::ids::SessionId;
use crate::domain::session::{Address, Session};
use crate::domain::sharing::Ownership;
use crate::domain::time::SignedDuration;

/// Upper bound for the tolerated difference between the stored and the actual expiry time of a session. If the
/// difference exceeds the tolerance, the session is stored again.
const LONGEST_DIFFERENCE: SignedDuration = SignedDuration::from_secs(60);

/// Divisor for the tolerated difference between the stored and the actual expiry time of a session. The tolerance is
/// the remaining lifetime of the session divided by this number.
const LIFE_PART: i32 = 10;

impl Mailbox {
    /// Stores a new or changed session. Returns the error if it cannot be stored; `None` on success.
    pub(super) async fn store_session(&self, session: &Session) -> Option<ServiceError> {
        if self.has_session(session).await {
            return None;
        }
        let session = session.clone();
        self.with_archive(move |archive, base| archive.put_session(base, &session)).await.err()
    }

    /// Stores a new or changed address of a session, with its restore key.
    pub(super) async fn store_address(&self, session: &SessionId, address: Address) -> Persisted<Address> {
        let is_stored = match self.stored_session(session).await {
            // The process that owns the data folder has stored the address as a part of this session.
            Some(stored) if self.sends_via_owner() => {
                stored.addresses.iter().any(|it| self.is_unchanged(it, &address))
            }
            Some(_) | None => false,
        };
        if is_stored {
            return Persisted { value: address, unsaved: None };
        }
        let (session, archived) = (session.clone(), address.clone());
        let unsaved = self
            .with_archive(move |archive, base| archive.put_address(base, &session, &archived))
            .await
            .err();
        Persisted { value: address, unsaved }
    }

    /// Returns whether the archive contains this session with the same addresses and nearly the same expiry time.
    async fn has_session(&self, session: &Session) -> bool {
        let left = session.expires_at.duration_since(self.clock.now());
        let difference = (left / LIFE_PART).clamp(SignedDuration::ZERO, LONGEST_DIFFERENCE);
        let Some(stored) = self.stored_session(&session.id).await else { return false };
        stored.expires_at.duration_since(session.expires_at).abs() <= difference
            && stored.addresses.len() == session.addresses.len()
            && stored.addresses.iter().zip(&session.addresses).all(|(old, new)| self.is_unchanged(old, new))
    }

    /// Returns the stored session with this id; `None` if it is not stored or the archive cannot be read. If it cannot
    /// be read, the caller's next write to the archive reports the error.
    async fn stored_session(&self, id: &SessionId) -> Option<Session> {
        let id = id.clone();
        self.with_archive(move |archive, base| archive.session(base, &id)).await.ok().flatten()
    }

    /// Returns whether a stored address equals `address`. If this process sends its requests via the process that owns
    /// the data folder, the owner has stored the restore key, so a key that this process cannot read counts as equal.
    fn is_unchanged(&self, stored: &Address, address: &Address) -> bool {
        let is_unread = stored.restore_key.is_absent() && self.sends_via_owner();
        stored.id == address.id
            && stored.address == address.address
            && (stored.restore_key == address.restore_key || is_unread)
    }

    /// Returns whether this process sends its requests via the process that owns the data folder.
    pub(super) fn sends_via_owner(&self) -> bool {
        self.instance.as_ref().is_some_and(|instance| instance.ownership() == Ownership::ViaOwner)
    }
}
