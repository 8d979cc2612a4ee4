//! Opens sessions, extends their lifetime and ends them. For an expired session or another owner's session, a caller
//! receives the same error as for a session that never existed.

use std::collections::VecDeque;
use std::sync::Arc;

use tokio::sync::watch;
use tokio::time::Instant;
use uuid::Uuid;

use super::state::StoreState;
use super::{AddressRecord, MailRecord, Store};
use crate::clock;
use crate::error::RequestError;
use crate::random;
use crate::tokens::{UserIdentity, equal};
use jiff::{SignedDuration, Timestamp};

/// A session in the store. Dropping the value ends the session's subscriptions, because their `watch` channel
/// closes.
#[derive(Debug)]
pub(super) struct SessionRecord {
    pub(super) owner: UserIdentity,
    pub(super) deadline: Instant,
    /// The addresses of the session, in the order in which they were added.
    pub(super) addresses: Vec<AddressRecord>,
    /// The mails of the session, oldest first.
    pub(super) mails: VecDeque<Arc<MailRecord>>,
    pub(super) latest: watch::Sender<u64>,
    zip_key: String,
    /// Sequence number of the session among all sessions of the server, in the order in which they were opened. The
    /// first number is 1.
    number: u64,
}

/// A snapshot of the fields of a session that the API returns.
#[derive(Clone, Debug)]
pub(crate) struct SessionView {
    pub(crate) id: Uuid,
    pub(crate) expires_at: Timestamp,
    pub(crate) zip_key: String,
}

impl SessionRecord {
    /// Returns the sequence number of the session in the order in which sessions were opened.
    pub(super) fn number(&self) -> u64 {
        self.number
    }
}

impl StoreState {
    /// Returns the session with this id and owner, or an error if there is no such session or it has expired.
    pub(super) fn session(
        &mut self,
        id: Uuid,
        owner: UserIdentity,
    ) -> Result<&mut SessionRecord, RequestError> {
        let now = Instant::now();
        match self.sessions.get_mut(&id) {
            Some(session) if session.owner == owner && session.deadline > now => Ok(session),
            _ => Err(RequestError::SessionNotFound),
        }
    }

    /// Sets a new expiry deadline for a session.
    pub(super) fn extend(&mut self, id: Uuid, deadline: Instant) {
        if let Some(session) = self.sessions.get_mut(&id) {
            self.deadlines.remove(&(session.deadline, id));
            session.deadline = deadline;
            self.deadlines.insert((deadline, id));
        }
    }
}

impl Store {
    pub(super) fn deadline(&self) -> Instant {
        Instant::now() + self.lifetime
    }

    fn expires_at(&self) -> Timestamp {
        let lifetime = SignedDuration::try_from(self.lifetime).unwrap_or(SignedDuration::MAX);
        clock::now().saturating_add(lifetime).unwrap_or(Timestamp::MAX)
    }

    /// Opens a session without an address. If there are too many sessions, the least recently accessed session is
    /// dropped. If the catch-all has already opened a session in order to store mail, the first caller receives that
    /// session with its addresses.
    pub(crate) fn open_session(&self, owner: UserIdentity) -> SessionView {
        let mut state = self.lock();
        if let Some(view) = self.claim_session(&mut state, owner) {
            return view;
        }
        let gone = self.drop_sessions_over_limit(&mut state);
        let view = self.insert_session(&mut state, owner);
        drop(state);
        drop(gone);
        view
    }

    /// Transfers to the API user `owner` the session that the catch-all opened before any client had opened one.
    /// Returns that session; `None` if there is none.
    fn claim_session(&self, state: &mut StoreState, owner: UserIdentity) -> Option<SessionView> {
        let id = state.unclaimed_session()?;
        state.extend(id, self.deadline());
        let session = state.sessions.get_mut(&id)?;
        session.owner = owner;
        Some(SessionView { id, expires_at: self.expires_at(), zip_key: session.zip_key.clone() })
    }

