//! The timer that replaces the regular tick while the screen counts no seconds. The timer wakes the program when
//! something is due or when the machine was suspended, and at no other time.

use crate::app::msg::Msg;
use crate::app::subscription::SUSPEND_THRESHOLD;
use crate::domain::time::Timestamp;
use crate::ports::clock::Clock;
use std::sync::Arc;
use std::time::Duration;
use tokio::time::Instant;

/// Maximum sleep of the timer if the system does not report a suspend; the clock is then read at least this
/// often.
const LONGEST_NAP: Duration = Duration::from_mins(1);

/// Sends a tick at the time `at`. If the machine was suspended, sends `Msg::SystemResumed` as soon as the
/// machine resumes.
pub(super) async fn alarm(at: Timestamp, clock: Arc<dyn Clock>, tell: impl Fn(Msg) -> bool + Send + Sync) {
    loop {
        let now = clock.now();
        if now >= at {
            tell(Msg::Tick(now));
            return;
        }
        let rest = Duration::try_from(at.duration_since(now)).unwrap_or_default();
        let begun = Instant::now();
        sleep_precise(rest).await;
        // The clock behind `Instant` does not advance while the machine is suspended.
        let over = Duration::try_from(clock.now().duration_since(now)).unwrap_or_default();
        let slept = over.saturating_sub(begun.elapsed()) >= SUSPEND_THRESHOLD.unsigned_abs();
        if slept && !tell(Msg::SystemResumed(clock.now())) {
            return;
        }
    }
}

/// Sleeps for at most this duration and wakes only once. A timer of tokio would wake the program up to three
/// times before its end, because tokio's timer wheel moves a timer from level to level.
pub(super) async fn sleep_precise(rest: Duration) {
    #[cfg(target_os = "linux")]
    if wall::wait(rest).await.is_ok() {
        return;
    }
    tokio::time::sleep(rest.min(LONGEST_NAP)).await;
}

/// A timer on the real-time clock, which advances while the machine is suspended (`timerfd_create`, Linux
/// manual, section 2).
#[cfg(target_os = "linux")]
mod wall {
    use rustix::time::{
        ClockId, Itimerspec, TimerfdClockId, TimerfdFlags, TimerfdTimerFlags, Timespec, clock_gettime,
        timerfd_create, timerfd_settime,
    };
    use std::io;
    use std::os::fd::OwnedFd;
    use std::time::Duration;
    use tokio::io::Interest;
    use tokio::io::unix::AsyncFd;

    #[expect(
        deprecated,
        reason = "unsound only for what changes its descriptor: this one is owned and does not"
    )]
    fn watched(timer: OwnedFd) -> io::Result<AsyncFd<OwnedFd>> {
        AsyncFd::with_interest(timer, Interest::READABLE)
    }

    fn nanos(time: Timespec) -> u32 {
        u32::try_from(time.tv_nsec).unwrap_or(0)
    }

    /// Waits for this duration, or until the clock was set or the machine was suspended.
    pub(super) async fn wait(rest: Duration) -> io::Result<()> {
        let now = clock_gettime(ClockId::Realtime);
        let now = Duration::new(u64::try_from(now.tv_sec).map_err(io::Error::other)?, nanos(now));
        let until = now.saturating_add(rest);
        let timer = timerfd_create(TimerfdClockId::Realtime, TimerfdFlags::NONBLOCK | TimerfdFlags::CLOEXEC)?;
        let zero = Timespec { tv_sec: 0, tv_nsec: 0 };
        let until = Timespec {
            tv_sec: i64::try_from(until.as_secs()).map_err(io::Error::other)?,
            tv_nsec: until.subsec_nanos().into(),
        };
        let once = Itimerspec { it_interval: zero, it_value: until };
        timerfd_settime(&timer, TimerfdTimerFlags::ABSTIME | TimerfdTimerFlags::CANCEL_ON_SET, &once)?;
        let timer = watched(timer)?;
        timer.readable().await?.clear_ready();
        Ok(())
    }
}

#[cfg(test)]
#[expect(clippy::disallowed_methods, reason = "the timer is one of the real clock")]
mod tests {
    use super::*;
    use crate::domain::time::SignedDuration;
    use std::sync::atomic::{AtomicI64, Ordering};
    use std::sync::mpsc;

    #[derive(Debug)]
    struct Wall;

    impl Clock for Wall {
        fn now(&self) -> Timestamp {
            Timestamp::now()
        }
    }

    /// A clock that has advanced by hours when it is read for the second time.
    #[derive(Debug)]
    struct Leaping(AtomicI64);

    impl Clock for Leaping {
        fn now(&self) -> Timestamp {
            let leap = self.0.fetch_add(3, Ordering::Relaxed).min(3);
            Timestamp::UNIX_EPOCH + SignedDuration::from_hours(leap)
        }
    }

    #[tokio::test]
    async fn it_rings_when_its_time_has_come() {
        let (told, heard) = mpsc::channel();
        let at = Timestamp::now() + SignedDuration::from_millis(30);
        alarm(at, Arc::new(Wall), move |msg| told.send(msg).is_ok()).await;
        let Ok(Msg::Tick(now)) = heard.try_recv() else { panic!("a tick") };
        assert!(now >= at);
        assert!(heard.try_recv().is_err(), "once");
    }

    #[tokio::test]
    async fn it_tells_that_the_machine_was_asleep() {
        let (told, heard) = mpsc::channel();
        let at = Timestamp::UNIX_EPOCH + SignedDuration::from_millis(20);
        alarm(at, Arc::new(Leaping(AtomicI64::new(0))), move |msg| told.send(msg).is_ok()).await;
        assert!(matches!(heard.try_recv(), Ok(Msg::SystemResumed(_))));
        assert!(matches!(heard.try_recv(), Ok(Msg::Tick(_))));
    }
}
