//! The server's wall clock, for what it tells clients and for the end of tokens. Sessions lapse
//! by the monotonic clock of tokio instead, so setting the machine's time kills none of them.

use crate::domain::time::Timestamp;

/// The moment now, in whole milliseconds: all that the API tells.
#[expect(clippy::disallowed_methods, reason = "the server is a program of its own: this is its one clock")]
pub(super) fn now() -> Timestamp {
    let now = Timestamp::now();
    Timestamp::from_millisecond(now.as_millisecond()).unwrap_or(now)
}
