//! Tests fault injection: the effect of each kind of fault on a client, and the admin requests that change the fault
//! injection plan.

use dropmail_server::{FaultPlan, ServerConfig};
use serde_json::{Value, json};

use super::harness::{Smtp, TOKEN, TestServer, config, first_error_of, json_of, within_timeout};

const ASK: &str = "{ __typename }";

fn plan(text: &str) -> FaultPlan {
    text.parse().unwrap()
}

impl TestServer {
    fn set_faults(&self, faults: &str) {
        self.server.set_faults(plan(faults));
    }
}

#[tokio::test]
async fn http_faults_refuse_truncate_or_corrupt_replies() {
    let harness = TestServer::start().await;
    for status in [403, 429, 500, 502] {
        harness.set_faults(&format!("{status}=1"));
        let response = harness.post(TOKEN, ASK, &json!({})).send().await.unwrap();
        assert_eq!(response.status().as_u16(), status);
        assert_eq!(response.headers()["content-type"], "text/html");
        assert_eq!(response.headers().contains_key("retry-after"), status == 429);
        assert!(response.text().await.unwrap().contains(&format!("<h1>{status} ")));
        let refused = harness.websocket(TOKEN, "graphql-transport-ws").await;
        assert!(refused.is_err(), "a WebSocket upgrade gets status {status} too");
    }
    harness.set_faults("drop=1");
    let error = harness.post(TOKEN, ASK, &json!({})).send().await.unwrap_err();
    assert!(error.is_request(), "the connection closes without a response: {error:?}");
    harness.set_faults("truncate=1");
    let response = harness.post(TOKEN, ASK, &json!({})).send().await.unwrap();
    let full_length = response.content_length().unwrap();
    assert!(
        full_length > 10 && response.bytes().await.is_err(),
        "the response of {full_length} bytes is truncated"
    );
    harness.set_faults("delay=1:40ms");
    let start_time = tokio::time::Instant::now();
    harness.data(ASK, json!({})).await;
    assert!(start_time.elapsed().as_millis() >= 40);
}

#[tokio::test]
async fn push_faults_repeat_events_or_close_the_connection() {
    let harness = TestServer::start().await;
    let session = harness.session().await;
    for (protocol, start) in [("graphql-transport-ws", "subscribe"), ("graphql-ws", "start")] {
        let mut socket = harness.websocket(TOKEN, protocol).await.unwrap();
        socket.init().await;
        socket.subscribe(start, &session.id, None).await;
        socket.wait_for_probe().await;
        harness.set_faults("duplicate=1");
        harness.send_subject(&session.address, "one").await;
        assert_eq!((socket.subject().await, socket.subject().await), ("one".into(), "one".into()));
        harness.set_faults("off");
        harness.send_subject(&session.address, "two").await;
        assert_eq!(socket.subject().await, "two", "the next event follows the repeated one");
        // The fault is enabled after the mail was accepted, so that it does not disconnect the SMTP client.
        harness.set_faults("drop=1");
        socket.send(json!({"type": start, "id": "2", "payload": {"query": ASK}})).await;
        assert_eq!(socket.next_message().await, Err(None), "the connection closes without a close frame");
        harness.set_faults("off");
    }
}

#[tokio::test]
async fn stream_faults_cut_a_multipart_part() {
    let harness = TestServer::start().await;
    let session = harness.session().await;
    let wait = "subscription($id: ID!) { sessionMailReceived(id: $id) { headerSubject } }";
    let request = harness.post(TOKEN, wait, &json!({"id": session.id})).header("Accept", "multipart/mixed");
    let mut stream = within_timeout(request.send()).await.unwrap();
    assert_eq!(within_timeout(stream.chunk()).await.unwrap().unwrap(), "--dropmail-event");
    harness.send_subject(&session.address, "whole").await;
    assert!(within_timeout(stream.chunk()).await.unwrap().is_some());
    // The mail is accepted without a fault; then the part of the stream that reports the mail is truncated.
    let mut smtp = harness.smtp().await;
    assert!(smtp.command("MAIL FROM:<a@sender.test>").await.starts_with("250"));
    assert!(smtp.command(&format!("RCPT TO:<{}>", session.address)).await.starts_with("250"));
    assert!(smtp.command("DATA").await.starts_with("354"));
    harness.set_faults("truncate=1");
    assert!(smtp.send_content(b"Subject: broken\r\n\r\nx\r\n").await.starts_with("250"));
    let mut rest = Vec::new();
    let stream_result = loop {
        match within_timeout(stream.chunk()).await {
            Ok(Some(chunk)) => rest.extend_from_slice(&chunk),
            Ok(None) => break Ok(()),
            Err(error) => break Err(error),
        }
    };
    assert!(stream_result.is_err(), "the stream ends without the final chunk");
    assert!(!rest.ends_with(b"--"), "{}", String::from_utf8_lossy(&rest));
}

