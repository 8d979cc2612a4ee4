//! The lock that decides which of several programs with the same data directory uses the network.

use super::BoxStream;

/// The lock on a data directory. The system releases the lock when the process that holds it ends, even by a
/// crash.
pub trait InstanceLock: Send + Sync + std::fmt::Debug {
    /// Takes the lock if no other process holds it; returns whether this process holds it now. The function
    /// does not wait.
    fn try_acquire(&self) -> bool;

    /// Returns whether this process still holds the lock. Another process may have taken the lock of a
    /// process that did not answer.
    fn is_held(&self) -> bool;

    /// Takes the lock from a process that holds it and does not answer; returns whether this process holds the
    /// lock now.
    fn take_over(&self) -> bool;

    /// Yields `()` whenever the holder of the lock may have exited or written to the archive; `None` if the
    /// platform cannot report that.
    fn changes(&self) -> Option<BoxStream<'static, ()>> {
        None
    }
}
