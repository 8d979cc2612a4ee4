//! The port (trait) for the clock, which provides the current time.

use super::BoxFuture;
use crate::domain::time::Timestamp;
use std::time::Duration;

/// A clock: the program's only source of the current time.
pub trait Clock: Send + Sync + std::fmt::Debug {
    /// Returns the current time. It never goes backwards, and setting the wall clock does not affect it.
    fn now(&self) -> Timestamp;

    /// Waits for the duration `rest`. Wakes the processor only once, whereas a tokio timer may wake it up to three
    /// times. The wait may end early, for example when the machine resumes from suspend, so the caller must check the
    /// time afterwards.
    fn sleep(&self, rest: Duration) -> BoxFuture<'static, ()>;
}
