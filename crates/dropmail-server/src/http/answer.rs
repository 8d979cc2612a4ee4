//! Creates JSON responses. The memory of each response counts towards a limit until the response has been sent.

use std::convert::Infallible;
use std::pin::Pin;
use std::task::{Context, Poll};

use axum::body::{Body, HttpBody};
use axum::http::header;
use axum::response::{IntoResponse, Response};
use bytes::Bytes;
use hyper::body::{Frame, SizeHint};

/// An HTTP response body that consists of a single chunk and owns the guard `_held`, which counts the chunk's memory
/// towards the limit. The guard is dropped when the body has been sent or the client has disconnected.
struct BodyWithGuard<T> {
    text: Option<Bytes>,
    _held: T,
}

impl<T: Send + Unpin + 'static> HttpBody for BodyWithGuard<T> {
    type Data = Bytes;
    type Error = Infallible;

    fn poll_frame(
        self: Pin<&mut Self>,
        _cx: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, Infallible>>> {
        Poll::Ready(self.get_mut().text.take().map(|text| Ok(Frame::data(text))))
    }

    fn is_end_stream(&self) -> bool {
        // If this function returned `true`, hyper would drop the body before its last chunk is sent.
        false
    }

    fn size_hint(&self) -> SizeHint {
        let length = self.text.as_ref().map_or(0, Bytes::len);
        SizeHint::with_exact(u64::try_from(length).unwrap_or(u64::MAX))
    }
}

/// Creates a JSON response. The response owns the guard `held`, which counts the response's memory towards the limit,
/// until the response has been sent or the client has disconnected.
pub(super) fn json(text: Bytes, held: impl Send + Unpin + 'static) -> Response {
    let body = Body::new(BodyWithGuard { text: Some(text), _held: held });
    ([(header::CONTENT_TYPE, "application/json")], body).into_response()
}
