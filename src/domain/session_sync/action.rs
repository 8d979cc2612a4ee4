//! What a synchronisation is told, and what it wants done.

use crate::domain::channel::Channel;
use crate::domain::channels::Channels;
use crate::domain::ids::MailId;
use crate::domain::time::Timestamp;
use std::time::Duration;

/// Why a stream ended or a query failed, by what can be done about it.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Cause {
    /// Nothing of the service's own: no network, cut, too slow.
    Unreachable,
    /// The service has ended or refused it.
    Refused,
    /// The session is gone from the service.
    Lapsed,
}

/// What has happened.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Event {
    /// The service says that it pushes from here on.
    Acknowledged {
        /// The number of [`Action::Connect`].
        stream: u64,
    },
    /// A stream has ended, acknowledged or not.
    StreamEnded {
        /// The number of [`Action::Connect`].
        stream: u64,
        /// Why.
        cause: Cause,
        /// How long the service asked to wait.
        wait: Option<Duration>,
    },
    /// A query was answered, and its mails were taken in.
    Answered {
        /// The number of [`Action::Query`].
        query: u64,
        /// The mail up to which the copy is complete now.
        complete_to: Option<MailId>,
        /// How long the session still lives by what the service told; `None` for an end that has passed.
        left: Option<Duration>,
        /// How many of its mails could not be fetched.
        missed: usize,
    },
    /// A query has failed.
    QueryFailed {
        /// The number of [`Action::Query`].
        query: u64,
        /// Why.
        cause: Cause,
        /// How long the service asked to wait.
        wait: Option<Duration>,
    },
    /// A pushed mail could not be fetched.
    Missed,
    /// Somebody wants to know now: all waiting ends.
    Refresh,
    /// The machine was asleep: what stood before is gone, though nothing has said so yet.
    Woke,
    /// The session is gone from the service, as somebody else was told.
    Lapsed,
}

/// What is to be done.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Action {
    /// Connect a stream, in place of the one before.
    Connect {
        /// Names it in events.
        number: u64,
        /// How it hears of mail.
        channel: Channel,
        /// Whether there is no other channel to fall back to.
        alone: bool,
        /// The mail after which it begins.
        after: Option<MailId>,
    },
    /// Query what came after the mail up to which the copy is complete, and take it in.
    Query {
        /// Names it in events.
        number: u64,
    },
}

/// What a synchronisation needs beside its own state.
#[derive(Debug)]
pub struct Context<'a> {
    /// The time, by a clock that never goes back.
    pub now: Timestamp,
    /// What is known of the channels, for all sessions.
    pub channels: &'a mut Channels,
    /// The last number that was given out.
    pub last_number: &'a mut u64,
}

impl Context<'_> {
    /// A number that no stream and no query had before.
    pub(super) fn number(&mut self) -> u64 {
        *self.last_number += 1;
        *self.last_number
    }
}
