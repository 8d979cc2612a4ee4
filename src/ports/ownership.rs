//! Which of several programs on one data folder does the network's work.

use super::BoxStream;

/// The right to do it. It ends with the process that has it, however that ends.
pub trait Ownership: Send + Sync + std::fmt::Debug {
    /// Takes the right where nobody has it; tells whether it is ours. Does not wait.
    fn try_take(&self) -> bool;

    /// A word for each time that the program that has it may be gone, or has written, where somebody
    /// tells.
    fn changes(&self) -> Option<BoxStream<'static, ()>> {
        None
    }
}
