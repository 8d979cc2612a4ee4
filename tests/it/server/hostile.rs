//! Tests requests that are designed to consume many resources. The server must refuse or limit each such request, and
//! still reply to other clients.

use std::time::Duration;

use dropmail_server::{Limits, ServerConfig};
use futures_util::future::join_all;
use serde_json::{Value, json};
use tokio::io::AsyncWriteExt;

use super::harness::{TOKEN, TestServer, config, json_of, within_timeout};

/// Calls `text` with each number from 0 to `times - 1`, and returns the concatenated results.
fn repeat_numbered(times: usize, text: impl Fn(usize) -> String) -> String {
    (0..times).fold(String::new(), |all, n| all + &text(n))
}

/// Creates a GraphQL query with `levels` fragments. Each fragment spreads the next one twice, so the number of fields
/// grows exponentially.
fn doubling_query(levels: usize) -> String {
    let fragments =
        repeat_numbered(levels, |n| format!("fragment F{n} on QueryRoot {{ ...F{0} ...F{0} }} ", n + 1));
    format!("{{ ...F0 }} {fragments} fragment F{levels} on QueryRoot {{ __typename }}")
}

/// Creates an introspection query in which lists of types are nested `levels` deep.
fn nested_types(levels: usize) -> String {
    let (open, close) = ("possibleTypes { interfaces { ".repeat(levels), "} } ".repeat(levels));
    format!("{{ __type(name: \"Node\") {{ {open} name {close} }} }}")
}

/// Creates an introspection query that requests the arguments of all fields in the schema, repeated `times` times.
fn repeated_types(times: usize) -> String {
    let types =
        repeat_numbered(times, |n| format!("a{n}: __schema {{ types {{ fields {{ args {{ name }} }} }} }} "));
    format!("{{ {types} }}")
}

impl TestServer {
    async fn first_message(&self, query: &str) -> String {
        let reply = self.reply(query, json!({})).await;
        reply["errors"][0]["message"].as_str().unwrap_or_default().to_owned()
    }
}

#[tokio::test]
async fn expanding_documents_are_refused_while_others_are_answered() {
    let harness = TestServer::start().await;
    let query = doubling_query(30);
    let hostile = async {
        for reply in join_all((0..64).map(|_| harness.reply(&query, json!({})))).await {
            let message = reply["errors"][0]["message"].as_str().unwrap();
            assert!(message.contains("with its fragments expanded"), "{message}");
        }
    };
    let other = async {
        for _ in 0..20 {
            assert_eq!(harness.data("{ __typename }", json!({})).await["__typename"], "QueryRoot");
        }
    };
    tokio::join!(hostile, other);
    let by_get = harness.http.get(harness.endpoint(TOKEN)).query(&[("query", &query)]).send().await.unwrap();
    assert!(json_of(by_get).await["errors"][0]["message"].as_str().unwrap().contains("expanded"));
}

#[tokio::test]
async fn documents_are_limited_in_length_depth_and_counts() {
    let harness = TestServer::start().await;
    let repeated = |one: &str, times: usize| format!("{{ {} }}", one.repeat(times));
    for (query, reason) in [
        (format!("{{ __typename }} #{}", "x".repeat(64 << 10)), "bytes"),
        (repeated("a ", 8_000), "tokens"),
        (repeated("__typename ", 2_600), "fields"),
        (format!("{{ {} }}", repeat_numbered(600, |n| format!("a{n}: __typename "))), "aliases"),
        (format!("{{ __typename {} }}", "@skip(if: true) ".repeat(600)), "directives"),
        ("{a".repeat(1_000), "brackets"),
        (
            "{ ...A } fragment A on QueryRoot { ...B } fragment B on QueryRoot { ...A }".to_owned(),
            "spreads itself",
        ),
        (nested_types(3), "introspection"),
    ] {
        let message = harness.first_message(&query).await;
        assert!(message.contains(reason), "{reason}: {message}");
    }
    assert_eq!(harness.first_message(&nested_types(1)).await, "");
}

#[tokio::test]
async fn an_introspection_reply_is_dropped_at_its_size_limit() {
    let harness = TestServer::start().await;
    let reply = harness.reply(&repeated_types(200), json!({})).await;
    assert_eq!(reply["errors"][0]["extensions"]["code"], "answer_too_large", "{reply}");
    assert_eq!(reply["data"], Value::Null);
    assert_eq!(harness.first_message(&repeated_types(2)).await, "");
}

#[tokio::test]
async fn replies_of_all_clients_share_a_memory_limit_and_release_it() {
    let limits = Limits { answer_bytes: 1 << 20, ..Limits::default() };
    let harness = TestServer::with(ServerConfig { limits, ..config() }).await;
    let session = harness.session().await;
    let body = format!("Subject: large\r\n\r\n{}", "0123456789abcdef\r\n".repeat(30_000));
    harness.send(&session.address, body.as_bytes()).await;
    let request_copies = async |copies: usize| {
        let fields = repeat_numbered(copies, |n| format!("r{n}: raw "));
        let query = format!("query($id: ID!) {{ session(id: $id) {{ mails {{ {fields} }} }} }}");
        harness.reply(&query, json!({"id": session.id})).await
    };
    assert!(request_copies(1).await["errors"].is_null());
    let refused = request_copies(3).await;
    assert_eq!(refused["errors"][0]["extensions"]["code"], "unavailable", "{refused}");
    assert!(request_copies(1).await["errors"].is_null(), "the memory of the replies is free again");
}

#[tokio::test]
async fn work_ends_when_its_client_disconnects_and_shutdown_is_prompt() {
    let harness = TestServer::start().await;
    let body = json!({"query": repeated_types(100)}).to_string();
    let request = format!(
        "POST /api/graphql/{TOKEN} HTTP/1.1\r\nHost: localhost\r\nContent-Length: {}\r\n\r\n{body}",
        body.len()
    );
    // These 50 clients disconnect immediately. If the server continued to process their requests, the expensive request
    // below would have to wait.
    for _ in 0..50 {
        let mut stream = tokio::net::TcpStream::connect(harness.server.http_addr()).await.unwrap();
        stream.write_all(request.as_bytes()).await.unwrap();
    }
    assert_eq!(within_timeout(harness.first_message(&repeated_types(3))).await, "");
    let streams = join_all((0..50).map(async |_| {
        let mut stream = tokio::net::TcpStream::connect(harness.server.http_addr()).await.unwrap();
        stream.write_all(request.as_bytes()).await.unwrap();
        stream
    }));
    let streams = streams.await;
    tokio::time::timeout(Duration::from_secs(10), harness.server.shutdown()).await.unwrap();
    drop(streams);
}
