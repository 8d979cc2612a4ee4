//! The messages of `graphql-transport-ws`, and of the older `graphql-ws`.

use super::super::{errors, operations as ops};
use crate::domain::ids::{MailId, SessionId};
use crate::ports::dropmail_api::{ApiError, GraphqlRequest};
use serde::{Deserialize, Serialize};
use serde_json::Value;

/// Both subprotocols as they are offered in the handshake, the better first.
pub(super) const SUBPROTOCOLS: &str = "graphql-transport-ws, graphql-ws";

/// The one subscription of a connection.
const ID: &str = "1";

/// The subprotocol that the server picked.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum Subprotocol {
    /// `graphql-transport-ws`, of the graphql-ws library.
    Transport,
    /// `graphql-ws`, of Apollo's older subscriptions-transport-ws.
    Apollo,
}

/// What the server says, in either dialect.
#[derive(Deserialize)]
#[serde(tag = "type", rename_all = "snake_case")]
pub(super) enum ServerMessage {
    /// The connection is taken.
    ConnectionAck,
    /// Are you there?
    Ping,
    /// I am here; `ka` is the older dialect's sign of life.
    #[serde(alias = "ka")]
    Pong,
    /// An event.
    #[serde(alias = "data")]
    Next {
        /// A GraphQL reply.
        payload: Value,
    },
    /// The subscription, or the whole connection, has failed.
    #[serde(alias = "connection_error")]
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

impl ServerMessage {
    /// Reads a message; `None` for one that is no JSON. An object of another form is passed over: what cannot
    /// be read must not end a connection on which mail comes.
    pub(super) fn read(text: &str) -> Option<Self> {
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
    /// The dialect of a subprotocol's name.
    pub(super) fn parse(name: &str) -> Option<Self> {
        match name {
            "graphql-transport-ws" => Some(Self::Transport),
            "graphql-ws" => Some(Self::Apollo),
            _ => None,
        }
    }

    /// Begins the connection.
    #[expect(clippy::unused_self, reason = "both dialects happen to begin alike")]
    pub(super) fn init(self) -> String {
        plain(&ClientMessage::ConnectionInit)
    }

    /// Asks whether the server is there; the older dialect has no word for that.
    pub(super) fn ping(self) -> Option<String> {
        (self == Self::Transport).then(|| plain(&ClientMessage::Ping))
    }

    /// Says that we are.
    #[expect(clippy::unused_self, reason = "only one dialect asks")]
    pub(super) fn pong(self) -> String {
        plain(&ClientMessage::Pong)
    }

    /// Asks for the mails of a session after one of them.
    pub(super) fn subscribe(self, session: &SessionId, after: Option<&MailId>) -> Result<String, ApiError> {
        self.begin(ops::watch(session, after))
    }

    /// Asks for anything at all.
    pub(super) fn subscribe_to(self, question: &GraphqlRequest) -> Result<String, ApiError> {
        self.begin(serde_json::json!({ "query": question.query, "variables": question.variables }))
    }

    fn begin<T: Serialize>(self, payload: T) -> Result<String, ApiError> {
        let said = match self {
            Self::Transport => ClientMessage::Subscribe { id: ID, payload },
            Self::Apollo => ClientMessage::Start { id: ID, payload },
        };
        serde_json::to_string(&said)
            .map_err(|error| errors::unexpected(&format!("a subscription cannot be written: {error}")))
    }
}

fn plain(said: &ClientMessage<()>) -> String {
    // A message without content cannot fail to be written.
    serde_json::to_string(said).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn messages_are_spelled_as_the_protocols_spell_them() {
        assert_eq!(Subprotocol::Transport.init(), r#"{"type":"connection_init"}"#);
        assert_eq!(Subprotocol::Transport.ping().unwrap(), r#"{"type":"ping"}"#);
        assert_eq!(Subprotocol::Apollo.ping(), None);
        for (dialect, word) in [(Subprotocol::Transport, "subscribe"), (Subprotocol::Apollo, "start")] {
            let subscribe = dialect.subscribe(&SessionId::new("s"), Some(&MailId::new("m"))).unwrap();
            let read: Value = serde_json::from_str(&subscribe).unwrap();
            assert_eq!(read["type"], word);
            assert_eq!(read["payload"]["variables"], serde_json::json!({"id": "s", "after": "m"}));
            assert!(read["payload"]["query"].as_str().unwrap().contains("sessionMailReceived"));
        }
    }

    #[test]
    fn what_is_new_in_the_protocol_is_passed_over() {
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
            assert!(matches!(ServerMessage::read(odd), Some(ServerMessage::Other)), "{odd}");
        }
        assert!(ServerMessage::read("<html>").is_none());
    }
}
