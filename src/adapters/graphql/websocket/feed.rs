//! One connection that stands: what is heard on it, and whether it still lives.

use super::super::client::Client;
use super::super::errors::{self, GraphqlReply};
use super::super::event::event;
use super::super::throttle::Throttle;
use super::Socket;
use super::protocol::{Dialect, Heard};
use crate::domain::ids::SessionId;
use crate::ports::transport::{Push, TransportError};
use bytes::Bytes;
use futures_util::{SinkExt, StreamExt};
use std::sync::Arc;
use std::time::Duration;
use tokio::time::{Instant, timeout, timeout_at};
use tokio_tungstenite::tungstenite::Message;
use tokio_tungstenite::tungstenite::protocol::CloseFrame;

/// Whoever looks again is not answered for by what was heard longer ago than this.
const FRESH: Duration = Duration::from_secs(1);

/// A connection on which a session is watched.
pub(in super::super) struct Feed {
    client: Arc<Client>,
    socket: Socket,
    dialect: Dialect,
    session: SessionId,
    ready: Ready,
    life: Life,
    /// Whether somebody looks, as far as this connection has heard.
    attended: bool,
    /// A mail that came before `Ready` was told.
    held: Option<Push>,
    throttle: Throttle,
}

/// Whether the subscription stands, as far as the caller knows.
enum Ready {
    Until(Instant),
    Told,
}

/// When something was heard last, or since when an answer is due.
enum Life {
    Heard(Instant),
    Asked(Instant),
}

impl Feed {
    pub(super) fn new(client: Arc<Client>, socket: Socket, dialect: Dialect, session: SessionId) -> Self {
        let now = Instant::now();
        Self {
            attended: client.attended(),
            client,
            socket,
            dialect,
            session,
            ready: Ready::Until(now),
            life: Life::Heard(now),
            held: None,
            throttle: Throttle::new(),
        }
    }

    /// Says something, within a limit: a peer that takes nothing is as good as gone.
    pub(super) async fn say(&mut self, text: String) -> Result<(), TransportError> {
        self.send(Message::text(text)).await
    }

    /// Asks whether the server is there: by the protocol where it has a word for that, else by
    /// the WebSocket's own (RFC 6455, 5.5.2).
    async fn ping(&mut self) -> Result<(), TransportError> {
        self.send(self.dialect.ping().map_or_else(|| Message::Ping(Bytes::new()), Message::text)).await
    }

    async fn send(&mut self, message: Message) -> Result<(), TransportError> {
        match timeout(self.client.patience().answer, self.socket.send(message)).await {
            Ok(Ok(())) => Ok(()),
            Ok(Err(_)) => Err(self.gone("was cut")),
            Err(_) => Err(self.gone("has gone silent")),
        }
    }

    /// Waits for the server to take the connection.
    pub(super) async fn acknowledged(&mut self) -> Result<(), TransportError> {
        loop {
            match self.hear().await? {
                Heard::ConnectionAck => return Ok(()),
                Heard::Ping => self.say(self.dialect.pong()).await?,
                Heard::Error { payload } => return Err(self.failed(payload)),
                Heard::Pong | Heard::Next { .. } | Heard::Complete | Heard::Other => {}
            }
        }
    }

    /// Asks for an answer that can only come when the subscription was read.
    pub(super) async fn ask_ready(&mut self) -> Result<(), TransportError> {
        self.ready = Ready::Until(Instant::now() + self.client.patience().ready);
        self.ping().await
    }

    /// What is told next; `None` when the server has ended the subscription in order.
    pub(super) async fn next(&mut self) -> Option<Result<Push, TransportError>> {
        if let Some(held) = self.held.take() {
            return Some(Ok(held));
        }
        loop {
            // A peer that says something all the time keeps the deadline from being looked at.
            if matches!(self.ready, Ready::Until(at) if at <= Instant::now())
                && let Some(ready) = self.now_ready()
            {
                return Some(Ok(ready));
            }
            let heard = match self.wait().await {
                Ok(Waited::Heard(heard)) => heard,
                Ok(Waited::Told(push)) => return Some(Ok(push)),
                Ok(Waited::Nothing) => continue,
                Err(error) => return Some(Err(error)),
            };
            match self.answer(heard).await {
                Ok(Step::Told(push)) => return Some(Ok(push)),
                Ok(Step::Nothing) => {}
                Ok(Step::End) => return None,
                Err(error) => return Some(Err(error)),
            }
        }
    }

    /// The reply of the next event as it came; `None` when the server has ended the subscription.
    pub(in super::super) async fn next_reply(&mut self) -> Option<Result<Bytes, TransportError>> {
        self.ready = Ready::Told;
        loop {
            let heard = match self.wait().await {
                Ok(Waited::Heard(heard)) => heard,
                Ok(Waited::Told(_) | Waited::Nothing) => continue,
                Err(error) => return Some(Err(error)),
            };
            match heard {
                Heard::Ping => {
                    self.throttle.message().await;
                    if let Err(error) = self.say(self.dialect.pong()).await {
                        return Some(Err(error));
                    }
                }
                Heard::Next { payload } => return Some(Ok(payload.to_string().into())),
                Heard::Error { payload } => return Some(Err(self.failed(payload))),
                Heard::Complete => return None,
                Heard::Pong | Heard::ConnectionAck | Heard::Other => self.throttle.message().await,
            }
        }
    }

