//! Tests the client against misbehaving servers, over real sockets. Each error must occur in time, name a remedy, and
//! not contain the token.

// This file exceeds 300 lines because each fault needs a separate fake server.

use axum::Router;
use axum::extract::ws::{Message, WebSocket, WebSocketUpgrade};
use axum::http::StatusCode;
use axum::response::{Html, IntoResponse, Response};
use axum::routing::{any, get, post};
use dropmail_tui::adapters::clock::SystemClock;
use dropmail_tui::adapters::graphql::{GraphqlTransport, Timeouts};
use dropmail_tui::domain::base_url::BaseUrl;
use dropmail_tui::domain::delivery::{Body, DownloadUrl, Push};
use dropmail_tui::domain::ids::SessionId;
use dropmail_tui::domain::push_transport::PushTransport;
use dropmail_tui::domain::secrets::Token;
use dropmail_tui::domain::session::AddressOptions;
use dropmail_tui::domain::token_lifetime::TokenLifetime;
use dropmail_tui::ports::dropmail_api::{ApiError, Downloaded, DropMailApi, SubscribeOptions};
use futures_util::StreamExt;
use serde_json::{Value, json};
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};
use tokio::task::JoinSet;

const TOKEN: &str = "af_verysecret99";

/// Short client timeouts, so that tests that wait for a timeout are fast.
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
    SubscribeOptions { channel: PushTransport::WebSocket, is_only_transport: false };

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

    /// Starts a fake server that sends these bytes to each client and then closes the connection.
    async fn raw(bytes: &'static [u8]) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let port = listener.local_addr().unwrap().port();
        let mut tasks = JoinSet::new();
        tasks.spawn(async move {
            while let Ok((socket, _)) = listener.accept().await {
                answer(socket, bytes).await;
            }
        });
        Self { port, _tasks: tasks }
    }

    async fn socket<F, Fut>(talk: F) -> Self
    where
        F: Fn(WebSocket) -> Fut + Clone + Send + Sync + 'static,
        Fut: Future<Output = ()> + Send + 'static,
    {
        let upgrade = move |upgrade: WebSocketUpgrade| async move {
            upgrade.protocols(["graphql-transport-ws"]).on_upgrade(talk)
        };
        Self::http(Router::new().route("/api/graphql/{token}/websocket", get(upgrade))).await
    }

    fn client(&self) -> GraphqlTransport {
        client(&format!("http://127.0.0.1:{}/api/graphql", self.port))
    }
}

async fn answer(mut socket: TcpStream, bytes: &[u8]) {
    let mut request = [0; 4096];
    if socket.read(&mut request).await.is_ok_and(|read| read > 0) {
        // The client may already have closed the connection, which is allowed.
        drop(socket.write_all(bytes).await);
    }
}

fn client(base: &str) -> GraphqlTransport {
    let base = BaseUrl::parse(base).unwrap();
    let client = GraphqlTransport::with_timeouts(base, Arc::new(SystemClock), TIMEOUT);
    client.set_token(Token::parse(TOKEN).unwrap());
    client
}

fn silent_about_the_token(error: &ApiError) {
    for text in [error.to_string(), format!("{error:?}")] {
        assert!(!text.contains("verysecret"), "{text}");
    }
}

#[tokio::test]
async fn refusals_are_told_apart_by_what_can_be_done() {
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
            |e| matches!(e, ApiError::Unexpected(words) if words.contains("web page")),
        ),
        (
            (StatusCode::MOVED_PERMANENTLY, [("location", "https://elsewhere/api/graphql/af_verysecret99")])
                .into_response(),
            |e| matches!(e, ApiError::Unexpected(words) if words.contains("https://elsewhere")),
        ),
    ];
    for (response, check) in cases {
        let once = Arc::new(std::sync::Mutex::new(Some(response)));
        let router = Router::new().fallback(any(move || async move { once.lock().unwrap().take().unwrap() }));
        let error = Peer::http(router).await.client().sessions().await.unwrap_err();
        assert!(check(&error), "{error:?}");
        silent_about_the_token(&error);
    }
}

