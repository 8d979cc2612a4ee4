//! The events that the synchronisation of a session receives, and the actions that it returns.

use crate::domain::ids::MailId;
use crate::domain::push_transport::PushTransport;
use crate::domain::time::Timestamp;
use crate::domain::transport_selector::TransportSelector;
use std::time::Duration;

/// Why a stream ended or a query failed. Each variant requires a different reaction.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Cause {
    /// The service could not be reached: there is no network, the connection broke, or a timeout expired.
    Unreachable,
    /// The service ended the stream or rejected the request.
    Refused,
    /// The session has ended at the service.
    Lapsed,
}

/// An event to which the synchronisation of a session reacts.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Event {
    /// The service has acknowledged the subscription, so it pushes new mail from now on.
    Acknowledged {
        /// Number of the stream that was acknowledged, as [`Action::Connect`] assigned it.
        stream: u64,
    },
    /// A stream has ended. The service may or may not have acknowledged its subscription.
    StreamEnded {
        /// Number of the stream that ended, as [`Action::Connect`] assigned it.
        stream: u64,
        /// Why the stream ended.
        cause: Cause,
        /// The delay that the service requested before the next stream is opened; `None` if it requested no delay.
        wait: Option<Duration>,
    },
    /// A query succeeded, and its mails have been processed.
    Answered {
        /// Number of the query that succeeded, as [`Action::Query`] assigned it.
        query: u64,
        /// The id of the newest mail up to which the local copy of the session is now complete; `None` if it is
        /// unknown.
        complete_to: Option<MailId>,
        /// Remaining lifetime of the session as the service reports it; `None` if the reported expiry time is in the
        /// past.
        left: Option<Duration>,
        /// Number of listed mails that could not be fetched.
        missed: usize,
    },
    /// A query failed. A later query has to list the same mails.
    QueryFailed {
        /// Number of the query that failed, as [`Action::Query`] assigned it.
        query: u64,
        /// Why the query failed.
        cause: Cause,
        /// The delay that the service requested before the next query; `None` if it requested no delay.
        wait: Option<Duration>,
    },
    /// Another process has queried the session. That process stores and reports the mails that it found.
    QueriedElsewhere {
        /// Remaining lifetime of the session as the service reported it; `None` if the reported expiry time is in the
        /// past.
        left: Option<Duration>,
    },
    /// A mail that was pushed over the stream could not be fetched.
    FetchFailed,
    /// A mail arrived for an address that is not in the caller's list of addresses. A query is needed to update that
    /// list.
    UnknownAddress,
    /// The user has requested a refresh, which ends all backoff delays.
    Refresh,
    /// The computer has resumed after a suspend, or another process has taken over the connections. All connections are
    /// broken, although no error has been reported yet.
    Woke,
    /// The reply to a request other than a query showed that the session has ended at the service.
    Lapsed,
}

/// An action that the caller of the synchronisation has to perform.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Action {
    /// The caller must open a stream, which replaces the previous stream of the session.
    Connect {
        /// Number by which later events identify the new stream.
        number: u64,
        /// The push transport over which the stream is opened.
        channel: PushTransport,
        /// Whether the user allows only this push transport, so that no other transport can replace it.
        alone: bool,
        /// The id of the last known mail; `None` if no mail is known. The stream must deliver all later mails.
        after: Option<MailId>,
    },
    /// The caller must query the mails newer than the id that
    /// [`SessionSync::complete_to`](super::SessionSync::complete_to) returns, and process them.
    Query {
        /// Number by which later events identify the new query.
        number: u64,
    },
}

/// The context of a call to [`SessionSync`](super::SessionSync): the current time, and the state that all sessions
/// share.
#[derive(Debug)]
pub struct Context<'a> {
    /// The current time, from a clock that never goes backwards.
    pub now: Timestamp,
    /// The selector of the push transport, which is shared by all sessions.
    pub channels: &'a mut TransportSelector,
    /// The last number that was assigned to a stream or a query of any session.
    pub last_number: &'a mut u64,
}

impl Context<'_> {
    /// Returns a new number, unused by any earlier stream or query.
    pub(super) fn number(&mut self) -> u64 {
        *self.last_number += 1;
        *self.last_number
    }
}
