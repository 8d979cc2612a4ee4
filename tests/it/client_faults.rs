//! Tests the client against misbehaving servers, over real sockets. The client must report each failure before the test
//! times out. The error message must name a remedy and must not contain the token.

// This file exceeds 300 lines because it contains a test for each misbehaviour of a server.

mod streams;

use axum::Router;
use axum::extract::ws::{Message, WebSocket, WebSocketUpgrade};
use axum::http::StatusCode;
use axum::response::{Html, IntoResponse, Response};
use axum::routing::{any, get, post};
use dropmail_client::adapters::clock::SystemClock;
use dropmail_client::adapters::graphql::{GraphqlClient, Timeouts};
use dropmail_client::domain::base_url::BaseUrl;
use dropmail_client::domain::delivery::DownloadUrl;
use dropmail_client::domain::ids::SessionId;
use dropmail_client::domain::push_transport::PushTransport;
use dropmail_client::domain::secrets::Token;
use dropmail_client::domain::session::AddressOptions;
use dropmail_client::domain::token_lifetime::TokenLifetime;
use dropmail_client::ports::dropmail_api::{ApiError, Downloaded, DropMailApi, SubscribeOptions};
use futures_util::StreamExt;
use serde_json::{Value, json};
use std::sync::Arc;
use std::time::Duration;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};
use tokio::task::JoinSet;

const TOKEN: &str = "af_verysecret99";

/// Short client timeouts, so that tests need not wait long for a timeout.
const TIMEOUT: Timeouts = Timeouts {
    connect: Duration::from_secs(4),
    call: Duration::from_millis(500),
    handshake: Duration::from_millis(500),
    long_poll: Duration::from_secs(5),
    poll: Duration::from_millis(50),
    slow_down: Duration::from_millis(20),
    download: Duration::from_secs(5),
    read_idle: Duration::from_secs(5),
    ready: Duration::from_millis(200),
    keepalive_interval: Duration::from_millis(300),
    background_keepalive_interval: Duration::from_mins(10),
    pong_timeout: Duration::from_millis(300),
};

const WEBSOCKET: SubscribeOptions =
    SubscribeOptions { transport: PushTransport::WebSocket, is_only_transport: false };

/// A fake server on loopback that stops when the test ends.
struct Peer {
    port: u16,
    _tasks: JoinSet<()>,
}

impl Peer {
    async fn http(router: Router) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let port = listener.local_addr().unwrap().port();
        let mut tasks = JoinSet::new();
        tasks.spawn(async move { axum::serve(listener, router).await.unwrap() });
        Self { port, _tasks: tasks }
    }

    /// Starts a fake server that sends `bytes` to each client and then closes the connection.
    async fn raw(bytes: &'static [u8]) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let port = listener.local_addr().unwrap().port();
        let mut tasks = JoinSet::new();
        tasks.spawn(async move {
            while let Ok((socket, _)) = listener.accept().await {
                answer_once(socket, bytes).await;
            }
        });
        Self { port, _tasks: tasks }
    }

    async fn socket<F, Fut>(handler: F) -> Self
    where
        F: Fn(WebSocket) -> Fut + Clone + Send + Sync + 'static,
        Fut: Future<Output = ()> + Send + 'static,
    {
        let upgrade = move |upgrade: WebSocketUpgrade| async move {
            upgrade.protocols(["graphql-transport-ws"]).on_upgrade(handler)
        };
        Self::http(Router::new().route("/api/graphql/{token}/websocket", get(upgrade))).await
    }

    fn client(&self) -> GraphqlClient {
        client(&format!("http://127.0.0.1:{}/api/graphql", self.port))
    }
}

async fn answer_once(mut socket: TcpStream, bytes: &[u8]) {
    let mut request = [0; 4096];
    if socket.read(&mut request).await.is_ok_and(|read| read > 0) {
        // The client may already have closed the connection, which is allowed.
        drop(socket.write_all(bytes).await);
    }
}

fn client(base: &str) -> GraphqlClient {
    let base = BaseUrl::parse(base).unwrap();
    let client = GraphqlClient::with_timeouts(base, Arc::new(SystemClock), TIMEOUT);
    client.set_token(Token::parse(TOKEN).unwrap());
    client
}

fn assert_token_hidden(error: &ApiError) {
    for text in [error.to_string(), format!("{error:?}")] {
        assert!(!text.contains("verysecret"), "{text}");
    }
}

