//! Subscriptions as `multipart/mixed` (RFC 2046), one `application/json` part an event. The
//! delimiter that ends a part leaves together with it, so a reader that waits for the delimiter
//! does not wait for the next mail.

use std::convert::Infallible;

use async_graphql::Response as Event;
use axum::body::Body;
use axum::http::header;
use axum::response::{IntoResponse, Response};
use bytes::Bytes;
use futures_util::{Stream, StreamExt, stream};

const CONTENT_TYPE: &str = "multipart/mixed; boundary=\"dropmail-event\"";
const OPEN: &str = "--dropmail-event";
const CLOSE: &str = "--\r\n";

/// A response that gives each event as it comes and is closed properly after the last.
pub(super) fn stream(events: impl Stream<Item = Event> + Send + 'static) -> Response {
    let now = |text: &'static str| stream::iter([Bytes::from_static(text.as_bytes())]);
    let parts = now(OPEN).chain(events.map(|event| part(&event))).chain(now(CLOSE));
    let body = Body::from_stream(parts.map(Ok::<_, Infallible>));
    ([(header::CONTENT_TYPE, CONTENT_TYPE)], body).into_response()
}

/// One part, from behind its delimiter to the end of the next one's dashes. JSON holds no line
/// break, so it cannot hold a delimiter.
fn part(event: &Event) -> Bytes {
    let json = serde_json::to_string(event).unwrap_or_else(|_unwritable| "{}".to_owned());
    format!("\r\nContent-Type: application/json\r\n\r\n{json}\r\n{OPEN}").into()
}
