//! The clock of the program.

use crate::domain::time::Timestamp;

/// The only source of time in the program.
pub trait Clock: Send + Sync + std::fmt::Debug {
    /// The current time. It never goes backwards, and setting the system's wall clock does not change it.
    fn now(&self) -> Timestamp;
}
