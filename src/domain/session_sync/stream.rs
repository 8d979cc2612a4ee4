//! The states of the push connection of a session.

use crate::domain::push_transport::PushTransport;
use crate::domain::time::Timestamp;

/// The state of the push connection of a session.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Stream {
    /// No connection has been tried yet.
    Idle,
    /// The push connection is being set up.
    Connecting {
        /// Number by which events refer to the stream.
        number: u64,
        /// The push transport by which the stream is opened.
        channel: PushTransport,
    },
    /// The service has acknowledged the subscription, so mail is pushed.
    Up {
        /// Number by which events refer to the stream.
        number: u64,
        /// The push transport by which the stream was opened.
        channel: PushTransport,
        /// The time at which the service acknowledged the subscription.
        since: Timestamp,
    },
    /// The stream has ended; the next attempt is scheduled.
    Waiting {
        /// The time at which the next attempt is made.
        until: Timestamp,
    },
    /// The session has ended on the service, so no stream is opened any more.
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
