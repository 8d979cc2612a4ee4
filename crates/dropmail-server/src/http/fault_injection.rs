//! Injects faults into HTTP responses.

use std::io;
use std::sync::Arc;

use axum::body::{Body, HttpBody};
use axum::extract::{Request, State};
use axum::http::{HeaderValue, StatusCode, header};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use bytes::Bytes;
use futures_util::StreamExt;
use futures_util::stream::{self, BoxStream};

use crate::ServerState;
use crate::faults::Fault;

/// Prefix of the URL paths that are exempt from fault injection, so that the fault injection plan can always be
/// changed.
const EXEMPT_PREFIX: &str = "/admin/";

/// The chunks of a response body, as a stream.
pub(super) type BodyChunks = BoxStream<'static, io::Result<Bytes>>;

/// Passes a request to its handler and returns the response, or returns an injected fault instead.
pub(super) async fn inject(State(shared): State<Arc<ServerState>>, request: Request, next: Next) -> Response {
    let faults = &shared.faults;
    if request.uri().path().starts_with(EXEMPT_PREFIX) {
        return next.run(request).await;
    }
    faults.delay().await;
    if faults.fires(Fault::Drop) {
        return dropped();
    }
    for (fault, status) in [
        (Fault::Http403, StatusCode::FORBIDDEN),
        (Fault::Http429, StatusCode::TOO_MANY_REQUESTS),
        (Fault::Http500, StatusCode::INTERNAL_SERVER_ERROR),
        (Fault::Http502, StatusCode::BAD_GATEWAY),
    ] {
        if faults.fires(fault) {
            return page(status);
        }
    }
    let response = next.run(request).await;
    let upgrades = response.status() == StatusCode::SWITCHING_PROTOCOLS;
    if !upgrades && faults.fires(Fault::Truncate) { truncated(response) } else { response }
}

/// Returns the error that makes the server close the connection when it occurs in a response body.
pub(super) fn connection_reset() -> io::Error {
    io::Error::new(io::ErrorKind::ConnectionReset, "an injected fault")
}

/// Creates a response whose body fails before its first byte, so that the server closes the connection without a
/// response.
fn dropped() -> Response {
    Body::from_stream(stream::iter([Err::<Bytes, _>(connection_reset())])).into_response()
}

/// Creates an HTML error page like those that proxies and firewalls send instead of an API response.
fn page(status: StatusCode) -> Response {
    let words = status.to_string();
    let html = format!(
        "<html>\r\n<head><title>{words}</title></head>\r\n<body>\r\n<center><h1>{words}</h1></center>\r\n\
         <hr><center>an injected fault</center>\r\n</body>\r\n</html>\r\n"
    );
    let kind = [(header::CONTENT_TYPE, "text/html")];
    let mut response = (status, kind, html).into_response();
    if status == StatusCode::TOO_MANY_REQUESTS {
        response.headers_mut().insert(header::RETRY_AFTER, HeaderValue::from_static("1"));
    }
    response
}

/// Truncates a response: sends half of a body of known length, or the first one and a half chunks of a stream. The
/// server then closes the connection.
fn truncated(response: Response) -> Response {
    let (mut parts, body) = response.into_parts();
    let whole = body.size_hint().exact().and_then(|length| usize::try_from(length).ok());
    if let Some(length) = whole {
        parts.headers.insert(header::CONTENT_LENGTH, HeaderValue::from(length));
    }
    let spared = usize::from(whole.is_none());
    let chunks = body.into_data_stream().enumerate().flat_map(move |(number, chunk)| match chunk {
        Ok(chunk) if number < spared => single_chunk(Ok(chunk)),
        Ok(chunk) => truncated_chunk(&chunk),
        Err(error) => single_chunk(Err(io::Error::other(error))),
    });
    Response::from_parts(parts, Body::from_stream(chunks))
}

/// Returns a stream that consists of a single chunk.
pub(super) fn single_chunk(chunk: io::Result<Bytes>) -> BodyChunks {
    stream::iter([chunk]).boxed()
}

/// Returns a stream that consists of the first half of a chunk and an error that closes the connection.
pub(super) fn truncated_chunk(chunk: &Bytes) -> BodyChunks {
    let end = async {
        // The server sends the collected chunks once no further chunk is ready.
        tokio::task::yield_now().await;
        Err(connection_reset())
    };
    stream::iter([Ok(chunk.slice(..chunk.len() / 2))]).chain(stream::once(end)).boxed()
}
