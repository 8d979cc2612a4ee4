//! GraphQL over HTTP: one answer to one request. A subscription is answered with its first mail
//! (a long poll), or as a stream where the client accepts one.

use std::sync::Arc;

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

use super::bodies::{self, BadRequest};
use super::{App, MAX_BODY, guard, multipart};
use crate::server::schema::{Caller, Push};
use crate::server::tokens::Denied;

/// The answer to a call that names no token.
pub(super) async fn no_token() -> Response {
    guard::denied(Denied::Malformed)
}

/// Answers a request, whichever way it came.
pub(super) async fn answer(State(app): State<App>, Path(token): Path<String>, request: Request) -> Response {
    let push = if accepts(request.headers(), "multipart/mixed") { Push::Stream } else { Push::Once };
    let caller = match guard::caller(&app.shared, &token, request.headers(), request.uri(), push) {
        Ok(caller) => caller,
        Err(why) => return guard::denied(why),
    };
    let by_get = request.method() == Method::GET;
    let also_json = accepts(request.headers(), "json");
    let mut query = match read(request).await {
        Ok(query) => query,
        Err(response) => return response,
    };
    match bodies::operation(&mut query) {
        Some(OperationType::Mutation) if by_get => (
            StatusCode::METHOD_NOT_ALLOWED,
            [(header::ALLOW, "POST")],
            bodies::error("a mutation needs POST", "bad_request"),
        )
            .into_response(),
        Some(OperationType::Subscription) if push == Push::Once => first(&app, caller, query).await,
        kind if push == Push::Stream && (kind == Some(OperationType::Subscription) || !also_json) => {
            let data = Arc::new(caller.data());
            let events = app.schema.execute_stream_with_session_data(query, data);
            let stop = app.shared.stop.clone().cancelled_owned();
            multipart::stream(events.take_until(stop), Arc::clone(&app.shared))
        }
        _ => {
            let mut replies = app.schema.execute_stream_with_session_data(query, Arc::new(caller.data()));
            match replies.next().await {
                Some(reply) => Json(reply).into_response(),
                None => bodies::error("internal_error", "resolver_error").into_response(),
            }
        }
    }
}

async fn read(request: Request) -> Result<Query, Response> {
    let (parts, body) = request.into_parts();
    match parts.method {
        Method::GET => bodies::of_form(parts.uri.query().unwrap_or_default().as_bytes())
            .map_err(BadRequest::into_response),
        Method::POST => {
            let headers = parts.headers.clone();
            let body = Bytes::from_request(Request::from_parts(parts, body), &()).await;
            let body = body.map_err(|why| unreadable(&why).into_response())?;
            bodies::of_post(&headers, &body).map_err(BadRequest::into_response)
        }
        _ => Err((
            StatusCode::METHOD_NOT_ALLOWED,
            [(header::ALLOW, "GET, POST")],
            bodies::error("GraphQL needs GET or POST", "bad_request"),
        )
            .into_response()),
    }
}

fn unreadable(why: &BytesRejection) -> BadRequest {
    match why.status() {
        StatusCode::PAYLOAD_TOO_LARGE => BadRequest::TooLarge(MAX_BODY),
        _ => BadRequest::Unreadable(why.body_text()),
    }
}

fn accepts(headers: &HeaderMap, kind: &str) -> bool {
    let mut accepted = headers.get_all(header::ACCEPT).iter();
    accepted.any(|value| value.to_str().is_ok_and(|value| value.to_ascii_lowercase().contains(kind)))
}

/// A long poll: the first event, or the end of the time or of the server.
async fn first(app: &App, caller: Caller, query: Query) -> Response {
    let mut events = app.schema.execute_stream_with_session_data(query, Arc::new(caller.data()));
    let patience = app.shared.config.long_poll;
    tokio::select! {
        event = events.next() => match event {
            Some(event) => Json(event).into_response(),
            None => bodies::error("the subscription ended", "resolver_error").into_response(),
        },
        () = tokio::time::sleep(patience) => {
            let timeout_ms = u64::try_from(patience.as_millis()).unwrap_or(u64::MAX);
            let extensions = json!({"code": "timeout", "timeout_ms": timeout_ms});
            let message = "Http processing error: Request execution timed out";
            Json(json!({"errors": [{"message": message, "extensions": extensions}]})).into_response()
        }
        () = app.shared.stop.cancelled() => {
            (StatusCode::SERVICE_UNAVAILABLE, bodies::error("the server stops", "unavailable")).into_response()
        }
    }
}
