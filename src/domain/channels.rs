//! Selects the push transport: the best one that works on this network. A transport that fails is skipped
//! for a while. What one session learns about a transport applies to all sessions.

use super::channel::{Channel, ChannelChoice};
use super::session_sync::Backoff;
use super::time::{SignedDuration, Timestamp, later};
use std::time::Duration;

/// Cool-down of a push transport that failed. It starts at 5 minutes and doubles with each failure, up to
/// an hour.
const COOLDOWN: Backoff = Backoff::new(Duration::from_mins(5), Duration::from_hours(1));

/// A stream that ends sooner than this was probably closed by a proxy or firewall, so it counts as a
/// strike.
const SHORT: SignedDuration = SignedDuration::from_secs(60);
/// Number of short streams in a row after which the push transport counts as failed.
const MAX_STRIKES: u32 = 3;

/// Health of one push transport.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
struct Experience {
    left_until: Option<Timestamp>,
    times_left: u32,
    strikes: u32,
}

/// Selector of the push transport: the user's choice and the health of each transport.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct Channels {
    choice: ChannelChoice,
    known: [Experience; Channel::ALL.len()],
}

impl Channels {
    /// Creates a selector for the user's choice, with every push transport healthy.
    pub fn new(choice: ChannelChoice) -> Self {
        Self { choice, ..Self::default() }
    }

    /// Whether no other push transport may be used as a fallback.
    pub fn alone(&self) -> bool {
        matches!(self.choice, ChannelChoice::Only(_))
    }

    /// The push transport to use now.
    pub fn best(&self, now: Timestamp) -> Channel {
        if let ChannelChoice::Only(channel) = self.choice {
            return channel;
        }
        let usable = |channel: &Channel| self.known(*channel).left_until.is_none_or(|until| until <= now);
        Channel::ALL.into_iter().find(usable).unwrap_or(Channel::Poll)
    }

    fn known(&self, channel: Channel) -> Experience {
        self.known.get(channel as usize).copied().unwrap_or_default()
    }

    fn update(&mut self, channel: Channel, change: impl FnOnce(&mut Experience)) {
        if let Some(known) = self.known.get_mut(channel as usize) {
            change(known);
        }
    }

    /// Starts the cool-down of a push transport that failed. Polling is never skipped because it is the
    /// last fallback.
    pub fn leave(&mut self, channel: Channel, now: Timestamp) {
        if channel == Channel::Poll || self.alone() {
            return;
        }
        self.update(channel, |known| {
            // Several sessions report the same failure at the same time; it counts once.
            if known.left_until.is_some_and(|until| until > now) {
                return;
            }
            known.times_left += 1;
            known.left_until = Some(later(now, COOLDOWN.wait(known.times_left)));
            known.strikes = 0;
        });
    }

    /// Records that a stream which was open since `since` has ended. `cut` says that the network closed it,
    /// not the service.
    pub fn ended(&mut self, channel: Channel, since: Timestamp, cut: bool, now: Timestamp) {
        if now.duration_since(since) >= SHORT {
            self.stood(channel);
        } else if cut {
            self.cut_short(channel, now);
        }
    }

    /// Records a stream that ended soon after it opened.
    fn cut_short(&mut self, channel: Channel, now: Timestamp) {
        self.update(channel, |known| known.strikes += 1);
        if self.known(channel).strikes >= MAX_STRIKES {
            self.leave(channel, now);
        }
    }

    /// Records a stream that was open long enough; the health of its push transport is reset.
    fn stood(&mut self, channel: Channel) {
        self.update(channel, |known| *known = Experience::default());
    }

    /// Resets the health of all push transports, because the user asks for a new attempt now.
    pub fn forgive(&mut self) {
        self.known = <[Experience; Channel::ALL.len()]>::default();
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_failed_transport_is_skipped_and_tried_again_later() {
        let now = Timestamp::UNIX_EPOCH;
        let later = |seconds| now + SignedDuration::from_secs(seconds);
        let mut channels = Channels::default();
        assert_eq!(channels.best(now), Channel::WebSocket);
        channels.leave(Channel::WebSocket, now);
        channels.leave(Channel::WebSocket, now);
        assert_eq!(channels.best(later(299)), Channel::Multipart);
        assert_eq!(channels.best(later(300)), Channel::WebSocket);
        channels.leave(Channel::WebSocket, later(300));
        assert_eq!(channels.best(later(899)), Channel::Multipart);
        for channel in Channel::ALL {
            channels.leave(channel, later(300));
        }
        assert_eq!(channels.best(later(300)), Channel::Poll);
        channels.forgive();
        assert_eq!(channels.best(later(300)), Channel::WebSocket);
    }

    #[test]
    fn three_short_streams_in_a_row_mean_that_the_network_closes_them() {
        let now = Timestamp::UNIX_EPOCH;
        let mut channels = Channels::default();
        channels.cut_short(Channel::WebSocket, now);
        channels.cut_short(Channel::WebSocket, now);
        channels.stood(Channel::WebSocket);
        channels.cut_short(Channel::WebSocket, now);
        assert_eq!(channels.best(now), Channel::WebSocket);
        channels.cut_short(Channel::WebSocket, now);
        channels.cut_short(Channel::WebSocket, now);
        assert_eq!(channels.best(now), Channel::Multipart);
    }

    #[test]
    fn a_forced_channel_stays() {
        let now = Timestamp::UNIX_EPOCH;
        let mut channels = Channels::new(ChannelChoice::Only(Channel::LongPoll));
        channels.leave(Channel::LongPoll, now);
        assert_eq!(channels.best(now), Channel::LongPoll);
    }
}
