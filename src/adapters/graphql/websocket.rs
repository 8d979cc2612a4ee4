//! New mail as it comes: a subscription over a WebSocket of its own, by the protocol
//! `graphql-transport-ws` (the graphql-ws library's).
//!
//! One stream is one connection: it is opened when it is first polled, and ends with the reason
//! when it breaks. Trying again is the caller's business.

mod feed;
mod protocol;

use super::client::Client;
use super::errors;
use crate::domain::ids::{MailId, SessionId};
use crate::ports::BoxStream;
use crate::ports::transport::{Push, Question, TransportError};
pub(super) use feed::Feed;
use futures_util::StreamExt;
use futures_util::stream::unfold;
use protocol::{PROTOCOL, init, subscribe};
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

/// The largest message that is taken, in bytes: a mail of the largest size, as JSON.
const MAX_MESSAGE: usize = 128 << 20;
/// The largest body that is read of a refusal, in bytes.
const MAX_REFUSAL: usize = 64 << 10;

type Socket = WebSocketStream<Upgraded>;

enum State {
    Waiting { client: Arc<Client>, session: SessionId, after: Option<MailId> },
    Open(Box<Feed>),
    Ended,
}

pub(super) fn watch(
    client: Arc<Client>,
    session: SessionId,
    after: Option<MailId>,
) -> BoxStream<'static, Result<Push, TransportError>> {
    unfold(State::Waiting { client, session, after }, step).boxed()
}

/// Opens a connection with a subscription of the caller's own.
pub(super) async fn open_any(client: Arc<Client>, question: &Question) -> Result<Feed, TransportError> {
    let subscription = protocol::subscribe_to(question)?;
    // The feed knows its session only to name it in mails, which this one does not read.
    opened(client, SessionId::new(""), subscription).await
}

async fn step(state: State) -> Option<(Result<Push, TransportError>, State)> {
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
) -> Result<Feed, TransportError> {
    let subscription = subscribe(&session, after.as_ref())?;
    opened(client, session, subscription).await
}

async fn opened(
    client: Arc<Client>,
    session: SessionId,
    subscription: String,
) -> Result<Feed, TransportError> {
    let slow =
        || TransportError::Unreachable(errors::words(&format!("{} does not answer in time", client.host())));
    let handshake = async {
        let socket = connect(&client).await?;
        let mut feed = Feed::new(Arc::clone(&client), socket, session);
        feed.say(init()).await?;
        feed.acknowledged().await?;
        feed.say(subscription).await?;
        feed.ask_ready().await?;
        Ok(feed)
    };
    tokio::time::timeout(client.patience().call, handshake).await.unwrap_or_else(|_late| Err(slow()))
}

async fn connect(client: &Client) -> Result<Socket, TransportError> {
    let key = generate_key();
    let request = client
        .upgrade(client.endpoint(&["websocket"])?)?
        .header(CONNECTION, "Upgrade")
        .header(UPGRADE, "websocket")
        .header(SEC_WEBSOCKET_VERSION, "13")
        .header(SEC_WEBSOCKET_KEY, &key)
        .header(SEC_WEBSOCKET_PROTOCOL, PROTOCOL);
    let response = request.send().await.map_err(|error| errors::unreachable(&error, client.host()))?;
    if response.status() != StatusCode::SWITCHING_PROTOCOLS {
        let reply = client.read(response, MAX_REFUSAL).await?;
        return Err(errors::refusal(&reply, client.host()));
    }
    client.learn_time(response.headers());
    check(&response, &key, client.host())?;
    let upgraded = response.upgrade().await.map_err(|error| errors::unreachable(&error, client.host()))?;
    let config =
        WebSocketConfig::default().max_message_size(Some(MAX_MESSAGE)).max_frame_size(Some(MAX_MESSAGE));
    Ok(Socket::from_raw_socket(upgraded, Role::Client, Some(config)).await)
}

/// The server's side of the handshake (RFC 6455, 4.1): its proof, and the protocol that it chose.
fn check(response: &Response, key: &str, host: &str) -> Result<(), TransportError> {
    let header = |name| response.headers().get(name).and_then(|value| value.to_str().ok());
    if header(SEC_WEBSOCKET_ACCEPT) != Some(derive_accept_key(key.as_bytes()).as_str()) {
        return Err(errors::odd(&format!("{host} answers to WebSockets in a way that is none")));
    }
    match header(SEC_WEBSOCKET_PROTOCOL) {
        None | Some(PROTOCOL) => Ok(()),
        Some(other) => Err(errors::odd(&format!("{host} wants to speak {other}, which was not offered"))),
    }
}
