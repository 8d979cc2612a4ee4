//! Reads the terminal's input events, such as key presses.

use crossterm::event::{Event, EventStream};
use futures_util::StreamExt;
use std::collections::VecDeque;
use std::io;
use std::task::Poll;

/// The stream of terminal events. It is closed while another program uses the terminal.
pub(super) struct Events {
    stream: Option<EventStream>,
    /// Terminal events that were read before the stream was opened. They are returned before the events of the stream.
    earlier: VecDeque<Event>,
}

impl Events {
    /// Opens the stream of terminal events. It first returns the events in `earlier`, which have already been read.
    pub(super) fn new(earlier: Vec<Event>) -> Self {
        Self { stream: Some(EventStream::new()), earlier: earlier.into() }
    }

    /// Adds terminal events that have already been read. They are returned before the events of the stream.
    pub(super) fn add(&mut self, read: Vec<Event>) {
        self.earlier.extend(read);
    }

    /// Waits for the next terminal event and returns it; `None` if the terminal has been closed.
    pub(super) async fn next(&mut self) -> Option<io::Result<Event>> {
        if let Some(event) = self.earlier.pop_front() {
            return Some(Ok(event));
        }
        match &mut self.stream {
            Some(stream) => stream.next().await,
            None => None,
        }
    }

    /// Returns the next terminal event if it has already arrived; `None` if not. Only the event loop's task may await
    /// this function: the stream wakes only the task that polled it first. Do not use `now_or_never` on [`Self::next`]
    /// instead, because it registers no task to wake.
    pub(super) async fn next_ready(&mut self) -> Option<io::Result<Event>> {
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

    /// Closes the stream, so that another program can read from the terminal.
    pub(super) fn close(&mut self) {
        self.stream = None;
    }

    /// Reopens the stream. The old stream must be closed first, because its thread holds a lock that the new stream
    /// needs. The thread releases the lock only when a key arrives or the old stream is dropped.
    pub(super) fn open(&mut self) {
        self.stream = Some(EventStream::new());
    }
}
