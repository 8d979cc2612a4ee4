//! Tests the client's push transports against misbehaving servers: subscriptions that end, stay silent or flood the
//! client, and long polls that end immediately.

use super::{Peer, TIMEOUT, WEBSOCKET};
use axum::Router;
use axum::extract::ws::{Message, WebSocket};
use axum::http::StatusCode;
use axum::routing::{any, post};
use dropmail_client::domain::delivery::{Body, Push};
use dropmail_client::domain::ids::SessionId;
use dropmail_client::domain::push_transport::PushTransport;
use dropmail_client::ports::dropmail_api::{ApiError, DropMailApi, SubscribeOptions};
use futures_util::StreamExt;
use serde_json::{Value, json};
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

async fn receive(socket: &mut WebSocket) -> Value {
    loop {
        if let Message::Text(text) = socket.recv().await.expect("the client is connected").unwrap() {
            return serde_json::from_str(&text).unwrap();
        }
    }
}

async fn send(socket: &mut WebSocket, message: Value) {
    socket.send(Message::text(message.to_string())).await.unwrap();
}

/// Acts as the server on a new WebSocket: accepts the client's subscription, and returns when the client has sent its
/// first ping.
async fn accept_subscription(socket: &mut WebSocket) {
    assert_eq!(receive(socket).await["type"], "connection_init");
    send(socket, json!({"type": "connection_ack"})).await;
    let subscribe = receive(socket).await;
    assert_eq!(subscribe["type"], "subscribe");
    assert_eq!(subscribe["payload"]["variables"], json!({"id": "s"}));
    assert_eq!(receive(socket).await["type"], "ping");
}

fn event(id: &str, raw: &str) -> Value {
    let mail = json!({
        "id": id, "receivedAt": "2026-11-24T03:00:00.5+00:00", "fromAddr": "a@b", "toAddr": "c@d",
        "toAddrOrig": "c+1@d", "rawSize": raw.len(), "raw": raw, "downloadUrl": "http://h/x",
    });
    json!({"type": "next", "id": "1", "payload": {"data": {"sessionMailReceived": mail}}})
}

#[tokio::test]
async fn mail_is_delivered_as_it_arrives_after_ready() {
    let peer = Peer::socket(|mut socket| async move {
        accept_subscription(&mut socket).await;
        send(&mut socket, event("m1", "Subject: one\r\n\r\n")).await;
        send(&mut socket, json!({"type": "pong"})).await;
        send(&mut socket, json!({"type": "ping"})).await;
        assert_eq!(receive(&mut socket).await["type"], "pong");
        send(&mut socket, json!({"type": "novelty"})).await;
        send(
            &mut socket,
            json!({"type": "next", "id": "1", "payload": {"data": {"sessionMailReceived": null}}}),
        )
        .await;
        send(&mut socket, event("m2", &"x".repeat(30 << 20))).await;
        send(&mut socket, json!({"type": "complete", "id": "1"})).await;
    })
    .await;
    let events: Vec<_> = peer.client().watch(SessionId::new("s"), None, WEBSOCKET).collect().await;
    assert_eq!(events.len(), 3, "{:?}", events.iter().map(Result::is_ok).collect::<Vec<_>>());
    assert_eq!(events[0], Ok(Push::Ready));
    let Ok(Push::Mail(first)) = &events[1] else { panic!("the event is not a mail") };
    assert_eq!(first.envelope.id.as_str(), "m1");
    assert_eq!(first.envelope.to_orig.as_str(), "c+1@d");
    assert_eq!(first.body, Body::Inline("Subject: one\r\n\r\n".into()));
    let Ok(Push::Mail(second)) = &events[2] else { panic!("the event is not a mail") };
    assert_eq!(second.envelope.size, 30 << 20);
}

#[tokio::test]
async fn a_silent_subscription_becomes_ready_and_a_dead_one_is_detected() {
    let peer = Peer::socket(|mut socket| async move {
        accept_subscription(&mut socket).await;
        // The connection is half open: the fake server reads everything and sends nothing.
        while socket.recv().await.is_some_and(|message| message.is_ok()) {}
    })
    .await;
    let events: Vec<_> = peer.client().watch(SessionId::new("s"), None, WEBSOCKET).collect().await;
    assert_eq!(events.len(), 2);
    assert_eq!(events[0], Ok(Push::Ready));
    assert!(
        matches!(&events[1], Err(ApiError::Unreachable(words)) if words.contains("silent")),
        "{events:?}"
    );
}

/// Tests a server that endlessly sends messages without mail. The client must limit the rate at which it reads these
/// messages. The subscription must still become active and deliver a mail.
#[tokio::test]
async fn floods_without_mail_are_rate_limited_and_do_not_delay_ready() {
    let nothing = json!({"type": "next", "id": "1", "payload": {"data": {"sessionMailReceived": null}}});
    for flood in [json!({"type": "ping"}), json!({"type": "pong-like"}), nothing] {
        let flood_text = flood.to_string();
        let sent_count = Arc::new(AtomicUsize::new(0));
        let sent = Arc::clone(&sent_count);
        let peer = Peer::socket(move |mut socket| {
            let (flood, sent) = (flood.clone(), Arc::clone(&sent));
            async move {
                accept_subscription(&mut socket).await;
                for _ in 0..60 {
                    send(&mut socket, flood.clone()).await;
                }
                send(&mut socket, event("m1", "Subject: one\r\n\r\n")).await;
                while socket.send(Message::text(flood.to_string())).await.is_ok() {
                    sent.fetch_add(1, Ordering::Relaxed);
                }
            }
        })
        .await;
        let client = peer.client();
        let mut events = client.watch(SessionId::new("s"), None, WEBSOCKET);
        assert_eq!(events.next().await, Some(Ok(Push::Ready)), "{flood_text}");
        assert!(matches!(events.next().await, Some(Ok(Push::Mail(_)))), "{flood_text}");
        let more = tokio::time::timeout(Duration::from_secs(1), events.next()).await;
        assert!(more.is_err(), "{flood_text}: {more:?}");
        drop(events);
        // The count includes messages in the operating system's socket buffers, which the client has not read.
        assert!(sent_count.load(Ordering::Relaxed) < 1_000_000, "{flood_text}");
    }
}

