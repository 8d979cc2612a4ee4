//! When sessions are opened by themselves.

use super::connection::retry_at;
use crate::domain::time::{SignedDuration, Timestamp};

/// A session that lived for less than this was none to speak of.
const MIN_LIFE: SignedDuration = SignedDuration::from_mins(1);

/// What is known of the sessions that were opened by themselves.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub struct AutoOpenBackoff {
    /// When the last one was.
    last: Option<Timestamp>,
    /// How many before it, one after the other, have not lived.
    failed: u32,
    /// When the next one is due, where one is waited with.
    pub due: Option<Timestamp>,
}

impl AutoOpenBackoff {
    /// Whether one may be opened now; else it is noted when.
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