#[tokio::test]
async fn refusals_are_classified_by_their_remedy() {
    type Check = fn(&ApiError) -> bool;
    let cases: [(Response, Check); 8] = [
        ((StatusCode::FORBIDDEN, "token_expired").into_response(), |e| *e == ApiError::TokenExpired),
        ((StatusCode::FORBIDDEN, Html("<p>Blocked")).into_response(), |e| *e == ApiError::Forbidden),
        ((StatusCode::PAYMENT_REQUIRED, "{}").into_response(), |e| *e == ApiError::CaptchaRequired),
        (
            (StatusCode::TOO_MANY_REQUESTS, [("retry-after", "3")], "").into_response(),
            |e| matches!(e, ApiError::RateLimited { retry_after: Some(wait) } if wait.as_secs() == 3),
        ),
        (StatusCode::INTERNAL_SERVER_ERROR.into_response(), |e| matches!(e, ApiError::ServerFailure(_))),
        ((StatusCode::BAD_GATEWAY, Html("<h1>502")).into_response(), |e| {
            matches!(e, ApiError::Unreachable(_))
        }),
        (
            Html("<!doctype html><p>Hello").into_response(),
            |e| matches!(e, ApiError::Unexpected(text) if text.contains("web page")),
        ),
        (
            (StatusCode::MOVED_PERMANENTLY, [("location", "https://elsewhere/api/graphql/af_verysecret99")])
                .into_response(),
            |e| matches!(e, ApiError::Unexpected(text) if text.contains("https://elsewhere")),
        ),
    ];
    for (response, check) in cases {
        let response_once = Arc::new(std::sync::Mutex::new(Some(response)));
        let router =
            Router::new().fallback(any(move || async move { response_once.lock().unwrap().take().unwrap() }));
        let error = Peer::http(router).await.client().sessions().await.unwrap_err();
        assert!(check(&error), "{error:?}");
        assert_token_hidden(&error);
    }
}

#[tokio::test]
async fn a_broken_connection_is_reported_as_unreachable_with_its_cause() {
    let closed_early = Peer::raw(b"").await;
    let truncated = Peer::raw(b"HTTP/1.1 200 OK\r\ncontent-length: 1000\r\n\r\n{\"data\"").await;
    let garbage = Peer::raw(b"220 mail.example ESMTP\r\n").await;
    for peer in [&closed_early, &truncated, &garbage] {
        let error = peer.client().sessions().await.unwrap_err();
        assert!(matches!(&error, ApiError::Unreachable(text) if text.contains("cut")), "{error:?}");
        assert_token_hidden(&error);
    }
    let closed = TcpListener::bind("127.0.0.1:0").await.unwrap().local_addr().unwrap();
    let error =
        client(&format!("http://{closed}/api/graphql")).generate_token(TokenLifetime::Day).await.unwrap_err();
    assert!(error.to_string().contains("refuses the connection"), "{error}");
    let plain = Peer::raw(b"HTTP/1.1 400 Bad Request\r\n\r\n").await;
    for base in [
        "http://no-such-host.invalid/api/graphql",
        "https://no-such-host.invalid/api/graphql",
        &format!("https://127.0.0.1:{}/api/graphql", plain.port),
    ] {
        let error = client(base).generate_token(TokenLifetime::Day).await.unwrap_err();
        assert!(matches!(error, ApiError::Unreachable(_)), "{base}: {error:?}");
        let error =
            client(base).watch(SessionId::new("s"), None, WEBSOCKET).next().await.unwrap().unwrap_err();
        assert!(matches!(error, ApiError::Unreachable(_)), "{base}: {error:?}");
    }
}

#[tokio::test]
async fn a_request_without_a_reply_times_out() {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let silent = client(&format!("http://{}/api/graphql", listener.local_addr().unwrap()));
    let error = silent.sessions().await.unwrap_err();
    assert!(error.to_string().contains("does not answer in time"), "{error}");
    let error = silent.watch(SessionId::new("s"), None, WEBSOCKET).next().await.unwrap().unwrap_err();
    assert!(error.to_string().contains("does not answer in time"), "{error}");
}

#[tokio::test]
async fn added_and_missing_fields_of_the_service_are_tolerated() {
    let reply = json!({
        "data": {"introduceSession": {
            "id": "s", "expiresAt": "whenever", "novel": {"field": 1},
            "addresses": [null, {"id": "a", "address": "x@y", "restoreKey": "k", "mood": "GOOD"}],
        }},
        "errors": [{"message": "old token", "extensions": {"code": "LEGACY_TOKEN_DEPRECATED"}}],
        "extensions": {},
    });
    let router = Router::new().route(
        "/api/graphql/af_verysecret99",
        post(move |body: axum::Json<Value>| async move {
            assert!(body["query"].as_str().unwrap().contains("introduceSession"));
            assert_eq!(body["variables"], json!({"input": {"withAddress": true}}));
            axum::Json(reply)
        }),
    );
    let session = Peer::http(router).await.client().open_session(AddressOptions::default()).await.unwrap();
    assert_eq!(session.addresses.len(), 1);
    assert_eq!(session.addresses[0].restore_key.expose(), "k");
    assert!(
        session.expires_at > SystemTimeNow::get(),
        "an unreadable expiry time is replaced by the usual ten minutes"
    );
}

