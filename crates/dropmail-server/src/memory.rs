//! Makes the allocator return freed memory to the system once the server is quiet.
//!
//! The allocator keeps freed pages for a second, in case they are needed again. The allocator purges freed
//! pages when a thread collects, which happens now and then while a thread allocates, and when a thread ends.
//! An idle server does neither. So a short thread is started and ends some time after much memory was freed.

use std::sync::Arc;
use std::time::Duration;

use tokio::sync::Notify;

use super::Shared;

/// Delay between a report of freed memory and its purge. The delay is longer than the second for which the
/// allocator keeps freed pages.
const PURGE_DELAY: Duration = Duration::from_millis(1_500);

/// Receives reports of freed memory, which lead to a purge.
#[derive(Clone, Debug, Default)]
pub(super) struct FreedMemory(Arc<Notify>);

impl FreedMemory {
    /// Reports that memory was freed. Any number of reports within the delay lead to one purge.
    pub(super) fn report(&self) {
        self.0.notify_one();
    }
}

/// Purges freed memory until the server stops. Without reports the task does not wake up.
pub(super) async fn run(shared: Arc<Shared>) {
    let purge = async {
        loop {
            shared.freed_memory.0.notified().await;
            tokio::time::sleep(PURGE_DELAY).await;
            end_a_thread();
        }
    };
    tokio::select! {
        () = shared.stop.cancelled() => {}
        () = purge => {}
    }
}

/// Starts a thread that allocates a little and ends, because the allocator purges memory when a thread ends.
fn end_a_thread() {
    let thread = std::thread::Builder::new().name("purge".to_owned());
    let started = thread.spawn(|| drop(std::hint::black_box(Box::new(0_u8))));
    if let Err(error) = started {
        tracing::debug!(%error, "freed memory could not be purged");
    }
}
