//! The port for the clock, from which the program takes the time.

use super::BoxFuture;
use crate::domain::time::Timestamp;
use std::time::Duration;

/// The only source of the current time in the program.
pub trait Clock: Send + Sync + std::fmt::Debug {
    /// Returns the current time. The time never goes backwards, and a change of the system's wall clock does
    /// not change it.
    fn now(&self) -> Timestamp;

    /// Waits for this duration and wakes the processor once, where a timer of the async runtime may wake it up to
    /// three times. The wait may end early, for example after a suspend, so the caller has to look at the time again.
    fn sleep(&self, rest: Duration) -> BoxFuture<'static, ()>;
}
