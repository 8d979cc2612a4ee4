//! Receives the whole body of an HTTP request, within limits on size and time, before a handler processes the request.

use std::sync::Arc;

use axum::body::{Body, HttpBody};
use axum::extract::{Extension, Request, State};
use axum::http::header;
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};

use super::MAX_BODY_BYTES;
use super::request::BadRequest;
use crate::ServerState;
use crate::receive_pool::ConnectionMemory;

/// Receives the body of a request and passes the complete request to its handler.
pub(super) async fn receive(
    State(shared): State<Arc<ServerState>>,
    Extension(memory): Extension<Arc<ConnectionMemory>>,
    request: Request,
    next: Next,
) -> Response {
    // If the declared size of the body is too large, no part of the body is read.
    if request.body().size_hint().lower() > MAX_BODY_BYTES as u64 {
        return closing(BadRequest::TooLarge(MAX_BODY_BYTES));
    }
    let (parts, body) = request.into_parts();
    let received =
        tokio::time::timeout(shared.config.body_timeout, axum::body::to_bytes(body, MAX_BODY_BYTES));
    let body = match received.await {
        Ok(Ok(body)) => body,
        Ok(Err(why)) if is_too_large(&why) => return closing(BadRequest::TooLarge(MAX_BODY_BYTES)),
        Ok(Err(why)) => return closing(BadRequest::Unreadable(why.to_string())),
        Err(_late) => return closing(BadRequest::TooSlow(shared.config.body_timeout.as_secs())),
    };
    let response = next.run(Request::from_parts(parts, Body::from(body))).await;
    memory.release();
    response
}

/// Creates an error response after which the server closes the connection, because the rest of the request body was not
/// read.
fn closing(why: BadRequest) -> Response {
    let mut response = why.into_response();
    response.headers_mut().insert(header::CONNECTION, axum::http::HeaderValue::from_static("close"));
    response
}

fn is_too_large(why: &axum::Error) -> bool {
    let mut source: Option<&dyn std::error::Error> = Some(why);
    while let Some(error) = source {
        if error.to_string().contains("length limit") {
            return true;
        }
        source = error.source();
    }
    false
}
