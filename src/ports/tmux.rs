//! The tmux pane that the program runs in.

/// The option `allow-passthrough` of a tmux pane: whether tmux hands escape sequences of programs on to
/// the terminal around it (tmux(1)).
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Passthrough {
    /// tmux stops the sequences.
    Off,
    /// tmux hands the sequences on.
    On {
        /// The value that is set for this pane alone; `None` where the pane inherits the value of its window.
        of_pane: Option<String>,
    },
}

/// Options of the tmux pane around the program.
pub trait TmuxPane: Send + Sync + std::fmt::Debug {
    /// Reads `allow-passthrough`. Where tmux does not answer, it counts as off.
    fn passthrough(&self) -> Passthrough;

    /// Sets the pane's own value of `allow-passthrough`, or removes it where there was none.
    fn restore_passthrough(&self, of_pane: Option<&str>);
}
