//! A captcha from the refusal to the call that goes on: over real HTTP, with the cookie that holds
//! the dance together.

use axum::Router;
use axum::extract::{Form, Query, State};
use axum::http::{HeaderMap, StatusCode};
use axum::response::{IntoResponse, Response};
use axum::routing::{get, post};
use dropmail_tui::adapters::clock::SystemClock;
use dropmail_tui::adapters::graphql::GraphqlTransport;
use dropmail_tui::adapters::sqlite::SqliteArchive;
use dropmail_tui::domain::base_url::BaseUrl;
use dropmail_tui::ports::transport::TransportError;
use dropmail_tui::service::{Failure, Mailbox};
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

fn is_whole(fields: &Fields, headers: &HeaderMap) -> bool {
    let field = |name: &str| fields.get(name).map(String::as_str);
    field("nonce") == Some("n/1")
        && field("key") == Some("k&2")
        && headers.get("cookie").is_some_and(|cookie| cookie == "visit=42")
}

async fn image(Query(fields): Query<Fields>, headers: HeaderMap) -> Response {
    assert!(is_whole(&fields, &headers), "{fields:?}");
    fields["_r"].clone().into_response()
}

async fn solution(State(solved): Solved, headers: HeaderMap, Form(fields): Form<Fields>) -> Response {
    assert!(is_whole(&fields, &headers), "{fields:?}");
    let right = fields["response"] == "seven";
    solved.fetch_or(right, Ordering::SeqCst);
    axum::Json(json!({"result": if right { "correct" } else { "incorrect" }})).into_response()
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
    let transport = GraphqlTransport::new(BaseUrl::parse(&base).unwrap(), Arc::clone(&clock) as _);
    Mailbox::new(Arc::new(transport), Arc::new(SqliteArchive::in_memory().unwrap()), clock, None)
}

#[tokio::test]
async fn the_call_that_was_refused_goes_on_when_the_captcha_is_solved() {
    let mut tasks = JoinSet::new();
    let mailbox = mailbox(&mut tasks).await;
    let mut asked = mailbox.attend_captchas();
    let person = async {
        asked.next().await.unwrap();
        assert_eq!(&mailbox.captcha_picture(0).await.unwrap()[..], b"0");
        assert_eq!(&mailbox.captcha_picture(1).await.unwrap()[..], b"1");
        assert!(!mailbox.solve_captcha("eight").await.unwrap());
        assert!(mailbox.solve_captcha(" seven ").await.unwrap());
    };
    let (token, ()) = tokio::join!(mailbox.ensure_token(), person);
    assert!(token.is_ok(), "{token:?}");
}

#[tokio::test]
async fn where_nobody_is_or_wants_to_it_is_told_as_a_refusal() {
    let mut tasks = JoinSet::new();
    let mailbox = mailbox(&mut tasks).await;
    let error = mailbox.ensure_token().await.unwrap_err();
    assert_eq!(error.transport(), Some(&TransportError::CaptchaRequired));
    assert_eq!(error.failure(), Failure::Refused);
    assert!(error.to_string().contains("solve it there"), "{error}");
    let mut asked = mailbox.attend_captchas();
    let leave = async {
        asked.next().await.unwrap();
        mailbox.give_up_captcha();
    };
    let (token, ()) = tokio::join!(mailbox.ensure_token(), leave);
    assert!(token.is_err());
}
