//! How many mails were kept since the search's index was put in order.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;
use tokio::sync::Notify;
use tokio::time::timeout;

/// After so many mails it is worth while: a search looks through each as it is until the index knows it.
const ENOUGH: usize = 8;
/// Not while mail still comes: what comes then would have to wait for a step of it.
pub(super) const QUIET: Duration = Duration::from_secs(2);

/// So many are put in order even while more come: each step of a search looks through them all.
const AT_LAST: usize = 128;

/// See the module. Clones share everything.
#[derive(Clone, Debug, Default)]
pub(super) struct Unordered(Arc<State>);

#[derive(Debug, Default)]
struct State {
    count: AtomicUsize,
    more: Notify,
}

impl Unordered {
    /// A mail more.
    pub(super) fn add(&self) {
        self.0.count.fetch_add(1, Ordering::Relaxed);
        self.0.more.notify_one();
    }

    /// Waits until there are enough and none has come for so long, or too many; counts anew.
    pub(super) async fn enough(&self, quiet: Duration) {
        while self.0.count.load(Ordering::Relaxed) < ENOUGH {
            self.0.more.notified().await;
        }
        while self.0.count.load(Ordering::Relaxed) < AT_LAST
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
        let unordered = Unordered::default();
        for _ in 1..ENOUGH {
            unordered.add();
        }
        let mut enough = pin!(unordered.enough(Duration::ZERO));
        assert_eq!(poll!(&mut enough), Poll::Pending);
        unordered.add();
        enough.await;
        for _ in 0..AT_LAST {
            unordered.add();
        }
        unordered.enough(Duration::MAX).await;
        let mut again = pin!(unordered.enough(Duration::ZERO));
        assert_eq!(poll!(&mut again), Poll::Pending);
    }
}
