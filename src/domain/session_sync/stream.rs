//! The push connection of a session.

use crate::domain::channel::Channel;
use crate::domain::time::Timestamp;

/// Where the push connection of a session is.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Stream {
    /// None was tried yet.
    Idle,
    /// It is set up.
    Connecting {
        /// Names it in events.
        number: u64,
        /// How it hears of mail.
        channel: Channel,
    },
    /// The service says that it pushes.
    Up {
        /// Names it in events.
        number: u64,
        /// How it hears of mail.
        channel: Channel,
        /// Since when.
        since: Timestamp,
    },
    /// It ended; the next try comes by itself.
    Waiting {
        /// When.
        until: Timestamp,
    },
    /// The session is gone.
    Off,
}

impl Stream {
    /// The number of the stream that is connected or set up.
    pub fn number(&self) -> Option<u64> {
        match self {
            Self::Connecting { number, .. } | Self::Up { number, .. } => Some(*number),
            Self::Idle | Self::Waiting { .. } | Self::Off => None,
        }
    }
}
