//! Handles GraphQL over HTTP, with one response to each request. A subscription receives a single response with its
//! first mail (long poll), or a stream if the client accepts one.

use async_graphql::Request as Query;
use async_graphql::parser::types::OperationType;
use axum::Json;
use axum::body::Bytes;
use axum::extract::rejection::BytesRejection;
use axum::extract::{FromRequest, Path, Request, State};
use axum::http::{HeaderMap, Method, StatusCode, header};
use axum::response::{IntoResponse, Response};
use futures_util::StreamExt;
use serde_json::json;

use super::request::{self, BadRequest};
use super::{App, MAX_BODY_BYTES, answer, guard, multipart};
use crate::execution::{self, CallError, GraphqlCall, RunningCall};
use crate::schema::DeliveryMode;
use crate::tokens::TokenRejection;

/// Refuses a GraphQL request whose URL path contains no token.
pub(super) async fn no_token() -> Response {
    guard::denied(TokenRejection::Malformed)
}

/// Handles a GraphQL request with any HTTP method.
pub(super) async fn answer(State(app): State<App>, Path(token): Path<String>, request: Request) -> Response {
    let push =
        if accepts(request.headers(), "multipart/mixed") { DeliveryMode::Stream } else { DeliveryMode::Once };
    let caller = match guard::caller(&app.shared, &token, request.headers(), request.uri(), push) {
        Ok(caller) => caller,
        Err(why) => return guard::denied(why),
    };
    let by_get = request.method() == Method::GET;
    let also_json = accepts(request.headers(), "json");
    let query = match read(request).await {
        Ok(query) => query,
        Err(response) => return response,
    };
    let call = GraphqlCall { request: query, caller, mutations: !by_get };
    match execution::start(&app.schema, &app.shared, call).await {
        Ok(running) => respond(&app, running, push, also_json).await,
        Err(CallError::MutationByGet) => (
            StatusCode::METHOD_NOT_ALLOWED,
            [(header::ALLOW, "POST")],
            request::error(&CallError::MutationByGet.to_string(), "bad_request"),
        )
            .into_response(),
        Err(why) if push == DeliveryMode::Stream && !also_json => {
            let events = futures_util::stream::iter([why.json()]);
            multipart::stream(events, app.shared)
        }
        Err(why) => answer::json(why.json(), ()),
    }
}

async fn respond(app: &App, mut running: RunningCall, push: DeliveryMode, also_json: bool) -> Response {
    let is_subscription = running.kind == Some(OperationType::Subscription);
    match push {
        DeliveryMode::Once if is_subscription => first(app, running).await,
        DeliveryMode::Stream if is_subscription || !also_json => {
            let stop = app.shared.stop.clone().cancelled_owned();
            let events = running.into_stream().take_until(Box::pin(stop));
            multipart::stream(events, app.shared.clone())
        }
        DeliveryMode::Once | DeliveryMode::Stream => match running.next().await {
            Some(text) => answer::json(text, running),
            None => request::error("internal_error", "resolver_error").into_response(),
        },
    }
}

async fn read(request: Request) -> Result<Query, Response> {
    let (parts, body) = request.into_parts();
    match parts.method {
        Method::GET => request::of_form(parts.uri.query().unwrap_or_default().as_bytes())
            .map_err(BadRequest::into_response),
        Method::POST => {
            let headers = parts.headers.clone();
            let body = Bytes::from_request(Request::from_parts(parts, body), &()).await;
            let body = body.map_err(|why| unreadable(&why).into_response())?;
            request::of_post(&headers, &body).map_err(BadRequest::into_response)
        }
        _ => Err((
            StatusCode::METHOD_NOT_ALLOWED,
            [(header::ALLOW, "GET, POST")],
            request::error("GraphQL needs GET or POST", "bad_request"),
        )
            .into_response()),
    }
}

fn unreadable(why: &BytesRejection) -> BadRequest {
    match why.status() {
        StatusCode::PAYLOAD_TOO_LARGE => BadRequest::TooLarge(MAX_BODY_BYTES),
        _ => BadRequest::Unreadable(why.body_text()),
    }
}

fn accepts(headers: &HeaderMap, kind: &str) -> bool {
    let mut accepted = headers.get_all(header::ACCEPT).iter();
    accepted.any(|value| value.to_str().is_ok_and(|value| value.to_ascii_lowercase().contains(kind)))
}

/// Replies to a long-poll subscription with its first event. Replies with an error after a timeout, or when the server
/// stops.
async fn first(app: &App, mut running: RunningCall) -> Response {
    let timeouts = app.shared.config.long_poll;
    tokio::select! {
        event = running.next() => match event {
            Some(event) => answer::json(event, running),
            None => request::error("the subscription ended", "resolver_error").into_response(),
        },
        () = tokio::time::sleep(timeouts) => {
            let timeout_ms = u64::try_from(timeouts.as_millis()).unwrap_or(u64::MAX);
            let extensions = json!({"code": "timeout", "timeout_ms": timeout_ms});
            let message = "Http processing error: Request execution timed out";
            Json(json!({"errors": [{"message": message, "extensions": extensions}]})).into_response()
        }
        () = app.shared.stop.cancelled() => {
            (StatusCode::SERVICE_UNAVAILABLE, request::error("the server is stopping", "unavailable")).into_response()
        }
    }
}
