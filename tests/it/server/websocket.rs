//! Tests GraphQL over WebSocket: the order of messages, operation ids, limits, and how the server closes connections.

use std::time::Duration;

use dropmail_server::ServerConfig;
use serde_json::{Value, json};

use super::harness::{Socket, TOKEN, TestServer, config};

const MODERN: &str = "graphql-transport-ws";

async fn open(harness: &TestServer) -> Socket {
    let mut socket = harness.websocket(TOKEN, MODERN).await.unwrap();
    socket.init().await;
    socket
}

fn subscribe(id: &str, session: &str) -> Value {
    let query = "subscription($id: ID!) { sessionMailReceived(id: $id) { headerSubject } }";
    json!({"type": "subscribe", "id": id, "payload": {"query": query, "variables": {"id": session}}})
}

/// Skips all messages up to the close frame, and returns the frame's status code; `None` if the server sends no close
/// frame.
async fn close_code(mut socket: Socket) -> Option<u16> {
    loop {
        if let Err(close_code) = socket.next_message().await {
            return close_code;
        }
    }
}

#[tokio::test]
async fn each_protocol_violation_has_its_close_code() {
    let harness = TestServer::start().await;
    let session = harness.session().await;
    let without_init = harness.websocket(TOKEN, MODERN).await.unwrap();
    let query = json!({"query": "{ __typename }"});
    let long_id = "\u{1f4e7}".repeat(500);
    for (mut socket, messages, expected) in [
        (without_init, vec![subscribe("1", &session.id)], 4401),
        (open(&harness).await, vec![subscribe("1", &session.id), subscribe("1", &session.id)], 4409),
        (
            open(&harness).await,
            vec![subscribe(&long_id, &session.id), subscribe(&long_id, &session.id)],
            4409,
        ),
        (open(&harness).await, vec![json!({"type": "connection_init"})], 4429),
        (open(&harness).await, vec![json!({"type": "nonsense".repeat(100)})], 4400),
        (open(&harness).await, vec![json!({"type": "subscribe", "id": "1"})], 4400),
        (open(&harness).await, vec![json!({"type": "subscribe", "payload": query})], 4400),
        (open(&harness).await, vec![json!(["no", "message"])], 4400),
    ] {
        for message in &messages {
            socket.send(message.clone()).await;
        }
        assert_eq!(close_code(socket).await, Some(expected), "{messages:?}");
    }
}

#[tokio::test]
async fn a_connection_without_connection_init_is_closed() {
    let init_timeout = Duration::from_millis(50);
    let harness = TestServer::with(ServerConfig { init_timeout, ..config() }).await;
    let silent = harness.websocket(TOKEN, MODERN).await.unwrap();
    assert_eq!(close_code(silent).await, Some(4408));
    let mut pinging = harness.websocket(TOKEN, MODERN).await.unwrap();
    pinging.send(json!({"type": "ping"})).await;
    assert_eq!(pinging.next_message().await.unwrap(), json!({"type": "pong"}));
    assert_eq!(close_code(pinging).await, Some(4408));
}

#[tokio::test]
async fn a_hundred_subscriptions_receive_each_mail_and_one_more_is_refused() {
    let harness = TestServer::start().await;
    let session = harness.session().await;
    let mut socket = open(&harness).await;
    for n in 0..101 {
        socket.send(subscribe(&n.to_string(), &session.id)).await;
    }
    let refused = socket.next_message().await.unwrap();
    assert_eq!(refused["id"], "100", "{refused}");
    assert_eq!(refused["payload"]["errors"][0]["extensions"]["code"], "too_many_operations", "{refused}");
    assert_eq!(socket.next_message().await.unwrap(), json!({"type": "complete", "id": "100"}));
    for subject in ["one", "two"] {
        harness.send_subject(&session.address, subject).await;
        let mut ids = Vec::new();
        while ids.len() < 100 {
            let event = socket.next_message().await.unwrap();
            let mail = &event["payload"]["data"]["sessionMailReceived"];
            assert_eq!(mail["headerSubject"], subject, "{event}");
            ids.push(event["id"].as_str().unwrap().parse::<usize>().unwrap());
        }
        ids.sort_unstable();
        assert!(ids.into_iter().eq(0..100));
    }
    socket.send(json!({"type": "complete", "id": "7"})).await;
    socket.send(subscribe("7 again", &session.id)).await;
    socket.send(json!({"type": "ping"})).await;
    assert_eq!(socket.next_message().await.unwrap(), json!({"type": "pong"}));
}
