//! The status of the user's account on the service, and the steps of signing in.

use super::connection::Generation;
use super::msg::AppError;
use dropmail_client::domain::time::Timestamp;

/// Status of the user's account on the mail service: whether the program has a valid token and has listed the sessions.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Account {
    /// The program has just started. Its dependencies, such as the archive and the API client, are not ready yet.
    Booting,
    /// The program is signing in to the service. It is waiting for the reply to a request that verifies or obtains a
    /// token and lists the sessions.
    Opening {
        /// Generation number of the sign-in request. The core ignores a result with a different generation number.
        generation: Generation,
        /// Number of consecutive sign-in attempts that failed before the current one. The larger this number, the
        /// longer the delay if the current attempt also fails.
        attempt: u32,
        /// Time at which the program sent the sign-in request.
        since: Timestamp,
        /// The error of the previous sign-in attempt, shown until the current one succeeds; `None` for the first
        /// attempt.
        last: Option<AppError>,
    },
    /// The most recent sign-in attempt failed. The program will try again.
    Waiting {
        /// Number of consecutive failed sign-in attempts. The larger this number, the longer the delay before the next
        /// attempt.
        attempt: u32,
        /// Time of the next sign-in attempt.
        until: Timestamp,
        /// The error of the most recent sign-in attempt.
        why: AppError,
    },
    /// The program is signed in to the service: the token is valid and the sessions are known.
    Open,
    /// Another process owns the data directory and does not accept requests from this process. This process can only
    /// display the archive. When the other process exits, this process takes over the data directory.
    ReadOnly,
}

impl Account {
    /// Records that a sign-in attempt has started, and keeps the error of the previous attempt. `attempt` is the number
    /// of consecutive failed attempts before this one.
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
