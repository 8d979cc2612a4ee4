//! A complete HTTP reply of the service.

use bytes::Bytes;
use reqwest::StatusCode;
use reqwest::header::HeaderMap;

/// An HTTP reply of the service whose body has been read to its end.
#[derive(Debug)]
pub(super) struct Reply {
    pub(super) status: StatusCode,
    pub(super) headers: HeaderMap,
    pub(super) body: Bytes,
}
