//! The terminal's events.

use crossterm::event::{Event, EventStream};
use futures_util::StreamExt;
use std::collections::VecDeque;
use std::io;
use std::task::Poll;

/// The stream of events, which is closed while another program has the terminal.
pub(super) struct Events {
    stream: Option<EventStream>,
    /// Events that were read before the stream.
    earlier: VecDeque<Event>,
}

impl Events {
    /// A stream that begins with events that were read already.
    pub(super) fn new(earlier: Vec<Event>) -> Self {
        Self { stream: Some(EventStream::new()), earlier: earlier.into() }
    }

    /// The next event; none once the terminal is gone.
    pub(super) async fn next(&mut self) -> Option<io::Result<Event>> {
        if let Some(event) = self.earlier.pop_front() {
            return Some(Ok(event));
        }
        match &mut self.stream {
            Some(stream) => stream.next().await,
            None => None,
        }
    }

    /// An event that is there already. The stream keeps the waker of its first poll, so it must be
    /// this task's own: `now_or_never` would leave it with one that wakes nobody.
    pub(super) async fn ready_now(&mut self) -> Option<io::Result<Event>> {
        if let Some(event) = self.earlier.pop_front() {
            return Some(Ok(event));
        }
        let Some(stream) = &mut self.stream else { return None };
        let polled = std::future::poll_fn(|context| Poll::Ready(stream.poll_next_unpin(context))).await;
        match polled {
            Poll::Ready(event) => event,
            Poll::Pending => None,
        }
    }

    /// Does something while nobody reads the terminal here.
    pub(super) fn without<T>(&mut self, work: impl FnOnce() -> T) -> T {
        // The old stream has to go before there is a new one: its thread holds what the new one asks for
        // until a key comes, or until it is dropped.
        self.stream = None;
        let done = work();
        self.stream = Some(EventStream::new());
        done
    }
}