#[tokio::test]
async fn smtp_faults_refuse_by_stage_and_a_resent_mail_is_stored_once() {
    let harness = TestServer::start().await;
    let session = harness.session().await;
    let rcpt = format!("RCPT TO:<{}>", session.address);
    for (kind, digit) in [("smtp-4xx", "4"), ("smtp-5xx", "5")] {
        harness.set_faults(&format!("{kind}@connect=1"));
        let (mut smtp, banner) = Smtp::connect(harness.server.smtp_addr()).await;
        assert!(banner.starts_with(digit), "{banner}");
        assert_eq!(smtp.read_to_end().await, "");
        harness.set_faults("off");
        let (mut smtp, _) = Smtp::connect(harness.server.smtp_addr()).await;
        for (stage, command) in [
            ("ehlo", "EHLO a.test"),
            ("mail", "MAIL FROM:<a@b.test>"),
            ("rcpt", rcpt.as_str()),
            ("data", "DATA"),
        ] {
            harness.set_faults(&format!("{kind}@{stage}=1"));
            let refused = smtp.command(command).await;
            assert!(refused.starts_with(digit), "{stage}: {refused}");
            harness.set_faults("off");
            let accepted = smtp.command(command).await;
            assert!(accepted.starts_with('2') || accepted.starts_with('3'), "{stage}: {accepted}");
        }
        harness.set_faults(&format!("{kind}@message=1"));
        let refused = smtp.send_content(b"Subject: x\r\n\r\nx\r\n").await;
        assert!(refused.starts_with(digit), "{refused}");
        harness.set_faults("off");
        smtp.deliver(&[&session.address], b"Subject: x\r\n\r\nx\r\n").await;
    }
    let count =
        harness.data("query($id: ID!) { session(id: $id) { mailsCount } }", json!({"id": session.id})).await;
    assert_eq!(count["session"]["mailsCount"], 2);
    harness.set_faults("drop=1");
    let mut stream = tokio::net::TcpStream::connect(harness.server.smtp_addr()).await.unwrap();
    let mut received = Vec::new();
    within_timeout(tokio::io::AsyncReadExt::read_to_end(&mut stream, &mut received)).await.unwrap();
    assert!(received.is_empty());
}

#[tokio::test]
async fn faults_expire_a_session_and_trigger_a_rate_limit() {
    let harness = TestServer::start().await;
    let session = harness.session().await;
    let query = "query($id: ID!) { session(id: $id) { id mails { id } } }";
    harness.set_faults("rate-limit=1");
    let reply = harness.reply(query, json!({"id": session.id})).await;
    assert_eq!(reply["data"]["session"]["mails"], Value::Null);
    assert_eq!(first_error_of(&reply).1, "RATE_LIMIT_EXCEEDED");
    assert_eq!(reply["errors"][0]["path"], json!(["session", "mails"]));
    harness.set_faults("session-expiry=1");
    assert_eq!(harness.first_error(query, json!({"id": session.id})).await.1, "SESSION_NOT_FOUND");
    harness.set_faults("off");
    assert_eq!(
        harness.first_error(query, json!({"id": session.id})).await.1,
        "SESSION_NOT_FOUND",
        "the session stays expired"
    );
}

#[tokio::test]
async fn the_fault_endpoint_is_local_and_lists_injected_faults() {
    let harness = TestServer::with(ServerConfig { faults: plan("500=1,seed=3"), ..config() }).await;
    let url = harness.url("/admin/faults");
    assert_eq!(harness.post(TOKEN, ASK, &json!({})).send().await.unwrap().status(), 500);
    let faults = json_of(harness.http.get(&url).send().await.unwrap()).await;
    assert_eq!(faults, json!({"faults": "500=1,seed=3", "struck": {"500": 1}}));
    let set = json_of(harness.http.put(&url).body("502=1").send().await.unwrap()).await;
    assert_eq!(set, json!({"faults": "502=1,seed=0", "struck": {}}));
    let set = harness.http.put(&url).json(&json!({"faults": "delay=100%:1ms,seed=1"})).send().await.unwrap();
    assert_eq!(json_of(set).await["faults"], "delay=1:1ms,seed=1");
    let invalid = harness.http.put(&url).body("burn=1").send().await.unwrap();
    assert_eq!(invalid.status(), 400);
    assert!(first_error_of(&json_of(invalid).await).0.contains("no fault `burn`"));
    let ended = json_of(harness.http.delete(&url).send().await.unwrap()).await;
    assert_eq!(ended, json!({"faults": "off", "struck": {}}));
    for foreign_request in [
        harness.http.put(&url).header("Origin", "http://evil.test"),
        harness.http.put(&url).header("Host", "evil.test"),
        harness.http.put(&url).header("Sec-Fetch-Site", "cross-site"),
        harness.http.put(&url).header("Sec-Fetch-Site", "same-site"),
    ] {
        assert_eq!(foreign_request.body("drop=1").send().await.unwrap().status(), 403);
    }
    assert_eq!(harness.http.post(&url).body("drop=1").send().await.unwrap().status(), 405);
    assert_eq!(json_of(harness.http.get(&url).send().await.unwrap()).await["faults"], "off");
}
