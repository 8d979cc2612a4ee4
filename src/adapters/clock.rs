//! The wall clock of the machine.

use crate::domain::time::Timestamp;
use crate::ports::clock::Clock;

/// Tells the machine's own time.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub struct SystemClock;

impl Clock for SystemClock {
    #[expect(clippy::disallowed_methods, reason = "this is the port that the program gets time from")]
    fn now(&self) -> Timestamp {
        Timestamp::now()
    }
}
