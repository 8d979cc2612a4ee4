//! Determines whether the program copies new codes automatically.

/// Determines whether the program copies each new code automatically when it arrives.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub enum CodeWatch {
    /// The program does not copy new codes automatically.
    #[default]
    Off,
    /// The program copies each new code automatically when it arrives.
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
