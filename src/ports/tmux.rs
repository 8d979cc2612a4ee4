//! The tmux pane that the program runs in.

/// Facts about the tmux pane around the program. Reading them changes no option of the user's.
pub trait TmuxPane: Send + Sync + std::fmt::Debug {
    /// Whether tmux passes escape sequences of programs on to the terminal around it (the option
    /// `allow-passthrough`, tmux(1)). Where tmux does not answer, it does not.
    fn passes_through(&self) -> bool;
}
