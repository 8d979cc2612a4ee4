//! Which of several programs on one data folder does the network's work.

/// The right to do it. It ends with the process that has it, however that ends.
pub trait Ownership: Send + Sync + std::fmt::Debug {
    /// Takes the right where nobody has it; tells whether it is ours. Does not wait.
    fn try_take(&self) -> bool;
}
