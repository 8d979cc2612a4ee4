//! Creates, restores and deletes addresses, and finds the address of a recipient.

use std::collections::{BTreeMap, HashMap};
use std::sync::Arc;

use uuid::Uuid;

use super::domains::canonical_domain;
use super::inner::Inner;
use super::{AddressName, DomainChoice, DomainRecord, Store};
use crate::domain::secrets::RestoreKey;
use crate::server::error::RequestError;
use crate::server::tokens::{Identity, equal};
use crate::server::{clock, random};

/// Maximum number of attempts to find an unused login; then no address is created. Each login has about 30
/// random bits.
const LOGIN_TRIES: usize = 64;
/// Maximum number of labels of a recipient's domain, such as `a.b.c.example.test`, at which a known domain is
/// searched. A longer domain is unknown.
const MAX_LABELS: usize = 16;

/// A live address, with the session that receives its mail.
#[derive(Clone, Debug)]
pub(in crate::server) struct AddressRecord {
    pub(in crate::server) session: Uuid,
    pub(in crate::server) address: AddressName,
    pub(in crate::server) domain: Arc<DomainRecord>,
    pub(in crate::server) restore_key: RestoreKey,
}

/// A recipient of a mail who has an address at this server.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(in crate::server) struct Recipient {
    pub(in crate::server) session: Uuid,
    /// The address of the recipient, without extension.
    pub(in crate::server) address: AddressName,
    /// The recipient as the sender wrote it, with the extension.
    pub(in crate::server) written: String,
}

/// Restore keys of addresses without a session. If there are too many, the oldest are dropped.
#[derive(Debug, Default)]
pub(super) struct Lapsed {
    keys: HashMap<AddressName, (u64, RestoreKey)>,
    order: BTreeMap<u64, AddressName>,
    count: u64,
}

impl Lapsed {
    pub(super) fn remember(&mut self, address: AddressName, key: RestoreKey, keep: usize) {
        self.count += 1;
        self.order.insert(self.count, address.clone());
        if let Some((stale, _)) = self.keys.insert(address, (self.count, key)) {
            self.order.remove(&stale);
        }
        while self.keys.len() > keep {
            let Some((_, oldest)) = self.order.pop_first() else { break };
            self.keys.remove(&oldest);
        }
    }

    fn forget(&mut self, address: &str) {
        if let Some((at, _)) = self.keys.remove(address) {
            self.order.remove(&at);
        }
    }
}

impl Inner {
    /// Removes the addresses of a session for which `meant` returns true; returns how many were removed.
    pub(super) fn stop_addresses(
        &mut self,
        id: Uuid,
        meant: impl Fn(&AddressRecord) -> bool,
        keep: usize,
    ) -> usize {
        let Some(session) = self.sessions.get_mut(&id) else { return 0 };
        let (stopped, left): (Vec<_>, Vec<_>) = session.addresses.drain(..).partition(|a| meant(a));
        session.addresses = left;
        for address in &stopped {
            self.live.remove(&address.address);
            if keep > 0 {
                self.lapsed.remember(address.address.clone(), address.restore_key.clone(), keep);
            }
        }
        stopped.len()
    }

    fn attach(&mut self, id: Uuid, address: AddressName, domain: Arc<DomainRecord>) -> AddressRecord {
        let restore_key = RestoreKey::new(random::hex());
        let record = AddressRecord { session: id, address: address.clone(), domain, restore_key };
        self.live.insert(address, id);
        if let Some(session) = self.sessions.get_mut(&id) {
            session.addresses.push(record.clone());
        }
        record
    }

    fn has_room(&mut self, id: Uuid, owner: Identity, most: usize) -> Result<(), RequestError> {
        let count = self.session(id, owner)?.addresses.len();
        if count < most { Ok(()) } else { Err(RequestError::TooManyAddresses) }
    }
}

impl Store {
    /// Checks whether an address could be created, so that no session is opened without one.
    pub(in crate::server) fn check_domain(
        &self,
        owner: Identity,
        choice: DomainChoice,
    ) -> Result<(), RequestError> {
        self.lock().choose_domain(owner, choice).map(drop)
    }

