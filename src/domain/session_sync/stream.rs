//! The push connection of a session.

use crate::domain::push_transport::PushTransport;
use crate::domain::time::Timestamp;

/// State of the push connection of a session.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Stream {
    /// No connection was tried yet.
    Idle,
    /// The connection is being set up.
    Connecting {
        /// Identifies the stream in events.
        number: u64,
        /// The push transport of the stream.
        channel: PushTransport,
    },
    /// The service acknowledged the subscription.
    Up {
        /// Identifies the stream in events.
        number: u64,
        /// The push transport of the stream.
        channel: PushTransport,
        /// When the service acknowledged the subscription.
        since: Timestamp,
    },
    /// The stream ended; the next attempt is scheduled.
    Waiting {
        /// When the next attempt is due.
        until: Timestamp,
    },
    /// The session has ended on the service.
    Off,
}

impl Stream {
    /// The number of the stream that is open or being set up.
    pub fn number(&self) -> Option<u64> {
        match self {
            Self::Connecting { number, .. } | Self::Up { number, .. } => Some(*number),
            Self::Idle | Self::Waiting { .. } | Self::Off => None,
        }
    }
}
