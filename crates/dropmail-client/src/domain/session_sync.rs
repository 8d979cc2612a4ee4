//! Keeps the local copy of a session's mail complete: a state machine without I/O.
//!
//! A push connection reports new mail quickly but not reliably, because a service may acknowledge a subscription before
//! it starts to push mails. Queries find new mail later but miss none. [`SessionSync`] combines both: it receives
//! events and the current time, and returns the actions to perform. A connection is *settling* as long as the service
//! may not push mails yet; during this time, queries are sent at short intervals.
//!
//! ```text
//!            ┌──────────── query at once, 1 s, 2 s, 4 s … until the service pushes ─────┐
//! Connecting ─► acknowledged ─► settling ─► settled ─► query to keep the session alive  │
//!     ▲              │                                                                  ▼
//!     └── backoff ◄──┴─ ended ─► query at once, and regularly while nothing is pushed ─► local copy complete
//! ```

// This file exceeds 300 lines because the states and events of one state machine are easier to read together.

mod action;
mod coverage;
mod keep_alive;
mod listing;
mod queries;
mod refresh;
mod stream;

#[cfg(test)]
mod simulation;
#[cfg(test)]
mod tests;

pub use action::{Cause, SyncAction, SyncContext, SyncEvent};
pub use coverage::Coverage;
pub use listing::{Listing, PageEnd};
pub use refresh::Demand;
pub use stream::Stream;

use super::backoff::Backoff;
use super::ids::MailId;
use super::push_transport::PushTransport;
use super::time::{Timestamp, saturating_add};
use queries::{DelayReason, QueryDelay};
use refresh::ATTENDED_INTERVAL;
use std::time::Duration;

/// A push stream that was open for at least this long is reopened as soon as it ends, because most interruptions are
/// short. If several streams in a row end sooner, the first is reopened at once, and the delay before each further
/// one grows.
const STEADY_SPAN: Duration = Duration::from_secs(10);

/// A query that has been sent but to which the service has not replied yet.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
struct PendingQuery {
    number: u64,
    sent_at: Timestamp,
}

/// The synchronisation of one session's mail: its push connection and its scheduled queries.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct SessionSync {
    demand: Demand,
    begun_at: Timestamp,
    complete_to: Option<MailId>,
    stream: Stream,
    /// Number of consecutive push streams that failed to open or ended soon after opening; determines the backoff
    /// delay.
    stream_failures: u32,
    /// The push transport of a stream that ended before the service acknowledged the subscription; `None` if there is
    /// no such stream. If a later query succeeds, the network works, so this transport is considered broken.
    suspect: Option<PushTransport>,
    query: Option<PendingQuery>,
    /// The time at which the last successful query was sent; `None` if none has succeeded.
    asked_at: Option<Timestamp>,
    /// Number of consecutive failed queries; determines the backoff delay.
    query_failures: u32,
    /// The delay before the next query after a failed one; `None` if a query may be sent at any time.
    delay: Option<QueryDelay>,
    /// Number of consecutive failures to fetch a mail that was listed or pushed; determines the backoff delay.
    missed: u32,
    /// The time at which a query must be sent outside the regular schedule, for example because the user has requested
    /// a refresh or a stream has ended; `None` if no such query is needed.
    owed_at: Option<Timestamp>,
    /// The time at which a query must be sent to extend the session's lifetime; `None` if none is scheduled.
    keep_alive_at: Option<Timestamp>,
    answers: u64,
}

impl SessionSync {
    /// Starts the synchronisation of a session. `complete_to` is the completeness mark: the id of a mail such that the
    /// local copy contains that mail and all earlier ones; `None` if it is unknown. If `demand` means that mail is
    /// fetched in the background, the stream is opened before the first query is sent; otherwise, the query is sent
    /// first.
    pub fn new(demand: Demand, complete_to: Option<MailId>, now: Timestamp) -> Self {
        Self {
            demand,
            begun_at: now,
            complete_to,
            stream: Stream::Idle,
            stream_failures: 0,
            suspect: None,
            query: None,
            asked_at: None,
            query_failures: 0,
            delay: None,
            missed: 0,
            owed_at: None,
            keep_alive_at: None,
            answers: 0,
        }
    }

