//! The client's time limits, in one place: nothing here waits for ever.

use std::time::Duration;

/// How long is waited for what.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Timeouts {
    /// To connect, name lookup and TLS included: a person who is offline is told within 5 s.
    pub connect: Duration,
    /// For one call with its reply.
    pub call: Duration,
    /// For a push connection to show that it works: so long goes by until the next way is tried.
    pub handshake: Duration,
    /// For the answer to a long poll. The service ends one itself after three to five minutes.
    pub long_poll: Duration,
    /// Between two questions where new mail is asked for again and again.
    pub poll: Duration,
    /// For the bytes of one mail.
    pub download: Duration,
    /// After the first refusal for too many calls that names no wait; it doubles with each one that
    /// follows.
    pub slow_down: Duration,
    /// Between two pieces of a reply.
    pub read_idle: Duration,
    /// Until a subscription is taken to stand although nothing has said so.
    pub ready: Duration,
    /// Of silence, after which the other side of a push connection is asked whether it is there.
    pub keepalive_interval: Duration,
    /// As `keepalive_interval`, while nobody looks: each question wakes the processor. What stands between cuts a
    /// connection on which nothing is said for a minute (nginx and others), and a service that says
    /// something itself is not asked.
    pub background_keepalive_interval: Duration,
    /// For its answer, and for it to take what is sent.
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
    /// With a server in this very process: nothing stands between, and the system tells at once when
    /// a connection ends, so nobody has to be asked.
    #[must_use]
    pub fn in_process() -> Self {
        let silence = Duration::from_mins(10);
        Self { keepalive_interval: silence, background_keepalive_interval: silence, ..Self::default() }
    }
}
