//! The two subprotocols of GraphQL over WebSocket, implemented as a state machine that does not access the socket.
//!
//! - `graphql-transport-ws`: the protocol of the graphql-ws library (its PROTOCOL.md).
//! - `graphql-ws`: the older protocol of subscriptions-transport-ws.
//!
//! The state machine's input consists of the client's WebSocket messages. Its output consists of responses, starts and
//! stops of operations, and the end of the connection.

use std::fmt::Write;

use async_graphql::Request;
use axum::http::HeaderMap;
use axum::http::header::SEC_WEBSOCKET_PROTOCOL;
use serde::Deserialize;
use serde_json::{Value, json};

/// Maximum length in bytes of the reason in a close frame; a longer reason is truncated. The payload of a control frame
/// has at most 125 bytes, and the status code takes two of them (RFC 6455, section 5.5).
const MAX_REASON_BYTES: usize = 123;

/// A WebSocket subprotocol for GraphQL.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Subprotocol {
    /// The `graphql-transport-ws` subprotocol.
    Transport,
    /// The older `graphql-ws` subprotocol.
    Legacy,
}

/// Reason why the server closes a WebSocket connection.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub(super) enum Closing {
    #[error("Invalid message received: {0}")]
    Unreadable(String),
    #[error("Unauthorized: send connection_init first")]
    NoHandshake,
    #[error("Connection initialisation timeout")]
    InitTimeout,
    #[error("Subscriber for {0} already exists")]
    DuplicateId(String),
    #[error("Too many initialisation requests")]
    TooManyInits,
    #[error("the server is stopping")]
    Stopping,
    #[error("")]
    Terminated,
}

/// How the server reacts to a WebSocket message from the client.
#[derive(Debug)]
pub(super) enum SocketStep {
    Nothing,
    Reply(String),
    /// The server starts an operation. A running operation with the same id is stopped first.
    Start {
        id: String,
        request: Box<Request>,
    },
    /// The server stops the operation with this id if it is still running.
    Stop {
        id: String,
    },
    Close(Closing),
}

/// The state of a WebSocket connection: its subprotocol, and whether the handshake is complete.
#[derive(Debug)]
pub(super) struct ProtocolState {
    protocol: Subprotocol,
    is_open: bool,
}

/// A WebSocket message from the client, with the fields of all message types.
#[derive(Deserialize)]
struct ReceivedMessage {
    #[serde(rename = "type")]
    kind: String,
    id: Option<String>,
    payload: Option<Value>,
}

impl Subprotocol {
    /// Names of both WebSocket subprotocols, the preferred one first.
    pub(super) const NAMES: [&'static str; 2] = ["graphql-transport-ws", "graphql-ws"];

    /// Returns the subprotocol for a handshake: the first supported one that the client offers. Returns `None` if the
    /// client offers no supported subprotocol.
    pub(super) fn offered(headers: &HeaderMap) -> Option<Self> {
        let offers = headers.get_all(SEC_WEBSOCKET_PROTOCOL).iter().filter_map(|offer| offer.to_str().ok());
        let mut names = offers.flat_map(|offer| offer.split(','));
        names.find_map(|name| match name.trim() {
            "graphql-transport-ws" => Some(Self::Transport),
            "graphql-ws" => Some(Self::Legacy),
            _ => None,
        })
    }

    pub(super) fn name(self) -> &'static str {
        match self {
            Self::Transport => "graphql-transport-ws",
            Self::Legacy => "graphql-ws",
        }
    }

    /// Formats a response or event of an operation as a WebSocket message. The JSON is inserted unchanged, so that
    /// thousands of subscriptions can share it.
    pub(super) fn next(self, id: &str, payload: &str) -> String {
        let kind = match self {
            Self::Transport => "next",
            Self::Legacy => "data",
        };
        let mut text = String::with_capacity(payload.len() + id.len() + 48);
        // Writing to a string does not fail.
        let _infallible = write!(text, "{{\"type\":\"{kind}\",\"id\":{},\"payload\":{payload}}}", json!(id));
        text
    }
}

