//! Reads messages from an open WebSocket, and sends pings to check that the server still responds.

// This file exceeds 300 lines because the pings, the messages and the end of a stream share its state.

use super::super::client::Client;
use super::super::errors;
use super::super::event::event_to_push;
use super::super::graphql_response::{GraphqlResponse, subscription_error};
use super::super::throttle::Throttle;
use super::Socket;
use super::protocol::{ServerMessage, Subprotocol};
use crate::domain::delivery::Push;
use crate::domain::ids::SessionId;
use crate::ports::dropmail_api::ApiError;
use bytes::Bytes;
use futures_util::{SinkExt, StreamExt};
use std::sync::Arc;
use std::time::Duration;
use tokio::time::{Instant, timeout};
use tokio_tungstenite::tungstenite::Message;
use tokio_tungstenite::tungstenite::protocol::CloseFrame;

/// When the program enters the foreground, the client pings the server if the server's last WebSocket message is at
/// least this old.
const FRESH: Duration = Duration::from_secs(1);

/// An open WebSocket with one GraphQL subscription.
pub(in super::super) struct WebSocketConnection {
    client: Arc<Client>,
    socket: Socket,
    dialect: Subprotocol,
    session: SessionId,
    ready: Readiness,
    life: Liveness,
    /// `true` if the user was watching the program window at the last check. If not, pings are sent less often.
    is_foreground: bool,
    /// A mail that arrived before the caller received `Push::Ready`; `None` if there is none. The next call to `next`
    /// returns this mail.
    held: Option<Push>,
    throttle: Throttle,
}

/// Whether the caller has received `Push::Ready`, the event that reports the subscription as active.
enum Readiness {
    Until(Instant),
    Reported,
}

/// Evidence of whether the server is alive: the time of its last WebSocket message, or the time of a ping to which it
/// has not replied.
enum Liveness {
    Message(Instant),
    Pinged(Instant),
}

impl WebSocketConnection {
    pub(super) fn new(client: Arc<Client>, socket: Socket, dialect: Subprotocol, session: SessionId) -> Self {
        let now = Instant::now();
        Self {
            is_foreground: client.is_foreground(),
            client,
            socket,
            dialect,
            session,
            ready: Readiness::Until(now),
            life: Liveness::Message(now),
            held: None,
            throttle: Throttle::new(),
        }
    }

    /// Sends a WebSocket text message to the server. If sending times out, the connection is considered broken.
    pub(super) async fn send_text(&mut self, text: String) -> Result<(), ApiError> {
        self.send(Message::text(text)).await
    }

    /// Sends the subprotocol's ping message, or a WebSocket ping (RFC 6455, section 5.5.2) if the subprotocol defines
    /// none.
    async fn ping(&mut self) -> Result<(), ApiError> {
        self.send(self.dialect.ping_message().map_or_else(|| Message::Ping(Bytes::new()), Message::text))
            .await
    }

    async fn send(&mut self, message: Message) -> Result<(), ApiError> {
        match timeout(self.client.timeouts().pong_timeout, self.socket.send(message)).await {
            Ok(Ok(())) => Ok(()),
            Ok(Err(_)) => Err(self.connection_error("was cut")),
            Err(_) => Err(self.connection_error("has gone silent")),
        }
    }

    /// Waits until the server accepts the connection by sending `connection_ack`.
    pub(super) async fn await_acknowledgement(&mut self) -> Result<(), ApiError> {
        loop {
            match self.receive().await? {
                ServerMessage::ConnectionAck => return Ok(()),
                ServerMessage::Ping => self.send_text(self.dialect.pong_message()).await?,
                ServerMessage::Error { payload } => return Err(self.subscription_error(payload)),
                ServerMessage::Pong
                | ServerMessage::Next { .. }
                | ServerMessage::Complete
                | ServerMessage::Other => {}
            }
        }
    }

    /// Sends a ping directly after the WebSocket message that starts the subscription. The server's reply shows that it
    /// has processed that message.
    pub(super) async fn send_ready_ping(&mut self) -> Result<(), ApiError> {
        self.ready = Readiness::Until(Instant::now() + self.client.timeouts().ready);
        self.ping().await
    }

