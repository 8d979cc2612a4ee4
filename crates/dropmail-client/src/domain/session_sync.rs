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

// This file exceeds 300 lines because a state machine is easier to read as a whole.

mod action;
mod coverage;
mod keep_alive;
mod listing;
mod refresh;
mod stream;

#[cfg(test)]
mod simulation;
#[cfg(test)]
mod tests;

pub use action::{Action, Cause, Context, Event};
pub use coverage::Coverage;
pub use listing::{Listing, PageEnd};
pub use refresh::Demand;
pub use stream::Stream;

use super::backoff::Backoff;
use super::ids::MailId;
use super::push_transport::PushTransport;
use super::time::{Timestamp, saturating_add};
use keep_alive::keep_alive_interval;
use refresh::ATTENDED_INTERVAL;
use std::time::Duration;

/// Minimum time that a push stream must have been open to be reopened as soon as it ends, because most interruptions
/// are short. If several shorter streams end in a row, each later one is reopened after a longer backoff delay.
const STEADY_SPAN: Duration = Duration::from_secs(10);

/// A query that has been sent but to which the service has not replied yet.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
struct Query {
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
    query: Option<Query>,
    /// The time at which the last successful query was sent; `None` if none has succeeded.
    asked_at: Option<Timestamp>,
    /// Number of consecutive failed queries; determines the backoff delay.
    query_failures: u32,
    /// The time before which no query may be sent; `None` if there is no such restriction. The `bool` is `true` if the
    /// service requested the delay, and `false` if it is a backoff delay.
    held_until: Option<(Timestamp, bool)>,
    /// Number of consecutive failures to fetch a mail that was listed or pushed; determines the backoff delay.
    missed: u32,
    /// The time at which an additional query must be sent; `None` if none is needed.
    owed_at: Option<Timestamp>,
    /// The time at which a query must be sent to extend the session's lifetime; `None` if none is scheduled.
    keep_alive_at: Option<Timestamp>,
    answers: u64,
}

