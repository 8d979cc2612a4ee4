//! Regularly pings the process that owns the data directory. While the user is watching this program window or a
//! request is pending, a hang of that process is detected within three seconds.

use super::super::protocol::Request;
use super::{ClientState, Closed, lock};
use std::sync::Arc;
use std::sync::atomic::Ordering;
use std::time::Duration;
use tokio::time::{sleep, timeout};

/// Interval between pings to the process that owns the data directory while a request to it is pending.
const PING_INTERVAL_WAITING: Duration = Duration::from_millis(500);

/// Interval between pings to the process that owns the data directory while the terminal of this
/// window has the focus.
const PING_INTERVAL_FOREGROUND: Duration = Duration::from_secs(1);

/// Interval between pings to the process that owns the data directory while no request is pending and the user is not
/// watching this program window. It is long, because each ping wakes two processes.
const IDLE_PING_INTERVAL: Duration = Duration::from_mins(1);

/// Timeout for each of the [`REPLY_WAITS`] consecutive waits for the reply to a ping.
const REPLY_WAIT: Duration = Duration::from_millis(100);

/// Number of consecutive waits for the reply to a ping. If all of them expire, the process that owns the data directory
/// is considered hung. On a busy machine, many short waits take longer than a single wait of the same total length,
/// which gives a slow process more time to reply.
const REPLY_WAITS: u32 = 20;

pub(super) async fn run(shared: Arc<ClientState>) {
    loop {
        let interval = if !lock(&shared.calls).is_empty() {
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
        if !is_answered(&shared).await {
            shared.close(Closed::Hung);
            return;
        }
    }
}

/// Sends a ping. Returns whether the process that owns the data directory replies in time.
async fn is_answered(shared: &ClientState) -> bool {
    let id = shared.next_id();
    shared.send(&Request::Ping { id });
    let mut answered = shared.answered.subscribe();
    for _ in 0..REPLY_WAITS {
        if timeout(REPLY_WAIT, answered.wait_for(|newest| *newest >= id)).await.is_ok() {
            return true;
        }
    }
    false
}

#[cfg(test)]
mod tests {
    use super::super::WriterCommand;
    use super::*;
    use tokio::sync::mpsc::{UnboundedReceiver, unbounded_channel};

    fn shared() -> (Arc<ClientState>, UnboundedReceiver<WriterCommand>) {
        let (requests, sent) = unbounded_channel();
        let (changes, _) = unbounded_channel();
        (Arc::new(ClientState::new(requests, changes)), sent)
    }

    #[test]
    fn a_hung_owner_is_detected_within_three_seconds() {
        assert!(PING_INTERVAL_FOREGROUND + REPLY_WAIT * REPLY_WAITS <= Duration::from_secs(3));
        assert!(PING_INTERVAL_WAITING + REPLY_WAIT * REPLY_WAITS <= Duration::from_millis(2_500));
    }

    #[tokio::test]
    async fn an_owner_without_replies_counts_as_hung() {
        let (shared, _sent) = shared();
        run(Arc::clone(&shared)).await;
        assert_eq!(*shared.closed.borrow(), Some(Closed::Hung));
    }

    #[tokio::test]
    async fn an_owner_that_replies_stays_owner() {
        let (shared, mut sent) = shared();
        let mut pings = tokio::task::JoinSet::new();
        pings.spawn(run(Arc::clone(&shared)));
        for _ in 0..2 {
            let Some(WriterCommand::Line(line)) = sent.recv().await else {
                panic!("the next line is not a ping")
            };
            let id = serde_json::from_str::<serde_json::Value>(&line).unwrap()["id"].as_u64().unwrap();
            shared.answered.send_replace(id);
        }
        assert_eq!(*shared.closed.borrow(), None);
    }
}
