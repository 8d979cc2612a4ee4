//! Schedules queries while a push stream is open. They find mails that the service failed to push.

use crate::domain::push_transport::PushTransport;
use std::time::Duration;

/// How urgently the caller needs the new mail of a session. This determines when queries are sent.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Demand {
    /// The caller, such as a script or an AI assistant, is waiting for the next mail.
    Waiting,
    /// Mail is fetched in the background, and the user may read it later.
    Collecting,
    /// Mail is fetched in the background, as with [`Self::Collecting`], but the user has been away for some time. While
    /// a stream is open, the only regular queries are those that keep the session alive, because each query wakes the
    /// processor.
    Away,
    /// Mail is fetched in the background, as with [`Self::Collecting`], but another process queries the session and
    /// reports each query. This process schedules its own queries at longer intervals, and sends them only if no such
    /// report arrives.
    Following,
    /// Mail is fetched in the background, and both conditions apply: another process queries the session (see
    /// [`Self::Following`]), and the user has been away for some time (see [`Self::Away`]).
    FollowingAway,
    /// The caller is listing mails, so the local copy of the session is completed once and then not updated. No push
    /// stream is opened.
    CatchingUp,
}

/// Times at which queries are sent while a caller waits for mail, in milliseconds after the acknowledgement of the
/// subscription. Some services do not start to push mails until 3 s after the acknowledgement. The times cover slightly
/// more than the first 30 s, at intervals of at most 2.5 s.
const WAITING_MILLIS: [u64; 16] = [
    1_000, 2_000, 4_000, 6_500, 9_000, 11_500, 14_000, 16_500, 19_000, 21_500, 24_000, 26_500, 29_000,
    31_500, 34_000, 36_500,
];

/// Times at which queries are sent for mail that is fetched in the background, in milliseconds after the
/// acknowledgement of the subscription. The intervals are at most 8 s.
const COLLECTING_MILLIS: [u64; 6] = [2_000, 6_000, 13_000, 20_000, 27_000, 34_000];

/// Interval between the queries that are sent while a caller waits for mail, after the queries at the times in
/// [`WAITING_MILLIS`]. These queries find mails that the service failed to push although the connection seems to work.
const WAITING_INTERVAL: Duration = Duration::from_secs(30);

/// Interval between queries once the times in [`COLLECTING_MILLIS`] have passed, if mail is fetched in the background
/// and pushed over a WebSocket. Pings show that the WebSocket works, so these queries find only mails that the service
/// failed to push. When the user returns to the program window, [`ATTENDED_INTERVAL`] applies instead.
const COLLECTING_INTERVAL: Duration = Duration::from_mins(2);

/// Interval between queries if mail is fetched in the background and pushed over HTTP. It is shorter than for a
/// WebSocket, because a proxy may hold back a pushed mail, which no ping detects.
const COLLECTING_HTTP_INTERVAL: Duration = Duration::from_mins(1);

/// If the last query was sent at least this long ago, another one is sent when the user returns to the program window.
pub(super) const ATTENDED_INTERVAL: Duration = Duration::from_secs(30);

/// Factor (numerator and denominator) by which the intervals of [`Demand::Collecting`] are multiplied for
/// [`Demand::Following`].
const FOLLOWING_FACTOR: (u32, u32) = (3, 2);

fn collecting_interval(transport: PushTransport) -> Duration {
    match transport {
        PushTransport::WebSocket => COLLECTING_INTERVAL,
        PushTransport::Multipart | PushTransport::LongPoll | PushTransport::Poll => COLLECTING_HTTP_INTERVAL,
    }
}

fn following_interval(interval: Duration) -> Duration {
    interval * FOLLOWING_FACTOR.0 / FOLLOWING_FACTOR.1
}

/// Maximum time between two queries for mail that is fetched in the background while no stream is open.
const COLLECTING_GAP: Duration = Duration::from_secs(8);

