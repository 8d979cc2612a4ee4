//! The terminal's events.

use crossterm::event::{Event, EventStream};
use futures_util::StreamExt;
use std::io;
use std::task::Poll;

/// The stream of them, which can be let go of while another program has the terminal.
pub(super) struct Events(Option<EventStream>);

impl Events {
    pub(super) fn new() -> Self {
        Self(Some(EventStream::new()))
    }

    /// The next event; none once the terminal is gone.
    pub(super) async fn next(&mut self) -> Option<io::Result<Event>> {
        match &mut self.0 {
            Some(stream) => stream.next().await,
            None => None,
        }
    }

    /// An event that is there already. The stream keeps the waker of its first poll, so it must be
    /// this task's own: `now_or_never` would leave it with one that wakes nobody.
    pub(super) async fn ready_now(&mut self) -> Option<io::Result<Event>> {
        let Some(stream) = &mut self.0 else { return None };
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
        self.0 = None;
        let done = work();
        self.0 = Some(EventStream::new());
        done
    }
}
