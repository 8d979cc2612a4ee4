//! Selects the best push transport that works on the user's network. After a failure, a transport is skipped for some
//! time. All sessions share one selector, so a failure in one session counts for all of them.

use super::backoff::Backoff;
use super::push_transport::{PushTransport, TransportChoice};
use super::time::{SignedDuration, Timestamp, saturating_add};

/// Time for which a push transport is skipped after a failure: 5 minutes at first, doubled after each further failure,
/// up to one hour.
const COOLDOWN: Backoff = Backoff::TRANSPORT;

/// A stream that is disconnected within this time of being opened counts against its push transport, because a proxy or
/// firewall probably closed it.
const SHORT_CONNECTION: SignedDuration = SignedDuration::from_secs(60);
/// Number of consecutive short streams after which the push transport counts as failed.
const MAX_STRIKES: u32 = 3;

/// The health of a push transport, as derived from its previous streams.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
struct TransportHealth {
    left_until: Option<Timestamp>,
    times_left: u32,
    strikes: u32,
}

/// Selects the push transport according to the user's choice and the health of each transport.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct TransportSelector {
    choice: TransportChoice,
    known: [TransportHealth; PushTransport::ALL.len()],
}

impl TransportSelector {
    /// Creates a selector for the user's choice. Initially, all push transports are considered healthy.
    pub fn new(choice: TransportChoice) -> Self {
        Self { choice, ..Self::default() }
    }

    /// Returns whether the user allows only one push transport, so that no other can replace it after a failure.
    pub fn is_only_transport(&self) -> bool {
        matches!(self.choice, TransportChoice::Only(_))
    }

    /// Returns the push transport over which the next stream should be opened.
    pub fn best(&self, now: Timestamp) -> PushTransport {
        if let TransportChoice::Only(transport) = self.choice {
            return transport;
        }
        let usable = |transport: &PushTransport| {
            self.health_of(*transport).left_until.is_none_or(|until| until <= now)
        };
        PushTransport::ALL.into_iter().find(usable).unwrap_or(PushTransport::Poll)
    }

    fn health_of(&self, transport: PushTransport) -> TransportHealth {
        self.known.get(transport as usize).copied().unwrap_or_default()
    }

    fn update(&mut self, transport: PushTransport, change: impl FnOnce(&mut TransportHealth)) {
        if let Some(known) = self.known.get_mut(transport as usize) {
            change(known);
        }
    }

    /// Records that a push transport has failed, so that it is skipped for some time. Polling is never skipped, because
    /// it is the last fallback.
    pub fn mark_failed(&mut self, transport: PushTransport, now: Timestamp) {
        if transport == PushTransport::Poll || self.is_only_transport() {
            return;
        }
        self.update(transport, |known| {
            // If several sessions report the same failure at the same time, it counts once.
            if known.left_until.is_some_and(|until| until > now) {
                return;
            }
            known.times_left += 1;
            known.left_until = Some(saturating_add(now, COOLDOWN.wait(known.times_left)));
            known.strikes = 0;
        });
    }

    /// Records the end of a stream that had been open since `since`. `cut` is `true` if the connection was lost, and
    /// `false` if the service closed it.
    pub fn on_stream_ended(&mut self, transport: PushTransport, since: Timestamp, cut: bool, now: Timestamp) {
        if now.duration_since(since) >= SHORT_CONNECTION {
            self.mark_healthy(transport);
        } else if cut {
            self.on_short_stream(transport, now);
        }
    }

    /// Records that a stream was disconnected soon after it was opened. After several such streams in a row, marks the
    /// push transport as failed.
    fn on_short_stream(&mut self, transport: PushTransport, now: Timestamp) {
        self.update(transport, |known| known.strikes += 1);
        if self.health_of(transport).strikes >= MAX_STRIKES {
            self.mark_failed(transport, now);
        }
    }

    /// Records that a stream was open long enough for its push transport to count as healthy again.
    fn mark_healthy(&mut self, transport: PushTransport) {
        self.update(transport, |known| *known = TransportHealth::default());
    }

    /// Marks all push transports as healthy again, because the user has requested a retry.
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
        let mut transports = TransportSelector::default();
        assert_eq!(transports.best(now), PushTransport::WebSocket);
        transports.mark_failed(PushTransport::WebSocket, now);
        transports.mark_failed(PushTransport::WebSocket, now);
        assert_eq!(transports.best(later(299)), PushTransport::Multipart);
        assert_eq!(transports.best(later(300)), PushTransport::WebSocket);
        transports.mark_failed(PushTransport::WebSocket, later(300));
        assert_eq!(transports.best(later(899)), PushTransport::Multipart);
        for transport in PushTransport::ALL {
            transports.mark_failed(transport, later(300));
        }
        assert_eq!(transports.best(later(300)), PushTransport::Poll);
        transports.reset();
        assert_eq!(transports.best(later(300)), PushTransport::WebSocket);
    }

    #[test]
    fn three_short_streams_in_a_row_mean_that_the_network_closes_them() {
        let now = Timestamp::UNIX_EPOCH;
        let mut transports = TransportSelector::default();
        transports.on_short_stream(PushTransport::WebSocket, now);
        transports.on_short_stream(PushTransport::WebSocket, now);
        transports.mark_healthy(PushTransport::WebSocket);
        transports.on_short_stream(PushTransport::WebSocket, now);
        assert_eq!(transports.best(now), PushTransport::WebSocket);
        transports.on_short_stream(PushTransport::WebSocket, now);
        transports.on_short_stream(PushTransport::WebSocket, now);
        assert_eq!(transports.best(now), PushTransport::Multipart);
    }

    #[test]
    fn a_forced_transport_is_never_replaced() {
        let now = Timestamp::UNIX_EPOCH;
        let mut transports = TransportSelector::new(TransportChoice::Only(PushTransport::LongPoll));
        transports.mark_failed(PushTransport::LongPoll, now);
        assert_eq!(transports.best(now), PushTransport::LongPoll);
    }
}