    async fn answer(&mut self, heard: Heard) -> Result<Step, TransportError> {
        match heard {
            Heard::Ping => {
                self.throttle.message().await;
                self.say(self.dialect.pong()).await.map(|()| Step::Nothing)
            }
            Heard::Pong => {
                self.throttle.message().await;
                Ok(self.now_ready().map_or(Step::Nothing, Step::Told))
            }
            Heard::Next { payload } => {
                let Some(mail) = self.mail(payload)? else {
                    self.throttle.message().await;
                    return Ok(Step::Nothing);
                };
                match self.now_ready() {
                    Some(ready) => {
                        self.held = Some(mail);
                        Ok(Step::Told(ready))
                    }
                    None => Ok(Step::Told(mail)),
                }
            }
            Heard::Error { payload } => Err(self.failed(payload)),
            Heard::Complete => Ok(Step::End),
            Heard::ConnectionAck | Heard::Other => {
                self.throttle.message().await;
                Ok(Step::Nothing)
            }
        }
    }

    /// A mail of an event; `None` for an event without one.
    fn mail(&self, payload: serde_json::Value) -> Result<Option<Push>, TransportError> {
        event(&self.client, &self.session, GraphqlReply::from(payload))
    }

    fn failed(&self, payload: serde_json::Value) -> TransportError {
        let reply = errors::as_reply(payload).masked(self.client.secrets());
        self.client.note(reply.asides());
        self.client.heed(errors::of_payload(&reply))
    }

    /// `Ready`, the first time.
    fn now_ready(&mut self) -> Option<Push> {
        match std::mem::replace(&mut self.ready, Ready::Told) {
            Ready::Until(_) => Some(Push::Ready),
            Ready::Told => None,
        }
    }

    /// Waits for something to be heard, for the deadline, or for somebody to look.
    async fn wait(&mut self) -> Result<Waited, TransportError> {
        let (client, before, deadline) = (Arc::clone(&self.client), self.attended, self.deadline());
        let heard = tokio::select! {
            biased;
            heard = timeout_at(deadline, self.hear()) => heard,
            () = client.attended_unlike(before) => {
                self.attended = !before;
                if self.attended && matches!(self.life, Life::Heard(at) if at.elapsed() >= FRESH) {
                    self.ask().await?;
                }
                return Ok(Waited::Nothing);
            }
        };
        match heard {
            Ok(heard) => heard.map(Waited::Heard),
            Err(_late) => Ok(self.overdue().await?.map_or(Waited::Nothing, Waited::Told)),
        }
    }

    /// Asks, and takes note of when.
    async fn ask(&mut self) -> Result<(), TransportError> {
        self.life = Life::Asked(Instant::now());
        self.ping().await
    }

    fn deadline(&self) -> Instant {
        let patience = self.client.patience();
        let silence = if self.attended { patience.silence } else { patience.unattended };
        let life = match self.life {
            Life::Heard(at) => at + silence,
            Life::Asked(at) => at + patience.answer,
        };
        match self.ready {
            Ready::Until(at) => at.min(life),
            Ready::Told => life,
        }
    }

    /// Nothing came until the deadline.
    async fn overdue(&mut self) -> Result<Option<Push>, TransportError> {
        let now = Instant::now();
        if matches!(self.ready, Ready::Until(at) if at <= now) {
            return Ok(self.now_ready());
        }
        if matches!(self.life, Life::Asked(_)) {
            return Err(self.gone("has gone silent"));
        }
        self.ask().await.map(|()| None)
    }

    async fn hear(&mut self) -> Result<Heard, TransportError> {
        let Some(Ok(message)) = self.socket.next().await else { return Err(self.gone("was cut")) };
        self.life = Life::Heard(Instant::now());
        match message {
            Message::Text(text) => Heard::read(text.as_str()).ok_or_else(|| self.garbled()),
            Message::Close(frame) => Err(self.closed(frame.as_ref())),
            // The library answers pings by itself. Whoever waits is told, for the server lives: there is
            // no need to ask it.
            Message::Ping(_) | Message::Binary(_) | Message::Frame(_) => Ok(Heard::Other),
            Message::Pong(_) => Ok(Heard::Pong),
        }
    }

    /// The meaning of a close code (graphql-transport-ws, 4400 to 4500).
    fn closed(&self, frame: Option<&CloseFrame>) -> TransportError {
        let Some(frame) = frame else { return self.gone("was closed") };
        let reason = &self.client.secrets().mask(frame.reason.as_str());
        match u16::from(frame.code) {
            4403 if reason == "token_expired" => TransportError::TokenExpired,
            4403 if reason.contains('_') => TransportError::TokenRefused(errors::words(reason)),
            4429 => TransportError::RateLimited { retry_after: None },
            code @ 4400..=4499 => {
                errors::odd(&format!("{} closed with {code}: {reason}", self.client.host()))
            }
            _ => self.gone("was closed"),
        }
    }

    fn garbled(&self) -> TransportError {
        errors::odd(&format!("{} sent an event in a form that is not known here", self.client.host()))
    }

    fn gone(&self, how: &str) -> TransportError {
        let host = self.client.host();
        TransportError::Unreachable(errors::words(&format!("the push connection to {host} {how}")))
    }
}

enum Waited {
    Heard(Heard),
    Told(Push),
    Nothing,
}

enum Step {
    Told(Push),
    Nothing,
    End,
}