    /// Creates an address that is not in use and, as far as the server knows, has never been in use.
    pub(in crate::server) fn add_address(
        &self,
        id: Uuid,
        owner: Identity,
        choice: DomainChoice,
    ) -> Result<AddressRecord, RequestError> {
        let deadline = self.deadline();
        let mut inner = self.lock();
        inner.has_room(id, owner, self.limits.addresses_per_session)?;
        let domain = inner.choose_domain(owner, choice)?;
        for _ in 0..LOGIN_TRIES {
            let address: AddressName = format!("{}@{}", random::login(), domain.name).into();
            if !inner.live.contains_key(&address) && !inner.lapsed.keys.contains_key(&address) {
                inner.prolong(id, deadline);
                return Ok(inner.attach(id, address, domain));
            }
        }
        Err(RequestError::Internal)
    }

    /// Restores an earlier address in a session, and gives it a new restore key. The server checks whether the
    /// address is live before it checks the key. So a client that has lost the newest key learns that a session
    /// still has the address.
    pub(in crate::server) fn restore_address(
        &self,
        id: Uuid,
        owner: Identity,
        address: &str,
        key: &str,
    ) -> Result<AddressRecord, RequestError> {
        let address: AddressName = canonical(address).ok_or(RequestError::BadSignature)?.into();
        let deadline = self.deadline();
        let mut inner = self.lock();
        inner.has_room(id, owner, self.limits.addresses_per_session)?;
        if inner.live.contains_key(&address) {
            return Err(RequestError::AlreadyInUse);
        }
        let known = inner.lapsed.keys.get(&address);
        if !known.is_some_and(|(_, kept)| equal(kept.expose().as_bytes(), key.as_bytes())) {
            return Err(RequestError::BadSignature);
        }
        let name = address.rsplit_once('@').map(|(_, domain)| domain).unwrap_or_default();
        let now = clock::now();
        let domain = inner.domains.by_name(name, now).filter(|domain| domain.is_open_to(owner, now));
        let domain = domain.cloned().ok_or(RequestError::DomainNotFound)?;
        inner.lapsed.forget(&address);
        inner.prolong(id, deadline);
        Ok(inner.attach(id, address, domain))
    }

    /// Deletes an address, so that it receives no more mail. The mail of the address stays, and the address can
    /// be restored.
    pub(in crate::server) fn delete_address(
        &self,
        id: Uuid,
        owner: Identity,
        address: &str,
    ) -> Result<(), RequestError> {
        let deadline = self.deadline();
        let mut inner = self.lock();
        inner.session(id, owner)?;
        let keep = self.limits.lapsed_addresses;
        if inner.stop_addresses(id, |kept| &*kept.address == address, keep) == 0 {
            return Err(RequestError::AddressNotFound);
        }
        inner.prolong(id, deadline);
        Ok(())
    }

    /// Returns the addresses of a session, newest first.
    pub(in crate::server) fn addresses(
        &self,
        id: Uuid,
        owner: Identity,
    ) -> Result<Vec<AddressRecord>, RequestError> {
        Ok(self.lock().session(id, owner)?.addresses.iter().rev().cloned().collect())
    }

    /// Finds the address to which a recipient refers: `login@domain`, `login+word@domain` or
    /// `login@word.domain`, in upper or lower case. `None` if there is none.
    pub(in crate::server) fn recipient(&self, written: &str) -> Option<Recipient> {
        let (local, domain) = written.rsplit_once('@')?;
        let login = local.split('+').next().unwrap_or_default().to_ascii_lowercase();
        let domain = canonical_domain(domain)?;
        let inner = self.lock();
        let now = tokio::time::Instant::now();
        let mut domain = domain.as_str();
        for _ in 0..MAX_LABELS {
            let address = format!("{login}@{domain}");
            if let Some((address, id)) = inner.live.get_key_value(address.as_str()) {
                let live = inner.sessions.get(id).is_some_and(|session| session.deadline > now);
                return live.then(|| Recipient {
                    session: *id,
                    address: address.clone(),
                    written: written.to_owned(),
                });
            }
            (_, domain) = domain.split_once('.')?;
        }
        None
    }
}

/// Returns the canonical form of an address, in which it is stored; `None` if it is invalid.
fn canonical(address: &str) -> Option<String> {
    let (login, domain) = address.trim().rsplit_once('@')?;
    Some(format!("{}@{}", login.to_ascii_lowercase(), canonical_domain(domain)?))
}
