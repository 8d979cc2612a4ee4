//! Exponential backoff that limits how often the program opens sessions automatically.

use super::connection::retry_at;
use dropmail_client::domain::time::{SignedDuration, Timestamp};

/// Minimum lifetime of an automatically opened session. A session that ends sooner counts as failed, which delays the
/// opening of the next one.
const MIN_LIFE: SignedDuration = SignedDuration::from_mins(1);

/// Backoff for automatically opened sessions. Each session that ends too soon makes the next delay longer.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub struct AutoOpenBackoff {
    /// Time at which the program most recently opened a session automatically; `None` if it has not opened any.
    last: Option<Timestamp>,
    /// Number of consecutive automatically opened sessions that ended too soon. The larger this number, the longer the
    /// delay before the next session is opened.
    failed: u32,
    /// Earliest time at which the program may open the next session automatically; `None` if there is no delay.
    pub due: Option<Timestamp>,
}

impl AutoOpenBackoff {
    /// Returns whether the program may open a session automatically at the time `now`. If it may, records `now` as the
    /// time of the opening; if not, stores the earliest permitted time in `due`.
    pub fn may_open(&mut self, now: Timestamp) -> bool {
        let Some(last) = self.last else {
            *self = Self { last: Some(now), failed: 0, due: None };
            return true;
        };
        let next = retry_at(last, self.failed, u64::from(self.failed), None);
        if now < next {
            self.due = Some(next);
            return false;
        }
        let failed = if now.duration_since(last.max(next)) < MIN_LIFE { self.failed + 1 } else { 0 };
        *self = Self { last: Some(now), failed, due: None };
        true
    }
}
