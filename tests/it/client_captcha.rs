//! Tests the captcha flow over real HTTP: the service refuses a call, the user solves the captcha, and the client
//! retries the call. All requests in this flow must send the same cookie.

use crate::client_fault_run::dependencies;
use axum::Router;
use axum::extract::{Form, Query, State};
use axum::http::{HeaderMap, StatusCode};
use axum::response::{IntoResponse, Response};
use axum::routing::{get, post};
use dropmail_client::adapters::clock::SystemClock;
use dropmail_client::adapters::graphql::GraphqlClient;
use dropmail_client::adapters::sqlite::SqliteArchive;
use dropmail_client::domain::base_url::BaseUrl;
use dropmail_client::domain::push_transport::TransportChoice;
use dropmail_client::domain::service_status::CaptchaResult;
use dropmail_client::domain::session::AddressOptions;
use dropmail_client::ports::clock::Clock;
use dropmail_client::ports::dropmail_api::ApiError;
use dropmail_client::service::{FailureClass, Mailbox};
use dropmail_server::{CaptchaPolicy, CaptchaSettings, Server, ServerConfig};
use dropmail_tui::app::Model;
use dropmail_tui::app::account::Account;
use dropmail_tui::app::layout::Area;
use dropmail_tui::app::overlay::Overlay;
use dropmail_tui::runtime::engine::Engine;
use futures_util::StreamExt;
use serde_json::json;
use std::collections::HashMap;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use tokio::net::TcpListener;
use tokio::task::JoinSet;

type Solved = State<Arc<AtomicBool>>;
type Fields = HashMap<String, String>;

async fn generate(State(solved): Solved) -> Response {
    if solved.load(Ordering::SeqCst) {
        return axum::Json(json!({"token": "af_aftercaptcha1"})).into_response();
    }
    let captcha = json!({"v": "3", "nonce": "n/1", "key": "k&2", "_sig": "s"});
    let body = json!({"error": "captcha_required", "credits_needed": 1, "captcha": captcha});
    (StatusCode::PAYMENT_REQUIRED, [("set-cookie", "visit=42; Path=/")], axum::Json(body)).into_response()
}

fn has_all_fields(fields: &Fields, headers: &HeaderMap) -> bool {
    let field = |name: &str| fields.get(name).map(String::as_str);
    field("nonce") == Some("n/1")
        && field("key") == Some("k&2")
        && headers.get("cookie").is_some_and(|cookie| cookie == "visit=42")
}

async fn image(Query(fields): Query<Fields>, headers: HeaderMap) -> Response {
    assert!(has_all_fields(&fields, &headers), "{fields:?}");
    fields["_r"].clone().into_response()
}

async fn solution(State(solved): Solved, headers: HeaderMap, Form(fields): Form<Fields>) -> Response {
    assert!(has_all_fields(&fields, &headers), "{fields:?}");
    let is_correct = fields["response"] == "seven";
    solved.fetch_or(is_correct, Ordering::SeqCst);
    axum::Json(json!({"result": if is_correct { "correct" } else { "incorrect" }})).into_response()
}

async fn mailbox(tasks: &mut JoinSet<()>) -> Mailbox {
    let router = Router::new()
        .route("/api/token/generate", post(generate))
        .route("/captcha/image.png", get(image))
        .route("/captcha/solution", post(solution))
        .with_state(Arc::default());
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let base = format!("http://{}/api/graphql", listener.local_addr().unwrap());
    tasks.spawn(async move { axum::serve(listener, router).await.unwrap() });
    let clock = Arc::new(SystemClock);
    let transport = GraphqlClient::new(BaseUrl::parse(&base).unwrap(), Arc::clone(&clock) as _);
    Mailbox::new(Arc::new(transport), Arc::new(SqliteArchive::in_memory().unwrap()), clock, None)
}

#[tokio::test]
async fn a_refused_request_continues_once_its_captcha_is_solved() {
    let mut tasks = JoinSet::new();
    let mailbox = mailbox(&mut tasks).await;
    let mut requests = mailbox.captcha_requests();
    let user = async {
        requests.next().await.unwrap();
        assert_eq!(&mailbox.captcha_image(0).await.unwrap()[..], b"0");
        assert_eq!(&mailbox.captcha_image(1).await.unwrap()[..], b"1");
        assert_eq!(mailbox.solve_captcha("eight").await.unwrap(), CaptchaResult::Rejected);
        assert_eq!(mailbox.solve_captcha(" seven ").await.unwrap(), CaptchaResult::Accepted);
    };
    let (token, ()) = tokio::join!(mailbox.ensure_token(), user);
    assert!(token.is_ok(), "{token:?}");
}