    /// Sets how urgently the caller needs the session's new mail.
    pub fn set_demand(&mut self, demand: Demand) {
        self.demand = demand;
    }

    /// Returns the completeness mark of the session: the id of a mail such that the local copy contains that mail and
    /// all earlier ones. Returns `None` if the mark is unknown.
    pub fn complete_to(&self) -> Option<&MailId> {
        self.complete_to.as_ref()
    }

    /// Returns the state of the push connection.
    pub fn stream(&self) -> &Stream {
        &self.stream
    }

    /// Returns the number of consecutive push streams that failed to open or ended soon after opening.
    pub fn stream_failures(&self) -> u32 {
        self.stream_failures
    }

    /// Returns the number of successful queries since the start of the synchronisation.
    pub fn answers(&self) -> u64 {
        self.answers
    }

    /// Returns the number of consecutive failed queries.
    pub fn query_failures(&self) -> u32 {
        self.query_failures
    }

    /// Returns whether the mail list is up to date: a query that was sent after the service acknowledged the push
    /// stream has succeeded.
    pub fn is_refreshed(&self) -> bool {
        match self.stream {
            Stream::Up { since, .. } => self.asked_at.is_some_and(|asked| asked >= since),
            Stream::Idle | Stream::Connecting { .. } | Stream::Waiting { .. } | Stream::Off => false,
        }
    }

    /// Returns the number of the query in flight; `None` if there is none.
    pub fn query_number(&self) -> Option<u64> {
        self.query.map(|query| query.number)
    }

    /// Returns whether a query is in flight.
    pub fn is_querying(&self) -> bool {
        self.query.is_some()
    }

    /// Returns whether the session no longer exists on the service, so that there is nothing left to synchronise.
    pub fn is_over(&self) -> bool {
        self.stream == Stream::Off
    }

    /// Returns the time at which the caller must call [`Self::poll`] again; `None` if nothing is scheduled.
    pub fn due(&self) -> Option<Timestamp> {
        let stream = match &self.stream {
            Stream::Idle if self.may_connect() => Some(self.begun_at),
            Stream::Waiting { until } => Some(*until),
            Stream::Idle | Stream::Connecting { .. } | Stream::Up { .. } | Stream::Off => None,
        };
        stream.into_iter().chain(self.query_due()).min()
    }

    /// Returns the actions that are due at the time in `context`.
    pub fn poll(&mut self, context: &mut SyncContext<'_>) -> Vec<SyncAction> {
        let mut actions = Vec::new();
        if self.is_over() {
            return actions;
        }
        let now = context.now;
        let connects = match &self.stream {
            Stream::Idle => self.may_connect(),
            Stream::Waiting { until } => *until <= now,
            Stream::Up { transport, .. } => *transport > context.transports.best(now),
            Stream::Connecting { .. } | Stream::Off => false,
        };
        if connects {
            actions.push(self.connect(context));
        }
        if self.query_due().is_some_and(|due| due <= now) {
            let number = context.next_number();
            self.query = Some(PendingQuery { number, sent_at: now });
            self.owed_at = None;
            actions.push(SyncAction::Query { number });
        }
        actions
    }

