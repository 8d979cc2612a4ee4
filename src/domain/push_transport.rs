//! The push transports: the ways to receive new mail.

use std::fmt;

/// A push transport: a way to receive new mail.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub enum PushTransport {
    /// A GraphQL subscription over a WebSocket.
    WebSocket,
    /// A subscription as a `multipart/mixed` response that does not end (RFC 2046, 5.1).
    Multipart,
    /// A subscription over plain HTTP: each request waits until a mail arrives.
    LongPoll,
    /// Polling: a query every few seconds.
    Poll,
}

impl PushTransport {
    /// All push transports, the best first.
    pub const ALL: [Self; 4] = [Self::WebSocket, Self::Multipart, Self::LongPoll, Self::Poll];

    /// The value of the setting `transport`.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::WebSocket => "websocket",
            Self::Multipart => "multipart",
            Self::LongPoll => "long-poll",
            Self::Poll => "poll",
        }
    }

    /// The push transport for a value of the setting `transport`; `None` for any other text.
    pub fn parse(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|channel| channel.as_str() == word)
    }

    /// The next best push transport; `None` after the last.
    pub fn next(self) -> Option<Self> {
        Self::ALL.into_iter().find(|other| *other > self)
    }
}

impl fmt::Display for PushTransport {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::WebSocket => "push · WebSocket",
            Self::Multipart => "push · multipart",
            Self::LongPoll => "push · long-poll",
            Self::Poll => "polling",
        })
    }
}

/// The push transports that the program may use.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub enum TransportChoice {
    /// The best push transport that works on this network.
    #[default]
    Auto,
    /// Only this push transport.
    Only(PushTransport),
}

impl TransportChoice {
    /// The value of the setting `transport`.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Auto => "auto",
            Self::Only(channel) => channel.as_str(),
        }
    }

    /// The choice for a value of the setting `transport`; `None` for any other text.
    pub fn parse(word: &str) -> Option<Self> {
        if word == "auto" { Some(Self::Auto) } else { PushTransport::parse(word).map(Self::Only) }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_come_back_as_choices() {
        for word in ["auto", "websocket", "multipart", "long-poll", "poll"] {
            assert_eq!(TransportChoice::parse(word).map(TransportChoice::as_str), Some(word));
        }
        assert_eq!(TransportChoice::parse("pigeon"), None);
        assert_eq!(PushTransport::WebSocket.next(), Some(PushTransport::Multipart));
        assert_eq!(PushTransport::Poll.next(), None);
    }
}
