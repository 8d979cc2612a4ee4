//! Handles the HTTP requests that issue and renew tokens.

use axum::Json;
use axum::body::Bytes;
use axum::extract::State;
use axum::http::{HeaderMap, StatusCode};
use axum::response::{IntoResponse, Response};
use serde::Deserialize;
use serde_json::json;

use super::{App, captcha, guard};
use crate::tokens::TokenLifetime;

#[derive(Deserialize)]
struct Generate {
    #[serde(rename = "type")]
    kind: String,
    lifetime: String,
}

#[derive(Deserialize)]
struct Renew {
    token: String,
    lifetime: String,
}

/// Handles `POST /api/token/generate`: issues a token for a new identity.
pub(super) async fn generate(State(app): State<App>, headers: HeaderMap, body: Bytes) -> Response {
    let Ok(ask) = serde_json::from_slice::<Generate>(&body) else { return refuse("invalid_request") };
    if ask.kind != "af" {
        return refuse("invalid_type");
    }
    let Some(lifetime) = TokenLifetime::parse(&ask.lifetime) else { return refuse("invalid_lifetime") };
    if let Some(captcha) = captcha::require_captcha(&app.shared, lifetime, &headers) {
        return captcha;
    }
    Json(json!({"token": app.shared.tokens.generate(lifetime)})).into_response()
}

/// Handles `POST /api/token/renew`: issues a new token for the identity of the old token.
pub(super) async fn renew(State(app): State<App>, headers: HeaderMap, body: Bytes) -> Response {
    let Ok(ask) = serde_json::from_slice::<Renew>(&body) else { return refuse("invalid_request") };
    let Some(lifetime) = TokenLifetime::parse(&ask.lifetime) else { return refuse("invalid_lifetime") };
    let renewed = app.shared.tokens.renew(&ask.token, lifetime);
    // An invalid token is reported first, because a captcha cannot make it valid.
    if renewed.is_ok()
        && let Some(captcha) = captcha::require_captcha(&app.shared, lifetime, &headers)
    {
        return captcha;
    }
    match renewed {
        Ok(token) => Json(json!({"token": token})).into_response(),
        Err(why) => guard::denied(why),
    }
}

fn refuse(why: &str) -> Response {
    (StatusCode::BAD_REQUEST, Json(json!({"error": why}))).into_response()
}
