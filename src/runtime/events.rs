//! The input events of the terminal, such as keys.

use crossterm::event::{Event, EventStream};
use futures_util::StreamExt;
use std::collections::VecDeque;
use std::io;
use std::task::Poll;

/// The stream of terminal events, which is closed while another program uses the terminal.
pub(super) struct Events {
    stream: Option<EventStream>,
    /// Events that were read before the stream was opened; they are returned first.
    earlier: VecDeque<Event>,
}

impl Events {
    /// Opens the stream of terminal events. The events in `earlier` were already read and are returned first.
    pub(super) fn new(earlier: Vec<Event>) -> Self {
        Self { stream: Some(EventStream::new()), earlier: earlier.into() }
    }

    /// Returns the next terminal event; `None` once the terminal is gone.
    pub(super) async fn next(&mut self) -> Option<io::Result<Event>> {
        if let Some(event) = self.earlier.pop_front() {
            return Some(Ok(event));
        }
        match &mut self.stream {
            Some(stream) => stream.next().await,
            None => None,
        }
    }

    /// Returns a terminal event that has already arrived, or `None` without waiting. The stream keeps the
    /// waker of its first poll, so the waker must belong to this task; the waker of `now_or_never` would wake
    /// nothing.
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

    /// Runs a closure during which this program does not read the terminal, so that another program can.
    pub(super) fn without<T>(&mut self, work: impl FnOnce() -> T) -> T {
        // The old stream is dropped before the new one is opened. Its thread holds a lock that the new stream
        // needs, until a key arrives or the stream is dropped.
        self.stream = None;
        let done = work();
        self.stream = Some(EventStream::new());
        done
    }
}