/// Tests that the client increases the delay between its long-poll requests if the service answers each request
/// immediately, either with no mail or with the same mail again.
#[tokio::test]
async fn long_polls_that_end_at_once_are_repeated_with_growing_delay() {
    let mail = event("m1", "Subject: one\r\n\r\n")["payload"].clone();
    for (answer, mails) in [(json!({"data": {"sessionMailReceived": null}}), 0), (mail, 1)] {
        let request_count = Arc::new(AtomicUsize::new(0));
        let count = Arc::clone(&request_count);
        let handler = move || {
            count.fetch_add(1, Ordering::Relaxed);
            let answer = answer.clone();
            async move { axum::Json(answer) }
        };
        let peer = Peer::http(Router::new().route("/api/graphql/{token}", post(handler))).await;
        let subscribe_options =
            SubscribeOptions { transport: PushTransport::LongPoll, is_only_transport: true };
        let mut events = peer.client().watch(SessionId::new("s"), None, subscribe_options);
        assert_eq!(events.next().await, Some(Ok(Push::Ready)));
        for _ in 0..mails {
            assert!(matches!(events.next().await, Some(Ok(Push::Mail(_)))));
        }
        assert!(tokio::time::timeout(Duration::from_secs(2), events.next()).await.is_err());
        assert!(request_count.load(Ordering::Relaxed) <= 5, "{}", request_count.load(Ordering::Relaxed));
    }
}

#[tokio::test]
async fn pings_stop_without_focus_and_a_dead_connection_is_detected_on_focus() {
    let (ping_sender, mut pings) = tokio::sync::mpsc::unbounded_channel();
    let peer = Peer::socket(move |mut socket| {
        let ping_sender = ping_sender.clone();
        async move {
            accept_subscription(&mut socket).await;
            send(&mut socket, json!({"type": "pong"})).await;
            // From this point on, the connection is half open.
            while let Some(Ok(message)) = socket.recv().await {
                if matches!(message, Message::Text(_)) {
                    ping_sender.send(()).unwrap();
                }
            }
        }
    })
    .await;
    let client = peer.client();
    client.set_foreground(false);
    let mut events = client.watch(SessionId::new("s"), None, WEBSOCKET);
    assert_eq!(events.next().await, Some(Ok(Push::Ready)));
    // The test waits several times the keep-alive interval that applies in the foreground.
    let silence = tokio::time::timeout(TIMEOUT.keepalive_interval * 5, events.next()).await;
    assert!(silence.is_err() && pings.try_recv().is_err(), "{silence:?}");
    client.set_foreground(true);
    let end = tokio::time::timeout(TIMEOUT.pong_timeout * 5, events.next()).await;
    assert!(matches!(&end, Ok(Some(Err(ApiError::Unreachable(_))))), "{end:?}");
    assert!(pings.try_recv().is_ok(), "the client sends a ping after it regains focus");
}

#[tokio::test]
async fn a_subscription_ends_with_its_reason() {
    let limited = json!([{"message": "m", "extensions": {"code": "RATE_LIMIT_EXCEEDED"}}]);
    let session_not_found = json!({"data": {"sessionMailReceived": null}, "errors": [{"message": "m", "extensions": {"code": "SESSION_NOT_FOUND"}}]});
    let cases = [
        (
            json!({"type": "error", "id": "1", "payload": limited}),
            ApiError::RateLimited { retry_after: Some(TIMEOUT.slow_down) },
        ),
        (json!({"type": "next", "id": "1", "payload": session_not_found}), ApiError::SessionNotFound),
    ];
    for (last, expected) in cases {
        let peer = Peer::socket(move |mut socket| {
            let last = last.clone();
            async move {
                accept_subscription(&mut socket).await;
                send(&mut socket, json!({"type": "pong"})).await;
                send(&mut socket, last).await;
                while socket.recv().await.is_some_and(|message| message.is_ok()) {}
            }
        })
        .await;
        let events: Vec<_> = peer.client().watch(SessionId::new("s"), None, WEBSOCKET).collect().await;
        assert_eq!(events, [Ok(Push::Ready), Err(expected)]);
    }
}

#[tokio::test]
async fn a_refused_upgrade_is_reported_like_any_request() {
    let router = Router::new().fallback(any(|| async { (StatusCode::FORBIDDEN, "token_expired") }));
    let peer = Peer::http(router).await;
    let events: Vec<_> = peer.client().watch(SessionId::new("s"), None, WEBSOCKET).collect().await;
    assert_eq!(events, [Err(ApiError::TokenExpired)]);
    let plain = Peer::http(Router::new().fallback(any(|| async { "hello" }))).await;
    let events: Vec<_> = plain.client().watch(SessionId::new("s"), None, WEBSOCKET).collect().await;
    assert!(matches!(&events[..], [Err(ApiError::Unexpected(_))]), "{events:?}");
}
