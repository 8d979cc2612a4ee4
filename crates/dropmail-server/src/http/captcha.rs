//! Handles requests for captcha images, and the visitors' answers to captchas. A cookie identifies the visitor across
//! the requests for images, answers and tokens.

use axum::Json;
use axum::extract::{Form, Query, State};
use axum::http::{HeaderMap, HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use serde::Deserialize;
use serde_json::json;
use uuid::Uuid;

use super::{App, request};
use crate::ServerState;
use crate::captcha::{CaptchaCheck, CaptchaPolicy, CaptchaPurpose, Challenge};
use crate::tokens::TokenLifetime;

const COOKIE: &str = "dropmail_captcha";

/// Returns a response (HTTP 402) with the captcha that the visitor must solve before a token is issued. Returns `None`
/// if the token requires no captcha, or if the visitor has solved one for it; that solution is then used up.
pub(super) fn require_captcha(
    shared: &ServerState,
    lifetime: TokenLifetime,
    headers: &HeaderMap,
) -> Option<Response> {
    let asked = match shared.captchas.settings().ask {
        CaptchaPolicy::Nothing => false,
        CaptchaPolicy::LongLived => lifetime == TokenLifetime::NinetyDays,
        CaptchaPolicy::EveryToken => true,
    };
    let known = visitor(headers);
    if !asked || known.is_some_and(|visitor| shared.captchas.spend(visitor)) {
        return None;
    }
    let visitor = known.unwrap_or_else(Uuid::new_v4);
    let challenge = shared.captchas.challenge(CaptchaPurpose::Token(visitor));
    let body = json!({"error": "captcha_required", "credits_needed": 1, "captcha": challenge.json()});
    let mut response = (StatusCode::PAYMENT_REQUIRED, Json(body)).into_response();
    let cookie = format!("{COOKIE}={}; Path=/; HttpOnly; SameSite=Strict", visitor.simple());
    if let Ok(cookie) = HeaderValue::from_str(&cookie) {
        response.headers_mut().insert(header::SET_COOKIE, cookie);
    }
    Some(response)
}

fn visitor(headers: &HeaderMap) -> Option<Uuid> {
    let cookies = headers.get_all(header::COOKIE).iter().filter_map(|value| value.to_str().ok());
    let mut pairs = cookies.flat_map(|value| value.split(';')).filter_map(|pair| pair.trim().split_once('='));
    pairs.find(|(name, _)| *name == COOKIE)?.1.parse().ok()
}

#[derive(Deserialize)]
pub(super) struct CaptchaQuery {
    nonce: String,
    key: String,
    #[serde(rename = "_sig")]
    sig: String,
    #[serde(rename = "_r", default)]
    round: String,
}

/// Handles `GET /captcha/image.png`: returns a captcha image.
pub(super) async fn image(State(app): State<App>, Query(asked): Query<CaptchaQuery>) -> Response {
    let challenge = Challenge { nonce: asked.nonce, key: asked.key, sig: asked.sig };
    if !app.shared.captchas.knows(&challenge) {
        return (StatusCode::BAD_REQUEST, "not a captcha of this server\n").into_response();
    }
    match app.shared.captchas.picture(&challenge.nonce, &asked.round) {
        Some(png) => ([(header::CONTENT_TYPE, "image/png")], png).into_response(),
        None => (StatusCode::INTERNAL_SERVER_ERROR, "the picture could not be drawn\n").into_response(),
    }
}

#[derive(Deserialize)]
pub(super) struct SolutionForm {
    response: String,
    nonce: String,
    key: String,
    #[serde(rename = "_sig")]
    sig: String,
}

/// Handles `POST /captcha/solution`: checks the answer to a captcha.
pub(super) async fn solution(State(app): State<App>, Form(answered): Form<SolutionForm>) -> Response {
    let challenge = Challenge { nonce: answered.nonce, key: answered.key, sig: answered.sig };
    let verdict = app.shared.captchas.solve(&challenge, &answered.response);
    if let CaptchaCheck::Correct(CaptchaPurpose::Calls(identity)) = verdict {
        app.shared.rates.credit(identity);
    }
    let status = if verdict == CaptchaCheck::Forged { StatusCode::BAD_REQUEST } else { StatusCode::OK };
    (status, Json(json!({"result": verdict.to_string()}))).into_response()
}

#[derive(Deserialize)]
pub(super) struct RevealQuery {
    nonce: String,
}

/// Handles `GET /admin/captcha?nonce=NONCE`: returns the answer to a captcha. If the captchas were generated without a
/// seed, the request is refused.
pub(super) async fn reveal_answer(State(app): State<App>, Query(peek): Query<RevealQuery>) -> Response {
    if app.shared.captchas.settings().seed.is_none() {
        return (StatusCode::NOT_FOUND, request::error("only_with_a_seed", "forbidden")).into_response();
    }
    Json(json!({"answer": app.shared.captchas.answer(&peek.nonce)})).into_response()
}
