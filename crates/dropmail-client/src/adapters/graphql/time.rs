//! Measures the offset between the service's clock and the local clock, using the `Date` header in the service's
//! responses (RFC 9110, section 6.6.1). The offset is used to convert the expiry time of a session to local time.

use crate::domain::time::{SignedDuration, Timestamp};
use std::sync::atomic::{AtomicI64, Ordering};

/// Clock offsets below this value are ignored, because the offset is calculated from the `Date` header, which contains
/// only whole seconds.
const UNSEEN: SignedDuration = SignedDuration::from_secs(2);

/// Number of milliseconds by which the service's clock is ahead of the local clock; negative if it is behind the local
/// clock.
#[derive(Debug, Default)]
pub(super) struct ClockOffset(AtomicI64);

impl ClockOffset {
    /// Uses the value of a `Date` header to update the offset of the service's clock. Ignores an invalid value.
    pub(super) fn update(&self, date: &str, now: Timestamp) {
        let Ok(service_time) = jiff::fmt::rfc2822::DateTimeParser::new().parse_timestamp(date) else {
            return;
        };
        // The time in the header is truncated to seconds, so on average the clock is half a second ahead of it.
        let ahead = service_time.duration_since(now) + SignedDuration::from_millis(500);
        let ahead = if ahead.abs() < UNSEEN { SignedDuration::ZERO } else { ahead };
        let millis = i64::try_from(ahead.as_millis()).unwrap_or(0);
        self.0.store(millis, Ordering::Relaxed);
    }

    /// Converts a time on the service's clock to the local clock.
    pub(super) fn to_local(&self, moment: Timestamp) -> Timestamp {
        let ahead = SignedDuration::from_millis(self.0.load(Ordering::Relaxed));
        moment.checked_sub(ahead).unwrap_or(moment)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_timestamp_in_the_future_is_corrected() {
        let now: Timestamp = "2026-11-24T03:00:00Z".parse().unwrap();
        let end: Timestamp = "2026-11-24T04:10:00Z".parse().unwrap();
        let offset = ClockOffset::default();
        offset.update("Tue, 24 Nov 2026 04:00:00 GMT", now);
        let remaining = offset.to_local(end).duration_since(now).as_secs();
        assert!((595..=600).contains(&remaining), "{remaining}");

        offset.update("yesterday", now);
        assert_ne!(offset.to_local(end), end, "an unreadable header does not change the offset");
        offset.update("Tue, 24 Nov 2026 02:59:59 GMT", now);
        assert_eq!(offset.to_local(end), end, "a difference of one second is ignored");
    }
}
