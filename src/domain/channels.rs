//! Which channel is used for new mail: the best that works on this network. One that does not is
//! left for the next, for a while; what was learned for one session holds for all.

use super::channel::{Channel, ChannelChoice};
use super::session_sync::Backoff;
use super::time::{SignedDuration, Timestamp, later};
use std::time::Duration;

/// A channel that did not work is left alone for so long at first; twice as long each time, up to
/// an hour.
const ABSENCE: Backoff = Backoff::new(Duration::from_mins(5), Duration::from_hours(1));

/// A stream that ends sooner than this has been cut by something between, once or thrice.
const SHORT: SignedDuration = SignedDuration::from_secs(60);
/// So many short streams in a row, and the channel counts as one that does not work here.
const STRIKES: u32 = 3;

/// What is known of one channel.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
struct Experience {
    left_until: Option<Timestamp>,
    times_left: u32,
    strikes: u32,
}

/// What is known of all channels.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct Channels {
    choice: ChannelChoice,
    known: [Experience; Channel::ALL.len()],
}

impl Channels {
    /// Nothing is known yet; the user has chosen so.
    pub fn new(choice: ChannelChoice) -> Self {
        Self { choice, ..Self::default() }
    }

    /// Whether there is no other channel to fall back to.
    pub fn alone(&self) -> bool {
        matches!(self.choice, ChannelChoice::Only(_))
    }

    /// The channel to use now.
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

    /// It does not work here: leaves it. Plain polling is never left, there is nothing below it.
    pub fn leave(&mut self, channel: Channel, now: Timestamp) {
        if channel == Channel::Poll || self.alone() {
            return;
        }
        self.update(channel, |known| {
            // Several sessions find out at the same time: it counts once.
            if known.left_until.is_some_and(|until| until > now) {
                return;
            }
            known.times_left += 1;
            known.left_until = Some(later(now, ABSENCE.wait(known.times_left)));
            known.strikes = 0;
        });
    }

    /// A stream of it that stood since then has ended; `cut` when nothing of the service's own ended
    /// it.
    pub fn ended(&mut self, channel: Channel, since: Timestamp, cut: bool, now: Timestamp) {
        if now.duration_since(since) >= SHORT {
            self.stood(channel);
        } else if cut {
            self.cut_short(channel, now);
        }
    }

    /// A stream of it ended soon after it stood.
    fn cut_short(&mut self, channel: Channel, now: Timestamp) {
        self.update(channel, |known| known.strikes += 1);
        if self.known(channel).strikes >= STRIKES {
            self.leave(channel, now);
        }
    }

    /// A stream of it stood for a good while.
    fn stood(&mut self, channel: Channel) {
        self.update(channel, |known| *known = Experience::default());
    }

    /// Forgets what did not work: the user wants it tried now.
    pub fn forgive(&mut self) {
        self.known = <[Experience; Channel::ALL.len()]>::default();
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_does_not_work_is_left_for_the_next_and_tried_again_later() {
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
    fn three_short_streams_in_a_row_are_a_network_that_cuts_them() {
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
