//! Tests that new mail is pushed over WebSocket (with both subprotocols), multipart and long poll. When a subscription
//! changes from sending stored mails to sending new ones, no mail may be lost or sent twice.

use std::time::Duration;

use dropmail_server::ServerConfig;
use reqwest::Response;
use serde_json::json;

use super::harness::{Session, TOKEN, TestServer, config, json_of, within_timeout};

const MODERN: &str = "graphql-transport-ws";
const OLD: &str = "graphql-ws";
const WAIT: &str = "subscription Wait($id: ID!, $after: ID) {
    sessionMailReceived(id: $id, mailsAfterId: $after) { id headerSubject } }";

impl TestServer {
    async fn mail_ids(&self, session: &Session) -> Vec<String> {
        let query = "query($id: ID!) { session(id: $id) { mails { id } } }";
        let data = self.data(query, json!({"id": session.id})).await;
        let mails = data["session"]["mails"].as_array().unwrap();
        mails.iter().rev().map(|mail| mail["id"].as_str().unwrap().to_owned()).collect()
    }
}

#[tokio::test]
async fn both_websocket_protocols_push_only_new_mail() {
    let harness = TestServer::start().await;
    for (protocol, start) in [(MODERN, "subscribe"), (OLD, "start")] {
        let session = harness.session().await;
        harness.send_subject(&session.address, "before").await;
        let mut socket = harness.websocket(TOKEN, protocol).await.unwrap();
        socket.init().await;
        socket.subscribe(start, &session.id, None).await;
        socket.wait_for_probe().await;
        for subject in ["one", "two", "three"] {
            harness.send_subject(&session.address, subject).await;
            assert_eq!(socket.subject().await, subject, "{protocol}");
        }
    }
}

#[tokio::test]
async fn a_subscription_after_a_mail_pushes_all_later_mail_once_in_order() {
    let harness = TestServer::start().await;
    let session = harness.session().await;
    for n in 0..10 {
        harness.send_subject(&session.address, &n.to_string()).await;
    }
    let third = harness.mail_ids(&session).await.swap_remove(2);
    let mut socket = harness.websocket(TOKEN, MODERN).await.unwrap();
    socket.init().await;
    // More mail arrives while the client reads the stored mails.
    let sending = async {
        for n in 10..60 {
            harness.send_subject(&session.address, &n.to_string()).await;
        }
    };
    let receiving = async {
        socket.subscribe("subscribe", &session.id, Some(&third)).await;
        for n in 3..60 {
            assert_eq!(socket.subject().await, n.to_string());
        }
    };
    tokio::join!(sending, receiving);
}

#[tokio::test]
async fn one_websocket_carries_queries_pings_and_completions() {
    let harness = TestServer::start().await;
    let session = harness.session().await;
    let mut socket = harness.websocket(TOKEN, MODERN).await.unwrap();
    socket.init().await;
    socket.send(json!({"type": "ping"})).await;
    assert_eq!(socket.next_message().await.unwrap(), json!({"type": "pong"}));
    socket.subscribe("subscribe", &session.id, None).await;
    socket.wait_for_probe().await;
    // If the server echoed the `complete`, a client could mistake the echo for the end of the next operation with
    // this id.
    socket.send(json!({"type": "complete", "id": "1"})).await;
    harness.send_subject(&session.address, "unheard").await;
    socket.send(json!({"type": "complete", "id": "never subscribed"})).await;
    socket.send(json!({"type": "ping"})).await;
    assert_eq!(socket.next_message().await.unwrap(), json!({"type": "pong"}));
    socket.subscribe("subscribe", &session.id, None).await;
    socket.wait_for_probe().await;
    harness.send_subject(&session.address, "heard once").await;
    assert_eq!(socket.subject().await, "heard once");
    socket.send(json!({"type": "ping"})).await;
    assert_eq!(socket.next_message().await.unwrap(), json!({"type": "pong"}));
    socket.send(json!({"type": "complete", "id": "1"})).await;

    let unknown = "U2Vzc2lvbjqcMxamadJC_aLiPz_XL0lK";
    socket.subscribe("subscribe", unknown, None).await;
    loop {
        let message = socket.next_message().await.unwrap();
        if message["id"] == "1" {
            assert_eq!(
                message["payload"]["errors"][0]["extensions"]["code"], "SESSION_NOT_FOUND",
                "{message}"
            );
            break;
        }
    }
    socket.send(json!("no message at all")).await;
    assert!(matches!(socket.next_message().await, Ok(_) | Err(Some(_))));
}

