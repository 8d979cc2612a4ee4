//! When a session is queried although its mail is pushed.

use crate::domain::channel::Channel;
use std::time::Duration;

/// How urgently mail of a session is needed.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Demand {
    /// Somebody waits for the next mail: a script, an assistant.
    Waiting,
    /// Mail is collected for somebody who may look later.
    Collecting,
    /// The copy is to be complete once: a listing. Nothing is pushed.
    CatchingUp,
}

/// Queries after a subscription was acknowledged, in milliseconds since then. Services were seen that
/// listen 3 s after they acknowledge; up to 30 s are covered, with at most 2.5 s between two queries.
const WAITING_MILLIS: [u64; 16] = [
    1_000, 2_000, 4_000, 6_500, 9_000, 11_500, 14_000, 16_500, 19_000, 21_500, 24_000, 26_500, 29_000,
    31_500, 34_000, 36_500,
];

/// As [`WAITING_MILLIS`], with at most 8 s between two queries.
const COLLECTING_MILLIS: [u64; 6] = [2_000, 6_000, 13_000, 20_000, 27_000, 34_000];

/// Interval of queries once the connection has settled, while somebody waits. They find a push that got lost
/// on a connection that seems to work, whatever its channel.
const WAITING_INTERVAL: Duration = Duration::from_secs(30);

/// As [`WAITING_INTERVAL`], while mail is collected. It does not depend on the focus of the terminal: whoever
/// waits for a code looks at a browser meanwhile. One query a minute is half of what an hour may have
/// (`model.rs`), and comes about as often as the ping of the connection.
const COLLECTING_INTERVAL: Duration = Duration::from_mins(1);

impl Demand {
    /// The longest time between two queries while nothing is pushed.
    pub fn longest_gap(self) -> Duration {
        match self {
            Self::Waiting | Self::CatchingUp => Duration::from_millis(2_500),
            Self::Collecting => Duration::from_secs(8),
        }
    }

    /// Whether mail is pushed as well.
    pub(super) fn has_stream(self) -> bool {
        self != Self::CatchingUp
    }

    /// The interval of queries beside a stream of this channel, for good; `None` without a stream.
    pub(super) fn interval_beside(self, channel: Channel) -> Option<Duration> {
        match (self, channel) {
            // Its own queries are further apart.
            (Self::Waiting, Channel::Poll) => Some(self.longest_gap()),
            (Self::Waiting, _) => Some(WAITING_INTERVAL),
            // It queries by itself.
            (Self::Collecting, Channel::Poll) | (Self::CatchingUp, _) => None,
            (Self::Collecting, _) => Some(COLLECTING_INTERVAL),
        }
    }

    /// When the next query is due where the last one was sent at `asked`, both since the subscription
    /// was acknowledged. `None` once the connection has settled and nobody waits.
    pub fn next_refresh(self, asked: Duration) -> Option<Duration> {
        let (times, interval): (&[u64], _) = match self {
            Self::Waiting => (&WAITING_MILLIS, Some(WAITING_INTERVAL)),
            Self::Collecting => (&COLLECTING_MILLIS, None),
            Self::CatchingUp => (&[], None),
        };
        let settling = times.iter().map(|millis| Duration::from_millis(*millis)).find(|at| *at > asked);
        settling.or_else(|| interval.map(|interval| asked.saturating_add(interval)))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn refreshes(demand: Demand, span: Duration) -> Vec<Duration> {
        let next = |asked: &Duration| demand.next_refresh(*asked);
        std::iter::successors(Some(Duration::ZERO), next).take_while(|at| *at <= span).collect()
    }

    #[test]
    fn a_service_that_listens_up_to_thirty_seconds_late_hides_no_mail() {
        for (demand, longest) in [(Demand::Waiting, 2_500), (Demand::Collecting, 8_000)] {
            let at = refreshes(demand, Duration::from_secs(40));
            assert!(at.last().is_some_and(|last| last.as_secs() >= 30), "{at:?}");
            for pair in at.windows(2).filter(|pair| pair[0].as_secs() < 30) {
                assert!(pair[1] <= pair[0] + Duration::from_millis(longest), "{demand:?} {pair:?}");
            }
        }
    }

    #[test]
    fn queries_stay_few_once_the_connection_has_settled() {
        let hour = Duration::from_hours(1);
        assert!(refreshes(Demand::Waiting, hour).len() <= 140);
        assert!(refreshes(Demand::Collecting, hour).len() <= 7);
    }

    #[test]
    fn a_lost_push_is_found_within_a_minute_on_every_channel() {
        for channel in [Channel::WebSocket, Channel::Multipart, Channel::LongPoll] {
            assert_eq!(Demand::Waiting.interval_beside(channel), Some(Duration::from_secs(30)));
            assert_eq!(Demand::Collecting.interval_beside(channel), Some(Duration::from_mins(1)));
        }
    }
}
