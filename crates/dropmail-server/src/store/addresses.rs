//! Creates, restores and deletes addresses, and finds the address of a recipient.

use std::collections::{BTreeMap, HashMap};
use std::sync::Arc;

use uuid::Uuid;

use super::catch_all::caught_address;
use super::domains::canonical_domain;
use super::state::StoreState;
use super::{AddressName, DomainChoice, DomainRecord, Store};
use crate::error::RequestError;
use crate::restore_key::RestoreKey;
use crate::tokens::{UserIdentity, equal};
use crate::{clock, random};

/// Maximum number of random logins that are tried to find an unused one. If all of them are in use, no address is
/// created. Each login has 30 random bits.
const LOGIN_TRIES: usize = 64;
/// Maximum number of domains that are looked up for one recipient: for `a.b.example.test`, also `b.example.test` and
/// `example.test`. If no session has the address on any of these domains, the recipient is unknown.
const MAX_LOOKED_UP_DOMAINS: usize = 16;

/// An address that currently receives mail.
#[derive(Clone, Debug)]
pub(crate) struct AddressRecord {
    pub(crate) session: Uuid,
    pub(crate) address: AddressName,
    pub(crate) domain: Arc<DomainRecord>,
    pub(crate) restore_key: RestoreKey,
    /// Whether the catch-all created the address when mail to it arrived. Such an address receives no mail to its
    /// subaddresses (`+word`), and may be removed when a session has too many addresses.
    pub(crate) by_catch_all: bool,
}

/// An envelope recipient of a mail that is being received.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Recipient {
    /// The session that contains the recipient's address; `None` if the catch-all accepts the mail.
    pub(crate) session: Option<Uuid>,
    /// The recipient's address without a subaddress such as `+word`.
    pub(crate) address: AddressName,
    /// The recipient as the SMTP client sent it, including the subaddress, if any.
    pub(crate) written: String,
}

/// Restore keys of addresses that currently do not belong to a session. If there are too many keys, the oldest are
/// dropped.
#[derive(Debug, Default)]
pub(super) struct RestoreKeys {
    keys: HashMap<AddressName, (u64, RestoreKey)>,
    order: BTreeMap<u64, AddressName>,
    count: u64,
}

impl RestoreKeys {
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

    pub(super) fn forget(&mut self, address: &str) {
        if let Some((at, _)) = self.keys.remove(address) {
            self.order.remove(&at);
        }
    }
}

impl StoreState {
    /// Removes from a session all addresses for which `meant` returns `true`, and returns their number. The addresses
    /// can be restored unless `keep` is 0. `keep` is the maximum number of restore keys in the store, including those
    /// of addresses that were removed earlier.
    pub(super) fn remove_addresses(
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

    /// Adds an address to a session and generates its restore key.
    pub(super) fn attach(
        &mut self,
        id: Uuid,
        address: AddressName,
        domain: Arc<DomainRecord>,
        by_catch_all: bool,
    ) -> AddressRecord {
        let restore_key = RestoreKey::new(random::hex());
        let record =
            AddressRecord { session: id, address: address.clone(), domain, restore_key, by_catch_all };
        self.live.insert(address, id);
        if let Some(session) = self.sessions.get_mut(&id) {
            session.addresses.push(record.clone());
        }
        record
    }

    fn check_address_limit(
        &mut self,
        id: Uuid,
        owner: UserIdentity,
        most: usize,
    ) -> Result<(), RequestError> {
        let count = self.session(id, owner)?.addresses.len();
        if count < most { Ok(()) } else { Err(RequestError::TooManyAddresses) }
    }
}

impl Store {
    /// Checks whether a domain is available for a new address. Call this function before opening a session, because
    /// opening it for an unavailable domain would leave a session without an address.
    pub(crate) fn check_domain(&self, owner: UserIdentity, choice: DomainChoice) -> Result<(), RequestError> {
        self.lock().choose_domain(owner, choice).map(drop)
    }

    /// Creates an address in a session. The server chooses one that is neither in use nor restorable.
    pub(crate) fn add_address(
        &self,
        id: Uuid,
        owner: UserIdentity,
        choice: DomainChoice,
    ) -> Result<AddressRecord, RequestError> {
        let deadline = self.deadline();
        let mut state = self.lock();
        state.check_address_limit(id, owner, self.limits.addresses_per_session)?;
        let domain = state.choose_domain(owner, choice)?;
        for _ in 0..LOGIN_TRIES {
            let address: AddressName = format!("{}@{}", random::login(), domain.name).into();
            if !state.live.contains_key(&address) && !state.lapsed.keys.contains_key(&address) {
                state.extend(id, deadline);
                return Ok(state.attach(id, address, domain, false));
            }
        }
        Err(RequestError::Internal)
    }

