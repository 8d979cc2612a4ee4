//! Defines the events that the synchronisation of a session receives, and the actions that it returns.

use crate::domain::ids::MailId;
use crate::domain::push_transport::PushTransport;
use crate::domain::time::Timestamp;
use crate::domain::transport_selector::TransportSelector;
use std::time::Duration;

/// The reason why a stream ended or a query failed, which determines how the synchronisation reacts.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Cause {
    /// The service could not be reached: there is no network, the connection was lost, or a timeout expired.
    Unreachable,
    /// The service ended the stream or rejected the request.
    Refused,
    /// The session no longer exists on the service.
    Lapsed,
}

/// An event to which the synchronisation of a session reacts.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum SyncEvent {
    /// The service has acknowledged the subscription, and will push new mail.
    Acknowledged {
        /// Number of the acknowledged stream, as assigned by [`SyncAction::Connect`].
        stream: u64,
    },
    /// A stream has ended, possibly before the service acknowledged its subscription.
    StreamEnded {
        /// Number of the stream that ended, as assigned by [`SyncAction::Connect`].
        stream: u64,
        /// The reason why the stream ended.
        cause: Cause,
        /// The delay that the service requested before the next stream; `None` if it requested none.
        wait: Option<Duration>,
    },
    /// A query succeeded, and its mails have been processed.
    Answered {
        /// Number of the successful query, as assigned by [`SyncAction::Query`].
        query: u64,
        /// The completeness mark after the query: the id of a mail such that the local copy of the session contains
        /// that mail and all earlier ones; `None` if the mark is unknown.
        complete_to: Option<MailId>,
        /// Remaining lifetime of the session as reported by the service; `None` if the reported expiry time is in the
        /// past.
        left: Option<Duration>,
        /// Number of listed mails that could not be fetched.
        missed: usize,
    },
    /// A query failed. A later query must list the mails that the failed query should have listed.
    QueryFailed {
        /// Number of the failed query, as assigned by [`SyncAction::Query`].
        query: u64,
        /// The reason why the query failed.
        cause: Cause,
        /// The delay that the service requested before the next query; `None` if it requested none.
        wait: Option<Duration>,
    },
    /// Another process has queried the session. That process stores and reports the mails that it found.
    QueriedElsewhere {
        /// Remaining lifetime of the session as reported by the service; `None` if the reported expiry time is in the
        /// past.
        left: Option<Duration>,
    },
    /// A mail that was pushed over the stream could not be fetched.
    FetchFailed,
    /// A mail arrived for an address that is not in the caller's list of addresses. The next query updates this list.
    UnknownAddress,
    /// The user has returned to the program window.
    Attended,
    /// The user has requested a refresh, which ends all backoff delays.
    Refresh,
    /// The computer has resumed from suspend, or the data directory has a new owner. All connections are lost, even if
    /// no error has been reported yet.
    Woke,
    /// The response to a request other than a query showed that the session no longer exists on the service.
    Lapsed,
}

/// An action that the caller of the synchronisation must perform.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum SyncAction {
    /// The caller must open a stream that replaces the session's previous stream.
    Connect {
        /// The number that identifies the new stream in later events.
        number: u64,
        /// The push transport over which the stream is opened.
        transport: PushTransport,
        /// `true` if the user allows only this push transport, so that no other transport can replace it after a
        /// failure.
        is_only_transport: bool,
        /// The id of the last known mail; `None` if no mail is known. The stream must yield all later mails.
        after: Option<MailId>,
    },
    /// The caller must query the service for mails newer than the completeness mark (see
    /// [`SessionSync::complete_to`](super::SessionSync::complete_to)), and must process these mails.
    Query {
        /// The number that identifies the new query in later events.
        number: u64,
    },
}

/// The context of a call to [`SessionSync`](super::SessionSync): the current time, and the state that all sessions
/// share.
#[derive(Debug)]
pub struct SyncContext<'a> {
    /// The current time, from a clock that never goes backwards.
    pub now: Timestamp,
    /// Selects the push transport. All sessions share this selector.
    pub transports: &'a mut TransportSelector,
    /// The number that was most recently assigned to a stream or query of any session.
    pub last_number: &'a mut u64,
}

impl SyncContext<'_> {
    /// Returns a new number that has not been assigned to any earlier stream or query.
    pub(super) fn next_number(&mut self) -> u64 {
        *self.last_number += 1;
        *self.last_number
    }
}
