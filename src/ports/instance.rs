//! The port (trait) for the other processes that use the same data folder. One of the processes, the owner of the
//! folder, holds its lock and uses the network. The others forward their requests to the owner and receive
//! notifications of changes from it.

use super::{BoxFuture, BoxStream};
use crate::domain::delivery::Delivery;
use crate::domain::mail::Envelope;
use crate::domain::sharing::{Ownership, SharedChange};
use std::fmt;

/// A liveness check from another process. The event loop answers it, so a process whose event loop hangs fails the
/// check.
pub struct LivenessCheck(Box<dyn FnOnce() + Send>);

impl LivenessCheck {
    /// Creates a liveness check. The function `answer` is called when this process answers the check.
    pub fn new(answer: impl FnOnce() + Send + 'static) -> Self {
        Self(Box::new(answer))
    }

    /// Answers the liveness check: this process is alive.
    pub fn answer(self) {
        (self.0)();
    }
}

impl fmt::Debug for LivenessCheck {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("LivenessCheck")
    }
}

/// An event from another process that uses the same data folder.
#[derive(Debug)]
pub enum InstanceEvent {
    /// This process now has this role among the processes that use the same data folder.
    Ownership(Ownership),
    /// Another process has made this change.
    Changed(SharedChange),
    /// Another process has received this mail in reply to a query of the session, and has stored it.
    Mail(Box<Delivery>),
    /// Another process checks whether this process is alive.
    Check(LivenessCheck),
}

/// The membership of this process in the group of processes that use the same data folder.
pub trait Instance: Send + Sync + fmt::Debug {
    /// Returns the current role of this process among the processes that use the same data folder.
    fn ownership(&self) -> Ownership;
    /// Returns the stream of events from other processes. Only the stream from the first call yields events; those from
    /// later calls end at once.
    fn events(&self) -> BoxStream<'static, InstanceEvent>;
    /// Notifies the other processes of a change that this process has made.
    fn share(&self, change: SharedChange);
    /// Notifies the other processes that this process has stored a mail, so that they show the mail.
    fn mail_stored(&self, envelope: &Envelope);
    /// Waits until this process is the owner of the data folder.
    fn owned(&self) -> BoxFuture<'static, ()>;
    /// Waits until all changes that this process has made are sent to the other processes.
    fn flush(&self) -> BoxFuture<'_, ()>;
    /// Returns a stream that yields `()` whenever another process may have written to the archive. Returns
    /// `None` if the platform cannot detect this.
    fn archive_writes(&self) -> Option<BoxStream<'static, ()>>;
}
