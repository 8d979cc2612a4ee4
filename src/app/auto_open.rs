//! Delays between sessions that the program opens automatically.

use super::connection::retry_at;
use crate::domain::time::{SignedDuration, Timestamp};

/// Minimum life of an automatically opened session; one that ends sooner counts as failed. Each failure in a
/// row delays the next automatic opening.
const MIN_LIFE: SignedDuration = SignedDuration::from_mins(1);

/// Delays the automatic opening of sessions when earlier ones ended too soon.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub struct AutoOpenBackoff {
    /// When the program last opened a session automatically; `None` before the first time.
    last: Option<Timestamp>,
    /// Count of automatically opened sessions in a row that ended too soon. A higher count delays the next
    /// opening longer.
    failed: u32,
    /// Earliest time at which the program may open the next session automatically; `None` if there is no
    /// delay.
    pub due: Option<Timestamp>,
}

impl AutoOpenBackoff {
    /// Returns whether the program may open a session automatically now. If not, the function sets `due` to
    /// the time when it may.
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
