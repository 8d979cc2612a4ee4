//! Builds and parses the messages of the `graphql-transport-ws` WebSocket subprotocol and of the older `graphql-ws`
//! subprotocol.

use super::super::{errors, operations as ops};
use crate::domain::ids::{MailId, SessionId};
use crate::ports::dropmail_api::{ApiError, GraphqlRequest};
use serde::{Deserialize, Serialize};
use serde_json::Value;

/// The names of both subprotocols that the client offers in the handshake, the preferred one first.
pub(super) const SUBPROTOCOLS: &str = "graphql-transport-ws, graphql-ws";

/// The id of the subscription, which is the only one on its connection.
const ID: &str = "1";

/// A WebSocket subprotocol for GraphQL subscriptions; the server chooses it in the handshake.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum Subprotocol {
    /// The `graphql-transport-ws` subprotocol of the graphql-ws library.
    Transport,
    /// The `graphql-ws` subprotocol of Apollo's older subscriptions-transport-ws.
    Apollo,
}

/// A WebSocket message from the server in either subprotocol.
#[derive(Deserialize)]
#[serde(tag = "type", rename_all = "snake_case")]
pub(super) enum ServerMessage {
    /// The server accepts the connection. The client may now start a subscription.
    ConnectionAck,
    /// The server pings the client, which must reply.
    Ping,
    /// The server replies to a ping from the client. The `ka` keepalive message of the older subprotocol is treated the
    /// same way.
    #[serde(alias = "ka")]
    Pong,
    /// The server sends a subscription event.
    #[serde(alias = "data")]
    Next {
        /// The GraphQL response in the subscription event.
        payload: Value,
    },
    /// The server reports that the subscription, or the whole connection, has failed.
    #[serde(alias = "connection_error")]
    Error {
        /// The GraphQL errors that explain why the subscription or the connection failed.
        #[serde(default)]
        payload: Value,
    },
    /// The server reports that the subscription has ended.
    Complete,
    /// A WebSocket message of an unknown type, for example from a later version of the subprotocol; it is ignored.
    #[serde(other)]
    Other,
}

impl ServerMessage {
    /// Parses a WebSocket message from the server; returns `None` if it is not JSON. Any unknown JSON becomes `Other`,
    /// because an unknown message must not end a connection that delivers mail.
    pub(super) fn parse(text: &str) -> Option<Self> {
        serde_json::from_str(text)
            .ok()
            .or_else(|| serde_json::from_str::<serde::de::IgnoredAny>(text).is_ok().then_some(Self::Other))
    }
}

#[derive(Serialize)]
#[serde(tag = "type", rename_all = "snake_case")]
enum ClientMessage<T> {
    ConnectionInit,
    Ping,
    Pong,
    Subscribe { id: &'static str, payload: T },
    Start { id: &'static str, payload: T },
}

impl Subprotocol {
    /// Parses the name of a subprotocol; `None` for an unknown name.
    pub(super) fn parse(name: &str) -> Option<Self> {
        match name {
            "graphql-transport-ws" => Some(Self::Transport),
            "graphql-ws" => Some(Self::Apollo),
            _ => None,
        }
    }

    /// Builds the client's first WebSocket message on a connection.
    #[expect(clippy::unused_self, reason = "both protocols begin with the same message")]
    pub(super) fn init_message(self) -> String {
        plain(&ClientMessage::ConnectionInit)
    }

    /// Builds a WebSocket message that pings the server; `None` for the older subprotocol, which has no ping message.
    pub(super) fn ping_message(self) -> Option<String> {
        (self == Self::Transport).then(|| plain(&ClientMessage::Ping))
    }

    /// Builds the client's reply to a ping from the server.
    #[expect(clippy::unused_self, reason = "only one protocol requests this")]
    pub(super) fn pong_message(self) -> String {
        plain(&ClientMessage::Pong)
    }

    /// Builds the WebSocket message that subscribes to the mails of a session. `after` is the id of a mail; if it is
    /// given, the server sends only mails that arrived after that mail.
    pub(super) fn subscribe_message(
        self,
        session: &SessionId,
        after: Option<&MailId>,
    ) -> Result<String, ApiError> {
        self.start_message(ops::watch(session, after))
    }

    /// Builds the WebSocket message that starts a GraphQL subscription written by the user.
    pub(super) fn user_subscribe_message(self, question: &GraphqlRequest) -> Result<String, ApiError> {
        self.start_message(serde_json::json!({ "query": question.query, "variables": question.variables }))
    }

    fn start_message<T: Serialize>(self, payload: T) -> Result<String, ApiError> {
        let said = match self {
            Self::Transport => ClientMessage::Subscribe { id: ID, payload },
            Self::Apollo => ClientMessage::Start { id: ID, payload },
        };
        serde_json::to_string(&said)
            .map_err(|error| errors::unexpected_error(&format!("a subscription cannot be written: {error}")))
    }
}

fn plain(said: &ClientMessage<()>) -> String {
    // Serialising a message without content cannot fail.
    serde_json::to_string(said).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn messages_use_the_names_of_each_protocol() {
        assert_eq!(Subprotocol::Transport.init_message(), r#"{"type":"connection_init"}"#);
        assert_eq!(Subprotocol::Transport.ping_message().unwrap(), r#"{"type":"ping"}"#);
        assert_eq!(Subprotocol::Apollo.ping_message(), None);
        for (dialect, word) in [(Subprotocol::Transport, "subscribe"), (Subprotocol::Apollo, "start")] {
            let subscribe = dialect.subscribe_message(&SessionId::new("s"), Some(&MailId::new("m"))).unwrap();
            let read: Value = serde_json::from_str(&subscribe).unwrap();
            assert_eq!(read["type"], word);
            assert_eq!(read["payload"]["variables"], serde_json::json!({"id": "s", "after": "m"}));
            assert!(read["payload"]["query"].as_str().unwrap().contains("sessionMailReceived"));
        }
    }

    #[test]
    fn unknown_protocol_messages_are_ignored() {
        assert!(matches!(serde_json::from_str(r#"{"type":"party","x":1}"#), Ok(ServerMessage::Other)));
        assert!(matches!(
            serde_json::from_str(r#"{"type":"connection_ack","payload":{}}"#),
            Ok(ServerMessage::ConnectionAck)
        ));
        assert!(matches!(
            serde_json::from_str(r#"{"type":"error","id":"1"}"#),
            Ok(ServerMessage::Error { .. })
        ));
        assert!(matches!(serde_json::from_str(r#"{"type":"ka"}"#), Ok(ServerMessage::Pong)));
        let data = r#"{"type":"data","id":"1","payload":{"data":null}}"#;
        assert!(matches!(serde_json::from_str(data), Ok(ServerMessage::Next { .. })));
        for odd in [r#"{"type":5}"#, r#"{"type":"next"}"#, r#"{"id":"1"}"#, "null", "[]"] {
            assert!(matches!(ServerMessage::parse(odd), Some(ServerMessage::Other)), "{odd}");
        }
        assert!(ServerMessage::parse("<html>").is_none());
    }
}
