//! Sends the events of a subscription as `multipart/mixed` (RFC 2046), with one `application/json` part per event. Each
//! part is sent together with the boundary delimiter that follows it, so that a client waiting for the delimiter need
//! not wait for the next mail.

use std::sync::Arc;
use std::time::Duration;

use axum::body::Body;
use axum::http::header;
use axum::response::{IntoResponse, Response};
use bytes::Bytes;
use futures_util::{Stream, StreamExt, stream};

use super::fault_injection::{self, BodyChunks};
use crate::ServerState;
use crate::faults::Fault;

const CONTENT_TYPE: &str = "multipart/mixed; boundary=\"dropmail-event\"";
const OPEN: &str = "--dropmail-event";
const CLOSE: &str = "--\r\n";

/// The heartbeat that an event stream sends while no events occur: an empty JSON object, as in Apollo's protocol for
/// subscriptions over multipart.
const HEARTBEAT: &str = "{}";

/// Creates a response that sends each event when it occurs, with heartbeats in between. After the last event, the body
/// ends with the closing boundary delimiter.
pub(super) fn stream(
    events: impl Stream<Item = Bytes> + Send + Unpin + 'static,
    shared: Arc<ServerState>,
) -> Response {
    let now = |text: &'static str| stream::iter([Ok(Bytes::from_static(text.as_bytes()))]);
    let beat = shared.config.heartbeat;
    let parts = with_heartbeats(events, beat).flat_map(move |event| {
        let event = event.unwrap_or(Bytes::from_static(HEARTBEAT.as_bytes()));
        let part = part(&event);
        struck(part, &shared)
    });
    let body = Body::from_stream(now(OPEN).chain(parts).chain(now(CLOSE)));
    ([(header::CONTENT_TYPE, CONTENT_TYPE)], body).into_response()
}

/// Returns a stream that wraps each event in `Some`, and that yields `None` whenever the time `beat` passes without an
/// event.
fn with_heartbeats(
    events: impl Stream<Item = Bytes> + Send + Unpin + 'static,
    beat: Duration,
) -> impl Stream<Item = Option<Bytes>> + Send {
    stream::unfold(events, move |mut events| async move {
        match tokio::time::timeout(beat, events.next()).await {
            Ok(Some(event)) => Some((Some(event), events)),
            Ok(None) => None,
            Err(_quiet) => Some((None, events)),
        }
    })
}

/// Returns the chunks to send for one part of a multipart stream: the part itself, or an injected fault in its place.
fn struck(part: Bytes, shared: &ServerState) -> BodyChunks {
    if shared.faults.fires(Fault::Drop) {
        fault_injection::single_chunk(Err(fault_injection::connection_reset()))
    } else if shared.faults.fires(Fault::Truncate) {
        fault_injection::truncated_chunk(&part)
    } else {
        fault_injection::single_chunk(Ok(part))
    }
}

/// Formats one part of a multipart stream: the part's header, the JSON, and the start of the next boundary delimiter.
/// The JSON contains no line break, so it cannot contain a delimiter.
fn part(json: &[u8]) -> Bytes {
    [b"\r\nContent-Type: application/json\r\n\r\n", json, b"\r\n", OPEN.as_bytes()].concat().into()
}
