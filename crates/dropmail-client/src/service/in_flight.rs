//! Tracks the mails that are being fetched and stored. A mail that both a push stream and a query report is therefore
//! downloaded only once.

use crate::domain::ids::MailId;
use std::collections::HashMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

type FetchLock = Arc<tokio::sync::Mutex<()>>;

/// The mails that are being fetched and stored, keyed by mail id. All clones of this value share one map.
#[derive(Clone, Debug, Default)]
pub(super) struct InFlight(Arc<Mutex<HashMap<MailId, (usize, FetchLock)>>>);

impl InFlight {
    fn lock(&self) -> MutexGuard<'_, HashMap<MailId, (usize, FetchLock)>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Returns whether a task is fetching and storing the mail with this id.
    pub(super) fn contains(&self, id: &MailId) -> bool {
        self.lock().contains_key(id)
    }

    /// Registers a task that needs the mail with this id. The first task fetches the mail; the other tasks wait until
    /// the first one releases its lock.
    pub(super) fn register(&self, id: &MailId) -> InFlightGuard {
        let mut all = self.lock();
        let (count, lock) = all.entry(id.clone()).or_default();
        *count += 1;
        InFlightGuard { registry: self.clone(), id: id.clone(), lock: Arc::clone(lock) }
    }
}

/// A guard for a task that fetches a mail, or that waits until another task has fetched it. Dropping the guard
/// unregisters the task.
#[derive(Debug)]
pub(super) struct InFlightGuard {
    registry: InFlight,
    id: MailId,
    /// The lock held by the task that fetches the mail. Other tasks that need the same mail wait for this lock.
    pub(super) lock: FetchLock,
}

impl Drop for InFlightGuard {
    fn drop(&mut self) {
        let mut all = self.registry.lock();
        if let Some((count, _)) = all.get_mut(&self.id) {
            *count -= 1;
            if *count == 0 {
                all.remove(&self.id);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_mail_is_in_flight_until_its_last_fetch_ends() {
        let (in_flight, id) = (InFlight::default(), MailId::new("m"));
        let (first, second) = (in_flight.register(&id), in_flight.register(&id));
        let working = first.lock.try_lock().unwrap();
        assert!(second.lock.try_lock().is_err());
        drop(working);
        drop(first);
        assert!(in_flight.contains(&id));
        drop(second);
        assert!(!in_flight.contains(&id));
    }
}