#[tokio::test]
async fn an_unanswered_or_declined_captcha_is_reported_as_a_refusal() {
    let mut tasks = JoinSet::new();
    let mailbox = mailbox(&mut tasks).await;
    let error = mailbox.ensure_token().await.unwrap_err();
    assert_eq!(error.api_error(), Some(&ApiError::CaptchaRequired));
    assert_eq!(error.failure_class(), FailureClass::Refused);
    assert!(error.to_string().contains("solve it there"), "{error}");
    let mut requests = mailbox.captcha_requests();
    let user = async {
        requests.next().await.unwrap();
        mailbox.dismiss_captcha();
    };
    let (token, ()) = tokio::join!(mailbox.ensure_token(), user);
    assert!(token.is_err());
}

/// Starts a server, and returns it together with the nonce that identifies its first captcha. Servers with the same
/// seed generate the same nonce.
async fn first_nonce(config: ServerConfig) -> (Server, String) {
    let server = Server::start(config).await.unwrap();
    let url = format!("http://{}/api/token/generate", server.http_addr());
    let client = reqwest::Client::builder().no_proxy().build().unwrap();
    let body = json!({"type": "af", "lifetime": "1d"});
    let refused = client.post(url).json(&body).send().await.unwrap().bytes().await.unwrap();
    let refused: serde_json::Value = serde_json::from_slice(&refused).unwrap();
    (server, refused["captcha"]["nonce"].as_str().unwrap().to_owned())
}

pub(crate) fn captcha_config() -> ServerConfig {
    let free = "127.0.0.1:0".parse().unwrap();
    let captcha = CaptchaSettings { ask: CaptchaPolicy::EveryToken, seed: Some(7) };
    ServerConfig { http: free, smtp: free, captcha, ..ServerConfig::default() }
}

/// Returns the correct answer to the first captcha of a server with [`captcha_config`].
pub(crate) async fn first_answer() -> String {
    drop(rustls::crypto::ring::default_provider().install_default());
    let (server, nonce) = first_nonce(captcha_config()).await;
    let answer = server.captcha_answer(&nonce);
    server.shutdown().await;
    answer
}

#[tokio::test]
async fn a_captcha_with_too_many_attempts_is_replaced() {
    let server = Server::start(captcha_config()).await.unwrap();
    let clock = Arc::new(SystemClock);
    let base = BaseUrl::parse(&server.base_url()).unwrap();
    let transport = GraphqlClient::new(base, Arc::clone(&clock) as _);
    let archive = Arc::new(SqliteArchive::in_memory().unwrap());
    let mailbox = Mailbox::new(Arc::new(transport), archive, clock, None);
    let answer = first_answer().await;
    let mut requests = mailbox.captcha_requests();
    let user = async {
        requests.next().await.unwrap();
        let first = mailbox.captcha_image(0).await.unwrap();
        assert_ne!(first, mailbox.captcha_image(1).await.unwrap(), "each request returns a new image");
        while mailbox.solve_captcha("wrong").await.unwrap() == CaptchaResult::Rejected {}
        // The client retried the call, and the server refused it with another captcha.
        requests.next().await.unwrap();
        assert_ne!(first, mailbox.captcha_image(0).await.unwrap());
        assert_eq!(
            mailbox.solve_captcha(&answer).await.unwrap(),
            CaptchaResult::Rejected,
            "the answer to the first captcha does not solve the second one"
        );
        mailbox.dismiss_captcha();
    };
    let (session, ()) = tokio::join!(mailbox.open_session(AddressOptions::default()), user);
    let error = session.unwrap_err();
    assert_eq!(error.api_error(), Some(&ApiError::CaptchaDismissed));
    assert!(
        !error.to_string().contains("open the mailbox"),
        "the message does not tell a mailbox user to open the mailbox: {error}"
    );

    let user = async {
        requests.next().await.unwrap();
        mailbox.dismiss_captcha();
    };
    let (token, ()) = tokio::join!(mailbox.ensure_token(), user);
    assert!(token.is_err());
}

/// Tests that the captcha dialog appears even if the service refuses the first call before the mailbox has drawn its
/// first frame.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_mailbox_shows_the_captcha_of_its_first_request() {
    let server = Server::start(captcha_config()).await.unwrap();
    let base = BaseUrl::parse(&server.base_url()).unwrap();
    let archive = Arc::new(SqliteArchive::in_memory().unwrap());
    let dependencies = dependencies(&base, archive, None, TransportChoice::default());
    let mut service_status = dependencies.mailbox.service_status();
    let mut engine = Engine::new(Model::new(SystemClock.now(), Area::screen(100, 30)), &dependencies);
    while !service_status.next().await.unwrap().captcha {}
    while !engine.model.overlays.iter().any(|overlay| matches!(overlay, Overlay::Captcha(_))) {
        assert!(!matches!(engine.model.account, Account::Waiting { .. }), "{:?}", engine.model.account);
        drop(engine.handle_next_event().await);
    }
    assert!(
        matches!(engine.model.account, Account::Opening { attempt: 0, .. }),
        "{:?}",
        engine.model.account
    );
    engine.finish().await;
    server.shutdown().await;
}
