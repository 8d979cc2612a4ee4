//! The events that a session synchronisation receives, and the actions that it returns.

use crate::domain::ids::MailId;
use crate::domain::push_transport::PushTransport;
use crate::domain::time::Timestamp;
use crate::domain::transport_selector::TransportSelector;
use std::time::Duration;

/// The reason why a stream ended or a query failed, by the reaction that it needs.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Cause {
    /// The service was not reached: there is no network, the connection broke, or a timeout passed.
    Unreachable,
    /// The service ended the stream or refused the request.
    Refused,
    /// The session has ended on the service.
    Lapsed,
}

/// An event that a session synchronisation has to react to.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Event {
    /// The service acknowledged the subscription and pushes new mail from now on.
    Acknowledged {
        /// Identifies the stream; [`Action::Connect`] assigned the number.
        stream: u64,
    },
    /// A stream ended, whether it was acknowledged or not.
    StreamEnded {
        /// Identifies the stream; [`Action::Connect`] assigned the number.
        stream: u64,
        /// The reason why the stream ended.
        cause: Cause,
        /// The wait that the service demanded before the next attempt, if any.
        wait: Option<Duration>,
    },
    /// A query succeeded and its mails were processed.
    Answered {
        /// Identifies the query; [`Action::Query`] assigned the number.
        query: u64,
        /// The id of the mail up to which the copy of the session is complete now.
        complete_to: Option<MailId>,
        /// Remaining life of the session as the service reports it; `None` for an end in the past.
        left: Option<Duration>,
        /// Count of the listed mails that could not be fetched.
        missed: usize,
    },
    /// A query failed, so a later one has to fetch the mails.
    QueryFailed {
        /// Identifies the query; [`Action::Query`] assigned the number.
        query: u64,
        /// The reason why the query failed.
        cause: Cause,
        /// The wait that the service demanded before the next query, if any.
        wait: Option<Duration>,
    },
    /// A pushed mail could not be fetched.
    Missed,
    /// A mail arrived for an address that the caller does not know. A query brings the session's addresses.
    UnknownAddress,
    /// The user wants new mail now: all back-offs end.
    Refresh,
    /// The computer was suspended and runs again, or another process has taken the connections over. All connections
    /// are dead, although no error was reported yet.
    Woke,
    /// Another request found that the session has ended on the service.
    Lapsed,
}

/// An action that the caller of a session synchronisation has to perform.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Action {
    /// Open a stream; it replaces the previous stream of the session.
    Connect {
        /// Number by which later events refer to the stream.
        number: u64,
        /// The push transport by which to open the stream.
        channel: PushTransport,
        /// Whether the user allows only this push transport, so that no other one can replace it.
        alone: bool,
        /// The id of the last known mail; the stream delivers the mails after it.
        after: Option<MailId>,
    },
    /// Query the mails after the one up to which the copy is complete, and process them.
    Query {
        /// Number by which later events refer to the query.
        number: u64,
    },
}

/// The environment of a session synchronisation: the time, and the state that all sessions share.
#[derive(Debug)]
pub struct Context<'a> {
    /// The current time, from a clock that never goes back.
    pub now: Timestamp,
    /// The selector of the push transport, which all sessions share.
    pub channels: &'a mut TransportSelector,
    /// The last number that was assigned to a stream or a query of any session.
    pub last_number: &'a mut u64,
}

impl Context<'_> {
    /// Returns a number that no earlier stream or query has.
    pub(super) fn number(&mut self) -> u64 {
        *self.last_number += 1;
        *self.last_number
    }
}
