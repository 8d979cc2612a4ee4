//! Implements the clock port with the operating system's clocks.

use super::precise_timer;
use crate::domain::time::{Timestamp, saturating_add};
use crate::ports::BoxFuture;
use crate::ports::clock::Clock;
use rustix::time::{ClockId, clock_gettime};
use std::sync::OnceLock;
use std::time::Duration;

/// The operating system's monotonic clock. It keeps advancing while the machine is suspended, and it cannot be set.
#[cfg(any(target_os = "linux", target_os = "android"))]
const MONOTONIC: ClockId = ClockId::Boottime;
#[cfg(not(any(target_os = "linux", target_os = "android")))]
const MONOTONIC: ClockId = ClockId::Monotonic;

/// The wall-clock time and the monotonic time at the moment when [`SystemClock`] was first read.
static START: OnceLock<(Timestamp, Duration)> = OnceLock::new();

/// A clock that starts at the wall-clock time and then advances with the monotonic clock. Setting the wall clock later
/// therefore does not affect timers.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub struct SystemClock;

impl Clock for SystemClock {
    #[expect(clippy::disallowed_methods, reason = "this type is the program's source of time")]
    fn now(&self) -> Timestamp {
        let (wall, start) = START.get_or_init(|| (Timestamp::now(), monotonic()));
        saturating_add(*wall, monotonic().saturating_sub(*start))
    }

    fn sleep(&self, rest: Duration) -> BoxFuture<'static, ()> {
        Box::pin(precise_timer::sleep(rest))
    }
}

fn monotonic() -> Duration {
    let now = clock_gettime(MONOTONIC);
    let (seconds, nanos) = (u64::try_from(now.tv_sec), u32::try_from(now.tv_nsec));
    Duration::new(seconds.unwrap_or(0), nanos.unwrap_or(0))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    #[expect(clippy::disallowed_methods, reason = "the value is compared with the wall clock")]
    fn the_clock_follows_wall_time_and_never_goes_back() {
        let mut before = SystemClock.now();
        for _ in 0..1_000 {
            let now = SystemClock.now();
            assert!(now >= before);
            before = now;
        }
        let apart = Timestamp::now().duration_since(before).abs();
        assert!(apart.as_secs() < 60, "{apart}");
    }
}
