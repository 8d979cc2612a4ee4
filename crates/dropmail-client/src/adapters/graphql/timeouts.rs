//! Defines the timeouts and intervals of the client for the service's API.

use std::time::Duration;

/// Timeouts and intervals of the client for the service's API.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Timeouts {
    /// Timeout for opening a connection to the service, including the DNS lookup and the TLS handshake. If it expires,
    /// the call fails. It is short, because a user who is offline must see the error within 5 s.
    pub connect: Duration,
    /// Timeout for one API call, from sending the request to receiving the whole response. If it expires, the call
    /// fails.
    pub call: Duration,
    /// Maximum time that a push connection may take to become active. If it is exceeded, the client tries the next push
    /// transport.
    pub handshake: Duration,
    /// Timeout for the response to a long-poll request. If it expires, the request fails. The service itself ends such
    /// a request after three to five minutes.
    pub long_poll: Duration,
    /// Interval between queries for new mail if the push transport is polling.
    pub poll: Duration,
    /// Timeout for the download of a raw mail. If it expires, the download fails.
    pub download: Duration,
    /// Delay of all calls after the first rate-limit error without a `Retry-After` header. Each further such error
    /// doubles the delay.
    pub slow_down: Duration,
    /// Timeout for the next chunk of a response's body. If it expires, the call fails.
    pub read_idle: Duration,
    /// Time after the client's request for a subscription at which the subscription counts as active, even if the
    /// service has not acknowledged it.
    pub ready: Duration,
    /// Idle time of a WebSocket push connection after which the client sends a ping. It is less than a minute, because
    /// nginx and other proxies close a connection that has been idle for a minute. Pings detect a server or proxy that
    /// no longer replies. TCP keepalive, which does not wake the program, detects a broken network connection earlier.
    pub keepalive_interval: Duration,
    /// Idle time of a WebSocket push connection after which the client sends a ping while the program is in the
    /// background.
    pub background_keepalive_interval: Duration,
    /// Timeout for the reply to a ping, and for sending a WebSocket message on a push connection. If it expires, the
    /// connection is considered broken.
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
            keepalive_interval: Duration::from_secs(50),
            background_keepalive_interval: Duration::from_secs(50),
            pong_timeout: Duration::from_secs(10),
        }
    }
}

impl Timeouts {
    /// Returns the timeouts for a server in the same process. Pings are rare, because the operating system reports a
    /// closed connection immediately.
    #[must_use]
    pub fn in_process() -> Self {
        let silence = Duration::from_mins(10);
        Self { keepalive_interval: silence, background_keepalive_interval: silence, ..Self::default() }
    }
}
