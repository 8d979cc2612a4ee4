//! Sessions and their addresses, as the service tells of them.

use super::ids::{AddressId, DomainId, SessionId};
use super::sanitize::SafeText;
use super::secrets::RestoreKey;
use super::time::Timestamp;

/// One address of a session.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Address {
    /// The service's name for it.
    pub id: AddressId,
    /// `login@domain`.
    pub address: SafeText,
    /// What brings it back after its session has lapsed.
    pub restore_key: RestoreKey,
}

/// A box on the server that holds addresses and their mail until it lapses.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Session {
    /// The service's name for it.
    pub id: SessionId,
    /// When it lapses unless it is touched before, by the local clock: the adapter has taken
    /// the difference between the server's clock and ours out.
    pub expires_at: Timestamp,
    /// Newest first, as the service lists them.
    pub addresses: Vec<Address>,
}

/// A domain that addresses can be made on.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Domain {
    /// The service's name for it.
    pub id: DomainId,
    /// `example.org`.
    pub name: SafeText,
    /// When a rotating domain stops working; `None` for a permanent one.
    pub expires_at: Option<Timestamp>,
    /// When the service took it in, where it says so: a fresh domain is on fewer block lists.
    pub introduced_at: Option<Timestamp>,
    /// The doors that it is given out by, in the service's words: `API`, `WEB`, `TELEGRAM`.
    pub available_via: Vec<SafeText>,
}
