//! What time it is.

use crate::domain::time::Timestamp;

/// Tells the time. The only source of it in the program.
pub trait Clock: Send + Sync + std::fmt::Debug {
    /// The moment now. It never goes back, and is not moved when somebody sets the wall clock.
    fn now(&self) -> Timestamp;
}
