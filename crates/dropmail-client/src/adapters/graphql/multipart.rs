//! Receives new mail through a GraphQL subscription whose HTTP response stays open. The multipart body of the response
//! contains one part for each event.

mod parts;

use super::client::{Client, MAX_MAIL};
use super::errors;
use super::event::event_to_push;
use super::graphql_response::GraphqlResponse;
use super::operations as ops;
use super::throttle::Throttle;
use crate::domain::delivery::Push;
use crate::domain::ids::{MailId, SessionId};
use crate::ports::BoxStream;
use crate::ports::dropmail_api::ApiError;
use futures_util::StreamExt;
use futures_util::stream::unfold;
use parts::PartSplitter;
use reqwest::Response;
use reqwest::header::CONTENT_TYPE;
use serde_json::Value;
use std::collections::VecDeque;
use std::sync::Arc;
use tokio::time::{Instant, timeout_at};

/// Value of the `Accept` header for a multipart subscription. JSON is accepted too, because the service may respond
/// with an error in JSON instead of a stream.
const ACCEPT: &str = "multipart/mixed, application/json;q=0.5";
/// Maximum size in bytes of the body of a response that rejects the subscription; a larger body is an error.
const MAX_REFUSAL: usize = 1 << 20;

enum State {
    Waiting { client: Arc<Client>, session: SessionId, after: Option<MailId>, alone: bool },
    Open(Box<MultipartFeed>),
    Ended,
}

struct MultipartFeed {
    client: Arc<Client>,
    session: SessionId,
    response: Response,
    parts: PartSplitter,
    /// Deadline for the first bytes of the multipart stream; `None` once they have arrived or the client no longer
    /// waits for them.
    first_byte_deadline: Option<Instant>,
    alone: bool,
    queued: VecDeque<Push>,
    throttle: Throttle,
}

pub(super) fn watch(
    client: Arc<Client>,
    session: SessionId,
    after: Option<MailId>,
    alone: bool,
) -> BoxStream<'static, Result<Push, ApiError>> {
    unfold(State::Waiting { client, session, after, alone }, step).boxed()
}

async fn step(state: State) -> Option<(Result<Push, ApiError>, State)> {
    let mut feed = match state {
        State::Waiting { client, session, after, alone } => match open(client, session, after, alone).await {
            Ok(feed) => Box::new(feed),
            Err(error) => return Some((Err(error), State::Ended)),
        },
        State::Open(feed) => feed,
        State::Ended => return None,
    };
    match feed.next().await {
        Ok(Some(push)) => Some((Ok(push), State::Open(feed))),
        Ok(None) => None,
        Err(error) => Some((Err(error), State::Ended)),
    }
}

async fn open(
    client: Arc<Client>,
    session: SessionId,
    after: Option<MailId>,
    alone: bool,
) -> Result<MultipartFeed, ApiError> {
    client.acquire().await;
    let deadline = Instant::now() + client.timeouts().handshake;
    let order = ops::watch(&session, after.as_ref());
    let asked = timeout_at(deadline, client.subscribe(ACCEPT, &order)).await;
    let response = asked.map_err(|_late| silence_error(&client))??;
    let kind = response.headers().get(CONTENT_TYPE).and_then(|kind| kind.to_str().ok());
    let parts = kind.and_then(PartSplitter::from_content_type).filter(|_| response.status().is_success());
    let Some(parts) = parts else {
        let read = timeout_at(deadline, client.read(response, MAX_REFUSAL)).await;
        let reply = read.map_err(|_late| silence_error(&client))??;
        // The service sent a single response: it rejects the request, or does not support multipart.
        let refusal = client.parse_graphql(&reply)?.refusal();
        return Err(refusal.map_or_else(
            || errors::unexpected_error("the service does not stream"),
            |why| client.record_error(why),
        ));
    };
    Ok(MultipartFeed {
        client,
        session,
        response,
        parts,
        first_byte_deadline: Some(deadline),
        alone,
        queued: VecDeque::new(),
        throttle: Throttle::new(),
    })
}

fn silence_error(client: &Client) -> ApiError {
    let message = format!("{} does not answer in time with a stream", client.host());
    ApiError::Unreachable(errors::sanitise_text(&message))
}

impl MultipartFeed {
    /// Returns the next push from the multipart stream; `None` if the service has ended the stream without an error.
    async fn next(&mut self) -> Result<Option<Push>, ApiError> {
        loop {
            if let Some(push) = self.queued.pop_front() {
                return Ok(Some(push));
            }
            if self.parts.is_ended() {
                return Ok(None);
            }
            let chunk = match self.first_byte_deadline {
                // A proxy that buffers the response would delay each mail, so `Push::Ready` is reported only once the
                // first bytes have arrived.
                Some(deadline) => match timeout_at(deadline, self.response.chunk()).await {
                    Ok(chunk) => chunk,
                    Err(_late) if self.alone => {
                        self.mark_ready();
                        continue;
                    }
                    Err(_late) => return Err(silence_error(&self.client)),
                },
                None => self.response.chunk().await,
            };
            let chunk = chunk.map_err(|error| errors::request_error(&error, self.client.host()))?;
            let Some(chunk) = chunk else {
                let message = format!("the stream from {} was cut", self.client.host());
                return Err(ApiError::Unreachable(errors::sanitise_text(&message)));
            };
            self.mark_ready();
            if self.parts.push(&chunk) > MAX_MAIL {
                return Err(errors::unexpected_error("the service sent an event that is too large"));
            }
            self.read_parts().await?;
        }
    }

    fn mark_ready(&mut self) {
        if self.first_byte_deadline.take().is_some() {
            self.queued.push_back(Push::Ready);
        }
    }

    async fn read_parts(&mut self) -> Result<(), ApiError> {
        while let Some(part) = self.parts.next() {
            let reply = parse_part(&part).ok_or_else(|| {
                errors::unexpected_error(&format!(
                    "{} sent an event in a form that is not known here",
                    self.client.host()
                ))
            })?;
            match event_to_push(&self.client, &self.session, reply)? {
                Some(push) => self.queued.push_back(push),
                None => self.throttle.delay_message().await,
            }
        }
        Ok(())
    }
}

/// Parses the GraphQL response in a part of the multipart body. In Apollo's multipart subscriptions, the `payload`
/// field contains the response. Returns `None` if the part is not JSON.
fn parse_part(part: &[u8]) -> Option<GraphqlResponse> {
    let mut value: Value = serde_json::from_slice(part).ok()?;
    if let Some(wrapped) = value.get_mut("payload").map(Value::take) {
        value = if wrapped.is_null() { Value::Object(serde_json::Map::new()) } else { wrapped };
    }
    Some(GraphqlResponse::from(value))
}
