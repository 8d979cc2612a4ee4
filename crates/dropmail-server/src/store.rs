//! Stores all data of the server in memory, behind one lock that is held only for short accesses. Parsing and rendering
//! happen without the lock.
//!
//! All mails of all sessions are numbered in one sequence, in order of arrival. The oldest mails are dropped first, and
//! a subscription stores its position as a mail number. As a result, a request for the mails after number n neither
//! misses nor repeats a mail.

mod addresses;
mod catch_all;
mod domains;
mod mails;
mod sessions;
mod state;

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use tokio::sync::Notify;
use tokio::time::Instant;

pub(super) use addresses::{AddressRecord, Recipient};
pub(super) use catch_all::{CatchAll, POSTMASTER};
pub(super) use domains::{DomainChoice, DomainKind, DomainRecord};
pub(super) use mails::{MailRecord, Page, PageRequest, SortOrder};
pub(super) use sessions::SessionView;

use super::config::Limits;
use state::StoreState;

/// The data of the server: sessions, addresses, mails and domains, in memory only.
#[derive(Debug)]
pub(super) struct Store {
    state: Mutex<StoreState>,
    lifetime: Duration,
    limits: Limits,
    first: Notify,
}

impl Store {
    pub(super) fn new(lifetime: Duration, limits: Limits, catch_all: Option<CatchAll>) -> Self {
        Self { state: Mutex::new(StoreState::new(catch_all)), lifetime, limits, first: Notify::new() }
    }

    /// Locks the store, even if another thread panicked while holding the lock. Continuing with the data of an
    /// interrupted operation is better than stopping the server.
    fn lock(&self) -> MutexGuard<'_, StoreState> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Removes the expired sessions. Returns whether any were removed, and the time at which the next session expires
    /// (`None` if no session is left).
    pub(super) fn sweep(&self) -> (bool, Option<Instant>) {
        let now = Instant::now();
        let mut clear_leftovers = false;
        loop {
            let mut state = self.lock();
            let Some((deadline, session)) = state.next_deadline() else { return (clear_leftovers, None) };
            if deadline > now {
                return (clear_leftovers, Some(deadline));
            }
            clear_leftovers = true;
            let gone = state.remove_session(session, self.limits.lapsed_addresses);
            drop(state);
            // A session can use many megabytes, so it is freed after the lock is released.
            drop(gone);
        }
    }

    /// Waits until a client or the catch-all opens a session.
    pub(super) async fn first_session(&self) {
        self.first.notified().await;
    }
}

/// An e-mail address in its canonical form, as a shared string.
type AddressName = Arc<str>;
