//! The state of one session's push connection, for display on the screen. [`dropmail_client::domain::session_sync`]
//! decides when to connect and how long to wait.

use dropmail_client::domain::backoff::Backoff;
use dropmail_client::domain::ids::MailId;
use dropmail_client::domain::push_transport::PushTransport;
use dropmail_client::domain::time::{Timestamp, saturating_add};
use mail_reader::sanitize::SafeText;
use std::time::Duration;

/// Number that identifies a request or a push connection. The core ignores results whose generation number is outdated.
pub type Generation = u64;

/// Parameters of a session's push connection.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct StreamParams {
    /// Generation number of the push connection. The core ignores events with a different generation number.
    pub generation: Generation,
    /// Id of the newest mail that was known when the push connection started; the service pushes only newer mails.
    /// `None` if no mail was known.
    pub after: Option<MailId>,
    /// The push transport of the connection.
    pub transport: PushTransport,
    /// `true` if no other push transport is available as a fallback.
    pub is_only_transport: bool,
}

/// State of the push connection of a session.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum ConnectionState {
    /// The push connection is being established.
    Connecting {
        /// Parameters of the push connection that is being established.
        params: StreamParams,
    },
    /// The push connection is established; the service pushes new mail.
    Up {
        /// Parameters of the established push connection.
        params: StreamParams,
        /// Time at which the push connection was established.
        since: Timestamp,
    },
    /// The push connection was lost; the program reconnects automatically.
    Waiting {
        /// Time at which the program next tries to connect.
        until: Timestamp,
        /// Message for the user that explains why the push connection was lost.
        why: SafeText,
    },
    /// The session has no push connection, for example because the session has expired.
    Off,
}

impl ConnectionState {
    /// Returns the parameters of the current push connection; `None` if the connection was lost or the session has no
    /// push connection.
    pub fn params(&self) -> Option<&StreamParams> {
        match self {
            Self::Connecting { params } | Self::Up { params, .. } => Some(params),
            Self::Waiting { .. } | Self::Off => None,
        }
    }

    /// Returns `true` if the current push connection has this generation number. Events with a different generation
    /// number are from an earlier connection.
    pub fn has_generation(&self, generation: Generation) -> bool {
        self.params().is_some_and(|params| params.generation == generation)
    }
}

/// Returns the time of the next attempt after `attempt` consecutive failures, based on exponential backoff. `seed` adds
/// jitter, so that many clients do not retry at the same time. `requested` is the minimum delay that the service
/// specified, if any. Returns `now` if `attempt` is 0 and the service specified no delay.
pub fn retry_at(now: Timestamp, attempt: u32, seed: u64, requested: Option<Duration>) -> Timestamp {
    saturating_add(now, Backoff::RETRY.delay_at_least(attempt, seed, requested))
}
