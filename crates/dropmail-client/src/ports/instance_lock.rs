//! The port (trait) for the lock on a data directory. The process that holds the lock owns the directory and uses the
//! network.

use super::BoxStream;

/// The lock on a data directory. The operating system releases the lock when the process that holds it ends, even after
/// a crash.
pub trait InstanceLock: Send + Sync + std::fmt::Debug {
    /// Tries to acquire the lock, without waiting. Returns whether this process now holds the lock.
    fn try_acquire(&self) -> bool;

    /// Returns whether this process still holds the lock. Another process may have taken it over because this process
    /// did not respond.
    fn is_held(&self) -> bool;

    /// Takes over the lock from a process that holds it but does not respond. Returns whether this process now holds
    /// the lock.
    fn take_over(&self) -> bool;

    /// Returns a stream that yields `()` each time the process that holds the lock may have exited or written to the
    /// archive. Returns `None` if the operating system cannot report this.
    fn events(&self) -> Option<BoxStream<'static, ()>> {
        None
    }
}
