//! The connection of one session as the screen shows it. [`crate::domain::session_sync`] decides when to
//! connect and when to wait.

use crate::domain::ids::MailId;
use crate::domain::push_transport::PushTransport;
use crate::domain::sanitize::SafeText;
use crate::domain::session_sync::Backoff;
use crate::domain::time::{Timestamp, later};

/// Number of a request or a push connection, to recognise late replies.
pub type Generation = u64;

/// Parameters with which a push connection was started.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct StreamParams {
    /// Number of the push connection.
    pub generation: Generation,
    /// The newest mail that was known when the connection was started.
    pub after: Option<MailId>,
    /// The push transport of the connection.
    pub channel: PushTransport,
    /// Whether there is no other push transport to fall back to.
    pub alone: bool,
}

/// State of the push connection of a session.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum ConnectionState {
    /// The connection is being established.
    Connecting {
        /// Parameters of the connection.
        watch: StreamParams,
    },
    /// The connection is established; new mail is pushed.
    Up {
        /// Parameters of the connection.
        watch: StreamParams,
        /// When the connection was established.
        since: Timestamp,
    },
    /// The connection was lost; the program reconnects automatically.
    Waiting {
        /// When the next attempt starts.
        until: Timestamp,
        /// Why the connection was lost.
        why: SafeText,
    },
    /// There is no connection, for example because the session has lapsed.
    Off,
}

impl ConnectionState {
    /// Parameters of the current push connection, if there is one.
    pub fn watch(&self) -> Option<&StreamParams> {
        match self {
            Self::Connecting { watch } | Self::Up { watch, .. } => Some(watch),
            Self::Waiting { .. } | Self::Off => None,
        }
    }

    /// Whether the current push connection has this number.
    pub fn is(&self, generation: Generation) -> bool {
        self.watch().is_some_and(|watch| watch.generation == generation)
    }
}

/// When to try again after `attempt` failures in a row; at once if `attempt` is 0. `seed` varies the delay so
/// that many clients do not retry at the same time.
pub fn retry_at(now: Timestamp, attempt: u32, seed: u64) -> Timestamp {
    later(now, Backoff::RETRY.spread(attempt, seed))
}
