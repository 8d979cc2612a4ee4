//! Everything that the server remembers, behind one lock that is only held for look-ups:
//! parsing and rendering happen outside of it.
//!
//! Mails have one numbering across all sessions. It is the order of arrival, the order in which
//! the oldest make room, and what a subscriber keeps as its place: whoever asks for "after n"
//! misses none and sees none twice.

mod addresses;
mod domains;
mod inner;
mod mails;
mod sessions;

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use tokio::sync::Notify;
use tokio::time::Instant;

pub(super) use addresses::{AddressRecord, Recipient};
pub(super) use domains::{DomainChoice, DomainKind, DomainRecord};
pub(super) use mails::{Order, Page, PageAsk, StoredMail};
pub(super) use sessions::SessionView;

use super::config::Limits;
use inner::Inner;

/// The server's memory.
#[derive(Debug)]
pub(super) struct Store {
    inner: Mutex<Inner>,
    lifetime: Duration,
    limits: Limits,
    first: Notify,
}

impl Store {
    pub(super) fn new(lifetime: Duration, limits: Limits) -> Self {
        Self { inner: Mutex::new(Inner::new()), lifetime, limits, first: Notify::new() }
    }

    /// A panic under the lock leaves nothing half-done that matters more than going on.
    fn lock(&self) -> MutexGuard<'_, Inner> {
        self.inner.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Drops the sessions that have lapsed. Returns whether there were any, and when the next one lapses.
    pub(super) fn sweep(&self) -> (bool, Option<Instant>) {
        let now = Instant::now();
        let mut swept = false;
        loop {
            let mut inner = self.lock();
            let Some((deadline, session)) = inner.next_deadline() else { return (swept, None) };
            if deadline > now {
                return (swept, Some(deadline));
            }
            swept = true;
            let gone = inner.remove_session(session, self.limits.lapsed_addresses);
            drop(inner);
            // A session can hold many megabytes: they are freed with the lock released.
            drop(gone);
        }
    }

    /// Waits until a session is opened.
    pub(super) async fn first_session(&self) {
        self.first.notified().await;
    }
}

/// The shared text of an address in its canonical form.
type AddressName = Arc<str>;