#[tokio::test]
async fn a_subscription_ends_with_its_session() {
    let lifetime = Duration::from_secs(1);
    let harness = TestServer::with(ServerConfig { session_lifetime: lifetime, ..config() }).await;
    let session = harness.session().await;
    let mut socket = harness.websocket(TOKEN, MODERN).await.unwrap();
    socket.init().await;
    socket.subscribe("subscribe", &session.id, None).await;
    socket.wait_for_probe().await;
    let message = socket.next_message().await.unwrap();
    assert_eq!(message["payload"]["errors"][0]["extensions"]["code"], "SESSION_NOT_FOUND", "{message}");
    assert_eq!(socket.next_message().await.unwrap(), json!({"type": "complete", "id": "1"}));
}

#[tokio::test]
async fn a_long_poll_returns_the_first_mail_then_each_next_one() {
    let harness = TestServer::start().await;
    let session = harness.session().await;
    let poll = |after: Option<String>| harness.data(WAIT, json!({"id": session.id, "after": after}));
    // The client requests the first mail before it exists.
    let (first, ()) = tokio::join!(poll(None), harness.send_subject(&session.address, "one"));
    assert_eq!(first["sessionMailReceived"]["headerSubject"], "one");
    harness.send_subject(&session.address, "two").await;
    assert_eq!(poll(None).await, first, "a poll without `mailsAfterId` returns the first mail");
    let id = first["sessionMailReceived"]["id"].as_str().unwrap().to_owned();
    let second = poll(Some(id)).await;
    assert_eq!(second["sessionMailReceived"]["headerSubject"], "two");
    let id = second["sessionMailReceived"]["id"].as_str().unwrap().to_owned();
    let (third, ()) = tokio::join!(poll(Some(id)), harness.send_subject(&session.address, "three"));
    assert_eq!(third["sessionMailReceived"]["headerSubject"], "three");
    let refused = harness.first_error(WAIT, json!({"id": session.id, "after": session.id})).await;
    assert_eq!(refused.0, "mail_not_found");
}

#[tokio::test]
async fn a_long_poll_without_mail_times_out() {
    let long_poll = Duration::from_millis(50);
    let harness = TestServer::with(ServerConfig { long_poll, ..config() }).await;
    let session = harness.session().await;
    let response = harness.post(TOKEN, WAIT, &json!({"id": session.id})).send().await.unwrap();
    assert_eq!(response.status(), 200);
    let message = "Http processing error: Request execution timed out";
    let extensions = json!({"code": "timeout", "timeout_ms": 50});
    let reply = json!({"errors": [{"message": message, "extensions": extensions}]});
    assert_eq!(json_of(response).await, reply);
}

/// Reads a multipart body up to the next occurrence of `end`, and returns the text that was read.
async fn read_part(response: &mut Response, buffer: &mut String, end: &str) -> String {
    while !buffer.contains(end) {
        let chunk = within_timeout(response.chunk()).await.unwrap().expect("the stream has not ended");
        buffer.push_str(std::str::from_utf8(&chunk).unwrap());
    }
    let at = buffer.find(end).unwrap() + end.len();
    buffer.drain(..at).collect()
}

