//! The wall clock of the server, for timestamps in responses and for the expiry of tokens. The expiry of sessions is
//! measured with tokio's monotonic clock instead, because a change to the system time must not end a session.

use jiff::Timestamp;

/// Returns the current time, truncated to whole milliseconds, the precision of timestamps in the API.
#[expect(clippy::disallowed_methods, reason = "the server is a separate program, and this is its only clock")]
pub(super) fn now() -> Timestamp {
    let now = Timestamp::now();
    Timestamp::from_millisecond(now.as_millisecond()).unwrap_or(now)
}
