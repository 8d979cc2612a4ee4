//! Counts new mails until there are enough of them to be worth indexing for the search.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;
use tokio::sync::Notify;
use tokio::time::timeout;

/// Minimum count of new mails for maintenance to be worthwhile; each search scans the mails that are not
/// indexed.
const MIN_MAILS: usize = 8;
/// Time without new mail before maintenance starts, because a mail that arrives meanwhile must wait for a
/// step of the maintenance.
pub(super) const QUIET_TIME: Duration = Duration::from_secs(2);

/// Count of new mails at which maintenance starts even if more mails arrive, because each step of a search
/// scans all of them.
const MAX_MAILS: usize = 128;

/// Counter of the mails that are stored but not yet indexed for the search. Clones share the counter.
#[derive(Clone, Debug, Default)]
pub(super) struct IndexBacklog(Arc<State>);

#[derive(Debug, Default)]
struct State {
    count: AtomicUsize,
    more: Notify,
}

impl IndexBacklog {
    /// Counts one more stored mail.
    pub(super) fn add(&self) {
        self.0.count.fetch_add(1, Ordering::Relaxed);
        self.0.more.notify_one();
    }

    /// Waits until there are enough new mails and none has arrived for the time `quiet`, or until there are
    /// very many. Then resets the counter.
    pub(super) async fn enough(&self, quiet: Duration) {
        while self.0.count.load(Ordering::Relaxed) < MIN_MAILS {
            self.0.more.notified().await;
        }
        while self.0.count.load(Ordering::Relaxed) < MAX_MAILS
            && timeout(quiet, self.0.more.notified()).await.is_ok()
        {}
        self.0.count.store(0, Ordering::Relaxed);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use futures_util::poll;
    use std::pin::pin;
    use std::task::Poll;

    #[tokio::test]
    async fn many_mails_are_enough_once() {
        let unordered = IndexBacklog::default();
        for _ in 1..MIN_MAILS {
            unordered.add();
        }
        let mut enough = pin!(unordered.enough(Duration::ZERO));
        assert_eq!(poll!(&mut enough), Poll::Pending);
        unordered.add();
        enough.await;
        for _ in 0..MAX_MAILS {
            unordered.add();
        }
        unordered.enough(Duration::MAX).await;
        let mut again = pin!(unordered.enough(Duration::ZERO));
        assert_eq!(poll!(&mut again), Poll::Pending);
    }
}
