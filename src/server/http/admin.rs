//! Switches of a running server, for the machine that it runs on: `/admin/faults`.
//!
//! A page of another site must not reach them. `Host` and `Origin` are checked as for every call,
//! only loopback is let in even where the server listens elsewhere, and what changes something is
//! `PUT` or `DELETE`: a browser asks before it sends these across sites, and is never told yes.

use std::net::SocketAddr;

use axum::Json;
use axum::extract::{ConnectInfo, Request, State};
use axum::http::{HeaderMap, StatusCode};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use serde_json::{Map, Value, json};

use super::{App, bodies, guard};
use crate::server::faults::FaultPlan;

/// Lets loopback in, and nobody else.
pub(super) async fn only_here(
    ConnectInfo(peer): ConnectInfo<SocketAddr>,
    request: Request,
    next: Next,
) -> Response {
    let own_site = !guard::is_cross_site(request.headers());
    if peer.ip().to_canonical().is_loopback() && own_site && guard::names_this_machine(&request) {
        next.run(request).await
    } else {
        (StatusCode::FORBIDDEN, bodies::error("only_from_loopback", "forbidden")).into_response()
    }
}

/// `GET /admin/faults`: the plan, and how often each kind has struck since it was set.
pub(super) async fn faults(State(app): State<App>) -> Json<Value> {
    let (plan, struck) = app.shared.faults.told();
    let struck: Map<String, Value> =
        struck.into_iter().map(|(fault, count)| (fault.to_string(), count.into())).collect();
    Json(json!({"faults": plan.to_string(), "struck": struck}))
}

/// `PUT /admin/faults`: goes by the plan in the body from now on.
pub(super) async fn set_faults(State(app): State<App>, headers: HeaderMap, plan: String) -> Response {
    let json = headers.get("content-type").is_some_and(|kind| kind == "application/json");
    let text = if json {
        let body: Result<Value, _> = serde_json::from_str(&plan);
        body.ok().and_then(|body| body.get("faults").and_then(Value::as_str).map(ToOwned::to_owned))
    } else {
        Some(plan)
    };
    let Some(text) = text else {
        let words = "the body is a plan as --faults takes it, or {\"faults\": PLAN} as application/json";
        return (StatusCode::BAD_REQUEST, bodies::error(words, "bad_request")).into_response();
    };
    match text.trim().parse::<FaultPlan>() {
        Ok(plan) => {
            tracing::info!(%plan, "other faults on purpose from now on");
            app.shared.faults.set(plan);
            faults(State(app)).await.into_response()
        }
        Err(why) => (StatusCode::BAD_REQUEST, bodies::error(&why.to_string(), "bad_request")).into_response(),
    }
}

/// `DELETE /admin/faults`: no faults from now on.
pub(super) async fn no_faults(State(app): State<App>) -> Json<Value> {
    app.shared.faults.set(FaultPlan::off());
    faults(State(app)).await
}
