//! The ways in which new mail is heard of.

use std::fmt;

/// A way to hear of new mail.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub enum Channel {
    /// A GraphQL subscription over a WebSocket.
    WebSocket,
    /// A subscription as a `multipart/mixed` reply that does not end (RFC 2046, 5.1).
    Multipart,
    /// A subscription over plain HTTP: each request waits until there is a mail.
    LongPoll,
    /// A query every few seconds.
    Poll,
}

impl Channel {
    /// All of them, the best first.
    pub const ALL: [Self; 4] = [Self::WebSocket, Self::Multipart, Self::LongPoll, Self::Poll];

    /// The word for it in the settings.
    pub fn word(self) -> &'static str {
        match self {
            Self::WebSocket => "websocket",
            Self::Multipart => "multipart",
            Self::LongPoll => "long-poll",
            Self::Poll => "poll",
        }
    }

    /// The channel of a word; `None` for any other.
    pub fn parse(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|channel| channel.word() == word)
    }

    /// The next best.
    pub fn next(self) -> Option<Self> {
        Self::ALL.into_iter().find(|other| *other > self)
    }
}

impl fmt::Display for Channel {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::WebSocket => "push · WebSocket",
            Self::Multipart => "push · multipart",
            Self::LongPoll => "push · long-poll",
            Self::Poll => "polling",
        })
    }
}

/// Which channels may be used.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub enum ChannelChoice {
    /// The best that works on this network.
    #[default]
    Auto,
    /// This one and no other.
    Only(Channel),
}

impl ChannelChoice {
    /// The word for it in the settings.
    pub fn word(self) -> &'static str {
        match self {
            Self::Auto => "auto",
            Self::Only(channel) => channel.word(),
        }
    }

    /// The choice of a word; `None` for any other.
    pub fn parse(word: &str) -> Option<Self> {
        if word == "auto" { Some(Self::Auto) } else { Channel::parse(word).map(Self::Only) }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_come_back_as_choices() {
        for word in ["auto", "websocket", "multipart", "long-poll", "poll"] {
            assert_eq!(ChannelChoice::parse(word).map(ChannelChoice::word), Some(word));
        }
        assert_eq!(ChannelChoice::parse("pigeon"), None);
        assert_eq!(Channel::WebSocket.next(), Some(Channel::Multipart));
        assert_eq!(Channel::Poll.next(), None);
    }
}
