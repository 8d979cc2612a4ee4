//! Handles GraphQL over WebSocket. The module passes messages between the socket and the running operations, detects
//! clients that have disconnected, and closes the socket when the server stops.

mod operations;
mod subprotocol;

use std::pin::pin;
use std::sync::Arc;
use std::time::Duration;

use axum::extract::ws::rejection::WebSocketUpgradeRejection;
use axum::extract::ws::{CloseFrame, Message, WebSocket, WebSocketUpgrade};
use axum::extract::{Extension, Path, State};
use axum::http::{HeaderMap, StatusCode, Uri};
use axum::response::{IntoResponse, Response};
use bytes::Bytes;
use futures_util::stream::{SplitSink, SplitStream};
use futures_util::{SinkExt, StreamExt};
use tokio::time::{Instant, sleep_until};

use super::{App, guard, request};
use crate::execution::{self, GraphqlCall};
use crate::faults::Fault;
use crate::receive_pool::ConnectionMemory;
use crate::schema::{Caller, DeliveryMode};
use operations::{MAX_OPERATIONS, OperationOutput, Operations};
use subprotocol::{Closing, ProtocolState, SocketStep, Subprotocol};

/// Timeout for sending a WebSocket message. After the timeout, the connection is closed.
const SEND_TIMEOUT: Duration = Duration::from_secs(30);
/// Maximum number of WebSocket messages that are written before the socket is flushed.
const MAX_MESSAGES_PER_FLUSH: usize = 32;
/// Number of heartbeat intervals without a message from the client after which the server sends a ping. Pings are rare
/// because each one wakes the client. By default, pings are less than a minute apart, so that nginx and other proxies
/// do not close the connection as idle.
const HEARTBEATS_BEFORE_PING: u32 = 3;
/// Size in bytes of the read buffer of a WebSocket connection. The library's default of 128 KiB would use too much
/// memory with a thousand idle subscribers.
const READ_BUFFER_BYTES: usize = 4 << 10;
/// Maximum size in bytes of a WebSocket message from a client; a larger message ends the connection. The limit is large
/// enough for the longest accepted document with its variables.
const MAX_MESSAGE_BYTES: usize = 128 << 10;

/// Upgrades an HTTP connection to a WebSocket if the token and the subprotocol are valid.
pub(super) async fn upgrade(
    State(app): State<App>,
    Path(token): Path<String>,
    Extension(memory): Extension<Arc<ConnectionMemory>>,
    headers: HeaderMap,
    uri: Uri,
    upgrade: Result<WebSocketUpgrade, WebSocketUpgradeRejection>,
) -> Response {
    let caller = match guard::caller(&app.shared, &token, &headers, &uri, DeliveryMode::Stream) {
        Ok(caller) => caller,
        Err(why) => return guard::denied(why),
    };
    let upgrade = match upgrade {
        Ok(upgrade) => upgrade,
        Err(rejection) => return rejection.into_response(),
    };
    let Some(protocol) = Subprotocol::offered(&headers) else {
        let [better, older] = Subprotocol::NAMES;
        let words = format!("Sec-WebSocket-Protocol must be {better} or {older}");
        return (StatusCode::BAD_REQUEST, request::error(&words, "bad_request")).into_response();
    };
    let tasks = app.shared.tasks.clone();
    upgrade
        .protocols([protocol.name()])
        .read_buffer_size(READ_BUFFER_BYTES)
        .max_message_size(MAX_MESSAGE_BYTES)
        .max_frame_size(MAX_MESSAGE_BYTES)
        .on_upgrade(move |socket| {
            let connection = WebSocketSession::new(socket, app, caller, protocol, memory);
            tasks.track_future(connection.serve())
        })
}

/// A WebSocket connection after the HTTP upgrade.
struct WebSocketSession {
    app: App,
    caller: Caller,
    protocol: Subprotocol,
    memory: Arc<ConnectionMemory>,
    sink: SplitSink<WebSocket, Message>,
    stream: SplitStream<WebSocket>,
    dialogue: ProtocolState,
    operations: Operations,
    opened: Instant,
    /// The time at which the most recent WebSocket message from the client arrived.
    last_received: Instant,
    /// The time of the most recent ping to the client; `None` if no ping was sent.
    pinged: Option<Instant>,
}

/// How the server ends a WebSocket connection.
#[derive(Debug)]
enum ConnectionEnd {
    /// The server sends a close frame with a reason.
    Close(Closing),
    /// The server sends no close frame, because the client has disconnected or an injected fault closes the
    /// connection.
    Silent,
}

type Continues = Result<(), ConnectionEnd>;

impl WebSocketSession {
    fn new(
        socket: WebSocket,
        app: App,
        caller: Caller,
        protocol: Subprotocol,
        memory: Arc<ConnectionMemory>,
    ) -> Self {
        let (sink, stream) = socket.split();
        let now = Instant::now();
        Self {
            app,
            caller,
            protocol,
            memory,
            sink,
            stream,
            dialogue: ProtocolState::new(protocol),
            operations: Operations::default(),
            opened: now,
            last_received: now,
            pinged: None,
        }
    }

    async fn serve(mut self) {
        let stop = self.app.shared.stop.clone();
        let ending = tokio::select! {
            ending = self.exchange() => ending,
            () = stop.cancelled() => ConnectionEnd::Close(Closing::Stopping),
        };
        if let ConnectionEnd::Close(closing) = ending {
            let frame = CloseFrame { code: closing.code(), reason: closing.reason().into() };
            let _gone_already = in_time(self.sink.send(Message::Close(Some(frame)))).await;
        }
    }