    /// Removes the least recently accessed sessions until the limit allows one more session. Returns the removed
    /// sessions, so that the caller can free their memory, which may be many megabytes, without holding the lock.
    fn drop_sessions_over_limit(&self, state: &mut StoreState) -> Vec<SessionRecord> {
        let mut gone = Vec::new();
        while state.sessions.len() >= self.limits.sessions.max(1) {
            let Some((_, oldest)) = state.next_deadline() else { break };
            tracing::warn!("too many sessions: dropped the one with the oldest access");
            gone.extend(state.remove_session(oldest, self.limits.lapsed_addresses));
        }
        gone
    }

    /// Opens a session without an address, without checking the maximum number of sessions.
    pub(super) fn insert_session(&self, state: &mut StoreState, owner: UserIdentity) -> SessionView {
        let id = Uuid::new_v4();
        let deadline = self.deadline();
        let zip_key = random::hex();
        state.opened += 1;
        let session = SessionRecord {
            owner,
            deadline,
            addresses: Vec::new(),
            mails: VecDeque::new(),
            latest: watch::Sender::new(state.last_seq),
            zip_key: zip_key.clone(),
            number: state.opened,
        };
        state.sessions.insert(id, session);
        state.deadlines.insert((deadline, id));
        self.first.notify_one();
        SessionView { id, expires_at: self.expires_at(), zip_key }
    }

    /// Returns a session and extends its lifetime.
    pub(crate) fn touch(&self, id: Uuid, owner: UserIdentity) -> Result<SessionView, RequestError> {
        let deadline = self.deadline();
        let mut state = self.lock();
        let zip_key = state.session(id, owner)?.zip_key.clone();
        state.extend(id, deadline);
        drop(state);
        Ok(SessionView { id, expires_at: self.expires_at(), zip_key })
    }

    /// Ends a session before its expiry deadline.
    pub(crate) fn expire(&self, id: Uuid, owner: UserIdentity) -> Result<(), RequestError> {
        let mut state = self.lock();
        state.session(id, owner)?;
        let gone = state.remove_session(id, self.limits.lapsed_addresses);
        drop(state);
        drop(gone);
        Ok(())
    }

    /// Returns all live sessions of the API user `owner`, newest first, and extends the lifetime of each.
    pub(crate) fn sessions(&self, owner: UserIdentity) -> Vec<SessionView> {
        let now = Instant::now();
        let mut live: Vec<(u64, Uuid)> = {
            let state = self.lock();
            let live = state.sessions.iter().filter(|(_, s)| s.owner == owner && s.deadline > now);
            live.map(|(id, session)| (session.number, *id)).collect()
        };
        live.sort_unstable_by_key(|&(number, _)| std::cmp::Reverse(number));
        live.into_iter().filter_map(|(_, id)| self.touch(id, owner).ok()).collect()
    }

    /// Returns a channel that yields the number of each new mail of a session and closes when the session ends. The
    /// initial value is the number of the newest mail.
    pub(crate) fn subscribe(
        &self,
        id: Uuid,
        owner: UserIdentity,
    ) -> Result<watch::Receiver<u64>, RequestError> {
        Ok(self.lock().session(id, owner)?.latest.subscribe())
    }

    /// Returns all mails of a session, oldest first. Returns `None` if `key` differs from the key in the session's
    /// `.zip` URL, or if there is no live session with this id. Does not check whether the session belongs to the
    /// caller's token, because the key alone grants access.
    pub(crate) fn mails_for_zip(&self, id: Uuid, key: &str) -> Option<Vec<Arc<MailRecord>>> {
        let state = self.lock();
        let session = state.sessions.get(&id)?;
        let known = equal(session.zip_key.as_bytes(), key.as_bytes()) && session.deadline > Instant::now();
        known.then(|| session.mails.iter().cloned().collect())
    }
}
