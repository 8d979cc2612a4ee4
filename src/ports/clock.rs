//! The port for the clock, from which the program takes the time.

use crate::domain::time::Timestamp;

/// The only source of the current time in the program.
pub trait Clock: Send + Sync + std::fmt::Debug {
    /// Returns the current time. The time never goes backwards, and a change of the system's wall clock does
    /// not change it.
    fn now(&self) -> Timestamp;
}
