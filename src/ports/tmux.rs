//! The port for options of the tmux pane in which the program runs.

/// Reads options of the tmux pane around the program, without changing them.
pub trait TmuxPane: Send + Sync + std::fmt::Debug {
    /// Returns whether tmux passes the escape sequences of programs to its terminal (the option
    /// `allow-passthrough`, tmux(1)); `false` if tmux does not answer.
    fn passes_through(&self) -> bool;
}
