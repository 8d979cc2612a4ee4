//! Administers a running server from its own machine: `/admin/faults`.
//!
//! Pages of other sites must not reach these routes. `Host` and `Origin` are checked as for every request. Only
//! loopback is allowed, even if the server listens on other addresses. Changes need `PUT` or `DELETE`. A
//! browser sends these across sites only after asking the server, and the server never permits it.

use std::net::SocketAddr;

use axum::Json;
use axum::extract::{ConnectInfo, Request, State};
use axum::http::{HeaderMap, StatusCode};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use serde_json::{Map, Value, json};

use super::{App, guard, request};
use crate::faults::FaultPlan;

/// Passes on requests from loopback only; others are refused.
pub(super) async fn only_here(
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

/// Handles `GET /admin/faults`: returns the plan, and how often each fault has occurred since the plan was set.
pub(super) async fn faults(State(app): State<App>) -> Json<Value> {
    let (plan, struck) = app.shared.faults.told();
    let struck: Map<String, Value> =
        struck.into_iter().map(|(fault, count)| (fault.to_string(), count.into())).collect();
    Json(json!({"faults": plan.to_string(), "struck": struck}))
}

/// Handles `PUT /admin/faults`: replaces the plan by the one in the body.
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

/// Handles `DELETE /admin/faults`: turns all faults off.
pub(super) async fn no_faults(State(app): State<App>) -> Json<Value> {
    app.shared.faults.set(FaultPlan::off());
    faults(State(app)).await
}
