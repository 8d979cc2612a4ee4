//! The messages of `graphql-transport-ws`.

use super::super::operations as ops;
use crate::domain::ids::{MailId, SessionId};
use crate::ports::transport::{Question, TransportError};
use serde::{Deserialize, Serialize};
use serde_json::Value;

/// The subprotocol's name, as it is offered in the handshake.
pub(super) const PROTOCOL: &str = "graphql-transport-ws";

/// The one subscription of a connection.
const ID: &str = "1";

/// What the server says.
#[derive(Deserialize)]
#[serde(tag = "type", rename_all = "snake_case")]
pub(super) enum Heard {
    /// The connection is taken.
    ConnectionAck,
    /// Are you there?
    Ping,
    /// I am here.
    Pong,
    /// An event.
    Next {
        /// A GraphQL reply.
        payload: Value,
    },
    /// The subscription has failed.
    Error {
        /// GraphQL errors.
        #[serde(default)]
        payload: Value,
    },
    /// The subscription has ended.
    Complete,
    /// Something that was added to the protocol since.
    #[serde(other)]
    Other,
}

#[derive(Serialize)]
#[serde(tag = "type", rename_all = "snake_case")]
enum Said<T> {
    ConnectionInit,
    Ping,
    Pong,
    Subscribe { id: &'static str, payload: T },
}

/// Begins the connection.
pub(super) fn init() -> String {
    plain(&Said::ConnectionInit)
}

/// Asks whether the server is there.
pub(super) fn ping() -> String {
    plain(&Said::Ping)
}

/// Says that we are.
pub(super) fn pong() -> String {
    plain(&Said::Pong)
}

/// Asks for the mails of a session after one of them.
pub(super) fn subscribe(session: &SessionId, after: Option<&MailId>) -> Result<String, TransportError> {
    let payload = ops::watch(session, after);
    serde_json::to_string(&Said::Subscribe { id: ID, payload })
        .map_err(|error| super::errors::odd(&format!("a subscription cannot be written: {error}")))
}

/// Asks for anything at all.
pub(super) fn subscribe_to(question: &Question) -> Result<String, TransportError> {
    let payload = serde_json::json!({ "query": question.query, "variables": question.variables });
    serde_json::to_string(&Said::Subscribe { id: ID, payload })
        .map_err(|error| super::errors::odd(&format!("a subscription cannot be written: {error}")))
}

fn plain(said: &Said<()>) -> String {
    // A message without content cannot fail to be written.
    serde_json::to_string(said).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn messages_are_spelled_as_the_protocol_spells_them() {
        assert_eq!(init(), r#"{"type":"connection_init"}"#);
        assert_eq!(ping(), r#"{"type":"ping"}"#);
        let subscribe = subscribe(&SessionId::new("s"), Some(&MailId::new("m"))).unwrap();
        let read: Value = serde_json::from_str(&subscribe).unwrap();
        assert_eq!(read["type"], "subscribe");
        assert_eq!(read["payload"]["variables"], serde_json::json!({"id": "s", "after": "m"}));
        assert!(read["payload"]["query"].as_str().unwrap().contains("sessionMailReceived"));
    }

    #[test]
    fn what_is_new_in_the_protocol_is_passed_over() {
        assert!(matches!(serde_json::from_str(r#"{"type":"party","x":1}"#), Ok(Heard::Other)));
        assert!(matches!(
            serde_json::from_str(r#"{"type":"connection_ack","payload":{}}"#),
            Ok(Heard::ConnectionAck)
        ));
        assert!(matches!(serde_json::from_str(r#"{"type":"error","id":"1"}"#), Ok(Heard::Error { .. })));
    }
}
