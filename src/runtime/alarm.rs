//! A timer that replaces the regular tick while the screen shows no seconds. It wakes the event loop only when a timed
//! event is due, or when the machine resumes from suspend.

use crate::app::msg::Msg;
use crate::app::subscription::SUSPEND_THRESHOLD;
use dropmail_client::domain::time::Timestamp;
use dropmail_client::ports::clock::Clock;
use std::sync::Arc;
use std::time::Duration;
use tokio::time::Instant;

/// Sends `Msg::Tick` once, at the time `at`. Until then, sends `Msg::SystemResumed` each time the machine resumes from
/// suspend. Returns early if `send` returns `false`, which means that the core no longer receives messages.
pub(super) async fn run_alarm(
    at: Timestamp,
    clock: Arc<dyn Clock>,
    send: impl Fn(Msg) -> bool + Send + Sync,
) {
    loop {
        let now = clock.now();
        if now >= at {
            send(Msg::Tick(now));
            return;
        }
        let rest = Duration::try_from(at.duration_since(now)).unwrap_or_default();
        let begun = Instant::now();
        clock.sleep(rest).await;
        // The clock of `Instant` stops while the machine is suspended.
        let over = Duration::try_from(clock.now().duration_since(now)).unwrap_or_default();
        let slept = over.saturating_sub(begun.elapsed()) >= SUSPEND_THRESHOLD.unsigned_abs();
        if slept && !send(Msg::SystemResumed(clock.now())) {
            return;
        }
    }
}

#[cfg(test)]
#[expect(clippy::disallowed_methods, reason = "the timer uses the real clock")]
mod tests {
    use super::*;
    use dropmail_client::domain::time::SignedDuration;
    use dropmail_client::ports::BoxFuture;
    use std::sync::atomic::{AtomicI64, Ordering};
    use std::sync::mpsc;

    #[derive(Debug)]
    struct Wall;

    impl Clock for Wall {
        fn now(&self) -> Timestamp {
            Timestamp::now()
        }

        fn sleep(&self, rest: Duration) -> BoxFuture<'static, ()> {
            Box::pin(tokio::time::sleep(rest))
        }
    }

    /// A fake clock that jumps three hours ahead between its first two readings.
    #[derive(Debug)]
    struct Leaping(AtomicI64);

    impl Clock for Leaping {
        fn now(&self) -> Timestamp {
            let leap = self.0.fetch_add(3, Ordering::Relaxed).min(3);
            Timestamp::UNIX_EPOCH + SignedDuration::from_hours(leap)
        }

        fn sleep(&self, rest: Duration) -> BoxFuture<'static, ()> {
            Box::pin(tokio::time::sleep(rest.min(Duration::from_millis(50))))
        }
    }

    #[tokio::test]
    async fn the_alarm_fires_at_its_time() {
        let (sender, receiver) = mpsc::channel();
        let at = Timestamp::now() + SignedDuration::from_millis(30);
        run_alarm(at, Arc::new(Wall), move |msg| sender.send(msg).is_ok()).await;
        let Ok(Msg::Tick(now)) = receiver.try_recv() else { panic!("the alarm has sent no tick") };
        assert!(now >= at);
        assert!(receiver.try_recv().is_err(), "the alarm fires once");
    }

    #[tokio::test]
    async fn the_alarm_reports_a_suspend() {
        let (sender, receiver) = mpsc::channel();
        let at = Timestamp::UNIX_EPOCH + SignedDuration::from_millis(20);
        run_alarm(at, Arc::new(Leaping(AtomicI64::new(0))), move |msg| sender.send(msg).is_ok()).await;
        assert!(matches!(receiver.try_recv(), Ok(Msg::SystemResumed(_))));
        assert!(matches!(receiver.try_recv(), Ok(Msg::Tick(_))));
    }
}
