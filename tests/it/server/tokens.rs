//! Tests that the server issues, renews and refuses tokens, and that each token grants access only to its own sessions.

use std::time::Duration;

use reqwest::StatusCode;
use serde_json::{Value, json};
use tokio_tungstenite::tungstenite::Error;

use super::harness::{TOKEN, TestServer, config, first_error_of, json_of};

impl TestServer {
    async fn request_token(&self, path: &str, body: Value) -> Result<String, (u16, Value)> {
        let url = self.url(&format!("/api/token/{path}"));
        let response = self.http.post(url).body(body.to_string()).send().await.unwrap();
        let status = response.status();
        let reply = json_of(response).await;
        match reply["token"].as_str() {
            Some(token) => Ok(token.to_owned()),
            None => Err((status.as_u16(), reply)),
        }
    }

    async fn request_as(&self, token: &str, query: &str) -> (StatusCode, Value) {
        let response = self.post(token, query, &json!({})).send().await.unwrap();
        (response.status(), json_of(response).await)
    }
}

#[tokio::test]
async fn a_renewed_token_reaches_the_sessions_of_the_old_one_and_another_does_not() {
    let harness = TestServer::start().await;
    let own_token = harness.request_token("generate", json!({"type": "af", "lifetime": "1h"})).await.unwrap();
    let other_token =
        harness.request_token("generate", json!({"type": "af", "lifetime": "90d"})).await.unwrap();
    let (_, created) = harness.request_as(&own_token, "mutation { introduceSession { id } }").await;
    let id = created["data"]["introduceSession"]["id"].as_str().unwrap();

    let renewed =
        harness.request_token("renew", json!({"token": own_token, "lifetime": "1d"})).await.unwrap();
    assert_ne!(renewed, own_token);
    for token in [&own_token, &renewed] {
        let (_, reply) = harness.request_as(token, "{ sessions { id } }").await;
        assert_eq!(reply, json!({"data": {"sessions": [{"id": id}]}}));
    }
    for token in [other_token.as_str(), TOKEN] {
        assert_eq!(
            harness.request_as(token, "{ sessions { id } }").await.1,
            json!({"data": {"sessions": []}})
        );
        let (_, reply) = harness.request_as(token, &format!("{{ session(id: \"{id}\") {{ id }} }}")).await;
        assert_eq!(reply["data"], json!({"session": null}));
        assert_eq!(first_error_of(&reply), ("session_not_found".into(), "SESSION_NOT_FOUND".into()));
    }
}

#[tokio::test]
async fn a_refused_token_is_reported_before_any_graphql() {
    let harness = TestServer::with(dropmail_server::ServerConfig {
        token_lifetime_max: Some(Duration::ZERO),
        ..config()
    })
    .await;
    let expired = harness.request_token("generate", json!({"type": "af", "lifetime": "1h"})).await.unwrap();
    let mut forged = expired.clone();
    forged.replace_range(5..6, if expired.as_bytes()[5] == b'A' { "B" } else { "A" });
    for (token, reason) in [
        (expired.as_str(), "token_expired"),
        (forged.as_str(), "invalid_signature"),
        ("af_abcdefgh", "invalid_token"),
        ("some-legacy-token", "legacy_token_rejected"),
        ("%2e%2e%2f", "legacy_token_rejected"),
        ("", "invalid_token"),
    ] {
        let (status, reply) = harness.request_as(token, "{").await;
        assert_eq!(status, StatusCode::FORBIDDEN, "{token}");
        let error = json!({"message": reason, "extensions": {"code": "authentication_error"}});
        assert_eq!(reply, json!({"errors": [error]}), "{token}");
    }
    let refused = harness.websocket(&expired, "graphql-transport-ws").await.err().unwrap();
    let Error::Http(response) = *refused else { panic!("{refused}") };
    assert_eq!(response.status(), 403);
    let body: Value = serde_json::from_slice(response.body().as_ref().unwrap()).unwrap();
    assert_eq!(first_error_of(&body).0, "token_expired");
    assert!(harness.request_token("renew", json!({"token": expired, "lifetime": "1h"})).await.is_ok());
}

#[tokio::test]
async fn an_invalid_token_request_is_rejected_with_a_reason() {
    let harness = TestServer::start().await;
    for (path, body, status, reason) in [
        ("generate", json!({"type": "af", "lifetime": "2y"}), 400, "invalid_lifetime"),
        ("generate", json!({"type": "xx", "lifetime": "1h"}), 400, "invalid_type"),
        ("generate", json!([]), 400, "invalid_request"),
        ("renew", json!({"token": TOKEN, "lifetime": "2y"}), 400, "invalid_lifetime"),
        ("renew", json!({"lifetime": "1h"}), 400, "invalid_request"),
    ] {
        let refused = harness.request_token(path, body.clone()).await.unwrap_err();
        assert_eq!(refused, (status, json!({"error": reason})), "{body}");
    }
    let (status, reply) =
        harness.request_token("renew", json!({"token": "af_12345678", "lifetime": "1h"})).await.unwrap_err();
    assert_eq!((status, first_error_of(&reply).0.as_str()), (403, "invalid_token"));
    assert!(harness.request_token("renew", json!({"token": TOKEN, "lifetime": "1d"})).await.is_ok());
}