/// Returns the WebSocket message that ends an operation. The message is the same in both subprotocols.
pub(super) fn complete(id: &str) -> String {
    json!({"type": "complete", "id": id}).to_string()
}

impl Closing {
    /// Returns the status code of the WebSocket close frame for this reason.
    pub(super) fn code(&self) -> u16 {
        match self {
            Self::Terminated => 1000,
            Self::Stopping => 1001,
            Self::Unreadable(_) => 4400,
            Self::NoHandshake => 4401,
            Self::InitTimeout => 4408,
            Self::DuplicateId(_) => 4409,
            Self::TooManyInits => 4429,
        }
    }

    /// Returns the reason for the close frame as text, truncated to `MAX_REASON_BYTES`.
    pub(super) fn reason(&self) -> String {
        let mut reason = self.to_string();
        reason.truncate(reason.floor_char_boundary(MAX_REASON_BYTES));
        reason
    }
}

impl ProtocolState {
    pub(super) fn new(protocol: Subprotocol) -> Self {
        Self { protocol, is_open: false }
    }

    /// Returns whether the WebSocket handshake is complete, so that operations can be started.
    pub(super) fn is_open(&self) -> bool {
        self.is_open
    }

    /// Handles a WebSocket message from the client. `is_live` must return whether the operation with the given id is
    /// still running.
    pub(super) fn message(&mut self, text: &str, is_live: impl Fn(&str) -> bool) -> SocketStep {
        let message: ReceivedMessage = match serde_json::from_str(text) {
            Ok(message) => message,
            Err(why) => return unreadable(why.to_string()),
        };
        match (self.protocol, message.kind.as_str()) {
            (_, "connection_init") => self.init(message.payload.as_ref()),
            (Subprotocol::Transport, "subscribe") | (Subprotocol::Legacy, "start") => {
                self.start(message, is_live)
            }
            (Subprotocol::Transport, "complete") | (Subprotocol::Legacy, "stop") => match message.id {
                Some(id) => SocketStep::Stop { id },
                None => unreadable("it has no id"),
            },
            (Subprotocol::Transport, "ping") => SocketStep::Reply(json!({"type": "pong"}).to_string()),
            (Subprotocol::Transport, "pong") => SocketStep::Nothing,
            (Subprotocol::Legacy, "connection_terminate") => SocketStep::Close(Closing::Terminated),
            (_, other) => unreadable(format!("its type is {other:?}")),
        }
    }

    fn init(&mut self, payload: Option<&Value>) -> SocketStep {
        if !matches!(payload, None | Some(Value::Null | Value::Object(_))) {
            return unreadable("the payload of connection_init is not an object");
        }
        if std::mem::replace(&mut self.is_open, true) {
            return SocketStep::Close(Closing::TooManyInits);
        }
        SocketStep::Reply(json!({"type": "connection_ack"}).to_string())
    }

    fn start(&self, message: ReceivedMessage, is_live: impl Fn(&str) -> bool) -> SocketStep {
        let Some(id) = message.id.filter(|id| !id.is_empty()) else { return unreadable("it has no id") };
        let Some(payload) = message.payload.filter(|payload| payload["query"].is_string()) else {
            return unreadable("its payload has no query");
        };
        let request: Request = match serde_json::from_value(payload) {
            Ok(request) => request,
            Err(why) => return unreadable(why.to_string()),
        };
        if !self.is_open {
            return SocketStep::Close(Closing::NoHandshake);
        }
        match self.protocol {
            Subprotocol::Transport if is_live(&id) => SocketStep::Close(Closing::DuplicateId(id)),
            // In the older subprotocol, a new operation replaces the running operation with the same id.
            Subprotocol::Transport | Subprotocol::Legacy => {
                SocketStep::Start { id, request: Box::new(request) }
            }
        }
    }
}

fn unreadable(why: impl Into<String>) -> SocketStep {
    SocketStep::Close(Closing::Unreadable(why.into()))
}

#[cfg(test)]
mod tests {
    use super::*;

