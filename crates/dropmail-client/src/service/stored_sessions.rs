//! Stores new or changed sessions and addresses. If nothing has changed, does not write to the archive, because each
//! write waits for the disk.

use super::{Mailbox, Persisted, ServiceError};
use crate::domain::ids::SessionId;
use crate::domain::session::{Address, Session};
use crate::domain::sharing::Ownership;
use crate::domain::time::SignedDuration;
use crate::ports::archive::Archive;

/// Upper limit of the tolerance for the difference between a session's stored and actual expiry times. [`LIFE_PART`]
/// determines the tolerance of each session.
const LONGEST_DIFFERENCE: SignedDuration = SignedDuration::from_secs(60);

/// Divisor that determines the tolerance for the difference between a session's stored and actual expiry times. The
/// tolerance is the session's remaining lifetime divided by this number, but at most [`LONGEST_DIFFERENCE`]. If the
/// difference exceeds the tolerance, the session is stored again.
const LIFE_PART: i32 = 10;

impl Mailbox {
    /// Stores a new or changed session. Returns the error if it cannot be stored; `None` on success.
    pub(super) async fn store_session(&self, session: &Session) -> Option<ServiceError> {
        let session = session.clone();
        let left = session.expires_at.duration_since(self.clock.now());
        let difference = (left / LIFE_PART).clamp(SignedDuration::ZERO, LONGEST_DIFFERENCE);
        let via_owner = self.sends_via_owner();
        let store = move |archive: &dyn Archive, base: &str| {
            // If the archive cannot be read, the write reports the error.
            let stored = archive.session(base, &session.id).ok().flatten();
            if stored.is_some_and(|stored| is_same_session(&stored, &session, difference, via_owner)) {
                return Ok(());
            }
            archive.put_session(base, &session)
        };
        self.with_archive(store).await.err()
    }

    /// Stores a new or changed address of a session, with its restore key.
    pub(super) async fn store_address(&self, session: &SessionId, address: Address) -> Persisted<Address> {
        let is_stored = match self.stored_session(session).await {
            // The process that owns the data directory has stored the address as part of this session.
            Some(stored) if self.sends_via_owner() => {
                stored.addresses.iter().any(|it| is_same_address(it, &address, true))
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

    /// Returns the stored session with this id; `None` if it is not stored or the archive cannot be read. In the
    /// latter case, the caller's next write to the archive reports the error.
    async fn stored_session(&self, id: &SessionId) -> Option<Session> {
        let id = id.clone();
        self.with_archive(move |archive, base| archive.session(base, &id)).await.ok().flatten()
    }

    /// Returns whether this process sends its requests via the process that owns the data directory.
    pub(super) fn sends_via_owner(&self) -> bool {
        self.instance.as_ref().is_some_and(|instance| instance.ownership() == Ownership::ViaOwner)
    }
}

/// Returns whether a stored session has the same addresses as `session` and an expiry time that differs by at most
/// `difference`.
fn is_same_session(stored: &Session, session: &Session, difference: SignedDuration, via_owner: bool) -> bool {
    stored.expires_at.duration_since(session.expires_at).abs() <= difference
        && stored.addresses.len() == session.addresses.len()
        && stored
            .addresses
            .iter()
            .zip(&session.addresses)
            .all(|(old, new)| is_same_address(old, new, via_owner))
}

/// Returns whether a stored address equals `address`. `via_owner` is `true` if this process sends its requests via the
/// process that owns the data directory. In that case, the owner has stored the restore key, so a key that this
/// process cannot read counts as equal.
fn is_same_address(stored: &Address, address: &Address, via_owner: bool) -> bool {
    let is_unread = stored.restore_key.is_absent() && via_owner;
    stored.id == address.id
        && stored.address == address.address
        && (stored.restore_key == address.restore_key || is_unread)
}