    /// Returns the next push from the subscription; `None` if the server has ended the subscription without an error.
    pub(super) async fn next(&mut self) -> Option<Result<Push, ApiError>> {
        if let Some(held) = self.held.take() {
            return Some(Ok(held));
        }
        loop {
            // If the server sends messages without a pause, waiting for a message never times out, so the deadline is
            // also checked here.
            if matches!(self.ready, Readiness::Until(at) if at <= Instant::now())
                && let Some(ready) = self.ready_once()
            {
                return Some(Ok(ready));
            }
            let message = match self.wait().await {
                Ok(Waited::Message(message)) => message,
                Ok(Waited::Push(push)) => return Some(Ok(push)),
                Ok(Waited::Nothing) => continue,
                Err(error) => return Some(Err(error)),
            };
            match self.handle_message(message).await {
                Ok(FeedStep::Push(push)) => return Some(Ok(push)),
                Ok(FeedStep::Nothing) => {}
                Ok(FeedStep::End) => return None,
                Err(error) => return Some(Err(error)),
            }
        }
    }

    /// Returns the GraphQL response in the next event, unchanged; `None` if the server has ended the subscription.
    pub(in super::super) async fn next_reply(&mut self) -> Option<Result<Bytes, ApiError>> {
        self.ready = Readiness::Reported;
        loop {
            let message = match self.wait().await {
                Ok(Waited::Message(message)) => message,
                Ok(Waited::Push(_) | Waited::Nothing) => continue,
                Err(error) => return Some(Err(error)),
            };
            match message {
                ServerMessage::Ping => {
                    self.throttle.delay_message().await;
                    if let Err(error) = self.send_text(self.dialect.pong_message()).await {
                        return Some(Err(error));
                    }
                }
                ServerMessage::Next { payload } => return Some(Ok(payload.to_string().into())),
                ServerMessage::Error { payload } => return Some(Err(self.subscription_error(payload))),
                ServerMessage::Complete => return None,
                ServerMessage::Pong | ServerMessage::ConnectionAck | ServerMessage::Other => {
                    self.throttle.delay_message().await;
                }
            }
        }
    }

    async fn handle_message(&mut self, message: ServerMessage) -> Result<FeedStep, ApiError> {
        match message {
            ServerMessage::Ping => {
                self.throttle.delay_message().await;
                self.send_text(self.dialect.pong_message()).await.map(|()| FeedStep::Nothing)
            }
            ServerMessage::Pong => {
                self.throttle.delay_message().await;
                Ok(self.ready_once().map_or(FeedStep::Nothing, FeedStep::Push))
            }
            ServerMessage::Next { payload } => {
                let Some(mail) = self.event_to_push(payload)? else {
                    self.throttle.delay_message().await;
                    return Ok(FeedStep::Nothing);
                };
                match self.ready_once() {
                    Some(ready) => {
                        self.held = Some(mail);
                        Ok(FeedStep::Push(ready))
                    }
                    None => Ok(FeedStep::Push(mail)),
                }
            }
            ServerMessage::Error { payload } => Err(self.subscription_error(payload)),
            ServerMessage::Complete => Ok(FeedStep::End),
            ServerMessage::ConnectionAck | ServerMessage::Other => {
                self.throttle.delay_message().await;
                Ok(FeedStep::Nothing)
            }
        }
    }

    /// Returns the mail in a subscription event; `None` if the event contains no mail.
    fn event_to_push(&self, payload: serde_json::Value) -> Result<Option<Push>, ApiError> {
        event_to_push(&self.client, &self.session, GraphqlResponse::from(payload))
    }

    fn subscription_error(&self, payload: serde_json::Value) -> ApiError {
        let reply = GraphqlResponse::from_subscription_error(payload).mask_secrets(self.client.secrets());
        self.client.record_notices(reply.notices());
        self.client.record_error(subscription_error(&reply))
    }

    /// Returns `Push::Ready` on the first call and `None` on all later calls.
    fn ready_once(&mut self) -> Option<Push> {
        match std::mem::replace(&mut self.ready, Readiness::Reported) {
            Readiness::Until(_) => Some(Push::Ready),
            Readiness::Reported => None,
        }
    }

