//! Distributes events from the process that owns the data directory to all other processes: acknowledged push
//! connections, stored mails, and changes.

use crate::domain::ids::SessionId;
use crate::domain::mail::Envelope;
use crate::domain::sharing::SharedChange;
use std::collections::HashMap;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use tokio::sync::broadcast;

/// Maximum number of unread events per process. If a process exceeds this number, its streams end, and the process
/// queries the service again.
const MAX_BEHIND: usize = 1024;

/// An event on the push connections of the process that owns the data directory.
#[derive(Clone, Debug)]
pub(super) enum StreamEvent {
    /// The service has acknowledged the push connection of some session. The event does not say which one; a receiver
    /// that waits for a particular session calls [`Hub::has_stream`].
    Up,
    /// The push connection of a session has ended.
    Down(SessionId),
    /// The process that owns the data directory has stored this mail.
    Stored(Arc<Envelope>),
}

/// A change, and the number of the connection over which it was reported (`None` if this process made the change). The
/// change is not sent back over that connection.
#[derive(Clone, Debug)]
pub(super) struct ChangeEvent {
    pub(super) change: SharedChange,
    pub(super) from: Option<u64>,
}

/// Distributes events from the process that owns the data directory to all other processes.
#[derive(Debug)]
pub(super) struct Hub {
    /// For each session with an acknowledged push connection, the number of the latest such connection.
    up: Mutex<HashMap<SessionId, u64>>,
    last_number: AtomicU64,
    streams: broadcast::Sender<StreamEvent>,
    changes: broadcast::Sender<ChangeEvent>,
}

impl Default for Hub {
    fn default() -> Self {
        Self {
            up: Mutex::default(),
            last_number: AtomicU64::default(),
            streams: broadcast::Sender::new(MAX_BEHIND),
            changes: broadcast::Sender::new(MAX_BEHIND),
        }
    }
}

impl Hub {
    /// Records that the push connection of a session has been acknowledged. When the returned guard is dropped, records
    /// that the connection has ended.
    pub(super) fn register_stream(self: &Arc<Self>, session: SessionId) -> Up {
        let number = self.last_number.fetch_add(1, Ordering::Relaxed);
        self.with_open_streams(|up| up.insert(session.clone(), number));
        drop(self.streams.send(StreamEvent::Up));
        Up { hub: Arc::clone(self), session, number }
    }

    /// Returns whether a session has an acknowledged push connection.
    pub(super) fn has_stream(&self, session: &SessionId) -> bool {
        self.with_open_streams(|up| up.contains_key(session))
    }

    /// Sends an event about a stored mail to all other processes.
    pub(super) fn report_stored(&self, envelope: &Envelope) {
        if self.streams.receiver_count() > 0 {
            drop(self.streams.send(StreamEvent::Stored(Arc::new(envelope.clone()))));
        }
    }

    /// Notifies all other processes of a change, except the process that reported it over the connection with the
    /// number `from`. If `from` is `None`, notifies all of them.
    pub(super) fn report_change(&self, change: SharedChange, from: Option<u64>) {
        drop(self.changes.send(ChangeEvent { change, from }));
    }

    pub(super) fn streams(&self) -> broadcast::Receiver<StreamEvent> {
        self.streams.subscribe()
    }

    pub(super) fn changes(&self) -> broadcast::Receiver<ChangeEvent> {
        self.changes.subscribe()
    }

    fn with_open_streams<T>(&self, look: impl FnOnce(&mut HashMap<SessionId, u64>) -> T) -> T {
        look(&mut self.up.lock().unwrap_or_else(PoisonError::into_inner))
    }
}

/// A guard for an acknowledged push connection. Dropping the guard records that the connection has ended.
#[derive(Debug)]
pub(super) struct Up {
    hub: Arc<Hub>,
    session: SessionId,
    number: u64,
}

impl Drop for Up {
    fn drop(&mut self) {
        let was_newest = self.hub.with_open_streams(|up| {
            let newest = up.get(&self.session) == Some(&self.number);
            if newest {
                up.remove(&self.session);
            }
            newest
        });
        // If the session has a newer push connection, the session is still connected.
        if was_newest {
            drop(self.hub.streams.send(StreamEvent::Down(self.session.clone())));
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_session_is_connected_until_its_newest_connection_ends() {
        let hub = Arc::new(Hub::default());
        let session = SessionId::new("s");
        let mut events = hub.streams();
        let first = hub.register_stream(session.clone());
        let second = hub.register_stream(session.clone());
        drop(first);
        assert!(hub.has_stream(&session));
        drop(second);
        assert!(!hub.has_stream(&session));
        let mut kinds = Vec::new();
        while let Ok(event) = events.try_recv() {
            kinds.push(matches!(event, StreamEvent::Up));
        }
        assert_eq!(kinds, [true, true, false]);
    }
}
