//! Selects the push transport: the best one that works on this network. A transport that fails is skipped
//! for a while. What one session learns about a transport applies to all sessions.

use super::push_transport::{PushTransport, TransportChoice};
use super::session_sync::Backoff;
use super::time::{SignedDuration, Timestamp, later};
use std::time::Duration;

/// Cool-down of a push transport that failed. It starts at 5 minutes and doubles with each failure, up to
/// an hour.
const COOLDOWN: Backoff = Backoff::new(Duration::from_mins(5), Duration::from_hours(1));

/// A stream that ends sooner than this was probably closed by a proxy or firewall, so it counts as a
/// strike.
const SHORT_CONNECTION: SignedDuration = SignedDuration::from_secs(60);
/// Number of short streams in a row after which the push transport counts as failed.
const MAX_STRIKES: u32 = 3;

/// Health of one push transport.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
struct TransportHealth {
    left_until: Option<Timestamp>,
    times_left: u32,
    strikes: u32,
}

/// Selector of the push transport: the user's choice and the health of each transport.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct TransportSelector {
    choice: TransportChoice,
    known: [TransportHealth; PushTransport::ALL.len()],
}

impl TransportSelector {
    /// Creates a selector for the user's choice, with every push transport healthy.
    pub fn new(choice: TransportChoice) -> Self {
        Self { choice, ..Self::default() }
    }

    /// Whether no other push transport may be used as a fallback.
    pub fn alone(&self) -> bool {
        matches!(self.choice, TransportChoice::Only(_))
    }

    /// The push transport to use now.
    pub fn best(&self, now: Timestamp) -> PushTransport {
        if let TransportChoice::Only(channel) = self.choice {
            return channel;
        }
        let usable =
            |channel: &PushTransport| self.known(*channel).left_until.is_none_or(|until| until <= now);
        PushTransport::ALL.into_iter().find(usable).unwrap_or(PushTransport::Poll)
    }

    fn known(&self, channel: PushTransport) -> TransportHealth {
        self.known.get(channel as usize).copied().unwrap_or_default()
    }

    fn update(&mut self, channel: PushTransport, change: impl FnOnce(&mut TransportHealth)) {
        if let Some(known) = self.known.get_mut(channel as usize) {
            change(known);
        }
    }

    /// Starts the cool-down of a push transport that failed. Polling is never skipped because it is the
    /// last fallback.
    pub fn mark_failed(&mut self, channel: PushTransport, now: Timestamp) {
        if channel == PushTransport::Poll || self.alone() {
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
    pub fn ended(&mut self, channel: PushTransport, since: Timestamp, cut: bool, now: Timestamp) {
        if now.duration_since(since) >= SHORT_CONNECTION {
            self.stood(channel);
        } else if cut {
            self.cut_short(channel, now);
        }
    }

    /// Records a stream that ended soon after it opened.
    fn cut_short(&mut self, channel: PushTransport, now: Timestamp) {
        self.update(channel, |known| known.strikes += 1);
        if self.known(channel).strikes >= MAX_STRIKES {
            self.mark_failed(channel, now);
        }
    }

    /// Records a stream that was open long enough; the health of its push transport is reset.
    fn stood(&mut self, channel: PushTransport) {
        self.update(channel, |known| *known = TransportHealth::default());
    }

    /// Resets the health of all push transports, because the user asks for a new attempt now.
    pub fn reset(&mut self) {
        self.known = <[TransportHealth; PushTransport::ALL.len()]>::default();
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_failed_transport_is_skipped_and_tried_again_later() {
        let now = Timestamp::UNIX_EPOCH;
        let later = |seconds| now + SignedDuration::from_secs(seconds);
        let mut channels = TransportSelector::default();
        assert_eq!(channels.best(now), PushTransport::WebSocket);
        channels.mark_failed(PushTransport::WebSocket, now);
        channels.mark_failed(PushTransport::WebSocket, now);
        assert_eq!(channels.best(later(299)), PushTransport::Multipart);
        assert_eq!(channels.best(later(300)), PushTransport::WebSocket);
        channels.mark_failed(PushTransport::WebSocket, later(300));
        assert_eq!(channels.best(later(899)), PushTransport::Multipart);
        for channel in PushTransport::ALL {
            channels.mark_failed(channel, later(300));
        }
        assert_eq!(channels.best(later(300)), PushTransport::Poll);
        channels.reset();
        assert_eq!(channels.best(later(300)), PushTransport::WebSocket);
    }

    #[test]
    fn three_short_streams_in_a_row_mean_that_the_network_closes_them() {
        let now = Timestamp::UNIX_EPOCH;
        let mut channels = TransportSelector::default();
        channels.cut_short(PushTransport::WebSocket, now);
        channels.cut_short(PushTransport::WebSocket, now);
        channels.stood(PushTransport::WebSocket);
        channels.cut_short(PushTransport::WebSocket, now);
        assert_eq!(channels.best(now), PushTransport::WebSocket);
        channels.cut_short(PushTransport::WebSocket, now);
        channels.cut_short(PushTransport::WebSocket, now);
        assert_eq!(channels.best(now), PushTransport::Multipart);
    }

    #[test]
    fn a_forced_channel_stays() {
        let now = Timestamp::UNIX_EPOCH;
        let mut channels = TransportSelector::new(TransportChoice::Only(PushTransport::LongPoll));
        channels.mark_failed(PushTransport::LongPoll, now);
        assert_eq!(channels.best(now), PushTransport::LongPoll);
    }
}
