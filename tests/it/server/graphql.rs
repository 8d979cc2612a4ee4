//! Tests GraphQL over HTTP: all request formats, and the responses to invalid requests.

use reqwest::StatusCode;
use serde_json::{Value, json};

use super::harness::{TOKEN, TestServer, first_error_of, json_of};

const TWO: &str = "query A { a: __typename }
    query B($x: Boolean = false) { b: sessions @include(if: $x) { id } c: __typename }";

#[tokio::test]
async fn all_request_formats_give_the_same_reply() {
    let harness = TestServer::start().await;
    let url = harness.endpoint(TOKEN);
    let body = json!({"query": TWO, "operationName": "B", "variables": {"x": true}, "extensions": {}});
    let text = body.to_string();
    let form = [("query", TWO), ("operationName", "B"), ("variables", "{\"x\": true}"), ("extensions", "{}")];
    for request in [
        harness.http.post(&url).json(&body),
        harness.http.post(&url).body(text.clone()),
        harness.http.post(&url).header("Content-Type", "application/json; charset=utf-8").body(text),
        harness.http.post(&url).form(&form),
        harness.http.get(&url).query(&form),
    ] {
        let response = request.send().await.unwrap();
        assert_eq!(response.status(), StatusCode::OK);
        assert_eq!(json_of(response).await, json!({"data": {"b": [], "c": "QueryRoot"}}));
    }
}

#[tokio::test]
async fn a_mutation_requires_post() {
    let harness = TestServer::start().await;
    let query = [("query", "mutation M { introduceSession { id } }")];
    let response = harness.http.get(harness.endpoint(TOKEN)).query(&query).send().await.unwrap();
    assert_eq!(response.status(), StatusCode::METHOD_NOT_ALLOWED);
    assert_eq!(first_error_of(&json_of(response).await).0, "a mutation needs POST");
    assert_eq!(harness.data("{ sessions { id } }", json!({})).await, json!({"sessions": []}));
}

#[tokio::test]
async fn an_invalid_request_gets_a_graphql_error() {
    let harness = TestServer::start().await;
    let url = harness.endpoint(TOKEN);
    let post = |kind: &str, body: String| harness.http.post(&url).header("Content-Type", kind).body(body);
    let json = "application/json";
    for (request, status) in [
        (post(json, "{".into()), 400),
        (post(json, "[]".into()), 400),
        (post(json, "{}".into()), 400),
        (post(json, r#"{"query":5}"#.into()), 400),
        (post(json, String::new()), 400),
        (post("application/x-www-form-urlencoded", "variables={}".into()), 400),
        (post("application/x-www-form-urlencoded", "query={a}&variables={".into()), 400),
        (post("text/plain", "{}".into()), 415),
        (post(json, " ".repeat(2 << 20)), 413),
        (harness.http.get(&url), 400),
        (harness.http.put(&url), 405),
        (post(json, r#"{"query":"{"}"#.into()), 200),
        (post(json, r#"{"query":"{ nothing }"}"#.into()), 200),
        (post(json, r#"{"query":"query A {a} query B {b}"}"#.into()), 200),
        (post(json, json!({"query": "{a".repeat(400_000)}).to_string()), 200),
        (post(json, json!({"query": "[".repeat(400_000)}).to_string()), 200),
        (
            post(
                json,
                json!({"query": format!("{{ node(id: {}) {{ id }} }}", "[".repeat(400_000))}).to_string(),
            ),
            200,
        ),
        (post(json, json!({"query": format!("{{ {} }}", "sessions { id } ".repeat(3000))}).to_string()), 200),
    ] {
        let response = request.send().await.unwrap();
        assert_eq!(response.status().as_u16(), status);
        let reply = json_of(response).await;
        assert!(reply["errors"][0]["message"].is_string(), "{reply}");
    }
    assert_eq!(
        harness.data("{ __typename }", json!({})).await["__typename"],
        "QueryRoot",
        "the server still replies to valid requests"
    );
}

#[tokio::test]
async fn the_schema_supports_introspection() {
    let harness = TestServer::start().await;
    let query = "query IntrospectionQuery { __schema { queryType { name } types { kind name
        fields(includeDeprecated: true) { name args { name type { ...R } } type { ...R } }
        inputFields { name type { ...R } } possibleTypes { ...R } } } }
        fragment R on __Type { kind name ofType { kind name ofType { kind name ofType { kind name
        ofType { kind name ofType { kind name ofType { kind name ofType { kind name } } } } } } } }";
    let data = harness.data(query, json!({})).await;
    let names: Vec<&str> =
        data["__schema"]["types"].as_array().unwrap().iter().filter_map(|t| t["name"].as_str()).collect();
    assert!(names.contains(&"Mail") && names.contains(&"SubscriptionRoot"), "{names:?}");
}

#[tokio::test]
async fn a_page_of_another_origin_cannot_send_requests() {
    let harness = TestServer::start().await;
    let port = harness.server.http_addr().port();
    let request_from = |host: Option<String>, origin: Option<String>| {
        let mut request = harness.post(TOKEN, "{ __typename }", &Value::Null);
        request = host.into_iter().fold(request, |request, host| request.header("Host", host));
        origin.into_iter().fold(request, |request, origin| request.header("Origin", origin))
    };
    let own_origin = || Some(format!("http://127.0.0.1:{port}"));
    for (request, status, code) in [
        (request_from(None, own_origin()), 200, ""),
        (request_from(Some(format!("localhost:{port}")), Some(format!("http://localhost:{port}"))), 200, ""),
        (request_from(None, Some("http://evil.test".into())), 403, "foreign_origin"),
        (request_from(None, Some("null".into())), 403, "foreign_origin"),
        (request_from(None, Some("http://127.0.0.1:1".into())), 403, "foreign_origin"),
        (request_from(Some(format!("evil.test:{port}")), None), 403, "foreign_host"),
        (request_from(Some("evil.test".into()), Some("http://evil.test".into())), 403, "foreign_host"),
    ] {
        let response = request.send().await.unwrap();
        assert_eq!(response.status().as_u16(), status, "{code}");
        let reply = json_of(response).await;
        if !code.is_empty() {
            assert_eq!(first_error_of(&reply).0, code);
        }
    }
}

#[tokio::test]
async fn a_body_with_an_excessive_content_length_is_refused_unread() {
    use tokio::io::{AsyncReadExt, AsyncWriteExt};
    let harness = TestServer::start().await;
    for path in [format!("/api/graphql/{TOKEN}"), "/api/token/generate".to_owned()] {
        let mut stream = tokio::net::TcpStream::connect(harness.server.http_addr()).await.unwrap();
        let head = format!(
            "POST {path} HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\n\
             Content-Length: 99999999999999\r\n\r\n{{"
        );
        stream.write_all(head.as_bytes()).await.unwrap();
        let mut status = [0; 12];
        super::harness::within_timeout(stream.read_exact(&mut status)).await.unwrap();
        assert_eq!(&status, b"HTTP/1.1 413", "{path}");
    }
}
