//! The connection of one session as the screen shows it. [`crate::domain::session_sync`] decides when to
//! connect and when to wait.

use crate::domain::backoff::Backoff;
use crate::domain::ids::MailId;
use crate::domain::push_transport::PushTransport;
use crate::domain::time::{Timestamp, later};
use mail_reader::sanitize::SafeText;
use std::time::Duration;

/// Identifies a request or a push connection; the core drops a late reply with an older generation.
pub type Generation = u64;

/// Parameters with which a push connection is started.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct StreamParams {
    /// Generation of the push connection; the core ignores events of an older connection.
    pub generation: Generation,
    /// Newest mail known when the connection was started; the connection reports only newer ones. `None` if
    /// no mail was known.
    pub after: Option<MailId>,
    /// The push transport that the connection uses.
    pub channel: PushTransport,
    /// Whether this push transport is the only one available, so that the program cannot fall back to
    /// another.
    pub alone: bool,
}

/// State of the push connection of a session.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum ConnectionState {
    /// The connection is being established.
    Connecting {
        /// Parameters of the push connection that is being established.
        watch: StreamParams,
    },
    /// The connection is established; new mail is pushed.
    Up {
        /// Parameters of the established push connection.
        watch: StreamParams,
        /// When the push connection was established.
        since: Timestamp,
    },
    /// The connection was lost; the program reconnects automatically.
    Waiting {
        /// When the next attempt to connect starts.
        until: Timestamp,
        /// Why the push connection was lost, as text for the user.
        why: SafeText,
    },
    /// The session has no push connection, for example because the session has lapsed.
    Off,
}

impl ConnectionState {
    /// Returns the parameters of the current push connection; `None` if the session has none.
    pub fn watch(&self) -> Option<&StreamParams> {
        match self {
            Self::Connecting { watch } | Self::Up { watch, .. } => Some(watch),
            Self::Waiting { .. } | Self::Off => None,
        }
    }

    /// Returns whether the current push connection has this generation; events of another generation are
    /// outdated.
    pub fn is(&self, generation: Generation) -> bool {
        self.watch().is_some_and(|watch| watch.generation == generation)
    }
}

/// Returns the time of the next attempt after `attempt` failures in a row: `now` if `attempt` is 0, later
/// otherwise.
/// `seed` varies the delay so that many clients do not retry at the same time. `told` is the wait that the
/// service demanded.
pub fn retry_at(now: Timestamp, attempt: u32, seed: u64, told: Option<Duration>) -> Timestamp {
    later(now, Backoff::RETRY.after(attempt, seed, told))
}
