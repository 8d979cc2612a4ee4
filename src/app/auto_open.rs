//! Delays between sessions that the program opens automatically.

use super::connection::retry_at;
use crate::domain::time::{SignedDuration, Timestamp};

/// A session that ended sooner than this counts as failed; each failure in a row delays the next one.
const MIN_LIFE: SignedDuration = SignedDuration::from_mins(1);

/// Delays the automatic opening of sessions when earlier ones ended too soon.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub struct AutoOpenBackoff {
    /// When the last session was opened automatically.
    last: Option<Timestamp>,
    /// Number of automatically opened sessions in a row that ended too soon.
    failed: u32,
    /// When the next session may be opened, if it had to be delayed.
    pub due: Option<Timestamp>,
}

impl AutoOpenBackoff {
    /// Whether a session may be opened now; if not, `due` is set to the time when it may.
    pub fn may_open(&mut self, now: Timestamp) -> bool {
        let Some(last) = self.last else {
            *self = Self { last: Some(now), failed: 0, due: None };
            return true;
        };
        let next = retry_at(last, self.failed, u64::from(self.failed));
        if now < next {
            self.due = Some(next);
            return false;
        }
        let failed = if now.duration_since(last.max(next)) < MIN_LIFE { self.failed + 1 } else { 0 };
        *self = Self { last: Some(now), failed, due: None };
        true
    }
}
