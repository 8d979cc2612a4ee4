//! The wall clock of the server, for timestamps in replies and for the expiry of tokens. The expiry of sessions depends
//! on tokio's monotonic clock instead, so that a change to the system time does not end a session.

use jiff::Timestamp;

/// Returns the current time in whole milliseconds, which is the precision of the API.
#[expect(clippy::disallowed_methods, reason = "the server is a program of its own: this is its one clock")]
pub(super) fn now() -> Timestamp {
    let now = Timestamp::now();
    Timestamp::from_millisecond(now.as_millisecond()).unwrap_or(now)
}
