//! Reads the protocol messages from the process that owns the data directory, and passes each message to the request or
//! stream to which it belongs.

use super::super::protocol::OwnerMessage;
use super::{ClientState, Closed, lock};
use crate::domain::service_status::ServiceStatus;
use crate::domain::time::Timestamp;
use crate::ports::dropmail_api::ApiError;
use futures_util::StreamExt;
use futures_util::stream::SplitStream;
use std::sync::Arc;
use std::sync::atomic::Ordering;
use tokio::net::UnixStream;
use tokio_util::codec::{Framed, LinesCodec};

/// Reads protocol messages until the connection to the process that owns the data directory ends.
pub(super) async fn run(mut lines: SplitStream<Framed<UnixStream, LinesCodec>>, shared: Arc<ClientState>) {
    while let Some(Ok(text)) = lines.next().await {
        match serde_json::from_str(&text) {
            Ok(answer) => handle(answer, &shared),
            Err(error) => {
                tracing::warn!(%error, "the owner of the data directory sent an unknown message");
                break;
            }
        }
    }
    shared.close(Closed::Ended);
}

fn handle(answer: OwnerMessage, shared: &ClientState) {
    match answer {
        OwnerMessage::Reply { id, clock, result } => {
            shared.clock.store(clock, Ordering::Relaxed);
            if let Some(waiting) = lock(&shared.calls).remove(&id) {
                // The caller may have stopped waiting.
                drop(waiting.send(result));
            }
        }
        OwnerMessage::Pushed { id, item } => {
            if let Some(stream) = lock(&shared.streams).get(&id) {
                drop(stream.send(Ok(item)));
            }
        }
        OwnerMessage::Ended { id, failure } => {
            let stream = lock(&shared.streams).remove(&id);
            if let (Some(stream), Some(failure)) = (stream, failure) {
                drop(stream.send(Err(ApiError::from(failure))));
            }
        }
        OwnerMessage::Changed { change } => drop(shared.changes.send(change.into())),
        OwnerMessage::Status { slowed_until, captcha, legacy_token } => {
            let slowed_until = slowed_until.and_then(|at| Timestamp::from_millisecond(at).ok());
            shared.status.send_replace(ServiceStatus { slowed_until, captcha, legacy_token });
        }
        OwnerMessage::Pong { id } => {
            shared.answered.send_if_modified(|newest| {
                let is_newer = id > *newest;
                *newest = id.max(*newest);
                is_newer
            });
        }
        OwnerMessage::Welcome { .. } | OwnerMessage::Refused { .. } => {}
    }
}
