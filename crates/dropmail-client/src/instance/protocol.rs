//! The protocol messages on the socket between the process that owns a data directory and another process. Each message
//! is a JSON object on one line.
//!
//! Each process closes the connection when it receives a line that is too long or is not a valid message. A faulty
//! process can thus send only one such line.

use super::wire::{Address, Change, Delivery, Domain, Envelope, Secret, Session, WireError};
use crate::domain::secrets::Token;
use ring::digest::{SHA256, digest};
use serde::{Deserialize, Serialize};

/// Version of the protocol. Processes with different versions do not exchange requests.
pub(super) const VERSION: u32 = 1;

/// Maximum length in bytes of a protocol message to the process that owns the data directory. If that process receives
/// a longer message, it closes the connection.
pub(super) const MAX_REQUEST_BYTES: usize = 1 << 20;

/// Maximum length in bytes of a protocol message from the process that owns the data directory. A longer message ends
/// the connection. The limit is high, because a list of a session's mails can be long.
pub(super) const MAX_REPLY_BYTES: usize = 64 << 20;

/// The service and the token that a process uses. Only processes with the same service and the same token share a
/// connection to the service.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct Identity {
    base: String,
    /// Digest of the user's own token; `None` if the process uses the token in the archive.
    token: Option<String>,
}

impl Identity {
    /// Creates the identity of a process that uses the service at `base`. `given` is the user's own token; `None` if
    /// the process uses the token in the archive. Processes share a connection only if their identities are equal.
    pub fn new(base: &str, given: Option<&Token>) -> Self {
        let token = given.map(|token| {
            let hex = |byte: &u8| format!("{byte:02x}");
            digest(&SHA256, token.expose().as_bytes()).as_ref().iter().map(hex).collect()
        });
        Self { base: base.to_owned(), token }
    }
}

/// A protocol message from another process to the process that owns the data directory.
#[derive(Debug, Serialize, Deserialize)]
#[serde(tag = "t", rename_all = "snake_case")]
pub(super) enum Request {
    /// The first protocol message on a connection: the protocol version, and the service and token that the other
    /// process uses.
    Hello { version: u32, identity: Identity },
    /// The other process requests a call to the service's API. The process that owns the data directory responds with
    /// `Reply`.
    Call { id: u64, call: Call },
    /// The other process requests the new mail of a session. The process that owns the data directory sends `Pushed`
    /// for each mail, and finally `Ended`.
    Watch { id: u64, session: String },
    /// The other process starts the user's GraphQL subscription. The process that owns the data directory sends
    /// `Pushed` for each response, and finally `Ended`.
    Subscribe { id: u64, query: String, variables: serde_json::Map<String, serde_json::Value> },
    /// The other process stops a stream that it started with `Watch` or `Subscribe`.
    Stop { id: u64 },
    /// The other process reports a change that it has made.
    Changed { change: Change },
    /// The other process checks whether the process that owns the data directory responds. The latter replies with
    /// `Pong`.
    Ping { id: u64 },
}

/// A call to the service's API, requested by another process.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(tag = "call", rename_all = "snake_case")]
pub(super) enum Call {
    Sessions,
    Touch {
        session: String,
        after: Option<String>,
    },
    Mail {
        session: String,
        mail: String,
    },
    /// Makes the process that owns the data directory fetch a mail and store it in the archive.
    Store {
        session: String,
        mail: String,
    },
    Domains,
    CaptchaPicture {
        drawing: u32,
    },
    SolveCaptcha {
        answer: String,
    },
    CancelBackoff,
    Query {
        query: String,
        variables: serde_json::Map<String, serde_json::Value>,
    },
    Change {
        change: ChangeCall,
    },
}

/// A call that changes sessions, addresses or domains.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(tag = "what", rename_all = "snake_case")]
pub(super) enum ChangeCall {
    OpenSession { domain: Option<String>, permanent_only: bool },
    AddAddress { session: String, domain: Option<String>, permanent_only: bool },
    RestoreAddress { session: String, address: String, key: Secret },
    DeleteAddress { id: String },
    AddDomain { name: String, password: Secret },
    DeleteDomain { id: String, password: Secret },
}

/// The result of a successful [`Call`].
#[derive(Debug, Serialize, Deserialize)]
#[serde(tag = "is", rename_all = "snake_case")]
pub(super) enum Reply {
    Done,
    Sessions { sessions: Vec<Session> },
    Session { session: Session },
    Touched { session: Session, mails: Vec<Delivery>, gap: Option<u8> },
    Address { address: Address },
    Mail { mail: Option<Delivery> },
    Domains { domains: Vec<Domain> },
    Domain { domain: Domain },
    Verdict { verdict: u8 },
    Bytes { base64: String },
}

/// An item in a stream from the process that owns the data directory to another process.
#[derive(Debug, Serialize, Deserialize)]
#[serde(tag = "is", rename_all = "snake_case")]
pub(super) enum StreamItem {
    Ready,
    Mail { envelope: Envelope },
    Bytes { base64: String },
}

/// A protocol message from the process that owns the data directory to another process.
#[derive(Debug, Serialize, Deserialize)]
#[serde(tag = "t", rename_all = "snake_case")]
pub(super) enum OwnerMessage {
    /// The process that owns the data directory accepts requests from the other process. `version` is its protocol
    /// version.
    Welcome { version: u32 },
    /// The process that owns the data directory does not accept requests from the other process, for the given reason.
    Refused { why: String },
    /// The result of a call. `clock` is the number of milliseconds by which the local clock is ahead of the service's
    /// clock.
    Reply { id: u64, clock: i64, result: Result<Reply, WireError> },
    /// An item in a stream that the other process started with `Watch` or `Subscribe`.
    Pushed { id: u64, item: StreamItem },
    /// A stream that the other process started with `Watch` or `Subscribe` has ended. `failure` is `None` if it ended
    /// without an error.
    Ended { id: u64, failure: Option<WireError> },
    /// Another process, or the process that owns the data directory itself, has made a change.
    Changed { change: Change },
    /// The current status of the service. `slowed_until` is the time, in milliseconds since 1970, until which requests
    /// are delayed because of a rate-limit error.
    Status { slowed_until: Option<i64>, captcha: bool, legacy_token: bool },
    /// The reply to a ping, which shows that the process that owns the data directory responds.
    Pong { id: u64 },
}

/// Formats a protocol message as one line of JSON; `None` if this fails.
pub(super) fn to_json_line(message: &impl Serialize) -> Option<String> {
    match serde_json::to_string(message) {
        Ok(line) => Some(line),
        Err(error) => {
            tracing::warn!(%error, "a message to another window could not be written");
            None
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_token_is_compared_and_never_sent() {
        let token = Token::parse("af_testing_0001").unwrap();
        let identity = Identity::new("http://h/api", Some(&token));
        assert!(!to_json_line(&identity).unwrap().contains("testing"));
        assert_eq!(identity, Identity::new("http://h/api", Some(&token)));
        assert_ne!(identity, Identity::new("http://h/api", None));
        assert_ne!(Identity::new("http://h/api", None), Identity::new("http://other/api", None));
    }

    #[test]
    fn no_message_shows_a_secret_in_a_log() {
        let key = Secret("the-key".to_owned());
        let call = ChangeCall::RestoreAddress { session: "s".into(), address: "a@b.test".into(), key };
        assert!(!format!("{call:?}").contains("the-key"));
        assert!(to_json_line(&call).unwrap().contains("the-key"));
    }
}