/// Provides the current time from the clock that the program uses.
struct SystemTimeNow;

impl SystemTimeNow {
    fn get() -> dropmail_client::domain::time::Timestamp {
        dropmail_client::ports::clock::Clock::now(&SystemClock)
    }
}

#[tokio::test]
async fn a_download_stays_on_its_host() {
    let router = Router::new()
        .route("/mail", get(|| async { b"exact \xff bytes".to_vec() }))
        .route("/near", get(|| async { (StatusCode::FOUND, [("location", "/mail")]) }))
        .route("/far", get(|| async { (StatusCode::FOUND, [("location", "http://localhost:1/mail")]) }))
        .route("/round", get(|| async { (StatusCode::FOUND, [("location", "/round")]) }));
    let peer = Peer::http(router).await;
    let client = peer.client();
    let fetch = async |path: &str| {
        let url = DownloadUrl(format!("http://127.0.0.1:{}{path}", peer.port));
        match client.download(&url, 13).await {
            Ok(Downloaded::InMemory(bytes)) => Ok(bytes),
            Ok(Downloaded::InFile(_)) => panic!("a small mail was downloaded to a file"),
            Err(error) => Err(error),
        }
    };
    assert_eq!(&fetch("/mail").await.unwrap()[..], b"exact \xff bytes");
    assert_eq!(&fetch("/near").await.unwrap()[..], b"exact \xff bytes");
    assert!(matches!(fetch("/far").await, Err(ApiError::NotFollowed(_))));
    assert!(matches!(fetch("/round").await, Err(ApiError::NotTheMail(_))));
    assert!(matches!(fetch("/none").await, Err(ApiError::Unexpected(_))));
    for url in ["file:///etc/passwd", "/mail", "ftp://h/x"] {
        let refused = client.download(&DownloadUrl(url.to_owned()), 0).await;
        assert!(matches!(refused, Err(ApiError::NotFollowed(_))), "{url}");
    }
}

#[tokio::test]
async fn secrets_repeated_by_the_service_are_not_printed() {
    use dropmail_client::domain::secrets::{DomainPassword, RestoreKey};
    let echo = |reply: fn(&str) -> Response| async move {
        let router = Router::new().fallback(any(move |uri: axum::http::Uri, body: String| async move {
            reply(&format!("bad request {uri} with {}", body.replace('"', "\\\"")))
        }));
        Peer::http(router).await
    };
    let as_errors = |text: &str| {
        let text = text.replace("\\\"", "'");
        axum::Json(json!({"data": null, "errors": [{"message": text}, {"message": text}]})).into_response()
    };
    let as_refusal = |text: &str| {
        (StatusCode::FORBIDDEN, format!("{{\"errors\":[{{\"message\":\"{text}\"}}]}}")).into_response()
    };
    let as_error =
        |text: &str| (StatusCode::BAD_REQUEST, format!("{{\"error\":\"{text}\"}}")).into_response();
    for reply in [as_errors as fn(&str) -> Response, as_refusal, as_error] {
        let peer = echo(reply).await;
        let client = peer.client();
        let (session, key) = (SessionId::new("s"), RestoreKey::new("k/e+y="));
        let mut errors = vec![
            client.sessions().await.unwrap_err(),
            client.restore_address(&session, "a@b", &key).await.unwrap_err(),
            client.add_domain("d.example", &DomainPassword::new("pass word")).await.unwrap_err(),
            client
                .renew_token(&Token::parse("old-legacy-token").unwrap(), TokenLifetime::Day)
                .await
                .unwrap_err(),
        ];
        let subscribe_options =
            SubscribeOptions { transport: PushTransport::LongPoll, is_only_transport: true };
        errors.extend(
            client.watch(session.clone(), None, subscribe_options).next().await.map(Result::unwrap_err),
        );
        for error in errors {
            let text = format!("{error} {error:?}");
            for secret in ["verysecret", "k/e+y", "pass word", "legacy-token"] {
                assert!(!text.contains(secret), "{secret}: {text}");
            }
        }
    }
    let peer = Peer::socket(|mut socket| async move {
        let reason = format!("no_session /{TOKEN}/websocket");
        let frame = axum::extract::ws::CloseFrame { code: 4403, reason: reason.into() };
        socket.send(Message::Close(Some(frame))).await.unwrap();
    })
    .await;
    let error = peer.client().watch(SessionId::new("s"), None, WEBSOCKET).next().await.unwrap().unwrap_err();
    assert_token_hidden(&error);
}
