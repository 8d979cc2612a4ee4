//! The status of the user's account on the service, and the steps of signing in.

use super::connection::Generation;
use super::msg::AppError;
use dropmail_client::domain::time::Timestamp;

/// Status of the user's account on the mail service: whether the program has a valid token and has listed the sessions.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Account {
    /// The program has just started. Its dependencies, such as the archive and the API client, are not ready yet.
    Booting,
    /// The program is signing in to the service: a request verifies or obtains a token and lists the sessions.
    Opening {
        /// Generation number of the request that signs in to the service. The core ignores a result with a different
        /// generation number.
        generation: Generation,
        /// Number of consecutive failed attempts before the current attempt to sign in. The delay after the next
        /// failure increases with this number.
        attempt: u32,
        /// Time at which the program sent the request that signs in to the service.
        since: Timestamp,
        /// The failure of the previous attempt to sign in to the service, shown until the request succeeds; `None` for
        /// the first attempt.
        last: Option<AppError>,
    },
    /// The attempt to sign in to the service failed; the program will try again.
    Waiting {
        /// Number of consecutive failed attempts to sign in to the service. The delay before the next attempt increases
        /// with this number.
        attempt: u32,
        /// Time at which the program next tries to sign in to the service.
        until: Timestamp,
        /// The failure of the most recent attempt to sign in to the service.
        why: AppError,
    },
    /// The program is signed in to the service: the token is valid and the sessions are known.
    Open,
    /// Another process owns the data directory and does not accept requests from this process. This process only shows
    /// the archive. When the other process exits, this process takes over the data directory.
    ReadOnly,
}

impl Account {
    /// Starts an attempt to sign in to the service. The failure of the previous attempt stays known. `attempt` is the
    /// number of consecutive failed attempts before this one.
    pub fn start_opening(&mut self, generation: Generation, attempt: u32, now: Timestamp) {
        let last = match std::mem::replace(self, Self::Booting) {
            Self::Waiting { why, .. } => Some(why),
            Self::Opening { last, .. } => last,
            Self::Booting | Self::Open | Self::ReadOnly => None,
        };
        *self = Self::Opening { generation, attempt, since: now, last };
    }

    /// Returns the number of consecutive failed attempts before the attempt with this generation number; `None` if that
    /// attempt is no longer in flight.
    pub fn attempt_in_flight(&self, generation: Generation) -> Option<u32> {
        match self {
            Self::Opening { generation: requested, attempt, .. } if *requested == generation => {
                Some(*attempt)
            }
            Self::Opening { .. } | Self::Booting | Self::Waiting { .. } | Self::Open | Self::ReadOnly => None,
        }
    }
}