impl Demand {
    /// Returns the maximum time between two queries for this demand while no stream is open.
    pub fn longest_gap(self) -> Duration {
        match self {
            Self::Waiting | Self::CatchingUp => Duration::from_millis(2_500),
            Self::Collecting | Self::Away => COLLECTING_GAP,
            Self::Following | Self::FollowingAway => following_interval(COLLECTING_GAP),
        }
    }

    /// Returns the interval between queries that keep a session alive: `interval`, or a longer one if another process
    /// also queries the session.
    pub(super) fn keep_alive(self, interval: Duration) -> Duration {
        match self {
            Self::Waiting | Self::Collecting | Self::Away | Self::CatchingUp => interval,
            Self::Following | Self::FollowingAway => following_interval(interval),
        }
    }

    /// Returns whether this demand means that mail is fetched in the background.
    pub(super) fn is_background(self) -> bool {
        matches!(self, Self::Collecting | Self::Away | Self::Following | Self::FollowingAway)
    }

    /// Returns whether this demand requires a stream over which the service pushes new mail.
    pub(super) fn has_stream(self) -> bool {
        self != Self::CatchingUp
    }

    /// Returns the interval at which queries look for mails that the service failed to push, while a stream over
    /// `transport` is open. Returns `None` if this demand needs no such queries with this transport. Queries that keep
    /// the session alive are scheduled separately.
    pub(super) fn interval_with_stream(self, transport: PushTransport) -> Option<Duration> {
        match (self, transport) {
            // The polling push transport itself sends queries less often.
            (Self::Waiting, PushTransport::Poll) => Some(self.longest_gap()),
            (Self::Waiting, _) => Some(WAITING_INTERVAL),
            // The polling push transport already sends queries itself.
            (Self::Collecting | Self::Following, PushTransport::Poll)
            | (Self::Away | Self::FollowingAway | Self::CatchingUp, _) => None,
            (Self::Collecting, _) => Some(collecting_interval(transport)),
            (Self::Following, _) => Some(following_interval(collecting_interval(transport))),
        }
    }

    /// Returns the time at which the next query must be sent if the last one was sent at `asked`; `None` if no query is
    /// scheduled. Both times are measured from the acknowledgement of the subscription.
    pub fn next_refresh(self, asked: Duration) -> Option<Duration> {
        let (times, interval): (&[u64], _) = match self {
            Self::Waiting => (&WAITING_MILLIS, Some(WAITING_INTERVAL)),
            Self::Collecting | Self::Away => (&COLLECTING_MILLIS, None),
            // The other process sends the queries while its connection settles.
            Self::Following | Self::FollowingAway | Self::CatchingUp => (&[], None),
        };
        let settling = times.iter().map(|millis| Duration::from_millis(*millis)).find(|at| *at > asked);
        settling.or_else(|| interval.map(|interval| asked.saturating_add(interval)))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn refreshes(demand: Demand, span: Duration) -> Vec<Duration> {
        let next = |last_query: &Duration| demand.next_refresh(*last_query);
        std::iter::successors(Some(Duration::ZERO), next).take_while(|at| *at <= span).collect()
    }

    #[test]
    fn a_subscription_that_starts_thirty_seconds_late_hides_no_mail() {
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
    fn a_lost_push_is_found_on_every_transport() {
        for (transport, collecting_mins) in
            [(PushTransport::WebSocket, 2), (PushTransport::Multipart, 1), (PushTransport::LongPoll, 1)]
        {
            let collecting = Demand::Collecting.interval_with_stream(transport);
            assert_eq!(Demand::Waiting.interval_with_stream(transport), Some(Duration::from_secs(30)));
            assert_eq!(collecting, Some(Duration::from_mins(collecting_mins)));
            assert_eq!(Demand::Away.interval_with_stream(transport), None);
            assert_eq!(Demand::FollowingAway.interval_with_stream(transport), None);
        }
    }
}
