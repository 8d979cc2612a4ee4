//! The connection of one session as the screen shows it. What becomes of it is decided by
//! [`crate::domain::session_sync`].

use crate::domain::ids::MailId;
use crate::domain::push_transport::PushTransport;
use crate::domain::sanitize::SafeText;
use crate::domain::session_sync::Backoff;
use crate::domain::time::{Timestamp, later};

/// Numbers questions and streams, so that a late answer is known as late.
pub type Generation = u64;

/// What a stream of new mail was started with.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct StreamParams {
    /// Which stream it is.
    pub generation: Generation,
    /// The newest mail that was known when it was started.
    pub after: Option<MailId>,
    /// How it hears of new mail.
    pub channel: PushTransport,
    /// Whether there is no other channel to fall back to.
    pub alone: bool,
}

/// How a session hears of new mail.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum ConnectionState {
    /// The stream is being set up.
    Connecting {
        /// The stream.
        watch: StreamParams,
    },
    /// New mail is pushed.
    Up {
        /// The stream.
        watch: StreamParams,
        /// Since when it stands.
        since: Timestamp,
    },
    /// The stream broke; the next try comes by itself.
    Waiting {
        /// When the next one starts.
        until: Timestamp,
        /// What broke it.
        why: SafeText,
    },
    /// There is nothing to hear of: the session has lapsed.
    Off,
}

impl ConnectionState {
    /// The stream that this state lives on, if any.
    pub fn watch(&self) -> Option<&StreamParams> {
        match self {
            Self::Connecting { watch } | Self::Up { watch, .. } => Some(watch),
            Self::Waiting { .. } | Self::Off => None,
        }
    }

    /// Whether this stream is the one that the state lives on.
    pub fn is(&self, generation: Generation) -> bool {
        self.watch().is_some_and(|watch| watch.generation == generation)
    }
}

/// When to try again after `attempt` failures in a row: at once after none. `seed` spreads many clients.
pub fn retry_at(now: Timestamp, attempt: u32, seed: u64) -> Timestamp {
    later(now, Backoff::RETRY.spread(attempt, seed))
}
