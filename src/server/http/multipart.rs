//! Subscriptions as `multipart/mixed` (RFC 2046), one `application/json` part an event. The
//! delimiter that ends a part leaves together with it, so a reader that waits for the delimiter
//! does not wait for the next mail.

use std::sync::Arc;
use std::time::Duration;

use axum::body::Body;
use axum::http::header;
use axum::response::{IntoResponse, Response};
use bytes::Bytes;
use futures_util::{Stream, StreamExt, stream};

use super::faulty::{self, Pieces};
use crate::server::Shared;
use crate::server::faults::Fault;

const CONTENT_TYPE: &str = "multipart/mixed; boundary=\"dropmail-event\"";
const OPEN: &str = "--dropmail-event";
const CLOSE: &str = "--\r\n";

/// What keeps a quiet stream from being taken for dead: a part that holds nothing, as Apollo's
/// protocol for subscriptions over multipart has it.
const HEARTBEAT: &str = "{}";

/// A response that gives each event as it comes, a sign of life while none comes, and is closed
/// properly after the last.
pub(super) fn stream(
    events: impl Stream<Item = Bytes> + Send + Unpin + 'static,
    shared: Arc<Shared>,
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

/// `None` for each stretch of time in which nothing came.
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

/// A part, or what a fault on purpose makes of it.
fn struck(part: Bytes, shared: &Shared) -> Pieces {
    if shared.faults.strikes(Fault::Drop) {
        faulty::one(Err(faulty::cut()))
    } else if shared.faults.strikes(Fault::Truncate) {
        faulty::half(&part)
    } else {
        faulty::one(Ok(part))
    }
}

/// One part, from behind its delimiter to the end of the next one's dashes. JSON holds no line
/// break, so it cannot hold a delimiter.
fn part(json: &[u8]) -> Bytes {
    [b"\r\nContent-Type: application/json\r\n\r\n", json, b"\r\n", OPEN.as_bytes()].concat().into()
}
