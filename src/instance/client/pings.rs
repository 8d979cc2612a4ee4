//! Pings the owner of the data folder regularly, so that this process detects an owner that hangs.

use super::super::protocol::Request;
use super::{Closed, Shared, locked};
use std::sync::Arc;
use std::sync::atomic::Ordering;
use std::time::Duration;
use tokio::time::{sleep, timeout};

/// Interval between two pings to the owner of the data folder while a request waits for its reply.
const PING_INTERVAL_WAITING: Duration = Duration::from_secs(1);

/// Interval between two pings to the owner of the data folder while the user is watching this window.
const PING_INTERVAL_FOREGROUND: Duration = Duration::from_secs(5);

/// Interval between two pings while no request waits for its reply and the user is not watching this window. It is
/// long, because each ping wakes two processes.
const IDLE_PING_INTERVAL: Duration = Duration::from_mins(1);

/// Timeout for the reply to a ping; after that, this process takes over the data folder. It is long enough for a slow
/// machine.
const REPLY_TIMEOUT: Duration = Duration::from_secs(4);

pub(super) async fn run(shared: Arc<Shared>) {
    loop {
        let interval = if !locked(&shared.calls).is_empty() {
            PING_INTERVAL_WAITING
        } else if shared.is_foreground.load(Ordering::Relaxed) {
            PING_INTERVAL_FOREGROUND
        } else {
            IDLE_PING_INTERVAL
        };
        tokio::select! {
            () = sleep(interval) => {}
            // The interval has changed, so the wait starts again.
            () = shared.request_started.notified(), if interval != PING_INTERVAL_WAITING => continue,
        }
        let id = shared.next_id();
        shared.send(&Request::Ping { id });
        let mut answered = shared.answered.subscribe();
        if timeout(REPLY_TIMEOUT, answered.wait_for(|newest| *newest >= id)).await.is_err() {
            shared.close(Closed::Hung);
            return;
        }
    }
}