    /// Restores an earlier address in a session, and creates a new restore key. The key is checked only if no session
    /// has the address. As a result, a client that has lost the newest key can still find out that the address is in
    /// use.
    pub(crate) fn restore_address(
        &self,
        id: Uuid,
        owner: UserIdentity,
        address: &str,
        key: &str,
    ) -> Result<AddressRecord, RequestError> {
        let address = caught_address(address.trim()).ok_or(RequestError::BadSignature)?;
        let deadline = self.deadline();
        let mut state = self.lock();
        state.check_address_limit(id, owner, self.limits.addresses_per_session)?;
        if state.live.contains_key(&address) {
            return Err(RequestError::AlreadyInUse);
        }
        let known = state.lapsed.keys.get(&address);
        if !known.is_some_and(|(_, current_key)| equal(current_key.expose().as_bytes(), key.as_bytes())) {
            return Err(RequestError::BadSignature);
        }
        let name = address.rsplit_once('@').map(|(_, domain)| domain).unwrap_or_default();
        let now = clock::now();
        let domain = state.domains.by_name(name, now).filter(|domain| domain.is_open_to(owner, now));
        let domain = match domain.cloned() {
            Some(domain) => domain,
            None if state.catch_all.is_some() => state.caught_domain(id, &address),
            None => return Err(RequestError::DomainNotFound),
        };
        state.lapsed.forget(&address);
        state.extend(id, deadline);
        Ok(state.attach(id, address, domain, false))
    }

    /// Deletes an address, so that it receives no more mail. The stored mail remains, and the address can be restored.
    pub(crate) fn delete_address(
        &self,
        id: Uuid,
        owner: UserIdentity,
        address: &str,
    ) -> Result<(), RequestError> {
        let deadline = self.deadline();
        let mut state = self.lock();
        state.session(id, owner)?;
        let keep = self.limits.lapsed_addresses;
        if state.remove_addresses(id, |entry| &*entry.address == address, keep) == 0 {
            return Err(RequestError::AddressNotFound);
        }
        state.extend(id, deadline);
        Ok(())
    }

    /// Returns the addresses of a session, newest first.
    pub(crate) fn addresses(
        &self,
        id: Uuid,
        owner: UserIdentity,
    ) -> Result<Vec<AddressRecord>, RequestError> {
        Ok(self.lock().session(id, owner)?.addresses.iter().rev().cloned().collect())
    }

    /// Returns the address to which an envelope recipient refers. The recipient can be `login@domain`,
    /// `login+word@domain` or `login@word.domain`, in upper or lower case. If no session has the address, the catch-all
    /// accepts the mail. Returns `None` if the mail must be refused, either because the recipient is invalid, or
    /// because no session has the address and there is no catch-all.
    pub(crate) fn recipient(&self, written: &str) -> Option<Recipient> {
        let state = self.lock();
        if let Some((session, address)) = state.session_of_recipient(written) {
            return Some(Recipient { session: Some(session), address, written: written.to_owned() });
        }
        state.catch_all.as_ref()?;
        let address = caught_address(written)?;
        Some(Recipient { session: None, address, written: written.to_owned() })
    }
}

impl StoreState {
    /// Returns the session and the address to which an envelope recipient refers. Returns `None` if no live session has
    /// such an address. Also returns `None` if the catch-all created the address, because the caller then looks it up
    /// without removing a subaddress.
    fn session_of_recipient(&self, written: &str) -> Option<(Uuid, AddressName)> {
        let (local, domain) = written.rsplit_once('@')?;
        let login = local.split('+').next().unwrap_or_default().to_ascii_lowercase();
        let domain = canonical_domain(domain)?;
        let now = tokio::time::Instant::now();
        let mut domain = domain.as_str();
        for _ in 0..MAX_LOOKED_UP_DOMAINS {
            let address = format!("{login}@{domain}");
            if let Some((address, id)) = self.live.get_key_value(address.as_str()) {
                let live = self.sessions.get(id).is_some_and(|session| session.deadline > now);
                // A catch-all address has no subaddresses: `a+1@` and `a+2@` are two different users.
                let by_catch_all = self.is_caught(*id, address);
                return (live && !by_catch_all).then(|| (*id, address.clone()));
            }
            (_, domain) = domain.split_once('.')?;
        }
        None
    }
}

/// Returns the canonical form of an address, which the store uses for comparing addresses; `None` if the address is
/// invalid.
pub(super) fn canonical(address: &str) -> Option<String> {
    let (login, domain) = address.trim().rsplit_once('@')?;
    Some(format!("{}@{}", login.to_ascii_lowercase(), canonical_domain(domain)?))
}
