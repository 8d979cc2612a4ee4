//! GraphQL over WebSocket, by both protocols of the service. async-graphql speaks them; this
//! file moves their messages, finds peers that are gone, and ends with the server.

use std::pin::pin;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use async_graphql::http::{ALL_WEBSOCKET_PROTOCOLS, WebSocket as Protocol, WebSocketProtocols, WsMessage};
use axum::extract::ws::rejection::WebSocketUpgradeRejection;
use axum::extract::ws::{CloseFrame, Message, WebSocket, WebSocketUpgrade, close_code};
use axum::extract::{Path, State};
use axum::http::{HeaderMap, StatusCode, Uri, header};
use axum::response::{IntoResponse, Response};
use bytes::Bytes;
use futures_util::stream::SplitSink;
use futures_util::{FutureExt, SinkExt, StreamExt, future};
use tokio::time::Instant;

use super::{App, MAX_BODY, bodies, guard};
use crate::server::Shared;
use crate::server::faults::Fault;
use crate::server::schema::{Caller, Push};

/// A peer that takes nothing for so long is gone.
const SEND_PATIENCE: Duration = Duration::from_secs(30);
/// So many messages leave in one piece at most.
const TOGETHER: usize = 32;
/// A thousand quiet subscribers must cost little: the default is 128 KiB a connection.
const READ_BUFFER: usize = 4 << 10;

/// Upgrades a connection whose token and protocol are good.
pub(super) async fn upgrade(
    State(app): State<App>,
    Path(token): Path<String>,
    headers: HeaderMap,
    uri: Uri,
    upgrade: Result<WebSocketUpgrade, WebSocketUpgradeRejection>,
) -> Response {
    let caller = match guard::caller(&app.shared, &token, &headers, &uri, Push::Stream) {
        Ok(caller) => caller,
        Err(why) => return guard::denied(why),
    };
    let upgrade = match upgrade {
        Ok(upgrade) => upgrade,
        Err(rejection) => return rejection.into_response(),
    };
    let Some(protocol) = protocol(&headers) else {
        let words = "Sec-WebSocket-Protocol must be graphql-transport-ws or graphql-ws";
        return (StatusCode::BAD_REQUEST, bodies::error(words, "bad_request")).into_response();
    };
    let tasks = app.shared.tasks.clone();
    upgrade
        .protocols(ALL_WEBSOCKET_PROTOCOLS)
        .read_buffer_size(READ_BUFFER)
        .max_message_size(MAX_BODY)
        .on_upgrade(move |socket| tasks.track_future(serve(socket, app, caller, protocol)))
}

/// The protocol that axum will pick too: the client's first that is known.
fn protocol(headers: &HeaderMap) -> Option<WebSocketProtocols> {
    let offered = headers.get(header::SEC_WEBSOCKET_PROTOCOL)?.to_str().ok()?;
    offered.split(',').find_map(|name| name.trim().parse().ok())
}

async fn serve(socket: WebSocket, app: App, caller: Caller, protocol: WebSocketProtocols) {
    let shared = Arc::clone(&app.shared);
    let stop = shared.stop.clone();
    let (mut sink, stream) = socket.split();
    let heard = Arc::new(Heard::new());
    let listening = Arc::clone(&heard);
    let input = stream.take_while(|message| future::ready(message.is_ok())).filter_map(move |message| {
        listening.now();
        future::ready(match message {
            Ok(Message::Text(text)) => Some(Bytes::from(text)),
            Ok(Message::Binary(bytes)) => Some(bytes),
            _ => None,
        })
    });
    let mut output = pin!(Protocol::new(app.schema, input, protocol).connection_data(caller.data()));
    let ended = tokio::select! {
        ended = exchange(&mut sink, output.as_mut(), &heard, &shared) => ended,
        () = stop.cancelled() => Some((close_code::AWAY, "the server stops".to_owned())),
    };
    if let Some((code, reason)) = ended {
        let close = Message::Close(Some(CloseFrame { code, reason: reason.into() }));
        let _gone_already = in_time(sink.send(close)).await;
    }
}

/// When a peer was heard last.
struct Heard(Mutex<Instant>);

impl Heard {
    fn new() -> Self {
        Self(Mutex::new(Instant::now()))
    }

    fn now(&self) {
        *self.0.lock().unwrap_or_else(PoisonError::into_inner) = Instant::now();
    }

    fn at(&self) -> Instant {
        *self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Moves messages until one side ends; gives the close frame that is still to be sent.
async fn exchange(
    sink: &mut SplitSink<WebSocket, Message>,
    mut output: impl StreamExt<Item = WsMessage> + Unpin,
    heard: &Heard,
    shared: &Shared,
) -> Option<(u16, String)> {
    // A peer that says something itself is not asked, and one that is asked and stays silent for as
    // long again is gone.
    let silence = shared.config.heartbeat * 2;
    let mut asked: Option<Instant> = None;
    loop {
        let last = heard.at();
        let since = asked.map_or(last, |asked| asked.max(last));
        let message = tokio::select! {
            message = output.next() => match framed(message?) {
                Ok(message) => message,
                Err(close) => return Some(close),
            },
            () = tokio::time::sleep_until(since + silence) => {
                let last = heard.at();
                if last > since {
                    continue;
                }
                if asked.is_some_and(|asked| asked >= last) {
                    return None;
                }
                asked = Some(Instant::now());
                Message::Ping(Bytes::new())
            }
        };
        let mut cut = !put(sink, message, shared).await;
        // What is ready by now leaves in one piece.
        for _ in 1..TOGETHER {
            let Some(message) = output.next().now_or_never().filter(|_| !cut) else { break };
            cut = match message.map(framed) {
                Some(Ok(message)) => !put(sink, message, shared).await,
                Some(Err(close)) => return Some(close),
                None => true,
            };
        }
        if !in_time(sink.flush()).await || cut {
            return None;
        }
    }
}

/// A message as it is sent, or how the connection is closed.
fn framed(message: WsMessage) -> Result<Message, (u16, String)> {
    match message {
        WsMessage::Text(text) => Ok(Message::Text(text.into())),
        WsMessage::Close(code, reason) => Err((code, reason)),
    }
}

/// Puts a message with those that leave together; false where the connection ends before it.
async fn put(sink: &mut SplitSink<WebSocket, Message>, message: Message, shared: &Shared) -> bool {
    let cut = matches!(message, Message::Text(_)) && shared.faults.strikes(Fault::Drop);
    !cut && in_time(sink.feed(message)).await
}

async fn in_time<E>(work: impl Future<Output = Result<(), E>>) -> bool {
    matches!(tokio::time::timeout(SEND_PATIENCE, work).await, Ok(Ok(())))
}
