//! Subscriptions as `multipart/mixed` (RFC 2046), one `application/json` part an event. The
//! delimiter that ends a part leaves together with it, so a reader that waits for the delimiter
//! does not wait for the next mail.

use std::sync::Arc;
use std::time::Duration;

use async_graphql::Response as Event;
use axum::body::Body;
use axum::http::header;
use axum::response::{IntoResponse, Response};
use bytes::Bytes;
use futures_util::stream::BoxStream;
use futures_util::{FutureExt, Stream, StreamExt, stream};

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
pub(super) fn stream(events: impl Stream<Item = Event> + Send + 'static, shared: Arc<Shared>) -> Response {
    let now = |text: &'static str| stream::iter([Ok(Bytes::from_static(text.as_bytes()))]);
    let beat = shared.config.heartbeat;
    let parts = with_heartbeats(standing(events), beat).flat_map(move |event| {
        let part = event.map_or_else(|| part(HEARTBEAT), |event| part(&json(&event)));
        struck(part, &shared)
    });
    let body = Body::from_stream(now(OPEN).chain(parts).chain(now(CLOSE)));
    ([(header::CONTENT_TYPE, CONTENT_TYPE)], body).into_response()
}

/// The same events, begun: a subscription stands once it was asked for its first event, and whoever
/// sees the first bytes of the answer may count on it.
fn standing(events: impl Stream<Item = Event> + Send + 'static) -> BoxStream<'static, Event> {
    let mut events = events.boxed();
    match events.next().now_or_never() {
        Some(Some(first)) => stream::iter([first]).chain(events).boxed(),
        Some(None) => stream::empty().boxed(),
        None => events,
    }
}

/// `None` for each stretch of time in which nothing came.
fn with_heartbeats(
    events: impl Stream<Item = Event> + Send + Unpin + 'static,
    beat: Duration,
) -> impl Stream<Item = Option<Event>> + Send {
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

fn json(event: &Event) -> String {
    serde_json::to_string(event).unwrap_or_else(|_unwritable| HEARTBEAT.to_owned())
}

/// One part, from behind its delimiter to the end of the next one's dashes. JSON holds no line
/// break, so it cannot hold a delimiter.
fn part(json: &str) -> Bytes {
    format!("\r\nContent-Type: application/json\r\n\r\n{json}\r\n{OPEN}").into()
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::sync::atomic::{AtomicBool, Ordering};
    use std::task::Poll;

    #[test]
    fn a_subscription_stands_before_the_first_byte_and_loses_no_event() {
        let asked = Arc::new(AtomicBool::new(false));
        let asking = Arc::clone(&asked);
        let quiet = stream::poll_fn(move |_| {
            asking.store(true, Ordering::Relaxed);
            Poll::Pending
        });
        let _begun = standing(quiet);
        assert!(asked.load(Ordering::Relaxed));

        let two = stream::iter([Event::new("one"), Event::new("two")]);
        let told: Vec<Event> = standing(two).collect().now_or_never().unwrap();
        assert_eq!(told.iter().map(json).collect::<Vec<_>>(), [r#"{"data":"one"}"#, r#"{"data":"two"}"#]);
        assert!(standing(stream::empty()).collect::<Vec<_>>().now_or_never().unwrap().is_empty());
    }
}
