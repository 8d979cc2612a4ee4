//! Tests rate limits, the additional calls that solving a captcha grants, and legacy tokens.

use std::time::Duration;

use dropmail_server::{Rate, RateLimits, ServerConfig};
use serde_json::{Value, json};

use super::harness::{TOKEN, TestServer, config, first_error_of, json_of};

const LIST: &str = "query($id: ID!) { session(id: $id) { id mails { id } } }";
const HOUR: Duration = Duration::from_hours(1);

async fn with_rates(addresses: Option<usize>, mail: Option<usize>) -> TestServer {
    let rate = |calls: Option<usize>| calls.map(|calls| Rate::new(calls, HOUR));
    let rates =
        RateLimits { addresses: rate(addresses), mail: rate(mail), credits: 2, ..RateLimits::default() };
    TestServer::with(ServerConfig { rates, legacy_tokens: true, ..config() }).await
}

#[tokio::test]
async fn addresses_above_the_rate_are_refused_until_a_captcha_is_solved() {
    let harness = with_rates(Some(2), None).await;
    let session = harness.session().await;
    let add = "mutation($s: ID!) { introduceAddress(input: {sessionId: $s}) { id } }";
    harness.data(add, json!({"s": session.id})).await;
    let refused = harness.reply(add, json!({"s": session.id})).await;
    assert_eq!(refused["data"], json!({"introduceAddress": null}));
    assert_eq!(first_error_of(&refused), ("Request quota exceeded".into(), "RATE_LIMIT_EXCEEDED".into()));
    let captcha = &refused["errors"][0]["extensions"]["captcha"];
    let answer = harness.server.captcha_answer(captcha["nonce"].as_str().unwrap());
    assert_eq!(harness.submit_answer(captcha, &answer).await.1, json!({"result": "correct"}));
    for _ in 0..2 {
        harness.data(add, json!({"s": session.id})).await;
    }
    assert_eq!(
        harness.first_error(add, json!({"s": session.id})).await.1,
        "RATE_LIMIT_EXCEEDED",
        "the credits of the captcha are used up"
    );
}

#[tokio::test]
async fn reads_above_the_rate_return_null_and_end_a_subscription() {
    let harness = with_rates(None, Some(2)).await;
    let session = harness.session().await;
    let mut socket = harness.websocket(TOKEN, "graphql-transport-ws").await.unwrap();
    socket.init().await;
    socket.subscribe("subscribe", &session.id, None).await;
    socket.wait_for_probe().await;
    for subject in ["one", "two"] {
        harness.send_subject(&session.address, subject).await;
        assert_eq!(socket.subject().await, subject);
    }
    harness.send_subject(&session.address, "three").await;
    let event = socket.next_message().await.unwrap();
    let error = &event["payload"]["errors"][0];
    assert_eq!(error["extensions"]["code"], "RATE_LIMIT_EXCEEDED", "{event}");
    assert_eq!(error["extensions"]["captcha"]["v"], "3");
    assert_eq!(socket.next_message().await.unwrap(), json!({"type": "complete", "id": "1"}));

    let reply = harness.reply(LIST, json!({"id": session.id})).await;
    assert_eq!(reply["data"], json!({"session": {"id": session.id, "mails": null}}));
    assert_eq!(reply["errors"][0]["path"], json!(["session", "mails"]));
    assert_eq!(first_error_of(&reply).1, "RATE_LIMIT_EXCEEDED");
}

#[tokio::test]
async fn a_legacy_token_gets_a_warning_in_every_reply_and_lower_limits() {
    let harness = with_rates(Some(10), None).await;
    let request = async |query: &str, variables: Value| {
        json_of(harness.post("my-old-token", query, &variables).send().await.unwrap()).await
    };
    let mutation = "mutation { introduceSession { id addresses { address } } }";
    let reply = request(mutation, json!({})).await;
    let session = &reply["data"]["introduceSession"];
    assert_eq!(first_error_of(&reply).1, "LEGACY_TOKEN_DEPRECATED");
    assert!(session["id"].is_string(), "the reply contains the data and the warning: {reply}");
    let (id, address) =
        (session["id"].as_str().unwrap(), session["addresses"][0]["address"].as_str().unwrap());

    let mut socket = harness.websocket("my-old-token", "graphql-transport-ws").await.unwrap();
    socket.init().await;
    let wait = "subscription($id: ID!) { sessionMailReceived(id: $id) { headerSubject } }";
    let payload = json!({"query": wait, "variables": {"id": id}});
    socket.send(json!({"type": "subscribe", "id": "1", "payload": payload})).await;
    socket.send(json!({"type": "subscribe", "id": "2", "payload": {"query": "{ __typename }"}})).await;
    let event = socket.next_message().await.unwrap();
    assert_eq!(event["payload"]["data"], json!({"__typename": "QueryRoot"}));
    assert_eq!(first_error_of(&event["payload"]).1, "LEGACY_TOKEN_DEPRECATED");
    assert_eq!(socket.next_message().await.unwrap()["type"], "complete");
    harness.send_subject(address, "hello").await;
    let event = socket.next_message().await.unwrap();
    assert_eq!(event["payload"]["data"]["sessionMailReceived"]["headerSubject"], "hello");
    assert_eq!(first_error_of(&event["payload"]).1, "LEGACY_TOKEN_DEPRECATED");

    let refused = request(mutation, json!({})).await;
    let codes: Vec<&str> = refused["errors"]
        .as_array()
        .unwrap()
        .iter()
        .map(|e| e["extensions"]["code"].as_str().unwrap())
        .collect();
    assert_eq!(codes, ["RATE_LIMIT_EXCEEDED", "LEGACY_TOKEN_DEPRECATED"]);
    harness.session().await;
    let short = harness.post("short", "{ __typename }", &json!({})).send().await.unwrap();
    assert_eq!(
        (short.status().as_u16(), first_error_of(&json_of(short).await).0.as_str()),
        (403, "token_too_short")
    );
}
