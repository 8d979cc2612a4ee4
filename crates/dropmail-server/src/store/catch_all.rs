//! The catch-all, which accepts mail to any recipient. It serves programs under test, which send mail to arbitrary
//! addresses.
//!
//! All mail of the catch-all is stored in one session, so that a client needs only one subscription. A recipient
//! becomes an address of that session when mail to it arrives.

use std::sync::Arc;

use tokio::time::Instant;
use uuid::Uuid;

use super::addresses::canonical;
use super::state::StoreState;
use super::{AddressName, DomainKind, DomainRecord, Store};
use crate::clock;
use crate::tokens::UserIdentity;

/// The only envelope recipient that is valid without a domain (RFC 5321, section 4.5.1).
pub(crate) const POSTMASTER: &str = "postmaster";
/// Domain number of the first domain that the catch-all creates when mail to an unknown domain arrives.
const FIRST_CAUGHT_DOMAIN: u32 = 1 << 30;
/// Maximum length in bytes of a domain name without the trailing dot; mail to a longer domain is refused. RFC 1035,
/// section 2.3.4 allows 255 octets in wire format, which is 253 bytes as text.
const MAX_DOMAIN_BYTES: usize = 253;

/// The settings and the state of the catch-all.
#[derive(Debug)]
pub(crate) struct CatchAll {
    /// The identity in whose oldest live session the mail is stored. If `None`, the mail is stored in the oldest live
    /// session of all identities.
    owner: Option<UserIdentity>,
    /// The owner of the session that the catch-all opens if mail arrives before any client has opened a session. No
    /// token has this identity.
    unclaimed: UserIdentity,
    /// The session in which the catch-all stored its previous mail; `None` if it has not stored any. The next mail is
    /// stored there too, unless the session has expired.
    session: Option<Uuid>,
    /// Domain number of the next domain that the catch-all creates.
    next_domain: u32,
}

impl CatchAll {
    /// Creates a catch-all that stores mail in the oldest live session of `owner`. If `owner` is `None`, it stores mail
    /// in the oldest live session of all clients.
    pub(crate) fn new(owner: Option<UserIdentity>) -> Self {
        Self { owner, unclaimed: UserIdentity::random(), session: None, next_domain: FIRST_CAUGHT_DOMAIN }
    }
}

/// Returns the canonical form of a recipient of the catch-all; `None` if the recipient is invalid. Unlike
/// [`canonical`], this function accepts domains that DNS does not allow, such as `[127.0.0.1]` or `my_host`, because
/// programs under test use them. The recipient `postmaster` needs no domain (RFC 5321, section 4.5.1).
pub(super) fn caught_address(written: &str) -> Option<AddressName> {
    if written.eq_ignore_ascii_case(POSTMASTER) {
        return Some(format!("{POSTMASTER}@localhost").into());
    }
    let (login, domain) = written.rsplit_once('@')?;
    if login.is_empty() || domain.is_empty() || domain.len() > MAX_DOMAIN_BYTES {
        return None;
    }
    let address = canonical(written);
    Some(
        address.unwrap_or_else(|| format!("{}@{}", login.to_ascii_lowercase(), domain.to_lowercase())).into(),
    )
}

impl StoreState {
    /// Returns whether the catch-all created this address of the session.
    pub(super) fn is_caught(&self, id: Uuid, address: &str) -> bool {
        let session = self.sessions.get(&id);
        let mut addresses = session.into_iter().flat_map(|session| &session.addresses);
        addresses.any(|record| record.by_catch_all && &*record.address == address)
    }

    /// Returns the session in which the catch-all stores mail; `None` if no open session can receive it.
    fn catching_session(&self, now: Instant) -> Option<Uuid> {
        let catch_all = self.catch_all.as_ref()?;
        let is_live = |id: &Uuid| self.sessions.get(id).is_some_and(|session| session.deadline > now);
        if let Some(id) = catch_all.session.filter(|id| is_live(id)) {
            return Some(id);
        }
        let live = self.sessions.iter().filter(|(_, session)| {
            session.deadline > now && catch_all.owner.is_none_or(|owner| session.owner == owner)
        });
        live.min_by_key(|(_, session)| session.number()).map(|(id, _)| *id)
    }

