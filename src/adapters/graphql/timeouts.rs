//! The time limits of the client of the service's API.

use std::time::Duration;

/// Time limits and intervals of the client of the service's API.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Timeouts {
    /// Maximum time to connect, including name lookup and TLS; then the call fails. An offline user sees the
    /// error within 5 s.
    pub connect: Duration,
    /// Maximum time for one call and its reply; then the call fails.
    pub call: Duration,
    /// Maximum time until a push connection works; then it counts as failed, and the next push transport is
    /// tried.
    pub handshake: Duration,
    /// Maximum time for the reply to a long poll; then the request fails. The service itself ends one after
    /// three to five minutes.
    pub long_poll: Duration,
    /// Interval between two queries of the push transport "polling".
    pub poll: Duration,
    /// Maximum time to download the bytes of one mail; then the download fails.
    pub download: Duration,
    /// Delay of all calls after the first rate-limit error without a `Retry-After`. The delay doubles with each
    /// further error.
    pub slow_down: Duration,
    /// Maximum time between two pieces of a reply; then the call fails.
    pub read_idle: Duration,
    /// Time after which a subscription counts as active, even if the service has not confirmed it.
    pub ready: Duration,
    /// Time without a message on a push connection after which the client sends a ping.
    pub keepalive_interval: Duration,
    /// Like `keepalive_interval`, while the program is in the background, where each ping wakes the processor.
    /// The interval stays below a minute, after which nginx and others disconnect a silent connection. If the
    /// service sends messages itself, no ping is necessary.
    pub background_keepalive_interval: Duration,
    /// Maximum time for the reply to a ping, and for a message to be sent; then the connection counts as
    /// broken.
    pub pong_timeout: Duration,
}

impl Default for Timeouts {
    fn default() -> Self {
        Self {
            connect: Duration::from_secs(4),
            call: Duration::from_secs(20),
            handshake: Duration::from_secs(5),
            long_poll: Duration::from_secs(330),
            poll: Duration::from_secs(10),
            download: Duration::from_mins(3),
            slow_down: Duration::from_secs(2),
            read_idle: Duration::from_secs(30),
            ready: Duration::from_secs(2),
            keepalive_interval: Duration::from_secs(20),
            background_keepalive_interval: Duration::from_secs(50),
            pong_timeout: Duration::from_secs(10),
        }
    }
}

impl Timeouts {
    /// Returns the limits for a server in the same process. The system reports a closed connection at once, so
    /// frequent pings are unnecessary.
    #[must_use]
    pub fn in_process() -> Self {
        let silence = Duration::from_mins(10);
        Self { keepalive_interval: silence, background_keepalive_interval: silence, ..Self::default() }
    }
}
