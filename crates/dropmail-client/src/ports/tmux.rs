//! The port (trait) for reading the options of the tmux pane in which the program runs.

/// The tmux pane in which the program runs. Its options are read but never changed.
pub trait TmuxPane: Send + Sync + std::fmt::Debug {
    /// Returns whether tmux passes escape sequences from programs on to its terminal (the `allow-passthrough` option
    /// in tmux(1)). Returns `false` if tmux does not reply.
    fn passes_through(&self) -> bool;
}