    /// Returns the session that the catch-all opened because mail arrived before any client had opened a session;
    /// `None` if there is none. The first client that opens a session receives this session.
    pub(super) fn unclaimed_session(&self) -> Option<Uuid> {
        let catch_all = self.catch_all.as_ref()?;
        let session = self.sessions.get(&catch_all.session?)?;
        (session.owner == catch_all.unclaimed && session.deadline > Instant::now())
            .then_some(catch_all.session)
            .flatten()
    }
}

impl Store {
    /// Adds the recipient of a mail, as an address, to the session in which the catch-all stores the mail, and returns
    /// that session. Opens a session if there is none. Returns `None` if no more addresses can be added to the session.
    pub(super) fn catch(&self, state: &mut StoreState, address: &AddressName) -> Option<Uuid> {
        let id = if let Some(id) = state.catching_session(Instant::now()) {
            id
        } else {
            let catch_all = state.catch_all.as_ref()?;
            let owner = catch_all.owner.unwrap_or(catch_all.unclaimed);
            self.insert_session(state, owner).id
        };
        if let Some(catch_all) = &mut state.catch_all {
            catch_all.session = Some(id);
        }
        if state.live.get(address) == Some(&id) {
            return Some(id);
        }
        let domain = state.caught_domain(id, address);
        let addresses = &state.sessions.get(&id)?.addresses;
        if addresses.len() >= self.limits.addresses_per_session {
            let oldest = addresses.iter().find(|record| record.by_catch_all)?.address.clone();
            state.remove_addresses(id, |record| record.address == oldest, self.limits.lapsed_addresses);
        }
        state.attach_caught(id, address.clone(), domain);
        Some(id)
    }
}

impl StoreState {
    /// Returns the domain for a catch-all address. Creates the domain if neither the server nor another address in the
    /// session has a domain with this name.
    pub(super) fn caught_domain(&mut self, id: Uuid, address: &str) -> Arc<DomainRecord> {
        let name = address.rsplit_once('@').map(|(_, domain)| domain).unwrap_or_default();
        let now = clock::now();
        if let Some(domain) = self.domains.by_name(name, now) {
            return Arc::clone(domain);
        }
        let session = self.sessions.get(&id);
        let mut known = session.into_iter().flat_map(|session| &session.addresses);
        if let Some(record) = known.find(|record| record.domain.name == name) {
            return Arc::clone(&record.domain);
        }
        let number = self.catch_all.as_mut().map_or(FIRST_CAUGHT_DOMAIN, |catch_all| {
            catch_all.next_domain = catch_all.next_domain.wrapping_add(1).max(FIRST_CAUGHT_DOMAIN);
            catch_all.next_domain
        });
        let name = name.to_owned();
        let kind = DomainKind::Caught;
        Arc::new(DomainRecord { number, name, introduced_at: now, expires_at: None, kind })
    }

    fn attach_caught(&mut self, id: Uuid, address: AddressName, domain: Arc<DomainRecord>) {
        self.lapsed.forget(&address);
        self.attach(id, address, domain, true);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn any_recipient_with_two_parts_has_a_canonical_form() {
        for (written, address) in [
            ("User@Example.COM", Some("user@example.com")),
            ("user+tag@example.com", Some("user+tag@example.com")),
            ("user@[127.0.0.1]", Some("user@[127.0.0.1]")),
            ("user@My_Host", Some("user@my_host")),
            ("user@localhost", Some("user@localhost")),
            ("Postmaster", Some("postmaster@localhost")),
            ("user", None),
            ("@example.com", None),
            ("user@", None),
        ] {
            assert_eq!(caught_address(written).as_deref(), address, "{written}");
        }
    }
}