    /// Handles an event and returns the actions that are then due. Ignores events from earlier streams and queries.
    pub fn handle(&mut self, event: SyncEvent, context: &mut SyncContext<'_>) -> Vec<SyncAction> {
        let now = context.now;
        match event {
            SyncEvent::Acknowledged { stream } => self.on_acknowledged(stream, now),
            SyncEvent::StreamEnded { stream, cause, wait } => {
                self.on_stream_ended(stream, cause, wait, context);
            }
            SyncEvent::Answered { query, complete_to, left, missed } => {
                if self.query.is_some_and(|under_way| under_way.number == query) {
                    self.on_query_answered(complete_to, left, missed, context);
                }
            }
            SyncEvent::QueryFailed { query, cause, wait } => {
                if self.query.is_some_and(|under_way| under_way.number == query) {
                    self.on_query_failed(cause, wait, context);
                }
            }
            SyncEvent::QueriedElsewhere { left } => self.on_queried_elsewhere(left, now),
            SyncEvent::FetchFailed => self.schedule_catch_up(context),
            SyncEvent::UnknownAddress => self.owed_at = Some(now),
            SyncEvent::Attended => {
                let is_recent = |asked| saturating_add(asked, ATTENDED_INTERVAL) > now;
                if self.query.is_none() && !self.asked_at.is_some_and(is_recent) {
                    self.owed_at = Some(now);
                }
            }
            SyncEvent::Refresh => {
                (self.delay, self.owed_at) = (None, Some(now));
                self.stream_failures = 0;
                if let Stream::Waiting { until } = &mut self.stream {
                    *until = now;
                }
            }
            SyncEvent::Woke => {
                self.delay = None;
                // Failures before the suspend do not show that the transport is broken.
                self.suspect = None;
                if matches!(self.stream, Stream::Connecting { .. } | Stream::Up { .. }) {
                    self.stream = Stream::Waiting { until: now };
                }
            }
            SyncEvent::Lapsed => self.stream = Stream::Off,
        }
        self.poll(context)
    }

    fn may_connect(&self) -> bool {
        match self.demand {
            Demand::Collecting | Demand::Away | Demand::Following | Demand::FollowingAway => true,
            Demand::Waiting => self.answers > 0 || self.query_failures > 0,
            Demand::CatchingUp => false,
        }
    }

    fn connect(&mut self, context: &mut SyncContext<'_>) -> SyncAction {
        let number = context.next_number();
        let (transport, is_only_transport) =
            (context.transports.best(context.now), context.transports.is_only_transport());
        self.stream = Stream::Connecting { number, transport };
        SyncAction::Connect { number, transport, is_only_transport, after: self.complete_to.clone() }
    }

    fn on_acknowledged(&mut self, stream: u64, now: Timestamp) {
        if let Stream::Connecting { number, transport } = self.stream
            && number == stream
        {
            self.stream = Stream::Up { number, transport, since: now };
            // The service is reachable again, so the backoff after failures ends. A delay that the service demanded
            // does not end.
            self.delay = self.delay.filter(|delay| delay.reason == DelayReason::Requested);
        }
    }

    fn on_stream_ended(
        &mut self,
        stream: u64,
        cause: Cause,
        wait: Option<Duration>,
        context: &mut SyncContext<'_>,
    ) {
        let now = context.now;
        if self.stream.number() != Some(stream) {
            return;
        }
        if cause == Cause::Lapsed {
            self.stream = Stream::Off;
            return;
        }
        let cut = cause == Cause::Unreachable;
        let failures = match self.stream {
            Stream::Up { transport, since, .. } => {
                context.transports.on_stream_ended(transport, since, cut, now);
                self.suspect = None;
                let steady = now.duration_since(since).unsigned_abs() >= STEADY_SPAN;
                let before = if steady { 0 } else { self.stream_failures };
                self.stream_failures = if steady { 0 } else { self.stream_failures + 1 };
                before
            }
            Stream::Connecting { transport, .. } => {
                self.suspect = (cut && wait.is_none()).then_some(transport);
                self.stream_failures += 1;
                self.stream_failures
            }
            Stream::Idle | Stream::Waiting { .. } | Stream::Off => 0,
        };
        let wait = Backoff::RETRY.delay_at_least(failures, stream, wait);
        self.stream = Stream::Waiting { until: saturating_add(now, wait) };
        // Mails that have arrived since the last query may not have been pushed.
        self.owed_at = Some(now);
    }
}
