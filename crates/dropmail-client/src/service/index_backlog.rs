//! Counts the new mails that are not in the search index, and signals when indexing them is worthwhile.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;
use tokio::sync::Notify;
use tokio::time::timeout;

/// Minimum number of new mails for which indexing is worthwhile. Fewer mails stay unindexed, and each search must scan
/// their texts.
const MIN_UNINDEXED: usize = 8;
/// Period without new mail after which indexing starts. A mail that arrives during indexing has to wait until the
/// current indexing step ends.
pub(super) const QUIET_TIME: Duration = Duration::from_secs(2);

/// Number of unindexed mails at which indexing starts even while more mails are arriving. Each search must scan the
/// texts of all unindexed mails.
const MAX_MAILS: usize = 128;

/// Counts the stored mails that are not in the search index. All clones of this value share one counter.
#[derive(Clone, Debug, Default)]
pub(super) struct IndexBacklog(Arc<State>);

#[derive(Debug, Default)]
struct State {
    count: AtomicUsize,
    more: Notify,
}

impl IndexBacklog {
    /// Increments the number of stored mails that are not in the search index.
    pub(super) fn add(&self) {
        self.0.count.fetch_add(1, Ordering::Relaxed);
        self.0.more.notify_one();
    }

    /// Waits until the counter reaches `MIN_UNINDEXED`. Then waits until no mail has been added for the duration
    /// `quiet`, or until the counter reaches `MAX_MAILS`. Finally resets the counter to 0.
    pub(super) async fn await_indexing_due(&self, quiet: Duration) {
        while self.0.count.load(Ordering::Relaxed) < MIN_UNINDEXED {
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
    async fn many_mails_trigger_indexing_once() {
        let unordered = IndexBacklog::default();
        for _ in 1..MIN_UNINDEXED {
            unordered.add();
        }
        let mut enough = pin!(unordered.await_indexing_due(Duration::ZERO));
        assert_eq!(poll!(&mut enough), Poll::Pending);
        unordered.add();
        enough.await;
        for _ in 0..MAX_MAILS {
            unordered.add();
        }
        unordered.await_indexing_due(Duration::MAX).await;
        let mut again = pin!(unordered.await_indexing_due(Duration::ZERO));
        assert_eq!(poll!(&mut again), Poll::Pending);
    }
}
