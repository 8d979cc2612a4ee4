//! The queries of a session: when the next one is due, and what follows from the reply to one.

use super::keep_alive::keep_alive_interval;
use super::{Cause, Demand, SessionSync, Stream, SyncContext};
use crate::domain::backoff::Backoff;
use crate::domain::ids::MailId;
use crate::domain::time::{Timestamp, saturating_add};
use std::time::Duration;

/// A delay after a failed query, during which no query may be sent.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) struct QueryDelay {
    /// The time at which the delay ends.
    pub(super) until: Timestamp,
    pub(super) reason: DelayReason,
}

/// The reason for a delay before the next query.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum DelayReason {
    /// The service requested the delay.
    Requested,
    /// The client waits longer after each consecutive failure.
    Backoff,
}

impl SessionSync {
    pub(super) fn on_query_answered(
        &mut self,
        complete_to: Option<MailId>,
        left: Option<Duration>,
        missed: usize,
        context: &mut SyncContext<'_>,
    ) {
        let now = context.now;
        let Some(query) = self.query.take() else { return };
        self.answers += 1;
        self.asked_at = Some(query.sent_at);
        self.complete_to = complete_to;
        self.query_failures = 0;
        self.delay = None;
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
    pub(super) fn on_queried_elsewhere(&mut self, left: Option<Duration>, now: Timestamp) {
        if self.is_refreshed() || !matches!(self.stream, Stream::Up { .. }) {
            self.asked_at = Some(now);
        }
        self.schedule_keep_alive(left, now);
    }

    pub(super) fn schedule_keep_alive(&mut self, left: Option<Duration>, now: Timestamp) {
        let wait = self.demand.keep_alive(keep_alive_interval(left));
        self.keep_alive_at = self.demand.has_stream().then(|| saturating_add(now, wait));
    }

    pub(super) fn on_query_failed(
        &mut self,
        cause: Cause,
        wait: Option<Duration>,
        context: &mut SyncContext<'_>,
    ) {
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
        let reason = if wait.is_some() { DelayReason::Requested } else { DelayReason::Backoff };
        self.delay = Some(QueryDelay { until, reason });
    }

    /// Schedules an additional query because a mail could not be fetched. The delay before the query increases with
    /// each consecutive failure.
    pub(super) fn schedule_catch_up(&mut self, context: &mut SyncContext<'_>) {
        self.missed += 1;
        let wait = Backoff::BACKGROUND.delay_with_jitter(self.missed, u64::from(self.missed));
        self.owed_at = Some(saturating_add(context.now, wait));
    }

    /// Returns the time at which the next query must be sent; `None` while a query is in flight or if the session no
    /// longer exists.
    pub(super) fn query_due(&self) -> Option<Timestamp> {
        if self.query.is_some() || self.is_over() {
            return None;
        }
        let due = [self.refresh_at(), self.owed_at, self.keep_alive_at].into_iter().flatten().min()?;
        Some(self.delay.map_or(due, |delay| due.max(delay.until)))
    }

    /// Returns the time at which the state of the push stream requires the next query; `None` if it requires no query.
    pub(super) fn refresh_at(&self) -> Option<Timestamp> {
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
