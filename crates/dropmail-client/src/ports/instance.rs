//! The port (trait) for the other processes that use the same data directory. One of the processes, the owner, holds
//! the directory's lock and uses the network. The others send their requests via the owner, which notifies them of
//! changes.

use super::{BoxFuture, BoxStream};
use crate::domain::delivery::Delivery;
use crate::domain::mail::Envelope;
use crate::domain::sharing::{Ownership, SharedChange};
use std::fmt;

/// A liveness check from another process. The event loop answers it, so a process whose event loop is blocked fails
/// the check.
pub struct LivenessCheck(Box<dyn FnOnce() + Send>);

impl LivenessCheck {
    /// Creates a liveness check that this process answers by calling `answer`.
    pub fn new(answer: impl FnOnce() + Send + 'static) -> Self {
        Self(Box::new(answer))
    }

    /// Answers the liveness check, which shows that this process is alive.
    pub fn answer(self) {
        (self.0)();
    }
}

impl fmt::Debug for LivenessCheck {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("LivenessCheck")
    }
}

/// An event from another process that uses the same data directory.
#[derive(Debug)]
pub enum InstanceEvent {
    /// The role of this process among the processes that use the same data directory has changed to the given role.
    Ownership(Ownership),
    /// Another process has made the given change.
    Changed(SharedChange),
    /// This process has stored the given new mail, which the service returned to a query by another process.
    Mail(Box<Delivery>),
    /// Another process is checking whether this process is alive.
    Check(LivenessCheck),
}

/// The connection of this process to the other processes that use the same data directory.
pub trait Instance: Send + Sync + fmt::Debug {
    /// Returns the current role of this process among the processes that use the same data directory.
    fn ownership(&self) -> Ownership;
    /// Returns the stream of events from other processes. Only the stream from the first call yields events; the
    /// streams from later calls end immediately.
    fn events(&self) -> BoxStream<'static, InstanceEvent>;
    /// Notifies the other processes of a change made by this process.
    fn share(&self, change: SharedChange);
    /// Notifies the other processes that this process has stored a mail, so that they show the mail.
    fn report_stored(&self, envelope: &Envelope);
    /// Waits until this process owns the data directory.
    fn await_ownership(&self) -> BoxFuture<'static, ()>;
    /// Waits until all changes made by this process have been sent to the other processes.
    fn flush(&self) -> BoxFuture<'_, ()>;
    /// Returns a stream that yields `()` each time another process may have written to the archive. Returns `None` if
    /// the operating system cannot report this.
    fn archive_writes(&self) -> Option<BoxStream<'static, ()>>;
}
