//! The data that the store protects with a lock, and the functions that keep the indices of the data consistent.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use tokio::time::Instant;
use uuid::Uuid;

use super::AddressName;
use super::addresses::RestoreKeys;
use super::catch_all::CatchAll;
use super::domains::Domains;
use super::sessions::SessionRecord;

/// The whole state of the store. Three of its fields are indices: `deadlines` (sessions by expiry), `live` (sessions by
/// address) and `arrivals` (sessions by mail number).
#[derive(Debug)]
pub(super) struct StoreState {
    pub(super) sessions: HashMap<Uuid, SessionRecord>,
    pub(super) deadlines: BTreeSet<(Instant, Uuid)>,
    pub(super) live: HashMap<AddressName, Uuid>,
    pub(super) lapsed: RestoreKeys,
    pub(super) domains: Domains,
    pub(super) arrivals: BTreeMap<u64, Uuid>,
    pub(super) bytes: usize,
    pub(super) last_seq: u64,
    pub(super) opened: u64,
    /// Settings and state of the catch-all; `None` if mail to unknown recipients is refused.
    pub(super) catch_all: Option<CatchAll>,
}

impl StoreState {
    pub(super) fn new(catch_all: Option<CatchAll>) -> Self {
        Self {
            sessions: HashMap::new(),
            deadlines: BTreeSet::new(),
            live: HashMap::new(),
            lapsed: RestoreKeys::default(),
            domains: Domains::public(super::super::clock::now()),
            arrivals: BTreeMap::new(),
            bytes: 0,
            last_seq: 0,
            opened: 0,
            catch_all,
        }
    }

    pub(super) fn next_deadline(&self) -> Option<(Instant, Uuid)> {
        self.deadlines.first().copied()
    }

    /// Removes a session with its mails and addresses, and returns the session; `None` if there is no such session. The
    /// addresses can still be restored. `keep_lapsed` is the maximum number of restore keys that the store keeps.
    pub(super) fn remove_session(&mut self, id: Uuid, keep_lapsed: usize) -> Option<SessionRecord> {
        let session = self.sessions.remove(&id)?;
        self.deadlines.remove(&(session.deadline, id));
        for mail in &session.mails {
            self.arrivals.remove(&mail.reference.seq);
            self.bytes = self.bytes.saturating_sub(mail.content.cost());
        }
        for address in &session.addresses {
            self.live.remove(&address.address);
            self.lapsed.remember(address.address.clone(), address.restore_key.clone(), keep_lapsed);
        }
        Some(session)
    }

    /// Drops the oldest mail of a session; does nothing if the session has no mail.
    pub(super) fn drop_oldest_of(&mut self, id: Uuid) {
        let Some(mail) = self.sessions.get_mut(&id).and_then(|session| session.mails.pop_front()) else {
            return;
        };
        self.arrivals.remove(&mail.reference.seq);
        self.bytes = self.bytes.saturating_sub(mail.content.cost());
    }
}
