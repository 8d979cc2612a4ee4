//! The switch that determines whether new codes are copied automatically.

/// Whether the program copies each new code to the clipboard as soon as it arrives.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub enum CodeWatch {
    /// The program copies a code only when the user requests it.
    #[default]
    Off,
    /// The program copies each new code to the clipboard as soon as it arrives.
    On,
}

impl CodeWatch {
    /// Switches between `On` and `Off`.
    pub fn toggle(&mut self) {
        *self = match self {
            Self::Off => Self::On,
            Self::On => Self::Off,
        };
    }
}
