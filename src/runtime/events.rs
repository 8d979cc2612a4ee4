//! The input events of the terminal, such as keys.

use crossterm::event::{Event, EventStream};
use futures_util::StreamExt;
use std::collections::VecDeque;
use std::io;
use std::task::Poll;

/// The stream of terminal events. It is closed while another program uses the terminal.
pub(super) struct Events {
    stream: Option<EventStream>,
    /// Terminal events that were read before the stream was opened; they are returned before newer ones.
    earlier: VecDeque<Event>,
}

impl Events {
    /// Opens the stream of terminal events. The events in `earlier` have already been read and are returned first.
    pub(super) fn new(earlier: Vec<Event>) -> Self {
        Self { stream: Some(EventStream::new()), earlier: earlier.into() }
    }

    /// Waits for the next terminal event and returns it; `None` if the terminal was closed.
    pub(super) async fn next(&mut self) -> Option<io::Result<Event>> {
        if let Some(event) = self.earlier.pop_front() {
            return Some(Ok(event));
        }
        match &mut self.stream {
            Some(stream) => stream.next().await,
            None => None,
        }
    }

    /// Returns a terminal event that has already arrived; `None` if there is none. Only the task of the event loop may
    /// await this function, because the stream only wakes the task that polled it first. A poll by `now_or_never` would
    /// register no task to wake.
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

    /// Runs `work` while this program does not read the terminal, so that another program can read it.
    pub(super) fn without<T>(&mut self, work: impl FnOnce() -> T) -> T {
        // The old stream is dropped before the new one is opened. The thread of the old stream holds a lock that the
        // new one needs, until a key arrives or the old stream is dropped.
        self.stream = None;
        let done = work();
        self.stream = Some(EventStream::new());
        done
    }
}
