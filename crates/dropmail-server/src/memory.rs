//! Makes the allocator return freed memory to the operating system when the server is idle.
//!
//! The allocator retains freed pages for one second for reuse. After that, it returns pages only when a thread
//! allocates memory or ends. An idle server does neither. Therefore, some time after a large amount of memory has been
//! freed, this module starts a thread that ends immediately.

use std::sync::Arc;
use std::time::Duration;

use tokio::sync::Notify;

use super::ServerState;

/// Time between a report of freed memory and the purge that returns the memory to the operating system. It is longer
/// than the one second for which the allocator retains freed pages.
const PURGE_DELAY: Duration = Duration::from_millis(1_500);

/// Notifies the background task that a large amount of memory has been freed. The task then makes the allocator return
/// the memory to the operating system.
#[derive(Clone, Debug, Default)]
pub(super) struct PurgeSignal(Arc<Notify>);

impl PurgeSignal {
    /// Reports that memory was freed. Several reports within [`PURGE_DELAY`] make the allocator return memory to the
    /// operating system only once.
    pub(super) fn report(&self) {
        self.0.notify_one();
    }
}

/// Returns freed memory to the operating system after each call to `PurgeSignal::report`, until the server stops.
/// Without such a call, the task does not wake up.
pub(super) async fn run(shared: Arc<ServerState>) {
    let purge = async {
        loop {
            shared.purge_signal.0.notified().await;
            tokio::time::sleep(PURGE_DELAY).await;
            trigger_purge();
        }
    };
    tokio::select! {
        () = shared.stop.cancelled() => {}
        () = purge => {}
    }
}

/// Starts a thread that allocates a little and ends. The allocator returns freed memory to the operating system
/// when a thread ends.
fn trigger_purge() {
    let thread = std::thread::Builder::new().name("purge".to_owned());
    let started = thread.spawn(|| drop(std::hint::black_box(Box::new(0_u8))));
    if let Err(error) = started {
        tracing::debug!(%error, "freed memory could not be purged");
    }
}
