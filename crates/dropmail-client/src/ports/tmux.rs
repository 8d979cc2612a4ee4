//! The port (trait) that reads options of the tmux pane in which the program runs.

/// The tmux pane in which the program runs. The program reads its options but never changes them.
pub trait TmuxPane: Send + Sync + std::fmt::Debug {
    /// Returns whether tmux passes escape sequences from programs on to its terminal (option `allow-passthrough`,
    /// tmux(1)). Returns `false` if tmux does not reply.
    fn passes_through(&self) -> bool;
}