    const INIT: &str = r#"{"type":"connection_init"}"#;

    fn open(protocol: Subprotocol) -> ProtocolState {
        let mut dialogue = ProtocolState::new(protocol);
        assert!(
            matches!(dialogue.message(INIT, |_| false), SocketStep::Reply(ack) if ack.contains("connection_ack"))
        );
        dialogue
    }

    fn code(step: SocketStep) -> Option<u16> {
        if let SocketStep::Close(closing) = step { Some(closing.code()) } else { None }
    }

    #[test]
    fn invalid_messages_close_with_4400() {
        for text in [
            "",
            "{",
            "null",
            "[]",
            "{}",
            r#"{"type":5}"#,
            r#"{"type":"nonsense"}"#,
            r#"{"type":"start","id":"1"}"#,
            r#"{"type":"subscribe","id":"1"}"#,
            r#"{"type":"subscribe","id":"1","payload":{}}"#,
            r#"{"type":"subscribe","id":"1","payload":{"query":5}}"#,
            r#"{"type":"subscribe","payload":{"query":"{a}"}}"#,
            r#"{"type":"subscribe","id":5,"payload":{"query":"{a}"}}"#,
            r#"{"type":"complete"}"#,
            r#"{"type":"subscribe","id":"","payload":{"query":"{a}"}}"#,
            r#"{"type":"connection_terminate"}"#,
            r#"{"type":"connection_init","payload":7}"#,
        ] {
            assert_eq!(code(open(Subprotocol::Transport).message(text, |_| false)), Some(4400), "{text}");
        }
        let deep = format!("{{\"type\":\"ping\",\"payload\":{}{}}}", "[".repeat(10_000), "]".repeat(10_000));
        assert_eq!(code(open(Subprotocol::Transport).message(&deep, |_| false)), Some(4400));
    }

    #[test]
    fn the_order_of_messages_and_their_ids_are_checked() {
        let subscribe = r#"{"type":"subscribe","id":"1","payload":{"query":"{a}"}}"#;
        let early = ProtocolState::new(Subprotocol::Transport).message(subscribe, |_| false);
        assert_eq!(code(early), Some(4401));
        assert_eq!(code(open(Subprotocol::Transport).message(INIT, |_| false)), Some(4429));
        let twice = open(Subprotocol::Transport).message(subscribe, |id| id == "1");
        assert_eq!(code(twice), Some(4409));
        let again = open(Subprotocol::Transport).message(subscribe, |_| false);
        assert!(matches!(again, SocketStep::Start { id, .. } if id == "1"));
        let start = subscribe.replace("subscribe", "start");
        let replaced = open(Subprotocol::Legacy).message(&start, |id| id == "1");
        assert!(matches!(replaced, SocketStep::Start { .. }));
        let unknown = open(Subprotocol::Transport).message(r#"{"type":"complete","id":"9"}"#, |_| false);
        assert!(matches!(unknown, SocketStep::Stop { .. }));
    }

    #[test]
    fn close_reasons_fit_into_a_close_frame() {
        for name in ["\u{fc}".repeat(1000), "x".repeat(MAX_REASON_BYTES), "\u{1f4e7}".repeat(50)] {
            let reason = Closing::DuplicateId(name).reason();
            assert!(reason.len() <= MAX_REASON_BYTES && reason.len() > MAX_REASON_BYTES - 4, "{reason}");
        }
        assert_eq!(Closing::DuplicateId("1".to_owned()).reason(), "Subscriber for 1 already exists");
    }

    #[test]
    fn messages_contain_the_payload_unchanged_and_any_id() {
        for protocol in [Subprotocol::Transport, Subprotocol::Legacy] {
            let text = protocol.next("a\"\u{1}", r#"{"data":{"x":1}}"#);
            let message: Value = serde_json::from_str(&text).unwrap();
            assert_eq!(
                (&message["id"], &message["payload"]),
                (&json!("a\"\u{1}"), &json!({"data": {"x": 1}}))
            );
        }
    }
}