    /// Waits until the server sends a WebSocket message, the deadline passes (see [`Self::handle_deadline`]), or the
    /// program enters or leaves the foreground. Returns the message, `Push::Ready` if the subscription counts as active
    /// because of the deadline, or `Waited::Nothing` in all other cases.
    async fn wait(&mut self) -> Result<Waited, ApiError> {
        let (client, before, deadline) = (Arc::clone(&self.client), self.is_foreground, self.deadline());
        tokio::select! {
            biased;
            message = self.receive() => message.map(Waited::Message),
            () = client.sleep_until(deadline) => {
                let ready = if Instant::now() < deadline { None } else { self.handle_deadline().await? };
                Ok(ready.map_or(Waited::Nothing, Waited::Push))
            }
            () = client.foreground_changed(before) => {
                self.is_foreground = !before;
                if self.is_foreground && matches!(self.life, Liveness::Message(at) if at.elapsed() >= FRESH) {
                    self.probe().await?;
                }
                Ok(Waited::Nothing)
            }
        }
    }

    /// Sends a ping and records the time at which it was sent.
    async fn probe(&mut self) -> Result<(), ApiError> {
        self.life = Liveness::Pinged(Instant::now());
        self.ping().await
    }

    fn deadline(&self) -> Instant {
        let timeouts = self.client.timeouts();
        let silence = if self.is_foreground {
            timeouts.keepalive_interval
        } else {
            timeouts.background_keepalive_interval
        };
        let life = match self.life {
            Liveness::Message(at) => at + silence,
            Liveness::Pinged(at) => at + timeouts.pong_timeout,
        };
        match self.ready {
            Readiness::Until(at) => at.min(life),
            Readiness::Reported => life,
        }
    }

    /// Handles an expired deadline: the deadline for the start of the subscription, or the deadline for a sign of life
    /// from the server. In the first case, returns `Push::Ready`. In the second case, sends a ping and returns `None`,
    /// or returns an error if the server has not replied to the previous ping.
    async fn handle_deadline(&mut self) -> Result<Option<Push>, ApiError> {
        let now = Instant::now();
        if matches!(self.ready, Readiness::Until(at) if at <= now) {
            return Ok(self.ready_once());
        }
        if matches!(self.life, Liveness::Pinged(_)) {
            return Err(self.connection_error("has gone silent"));
        }
        self.probe().await.map(|()| None)
    }

    async fn receive(&mut self) -> Result<ServerMessage, ApiError> {
        let Some(Ok(message)) = self.socket.next().await else {
            return Err(self.connection_error("was cut"));
        };
        self.life = Liveness::Message(Instant::now());
        match message {
            Message::Text(text) => {
                ServerMessage::parse(text.as_str()).ok_or_else(|| self.malformed_event_error())
            }
            Message::Close(frame) => Err(self.client.record_error(self.close_error(frame.as_ref()))),
            // The library replies to pings itself. The ping is returned as `Other`, because it shows that the server is
            // alive.
            Message::Ping(_) | Message::Binary(_) | Message::Frame(_) => Ok(ServerMessage::Other),
            Message::Pong(_) => Ok(ServerMessage::Pong),
        }
    }

    /// Converts a close frame from the server to an error. `frame` is `None` if the close frame contains no close code.
    /// The close codes 4400 to 4500 are specific to graphql-transport-ws.
    fn close_error(&self, frame: Option<&CloseFrame>) -> ApiError {
        let Some(frame) = frame else { return self.connection_error("was closed") };
        let reason = &self.client.secrets().mask(frame.reason.as_str());
        match u16::from(frame.code) {
            4403 if reason == "token_expired" => ApiError::TokenExpired,
            4403 if reason.contains('_') => ApiError::TokenRefused(errors::sanitise_text(reason)),
            4429 => ApiError::RateLimited { retry_after: None },
            code @ 4400..=4499 => {
                errors::unexpected_error(&format!("{} closed with {code}: {reason}", self.client.host()))
            }
            _ => self.connection_error("was closed"),
        }
    }

    fn malformed_event_error(&self) -> ApiError {
        errors::unexpected_error(&format!(
            "{} sent an event in a form that is not known here",
            self.client.host()
        ))
    }

    fn connection_error(&self, how: &str) -> ApiError {
        let host = self.client.host();
        ApiError::Unreachable(errors::sanitise_text(&format!("the push connection to {host} {how}")))
    }
}

enum Waited {
    Message(ServerMessage),
    Push(Push),
    Nothing,
}

enum FeedStep {
    Push(Push),
    Nothing,
    End,
}
