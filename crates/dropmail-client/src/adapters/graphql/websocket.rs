//! Receives new mail through a GraphQL subscription over a WebSocket. The server chooses the subprotocol:
//! `graphql-transport-ws` (of the graphql-ws library) or the older `graphql-ws` (of Apollo's
//! subscriptions-transport-ws).
//!
//! Each stream has its own connection, which is opened when the stream is first polled. When the connection is lost,
//! the stream ends with an error, and the caller has to open a new stream.
//!
//! `protocol` encodes and decodes the messages of both subprotocols. `connection` reads messages from an open
//! connection and sends pings. `fragments` ends a connection if the server sends an endless series of empty fragments.

mod connection;
mod fragments;
mod protocol;

use super::client::Client;
use super::errors;
use crate::domain::delivery::Push;
use crate::domain::ids::{MailId, SessionId};
use crate::ports::BoxStream;
use crate::ports::dropmail_api::{ApiError, GraphqlRequest};
pub(super) use connection::WebSocketConnection;
use fragments::FragmentLimit;
use futures_util::StreamExt;
use futures_util::stream::unfold;
use protocol::{SUBPROTOCOLS, Subprotocol};
use reqwest::header::{
    CONNECTION, SEC_WEBSOCKET_ACCEPT, SEC_WEBSOCKET_KEY, SEC_WEBSOCKET_PROTOCOL, SEC_WEBSOCKET_VERSION,
    UPGRADE,
};
use reqwest::{Response, StatusCode, Upgraded};
use std::sync::Arc;
use tokio_tungstenite::WebSocketStream;
use tokio_tungstenite::tungstenite::handshake::client::generate_key;
use tokio_tungstenite::tungstenite::handshake::derive_accept_key;
use tokio_tungstenite::tungstenite::protocol::{Role, WebSocketConfig};

/// Maximum size in bytes of a WebSocket message, enough for a mail of 40 MiB as JSON. A larger message ends the
/// connection with an error. The next query then lists the mail, and the client downloads it separately, which needs
/// less memory.
const MAX_MESSAGE: usize = 64 << 20;
/// Maximum size in bytes of the body of a response that rejects the WebSocket handshake; a larger body is an error.
const MAX_REFUSAL: usize = 64 << 10;

type Socket = WebSocketStream<FragmentLimit<Upgraded>>;

enum State {
    Waiting { client: Arc<Client>, session: SessionId, after: Option<MailId> },
    Open(Box<WebSocketConnection>),
    Ended,
}

pub(super) fn watch(
    client: Arc<Client>,
    session: SessionId,
    after: Option<MailId>,
) -> BoxStream<'static, Result<Push, ApiError>> {
    unfold(State::Waiting { client, session, after }, step).boxed()
}

/// Opens a WebSocket for a GraphQL subscription written by the user.
pub(super) async fn open_user_subscription(
    client: Arc<Client>,
    question: &GraphqlRequest,
) -> Result<WebSocketConnection, ApiError> {
    // The session id is needed only to convert mails, and this feed converts none.
    open_subscription(client, SessionId::new(""), |dialect| dialect.user_subscribe_message(question)).await
}

async fn step(state: State) -> Option<(Result<Push, ApiError>, State)> {
    let mut feed = match state {
        State::Waiting { client, session, after } => match open(client, session, after).await {
            Ok(feed) => Box::new(feed),
            Err(error) => return Some((Err(error), State::Ended)),
        },
        State::Open(feed) => feed,
        State::Ended => return None,
    };
    match feed.next().await {
        Some(Ok(push)) => Some((Ok(push), State::Open(feed))),
        Some(Err(error)) => Some((Err(error), State::Ended)),
        None => None,
    }
}

async fn open(
    client: Arc<Client>,
    session: SessionId,
    after: Option<MailId>,
) -> Result<WebSocketConnection, ApiError> {
    let id = session.clone();
    open_subscription(client, session, |dialect| dialect.subscribe_message(&id, after.as_ref())).await
}

async fn open_subscription(
    client: Arc<Client>,
    session: SessionId,
    subscription: impl FnOnce(Subprotocol) -> Result<String, ApiError>,
) -> Result<WebSocketConnection, ApiError> {
    let slow = || {
        ApiError::Unreachable(errors::sanitise_text(&format!("{} does not answer in time", client.host())))
    };
    let handshake = async {
        let (socket, dialect) = connect(&client).await?;
        let mut feed = WebSocketConnection::new(Arc::clone(&client), socket, dialect, session);
        feed.send_text(dialect.init_message()).await?;
        feed.await_acknowledgement().await?;
        feed.send_text(subscription(dialect)?).await?;
        feed.send_ready_ping().await?;
        Ok(feed)
    };
    client.acquire().await;
    tokio::time::timeout(client.timeouts().handshake, handshake).await.unwrap_or_else(|_late| Err(slow()))
}

async fn connect(client: &Client) -> Result<(Socket, Subprotocol), ApiError> {
    let key = generate_key();
    let request = client
        .upgrade(client.endpoint(&["websocket"])?)?
        .header(CONNECTION, "Upgrade")
        .header(UPGRADE, "websocket")
        .header(SEC_WEBSOCKET_VERSION, "13")
        .header(SEC_WEBSOCKET_KEY, &key)
        .header(SEC_WEBSOCKET_PROTOCOL, SUBPROTOCOLS);
    let response = request.send().await.map_err(|error| errors::request_error(&error, client.host()))?;
    if response.status() != StatusCode::SWITCHING_PROTOCOLS {
        let reply = client.read(response, MAX_REFUSAL).await?;
        return Err(client.response_to_error(&reply, client.host()));
    }
    client.sync_clock(response.headers());
    let dialect = check_handshake(&response, &key, client.host())?;
    // A successful handshake resets the backoff. Otherwise, rejected upgrades of several connections would add up and
    // increase the delay of all calls to its maximum.
    client.on_success();
    let upgraded = response.upgrade().await.map_err(|error| errors::request_error(&error, client.host()))?;
    let config =
        WebSocketConfig::default().max_message_size(Some(MAX_MESSAGE)).max_frame_size(Some(MAX_MESSAGE));
    let connection = FragmentLimit::new(upgraded);
    Ok((Socket::from_raw_socket(connection, Role::Client, Some(config)).await, dialect))
}

/// Checks the server's response to the WebSocket handshake (RFC 6455, section 4.1): its accept key and its subprotocol.
/// Returns the subprotocol, which the server chooses.
fn check_handshake(response: &Response, key: &str, host: &str) -> Result<Subprotocol, ApiError> {
    let header = |name| response.headers().get(name).and_then(|value| value.to_str().ok());
    if header(SEC_WEBSOCKET_ACCEPT) != Some(derive_accept_key(key.as_bytes()).as_str()) {
        return Err(errors::unexpected_error(&format!("{host} answers to WebSockets in a way that is none")));
    }
    match header(SEC_WEBSOCKET_PROTOCOL) {
        // If the server chooses no subprotocol, the first one that the client offered applies.
        None => Ok(Subprotocol::Transport),
        Some(name) => Subprotocol::parse(name).ok_or_else(|| {
            errors::unexpected_error(&format!("{host} wants to speak {name}, which was not offered"))
        }),
    }
}