    async fn exchange(&mut self) -> ConnectionEnd {
        loop {
            let due = self.due();
            let continues = tokio::select! {
                message = self.stream.next() => match message {
                    Some(Ok(message)) => self.handle_message(message).await,
                    Some(Err(_)) | None => Err(ConnectionEnd::Silent),
                },
                output = self.operations.next() => self.send_output(output).await,
                () = sleep_until(due) => self.check_peer().await,
            };
            if let Err(ending) = continues {
                return ending;
            }
        }
    }

    /// Returns the time at which to check next whether the client is still connected and has sent `connection_init`.
    fn due(&self) -> Instant {
        let silence = self.app.shared.config.heartbeat * HEARTBEATS_BEFORE_PING;
        let since = self.pinged.map_or(self.last_received, |pinged| pinged.max(self.last_received));
        let init = self.opened + self.app.shared.config.init_timeout;
        if self.dialogue.is_open() { since + silence } else { init.min(since + silence) }
    }

    /// Sends a ping to a client that has sent nothing for a while. Closes the connection if the client has not replied
    /// to the previous ping, or has not sent `connection_init` in time.
    async fn check_peer(&mut self) -> Continues {
        let now = Instant::now();
        if !self.dialogue.is_open() && self.opened + self.app.shared.config.init_timeout <= now {
            return Err(ConnectionEnd::Close(Closing::InitTimeout));
        }
        if self.pinged.is_some_and(|pinged| pinged >= self.last_received) {
            return Err(ConnectionEnd::Silent);
        }
        self.pinged = Some(now);
        self.send(Message::Ping(Bytes::new())).await
    }

    async fn handle_message(&mut self, message: Message) -> Continues {
        self.last_received = Instant::now();
        self.memory.release();
        let step = match &message {
            Message::Text(text) => self.dialogue.message(text, |id| self.operations.is_live(id)),
            Message::Binary(bytes) => match std::str::from_utf8(bytes) {
                Ok(text) => self.dialogue.message(text, |id| self.operations.is_live(id)),
                Err(_) => SocketStep::Close(Closing::Unreadable("it is not UTF-8".to_owned())),
            },
            Message::Ping(_) | Message::Pong(_) => return Ok(()),
            Message::Close(_) => return Err(ConnectionEnd::Silent),
        };
        match step {
            SocketStep::Nothing => Ok(()),
            SocketStep::Reply(reply) => self.send(Message::Text(reply.into())).await,
            SocketStep::Start { id, request } => self.start(&id, *request).await,
            SocketStep::Stop { id } => {
                self.operations.stop(&id);
                Ok(())
            }
            SocketStep::Close(closing) => Err(ConnectionEnd::Close(closing)),
        }
    }

    /// Starts a GraphQL operation. The client's next WebSocket message is read only after the operation has started.
    /// Therefore, a subscription is open before the next message is handled, and a connection starts only one operation
    /// at a time.
    async fn start(&mut self, id: &str, request: async_graphql::Request) -> Continues {
        self.operations.stop(id);
        if self.operations.is_full() {
            let words = format!("a connection can run at most {MAX_OPERATIONS} operations at the same time");
            return self.refuse(id, &request::error_json(&words, "too_many_operations").to_string()).await;
        }
        let call = GraphqlCall { request, caller: self.caller.clone(), mutations: true };
        match execution::start(&self.app.schema, &self.app.shared, call).await {
            Ok(running) => {
                self.operations.start(id, running);
                Ok(())
            }
            Err(why) => self.refuse(id, &String::from_utf8_lossy(&why.json())).await,
        }
    }

    async fn refuse(&mut self, id: &str, payload: &str) -> Continues {
        self.send(Message::Text(self.protocol.next(id, payload).into())).await?;
        self.send(Message::Text(subprotocol::complete(id).into())).await
    }

    /// Sends one output of a GraphQL operation to the client, and then further outputs that are already available. The
    /// number of further outputs is limited.
    async fn send_output(&mut self, output: OperationOutput) -> Continues {
        self.feed(output).await?;
        for _ in 1..MAX_MESSAGES_PER_FLUSH {
            let Some(further) = self.operations.ready() else { break };
            self.feed(further).await?;
        }
        self.flush().await
    }

    async fn feed(&mut self, output: OperationOutput) -> Continues {
        if self.app.shared.faults.fires(Fault::Drop) {
            let _gone_already = self.flush().await;
            return Err(ConnectionEnd::Silent);
        }
        let text = match output {
            OperationOutput::Next { id, payload } => {
                self.protocol.next(&id, std::str::from_utf8(&payload).unwrap_or("null"))
            }
            OperationOutput::Complete { id } => subprotocol::complete(&id),
        };
        continued(in_time(pin!(self.sink.feed(Message::Text(text.into())))).await)
    }

    async fn send(&mut self, message: Message) -> Continues {
        if matches!(message, Message::Text(_)) && self.app.shared.faults.fires(Fault::Drop) {
            return Err(ConnectionEnd::Silent);
        }
        continued(in_time(self.sink.send(message)).await)
    }

    async fn flush(&mut self) -> Continues {
        continued(in_time(self.sink.flush()).await)
    }
}

fn continued(is_sent: bool) -> Continues {
    if is_sent { Ok(()) } else { Err(ConnectionEnd::Silent) }
}

async fn in_time<E>(work: impl Future<Output = Result<(), E>>) -> bool {
    matches!(tokio::time::timeout(SEND_TIMEOUT, work).await, Ok(Ok(())))
}
