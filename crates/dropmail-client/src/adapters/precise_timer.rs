//! A timer that wakes the processor only once per sleep, so that an idle program uses less power.

use std::time::Duration;

/// Maximum duration of one sleep with tokio's timer. That timer does not count time during which the machine is
/// suspended, so the caller must read the clock at least this often.
const MAX_SLEEP: Duration = Duration::from_mins(1);

/// Sleeps for at most `rest` and wakes the processor only once. A tokio timer can wake it three times, because tokio's
/// timer wheel moves a timer from level to level.
pub(super) async fn sleep(rest: Duration) {
    #[cfg(target_os = "linux")]
    if wall::wait(rest).await.is_ok() {
        return;
    }
    tokio::time::sleep(rest.min(MAX_SLEEP)).await;
}

/// A timer on the real-time clock, which advances while the machine is suspended (see `timerfd_create(2)`).
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

    #[expect(deprecated, reason = "the owned file descriptor does not change")]
    fn to_async_fd(timer: OwnedFd) -> io::Result<AsyncFd<OwnedFd>> {
        AsyncFd::with_interest(timer, Interest::READABLE)
    }

    fn nanos(time: Timespec) -> u32 {
        u32::try_from(time.tv_nsec).unwrap_or(0)
    }

    /// Waits for the duration `rest`. Returns earlier if the clock is set or the machine resumes from suspend.
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
        let timer = to_async_fd(timer)?;
        timer.readable().await?.clear_ready();
        Ok(())
    }
}