#[tokio::test]
async fn a_connection_that_breaks_is_unreachable_and_says_how() {
    let cut = Peer::raw(b"").await;
    let short = Peer::raw(b"HTTP/1.1 200 OK\r\ncontent-length: 1000\r\n\r\n{\"data\"").await;
    let garbage = Peer::raw(b"220 mail.example ESMTP\r\n").await;
    for peer in [&cut, &short, &garbage] {
        let error = peer.client().sessions().await.unwrap_err();
        assert!(matches!(&error, ApiError::Unreachable(words) if words.contains("cut")), "{error:?}");
        silent_about_the_token(&error);
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
async fn a_peer_that_never_answers_is_given_up() {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let silent = client(&format!("http://{}/api/graphql", listener.local_addr().unwrap()));
    let error = silent.sessions().await.unwrap_err();
    assert!(error.to_string().contains("does not answer in time"), "{error}");
    let error = silent.watch(SessionId::new("s"), None, WEBSOCKET).next().await.unwrap().unwrap_err();
    assert!(error.to_string().contains("does not answer in time"), "{error}");
}

#[tokio::test]
async fn what_the_service_adds_or_leaves_out_breaks_nothing() {
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
    assert!(session.expires_at > SystemTimeNow::get(), "an unreadable end is the usual ten minutes");
}

/// The current time, read through the clock adapter of the program.
struct SystemTimeNow;

impl SystemTimeNow {
    fn get() -> dropmail_tui::domain::time::Timestamp {
        dropmail_tui::ports::clock::Clock::now(&SystemClock)
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
            Ok(Downloaded::InFile(_)) => panic!("it is a small mail"),
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

async fn heard(socket: &mut WebSocket) -> Value {
    loop {
        if let Message::Text(text) = socket.recv().await.expect("the client is there").unwrap() {
            return serde_json::from_str(&text).unwrap();
        }
    }
}

async fn say(socket: &mut WebSocket, message: Value) {
    socket.send(Message::text(message.to_string())).await.unwrap();
}

/// Performs the server side of the WebSocket handshake, up to the client's first ping after the subscription.
async fn accept_subscription(socket: &mut WebSocket) {
    assert_eq!(heard(socket).await["type"], "connection_init");
    say(socket, json!({"type": "connection_ack"})).await;
    let subscribe = heard(socket).await;
    assert_eq!(subscribe["type"], "subscribe");
    assert_eq!(subscribe["payload"]["variables"], json!({"id": "s"}));
    assert_eq!(heard(socket).await["type"], "ping");
}

fn event(id: &str, raw: &str) -> Value {
    let mail = json!({
        "id": id, "receivedAt": "2026-11-24T03:00:00.5+00:00", "fromAddr": "a@b", "toAddr": "c@d",
        "toAddrOrig": "c+1@d", "rawSize": raw.len(), "raw": raw, "downloadUrl": "http://h/x",
    });
    json!({"type": "next", "id": "1", "payload": {"data": {"sessionMailReceived": mail}}})
}

#[tokio::test]
async fn mail_is_told_as_it_comes_after_ready() {
    let peer = Peer::socket(|mut socket| async move {
        accept_subscription(&mut socket).await;
        say(&mut socket, event("m1", "Subject: one\r\n\r\n")).await;
        say(&mut socket, json!({"type": "pong"})).await;
        say(&mut socket, json!({"type": "ping"})).await;
        assert_eq!(heard(&mut socket).await["type"], "pong");
        say(&mut socket, json!({"type": "novelty"})).await;
        say(
            &mut socket,
            json!({"type": "next", "id": "1", "payload": {"data": {"sessionMailReceived": null}}}),
        )
        .await;
        say(&mut socket, event("m2", &"x".repeat(30 << 20))).await;
        say(&mut socket, json!({"type": "complete", "id": "1"})).await;
    })
    .await;
    let told: Vec<_> = peer.client().watch(SessionId::new("s"), None, WEBSOCKET).collect().await;
    assert_eq!(told.len(), 3, "{:?}", told.iter().map(Result::is_ok).collect::<Vec<_>>());
    assert_eq!(told[0], Ok(Push::Ready));
    let Ok(Push::Mail(first)) = &told[1] else { panic!("a mail") };
    assert_eq!(first.envelope.id.as_str(), "m1");
    assert_eq!(first.envelope.to_orig.as_str(), "c+1@d");
    assert_eq!(first.body, Body::Inline("Subject: one\r\n\r\n".into()));
    let Ok(Push::Mail(second)) = &told[2] else { panic!("a mail") };
    assert_eq!(second.envelope.size, 30 << 20);
}

#[tokio::test]
async fn a_quiet_subscription_is_ready_after_a_while_and_a_dead_one_is_noticed() {
    let peer = Peer::socket(|mut socket| async move {
        accept_subscription(&mut socket).await;
        // The connection is half open: the fake server reads everything and sends nothing.
        while socket.recv().await.is_some_and(|message| message.is_ok()) {}
    })
    .await;
    let told: Vec<_> = peer.client().watch(SessionId::new("s"), None, WEBSOCKET).collect().await;
    assert_eq!(told.len(), 2);
    assert_eq!(told[0], Ok(Push::Ready));
    assert!(matches!(&told[1], Err(ApiError::Unreachable(words)) if words.contains("silent")), "{told:?}");
}

/// Tests a server that endlessly sends messages without mail. The subscription must still become active and deliver a
/// mail, and the client must limit the rate at which it reads.
#[tokio::test]
async fn floods_of_messages_without_mail_are_read_slowly_and_keep_nobody_from_being_ready() {
    let nothing = json!({"type": "next", "id": "1", "payload": {"data": {"sessionMailReceived": null}}});
    for flood in [json!({"type": "ping"}), json!({"type": "pong-like"}), nothing] {
        let words = flood.to_string();
        let read = Arc::new(AtomicUsize::new(0));
        let sent = Arc::clone(&read);
        let peer = Peer::socket(move |mut socket| {
            let (flood, sent) = (flood.clone(), Arc::clone(&sent));
            async move {
                accept_subscription(&mut socket).await;
                for _ in 0..60 {
                    say(&mut socket, flood.clone()).await;
                }
                say(&mut socket, event("m1", "Subject: one\r\n\r\n")).await;
                while socket.send(Message::text(flood.to_string())).await.is_ok() {
                    sent.fetch_add(1, Ordering::Relaxed);
                }
            }
        })
        .await;
        let client = peer.client();
        let mut told = client.watch(SessionId::new("s"), None, WEBSOCKET);
        assert_eq!(told.next().await, Some(Ok(Push::Ready)), "{words}");
        assert!(matches!(told.next().await, Some(Ok(Push::Mail(_)))), "{words}");
        let more = tokio::time::timeout(Duration::from_secs(1), told.next()).await;
        assert!(more.is_err(), "{words}: {more:?}");
        drop(told);
        // The count includes messages in the operating system's socket buffers, which the client has not read.
        assert!(read.load(Ordering::Relaxed) < 1_000_000, "{words}");
    }
}

/// Tests a service that replies to each long-poll request at once, either with no mail or with the same mail again. The
/// client must increase the delay between its requests.
#[tokio::test]
async fn long_polls_that_end_at_once_are_asked_again_ever_later() {
    let mail = event("m1", "Subject: one\r\n\r\n")["payload"].clone();
    for (answer, mails) in [(json!({"data": {"sessionMailReceived": null}}), 0), (mail, 1)] {
        let asked = Arc::new(AtomicUsize::new(0));
        let count = Arc::clone(&asked);
        let give = move || {
            count.fetch_add(1, Ordering::Relaxed);
            let answer = answer.clone();
            async move { axum::Json(answer) }
        };
        let peer = Peer::http(Router::new().route("/api/graphql/{token}", post(give))).await;
        let way = SubscribeOptions { channel: PushTransport::LongPoll, is_only_transport: true };
        let mut told = peer.client().watch(SessionId::new("s"), None, way);
        assert_eq!(told.next().await, Some(Ok(Push::Ready)));
        for _ in 0..mails {
            assert!(matches!(told.next().await, Some(Ok(Push::Mail(_)))));
        }
        assert!(tokio::time::timeout(Duration::from_secs(2), told.next()).await.is_err());
        assert!(asked.load(Ordering::Relaxed) <= 5, "{}", asked.load(Ordering::Relaxed));
    }
}

#[tokio::test]
async fn nobody_is_asked_while_nobody_looks_and_a_dead_one_is_noticed_when_somebody_does() {
    let (asked, mut questions) = tokio::sync::mpsc::unbounded_channel();
    let peer = Peer::socket(move |mut socket| {
        let asked = asked.clone();
        async move {
            accept_subscription(&mut socket).await;
            say(&mut socket, json!({"type": "pong"})).await;
            // From this point on, the connection is half open.
            while let Some(Ok(message)) = socket.recv().await {
                if matches!(message, Message::Text(_)) {
                    asked.send(()).unwrap();
                }
            }
        }
    })
    .await;
    let client = peer.client();
    client.set_foreground(false);
    let mut told = client.watch(SessionId::new("s"), None, WEBSOCKET);
    assert_eq!(told.next().await, Some(Ok(Push::Ready)));
    // The test waits several times the keep-alive interval that applies in the foreground.
    let quiet = tokio::time::timeout(TIMEOUT.keepalive_interval * 5, told.next()).await;
    assert!(quiet.is_err() && questions.try_recv().is_err(), "{quiet:?}");
    client.set_foreground(true);
    let end = tokio::time::timeout(TIMEOUT.pong_timeout * 5, told.next()).await;
    assert!(matches!(&end, Ok(Some(Err(ApiError::Unreachable(_))))), "{end:?}");
    assert!(questions.try_recv().is_ok(), "it was asked");
}

#[tokio::test]
async fn a_subscription_ends_with_its_reason() {
    let limited = json!([{"message": "m", "extensions": {"code": "RATE_LIMIT_EXCEEDED"}}]);
    let gone = json!({"data": {"sessionMailReceived": null}, "errors": [{"message": "m", "extensions": {"code": "SESSION_NOT_FOUND"}}]});
    let cases = [
        (
            json!({"type": "error", "id": "1", "payload": limited}),
            ApiError::RateLimited { retry_after: Some(TIMEOUT.slow_down) },
        ),
        (json!({"type": "next", "id": "1", "payload": gone}), ApiError::SessionNotFound),
    ];
    for (last, expected) in cases {
        let peer = Peer::socket(move |mut socket| {
            let last = last.clone();
            async move {
                accept_subscription(&mut socket).await;
                say(&mut socket, json!({"type": "pong"})).await;
                say(&mut socket, last).await;
                while socket.recv().await.is_some_and(|message| message.is_ok()) {}
            }
        })
        .await;
        let told: Vec<_> = peer.client().watch(SessionId::new("s"), None, WEBSOCKET).collect().await;
        assert_eq!(told, [Ok(Push::Ready), Err(expected)]);
    }
}

#[tokio::test]
async fn an_upgrade_that_is_refused_is_told_like_any_call() {
    let router = Router::new().fallback(any(|| async { (StatusCode::FORBIDDEN, "token_expired") }));
    let peer = Peer::http(router).await;
    let told: Vec<_> = peer.client().watch(SessionId::new("s"), None, WEBSOCKET).collect().await;
    assert_eq!(told, [Err(ApiError::TokenExpired)]);
    let plain = Peer::http(Router::new().fallback(any(|| async { "hello" }))).await;
    let told: Vec<_> = plain.client().watch(SessionId::new("s"), None, WEBSOCKET).collect().await;
    assert!(matches!(&told[..], [Err(ApiError::Unexpected(_))]), "{told:?}");
}

#[tokio::test]
async fn secrets_that_the_service_says_again_are_not_told() {
    use dropmail_tui::domain::secrets::{DomainPassword, RestoreKey};
    let echo = |reply: fn(&str) -> Response| async move {
        let router = Router::new().fallback(any(move |uri: axum::http::Uri, body: String| async move {
            reply(&format!("bad request {uri} with {}", body.replace('"', "\\\"")))
        }));
        Peer::http(router).await
    };
    let as_errors = |words: &str| {
        let words = words.replace("\\\"", "'");
        axum::Json(json!({"data": null, "errors": [{"message": words}, {"message": words}]})).into_response()
    };
    let as_refusal = |words: &str| {
        (StatusCode::FORBIDDEN, format!("{{\"errors\":[{{\"message\":\"{words}\"}}]}}")).into_response()
    };
    let as_error =
        |words: &str| (StatusCode::BAD_REQUEST, format!("{{\"error\":\"{words}\"}}")).into_response();
    for reply in [as_errors as fn(&str) -> Response, as_refusal, as_error] {
        let peer = echo(reply).await;
        let client = peer.client();
        let (session, key) = (SessionId::new("s"), RestoreKey::new("k/e+y="));
        let mut told = vec![
            client.sessions().await.unwrap_err(),
            client.restore_address(&session, "a@b", &key).await.unwrap_err(),
            client.add_domain("d.example", &DomainPassword::new("pass word")).await.unwrap_err(),
            client
                .renew_token(&Token::parse("old-legacy-token").unwrap(), TokenLifetime::Day)
                .await
                .unwrap_err(),
        ];
        let way = SubscribeOptions { channel: PushTransport::LongPoll, is_only_transport: true };
        told.extend(client.watch(session.clone(), None, way).next().await.map(Result::unwrap_err));
        for error in told {
            let words = format!("{error} {error:?}");
            for secret in ["verysecret", "k/e+y", "pass word", "legacy-token"] {
                assert!(!words.contains(secret), "{secret}: {words}");
            }
        }
    }
    let peer = Peer::socket(|mut socket| async move {
        let reason = format!("no_session /{TOKEN}/websocket");
        let frame = axum::extract::ws::CloseFrame { code: 4403, reason: reason.into() };
        socket.send(Message::Close(Some(frame))).await.unwrap();
    })
    .await;
    let told = peer.client().watch(SessionId::new("s"), None, WEBSOCKET).next().await.unwrap().unwrap_err();
    silent_about_the_token(&told);
}
