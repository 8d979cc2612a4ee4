//! Runs the GraphQL operations of one WebSocket connection. Only the operation that has an event is polled, so the cost
//! of an event does not depend on the number of idle operations.

use std::collections::HashMap;
use std::sync::Arc;

use bytes::Bytes;
use futures_util::stream::{self, AbortHandle, BoxStream, SelectAll, abortable};
use futures_util::{FutureExt, StreamExt};

use crate::execution::RunningCall;

/// Maximum number of GraphQL operations that can run on one WebSocket connection at the same time; additional
/// operations are refused.
pub(super) const MAX_OPERATIONS: usize = 100;

/// Output of a GraphQL operation, to be sent to the client.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum OperationOutput {
    /// The GraphQL operation yields a response or an event as JSON.
    Next { id: Arc<str>, payload: Bytes },
    /// The GraphQL operation has ended and yields no further output.
    Complete { id: Arc<str> },
}

/// The id of a GraphQL operation, the operation's sequence number, and its output; `None` marks the end of the
/// operation.
type OperationEvent = (Arc<str>, u64, Option<Bytes>);

/// The GraphQL operations that run on a WebSocket connection.
#[derive(Default)]
pub(super) struct Operations {
    streams: SelectAll<BoxStream<'static, OperationEvent>>,
    live: HashMap<Arc<str>, (u64, AbortHandle)>,
    started: u64,
}

impl Operations {
    pub(super) fn is_live(&self, id: &str) -> bool {
        self.live.contains_key(id)
    }

    pub(super) fn is_full(&self) -> bool {
        self.live.len() >= MAX_OPERATIONS
    }

    /// Adds a running GraphQL request as an operation with the given id. An earlier operation with the same id is
    /// stopped.
    pub(super) fn start(&mut self, id: &str, running: RunningCall) {
        self.stop(id);
        self.take_up(id, running.into_stream());
    }

    fn take_up(&mut self, id: &str, events: BoxStream<'static, Bytes>) {
        let id: Arc<str> = id.into();
        self.started += 1;
        let number = self.started;
        let (events, handle) = abortable(events);
        let (payload, ended) = (Arc::clone(&id), Arc::clone(&id));
        let events = events.map(move |text| (Arc::clone(&payload), number, Some(text)));
        self.streams.push(events.chain(stream::once(async move { (ended, number, None) })).boxed());
        self.live.insert(id, (number, handle));
    }

    /// Stops the GraphQL operation with this id, so that it yields no further output.
    pub(super) fn stop(&mut self, id: &str) {
        if let Some((_, handle)) = self.live.remove(id) {
            handle.abort();
        }
    }

    /// Returns the next output of any GraphQL operation; waits forever if no operation is running.
    pub(super) async fn next(&mut self) -> OperationOutput {
        loop {
            let Some(payload) = self.streams.next().await else {
                return std::future::pending().await;
            };
            if let Some(output) = self.output(payload) {
                return output;
            }
        }
    }

    /// Returns the next output of any GraphQL operation; `None` if no output is available yet.
    pub(super) fn ready(&mut self) -> Option<OperationOutput> {
        self.next().now_or_never()
    }

    /// Returns the output to send to the client; `None` if the client has already stopped the GraphQL operation.
    fn output(&mut self, (id, number, payload): OperationEvent) -> Option<OperationOutput> {
        let is_live = self.live.get(&id).is_some_and(|(live, _)| *live == number);
        match payload {
            _ if !is_live => None,
            Some(payload) => Some(OperationOutput::Next { id, payload }),
            None => {
                self.live.remove(&id);
                Some(OperationOutput::Complete { id })
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_stopped_operation_yields_nothing_and_its_id_can_be_used_again() {
        let mut operations = Operations::default();
        let events = |texts: &'static [&'static str]| {
            stream::iter(texts.iter().map(|text| Bytes::from_static(text.as_bytes()))).boxed()
        };
        operations.take_up("1", events(&["old"]));
        operations.stop("1");
        operations.take_up("1", events(&["new"]));
        assert!(operations.is_live("1"));
        let next = OperationOutput::Next { id: "1".into(), payload: "new".into() };
        assert_eq!(operations.ready(), Some(next));
        assert_eq!(operations.ready(), Some(OperationOutput::Complete { id: "1".into() }));
        assert_eq!(operations.ready(), None);
        assert!(!operations.is_live("1"));
    }
}
