//! The tmux pane that the program runs in.

/// Options of the tmux pane around the program. Reading them does not change them.
pub trait TmuxPane: Send + Sync + std::fmt::Debug {
    /// Whether tmux forwards the escape sequences of programs to its terminal (the option `allow-passthrough`,
    /// tmux(1)); `false` if tmux does not answer.
    fn passes_through(&self) -> bool;
}
