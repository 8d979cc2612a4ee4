//! Defines the states of a session's push connection.

use crate::domain::push_transport::PushTransport;
use crate::domain::time::Timestamp;

/// The state of a session's push connection.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Stream {
    /// No push connection has been opened yet.
    Idle,
    /// The push connection is being set up.
    Connecting {
        /// The number that identifies the stream in events.
        number: u64,
        /// The push transport over which the stream is being opened.
        transport: PushTransport,
    },
    /// The service has acknowledged the subscription and can push mail over the stream.
    Up {
        /// The number that identifies the stream in events.
        number: u64,
        /// The push transport over which the stream was opened.
        transport: PushTransport,
        /// The time at which the service acknowledged the subscription.
        since: Timestamp,
    },
    /// The push connection has ended and will be reopened at a scheduled time.
    Waiting {
        /// The time at which the stream will be reopened.
        until: Timestamp,
    },
    /// The session no longer exists on the service, so no more streams are opened.
    Off,
}

impl Stream {
    /// Returns the number of the stream that is open or being set up; `None` if there is none.
    pub fn number(&self) -> Option<u64> {
        match self {
            Self::Connecting { number, .. } | Self::Up { number, .. } => Some(*number),
            Self::Idle | Self::Waiting { .. } | Self::Off => None,
        }
    }
}
