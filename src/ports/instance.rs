//! The processes that share a data folder. One of them, the owner, uses the network; the others send their
//! requests to the owner and learn from it what has changed.

use super::{BoxFuture, BoxStream};
use crate::domain::delivery::Delivery;
use crate::domain::mail::Envelope;
use crate::domain::sharing::{Ownership, SharedChange};
use std::fmt;

/// A question of another process whether this process still works. The event loop answers, so that a loop that
/// hangs does not.
pub struct LivenessCheck(Box<dyn FnOnce() + Send>);

impl LivenessCheck {
    /// Creates a question whose answer calls `answer`.
    pub fn new(answer: impl FnOnce() + Send + 'static) -> Self {
        Self(Box::new(answer))
    }

    /// Answers that this process works.
    pub fn answer(self) {
        (self.0)();
    }
}

impl fmt::Debug for LivenessCheck {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("LivenessCheck")
    }
}

/// An event that this process learns from the others.
#[derive(Debug)]
pub enum InstanceEvent {
    /// This process now has this role.
    Ownership(Ownership),
    /// Another process has changed something.
    Changed(SharedChange),
    /// A query of another process has found this mail, which is stored now.
    Mail(Box<Delivery>),
    /// Another process asks whether this one still works.
    Check(LivenessCheck),
}

/// The part of this process in the group of processes on one data folder.
pub trait Instance: Send + Sync + fmt::Debug {
    /// Returns the role that this process has now.
    fn ownership(&self) -> Ownership;
    /// Yields what this process learns from the others. Only the first call returns the events; the streams of
    /// further calls end at once.
    fn events(&self) -> BoxStream<'static, InstanceEvent>;
    /// Sends a change that this process has made to the others.
    fn share(&self, change: SharedChange);
    /// Reports a mail that this process has stored, so that the others show it.
    fn mail_stored(&self, envelope: &Envelope);
    /// Waits until this process is the owner.
    fn owned(&self) -> BoxFuture<'static, ()>;
    /// Waits until the changes that this process has made are on their way to the others.
    fn flush(&self) -> BoxFuture<'_, ()>;
    /// Yields `()` whenever another process may have written to the archive; `None` if the platform cannot report
    /// that.
    fn archive_writes(&self) -> Option<BoxStream<'static, ()>>;
}
