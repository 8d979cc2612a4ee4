//! Defines the push transports, which are the protocols over which the program receives new mail.

use std::fmt;

/// A push transport: a protocol over which the program receives new mail.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub enum PushTransport {
    /// New mail is received through a GraphQL subscription over a WebSocket.
    WebSocket,
    /// New mail is received through a GraphQL subscription whose `multipart/mixed` response (RFC 2046, section 5.1)
    /// stays open.
    Multipart,
    /// New mail is received by long polling: a GraphQL subscription over plain HTTP. The service delays its response
    /// until a mail arrives.
    LongPoll,
    /// New mail is received by polling: the program sends a GraphQL query every few seconds.
    Poll,
}

impl PushTransport {
    /// All push transports, in order of preference.
    pub const ALL: [Self; 4] = [Self::WebSocket, Self::Multipart, Self::LongPoll, Self::Poll];

    /// Returns the value of the `transport` setting for this push transport.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::WebSocket => "websocket",
            Self::Multipart => "multipart",
            Self::LongPoll => "long-poll",
            Self::Poll => "poll",
        }
    }

    /// Returns the push transport with this name, as used in the `transport` setting; `None` if there is no such
    /// transport.
    pub fn parse(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|transport| transport.as_str() == word)
    }

    /// Returns the next push transport in order of preference; `None` if this is the last one.
    pub fn next(self) -> Option<Self> {
        Self::ALL.into_iter().find(|other| *other > self)
    }
}

impl fmt::Display for PushTransport {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

/// The user's choice of push transports (the `transport` setting).
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub enum TransportChoice {
    /// The program chooses the best push transport that works on the user's network.
    #[default]
    Auto,
    /// The program uses only the given push transport.
    Only(PushTransport),
}

impl TransportChoice {
    /// Returns the value of the `transport` setting for this choice, such as `auto`.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Auto => "auto",
            Self::Only(transport) => transport.as_str(),
        }
    }

    /// Parses a value of the `transport` setting; returns `None` if the value is not valid.
    pub fn parse(word: &str) -> Option<Self> {
        if word == "auto" { Some(Self::Auto) } else { PushTransport::parse(word).map(Self::Only) }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn setting_values_parse_to_transports() {
        for word in ["auto", "websocket", "multipart", "long-poll", "poll"] {
            assert_eq!(TransportChoice::parse(word).map(TransportChoice::as_str), Some(word));
        }
        assert_eq!(TransportChoice::parse("pigeon"), None);
        assert_eq!(PushTransport::WebSocket.next(), Some(PushTransport::Multipart));
        assert_eq!(PushTransport::Poll.next(), None);
    }
}
