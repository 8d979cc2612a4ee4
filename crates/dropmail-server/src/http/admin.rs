//! Handles the admin routes of a running server, such as `/admin/faults`.
//!
//! Web pages of other sites must not reach the admin routes. Therefore, `Host` and `Origin` are checked, as for every
//! request, and only loopback clients are accepted, even if the server listens on other addresses. Changes require
//! `PUT` or `DELETE`: a browser sends requests with these methods to another site only after a preflight request, which
//! the server refuses.

use std::net::SocketAddr;

use axum::Json;
use axum::extract::{ConnectInfo, Request, State};
use axum::http::{HeaderMap, StatusCode};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use serde_json::{Map, Value, json};

use super::{App, guard, request};
use crate::faults::FaultPlan;

/// Passes a request to its handler if it was sent over loopback and not by a web page of another site. All other
/// requests are refused.
pub(super) async fn require_loopback(
    ConnectInfo(peer): ConnectInfo<SocketAddr>,
    request: Request,
    next: Next,
) -> Response {
    let own_site = !guard::is_cross_site(request.headers());
    if peer.ip().to_canonical().is_loopback() && own_site && guard::names_this_machine(&request) {
        next.run(request).await
    } else {
        (StatusCode::FORBIDDEN, request::error("only_from_loopback", "forbidden")).into_response()
    }
}

/// Handles `GET /admin/faults`: returns the fault injection plan, and how often each fault has occurred since the
/// plan was set.
pub(super) async fn faults(State(app): State<App>) -> Json<Value> {
    let (plan, struck) = app.shared.faults.plan_and_counts();
    let struck: Map<String, Value> =
        struck.into_iter().map(|(fault, count)| (fault.to_string(), count.into())).collect();
    Json(json!({"faults": plan.to_string(), "struck": struck}))
}

/// Handles `PUT /admin/faults`: replaces the fault injection plan with the plan in the request body.
pub(super) async fn set_faults(State(app): State<App>, headers: HeaderMap, plan: String) -> Response {
    let json = headers.get("content-type").is_some_and(|kind| kind == "application/json");
    let text = if json {
        let body: Result<Value, _> = serde_json::from_str(&plan);
        body.ok().and_then(|body| body.get("faults").and_then(Value::as_str).map(ToOwned::to_owned))
    } else {
        Some(plan)
    };
    let Some(text) = text else {
        let words =
            "the body must be a plan in the form of --faults, or {\"faults\": PLAN} as application/json";
        return (StatusCode::BAD_REQUEST, request::error(words, "bad_request")).into_response();
    };
    match text.trim().parse::<FaultPlan>() {
        Ok(plan) => {
            tracing::info!(%plan, "replaced the plan of injected faults");
            app.shared.faults.set(plan);
            faults(State(app)).await.into_response()
        }
        Err(why) => {
            (StatusCode::BAD_REQUEST, request::error(&why.to_string(), "bad_request")).into_response()
        }
    }
}

/// Handles `DELETE /admin/faults`: turns fault injection off.
pub(super) async fn no_faults(State(app): State<App>) -> Json<Value> {
    app.shared.faults.set(FaultPlan::off());
    faults(State(app)).await
}