#[tokio::test]
async fn multipart_sends_a_part_for_each_mail_and_a_closing_boundary() {
    let lifetime = Duration::from_secs(2);
    let harness = TestServer::with(ServerConfig { session_lifetime: lifetime, ..config() }).await;
    let session = harness.session().await;
    let variables = json!({"id": session.id});
    let accept = "multipart/mixed, application/json";
    let request = harness.post(TOKEN, WAIT, &variables).header("Accept", accept);
    let mut response = within_timeout(request.send()).await.unwrap();
    let kind = response.headers()["content-type"].to_str().unwrap().to_owned();
    let boundary = kind.strip_prefix("multipart/mixed; boundary=\"").unwrap().strip_suffix('"').unwrap();
    let delimiter = format!("--{boundary}");
    let mut buffer = String::new();
    assert_eq!(read_part(&mut response, &mut buffer, &delimiter).await, delimiter);
    for subject in ["one", "two"] {
        harness.send_subject(&session.address, subject).await;
        let part = read_part(&mut response, &mut buffer, &delimiter).await;
        let body = part.strip_prefix("\r\nContent-Type: application/json\r\n\r\n").unwrap();
        let body = body.strip_suffix(&format!("\r\n{delimiter}")).unwrap();
        let event: serde_json::Value = serde_json::from_str(body).unwrap();
        assert_eq!(event["data"]["sessionMailReceived"]["headerSubject"], subject);
    }
    let last = read_part(&mut response, &mut buffer, &delimiter).await;
    assert!(last.contains("SESSION_NOT_FOUND"), "{last}");
    assert_eq!(read_part(&mut response, &mut buffer, "--\r\n").await, "--\r\n");
    assert_eq!(within_timeout(response.chunk()).await.unwrap(), None);
}

#[tokio::test]
async fn a_quiet_stream_sends_heartbeats() {
    let harness = TestServer::with(ServerConfig { heartbeat: Duration::from_millis(20), ..config() }).await;
    let session = harness.session().await;
    let request = harness.post(TOKEN, WAIT, &json!({"id": session.id})).header("Accept", "multipart/mixed");
    let mut response = within_timeout(request.send()).await.unwrap();
    let (delimiter, mut buffer) = ("--dropmail-event", String::new());
    assert_eq!(read_part(&mut response, &mut buffer, delimiter).await, delimiter);
    for _ in 0..3 {
        let heartbeat = read_part(&mut response, &mut buffer, delimiter).await;
        assert_eq!(heartbeat, format!("\r\nContent-Type: application/json\r\n\r\n{{}}\r\n{delimiter}"));
    }
    harness.send_subject(&session.address, "after").await;
    while !read_part(&mut response, &mut buffer, delimiter).await.contains("after") {}
}

#[tokio::test]
async fn a_query_gets_json_even_if_the_client_accepts_multipart() {
    let harness = TestServer::start().await;
    let request =
        |accept: &'static str| harness.post(TOKEN, "{ __typename }", &json!({})).header("Accept", accept);
    let reply = json_of(request("multipart/mixed, application/json").send().await.unwrap()).await;
    assert_eq!(reply, json!({"data": {"__typename": "QueryRoot"}}));
    let body = request("multipart/mixed").send().await.unwrap().text().await.unwrap();
    assert_eq!(
        body,
        "--dropmail-event\r\nContent-Type: application/json\r\n\r\n\
         {\"data\":{\"__typename\":\"QueryRoot\"}}\r\n--dropmail-event--\r\n"
    );
}

#[tokio::test]
async fn the_server_stops_while_clients_are_connected() {
    let harness = TestServer::start().await;
    let session = harness.session().await;
    let mut socket = harness.websocket(TOKEN, MODERN).await.unwrap();
    socket.init().await;
    socket.subscribe("subscribe", &session.id, None).await;
    socket.wait_for_probe().await;
    let mut smtp = harness.smtp().await;
    let request = harness.post(TOKEN, WAIT, &json!({"id": session.id})).header("Accept", "multipart/mixed");
    let stream = within_timeout(request.send()).await.unwrap();
    let (http, smtp_addr) = (harness.server.http_addr(), harness.server.smtp_addr());
    within_timeout(harness.server.shutdown()).await;
    assert_eq!(socket.next_message().await, Err(Some(1001)));
    assert!(smtp.read_to_end().await.starts_with("421 "));
    assert!(within_timeout(stream.text()).await.unwrap().ends_with("--\r\n"));
    for addr in [http, smtp_addr] {
        assert!(tokio::net::TcpStream::connect(addr).await.is_err(), "{addr} no longer accepts connections");
    }
}
