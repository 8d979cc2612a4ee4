//! Counts new mails until there are enough to add them to the search index.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;
use tokio::sync::Notify;
use tokio::time::timeout;

/// Number of new mails from which maintenance is worthwhile, because each search scans mails that are not
/// indexed.
const MIN_MAILS: usize = 8;
/// Time without new mail before maintenance starts, because a mail that arrives meanwhile has to wait for one
/// of its steps.
pub(super) const QUIET_TIME: Duration = Duration::from_secs(2);

/// Number of new mails from which maintenance starts even if more arrive, because each step of a search scans
/// them all.
const MAX_MAILS: usize = 128;

/// Number of mails stored but not yet indexed. Clones share the counter.
#[derive(Clone, Debug, Default)]
pub(super) struct IndexBacklog(Arc<State>);

#[derive(Debug, Default)]
struct State {
    count: AtomicUsize,
    more: Notify,
}

impl IndexBacklog {
    /// Counts a stored mail.
    pub(super) fn add(&self) {
        self.0.count.fetch_add(1, Ordering::Relaxed);
        self.0.more.notify_one();
    }

    /// Waits until there are enough mails and none has arrived for `quiet`, or until there are very many;
    /// then resets the counter.
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