impl SessionSync {
    /// Starts the synchronisation of a session. `complete_to` is the completeness mark: the id of a mail such that the
    /// local copy contains that mail and all earlier ones; `None` if it is unknown. With [`Demand::Collecting`], the
    /// stream is opened before the first query is sent; with any other demand, the query is sent first.
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
            held_until: None,
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
    pub fn poll(&mut self, context: &mut Context<'_>) -> Vec<Action> {
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
            self.query = Some(Query { number, sent_at: now });
            self.owed_at = None;
            actions.push(Action::Query { number });
        }
        actions
    }

    /// Handles an event and returns the actions that are then due. Ignores events from earlier streams and queries.
    pub fn handle(&mut self, event: Event, context: &mut Context<'_>) -> Vec<Action> {
        let now = context.now;
        match event {
            Event::Acknowledged { stream } => self.on_acknowledged(stream, now),
            Event::StreamEnded { stream, cause, wait } => self.on_stream_ended(stream, cause, wait, context),
            Event::Answered { query, complete_to, left, missed } => {
                if self.query.is_some_and(|under_way| under_way.number == query) {
                    self.on_query_answered(complete_to, left, missed, context);
                }
            }
            Event::QueryFailed { query, cause, wait } => {
                if self.query.is_some_and(|under_way| under_way.number == query) {
                    self.on_query_failed(cause, wait, context);
                }
            }
            Event::QueriedElsewhere { left } => self.on_queried_elsewhere(left, now),
            Event::FetchFailed => self.schedule_catch_up(context),
            Event::UnknownAddress => self.owed_at = Some(now),
            Event::Attended => {
                let is_recent = |asked| saturating_add(asked, ATTENDED_INTERVAL) > now;
                if self.query.is_none() && !self.asked_at.is_some_and(is_recent) {
                    self.owed_at = Some(now);
                }
            }
            Event::Refresh => {
                (self.held_until, self.owed_at) = (None, Some(now));
                self.stream_failures = 0;
                if let Stream::Waiting { until } = &mut self.stream {
                    *until = now;
                }
            }
            Event::Woke => {
                self.held_until = None;
                // Failures before the suspend do not show that the transport is broken.
                self.suspect = None;
                if matches!(self.stream, Stream::Connecting { .. } | Stream::Up { .. }) {
                    self.stream = Stream::Waiting { until: now };
                }
            }
            Event::Lapsed => self.stream = Stream::Off,
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

    fn connect(&mut self, context: &mut Context<'_>) -> Action {
        let number = context.next_number();
        let (transport, is_only_transport) =
            (context.transports.best(context.now), context.transports.is_only_transport());
        self.stream = Stream::Connecting { number, transport };
        Action::Connect { number, transport, is_only_transport, after: self.complete_to.clone() }
    }

    fn on_acknowledged(&mut self, stream: u64, now: Timestamp) {
        if let Stream::Connecting { number, transport } = self.stream
            && number == stream
        {
            self.stream = Stream::Up { number, transport, since: now };
            // The service is reachable again, so the backoff after failures ends. A delay that the service demanded
            // does not end.
            self.held_until = self.held_until.filter(|(_, requested)| *requested);
        }
    }

    fn on_stream_ended(
        &mut self,
        stream: u64,
        cause: Cause,
        wait: Option<Duration>,
        context: &mut Context<'_>,
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

    fn on_query_answered(
        &mut self,
        complete_to: Option<MailId>,
        left: Option<Duration>,
        missed: usize,
        context: &mut Context<'_>,
    ) {
        let now = context.now;
        let Some(query) = self.query.take() else { return };
        self.answers += 1;
        self.asked_at = Some(query.sent_at);
        self.complete_to = complete_to;
        self.query_failures = 0;
        self.held_until = None;
        self.schedule_keep_alive(left, now);
        if let Some(transport) = self.suspect.take() {
            context.transports.mark_failed(transport, now);
        }
        if missed > 0 {
            self.schedule_catch_up(context);
        } else {
            self.missed = 0;
        }
    }

    /// Postpones the regular queries after another process has queried the session and reported its mails. Does not
    /// postpone the query that follows the acknowledgement of a push stream, because the other process may have sent
    /// its query before the acknowledgement. `left` is the remaining lifetime of the session; `None` if its reported
    /// expiry time is in the past.
    fn on_queried_elsewhere(&mut self, left: Option<Duration>, now: Timestamp) {
        if self.is_refreshed() || !matches!(self.stream, Stream::Up { .. }) {
            self.asked_at = Some(now);
        }
        self.schedule_keep_alive(left, now);
    }

    fn schedule_keep_alive(&mut self, left: Option<Duration>, now: Timestamp) {
        let wait = self.demand.keep_alive(keep_alive_interval(left));
        self.keep_alive_at = self.demand.has_stream().then(|| saturating_add(now, wait));
    }

    fn on_query_failed(&mut self, cause: Cause, wait: Option<Duration>, context: &mut Context<'_>) {
        let Some(query) = self.query.take() else { return };
        if cause == Cause::Lapsed {
            self.stream = Stream::Off;
            return;
        }
        self.query_failures += 1;
        let policy = match self.demand {
            // The caller waits for the first reply, or for the error that the service is unreachable.
            Demand::Waiting | Demand::CatchingUp if self.answers == 0 => Backoff::FIRST_ANSWER,
            Demand::Waiting | Demand::CatchingUp => Backoff::RETRY,
            Demand::Collecting | Demand::Away | Demand::Following | Demand::FollowingAway => {
                Backoff::BACKGROUND
            }
        };
        let until =
            saturating_add(context.now, policy.delay_at_least(self.query_failures, query.number, wait));
        self.held_until = Some((until, wait.is_some()));
    }

    /// Schedules an additional query because a mail could not be fetched. The delay before the query increases with
    /// each consecutive failure.
    fn schedule_catch_up(&mut self, context: &mut Context<'_>) {
        self.missed += 1;
        let wait = Backoff::BACKGROUND.delay_with_jitter(self.missed, u64::from(self.missed));
        self.owed_at = Some(saturating_add(context.now, wait));
    }

    /// Returns the time at which the next query must be sent; `None` while a query is in flight or if the session no
    /// longer exists.
    fn query_due(&self) -> Option<Timestamp> {
        if self.query.is_some() || self.is_over() {
            return None;
        }
        let due = [self.refresh_at(), self.owed_at, self.keep_alive_at].into_iter().flatten().min()?;
        Some(self.held_until.map_or(due, |(until, _)| due.max(until)))
    }

    /// Returns the time at which the state of the push stream requires the next query; `None` if it requires no query.
    fn refresh_at(&self) -> Option<Timestamp> {
        let gap = self.demand.longest_gap();
        match (&self.stream, self.asked_at) {
            (Stream::Up { since, .. }, None) => Some(*since),
            (Stream::Up { since, .. }, Some(asked)) if asked < *since => Some(*since),
            (Stream::Up { since, transport, .. }, Some(asked)) => {
                let settling = self.demand.next_refresh(asked.duration_since(*since).unsigned_abs());
                let settling = settling.map(|due| saturating_add(*since, due));
                let beside = self
                    .demand
                    .interval_with_stream(*transport)
                    .map(|interval| saturating_add(asked, interval));
                [settling, beside].into_iter().flatten().min()
            }
            // No stream is open, so no mail is pushed.
            (_, Some(asked)) => self.demand.has_stream().then(|| saturating_add(asked, gap)),
            (_, None) if self.demand.is_background() => Some(saturating_add(self.begun_at, gap)),
            (_, None) => Some(self.begun_at),
        }
    }
}
