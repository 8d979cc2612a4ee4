//! Who may call at all. A page of another site that is open in a browser on this machine can
//! reach loopback too: its requests carry an `Origin`, and a name that it rebinds to loopback
//! shows in `Host`.

use std::net::IpAddr;
use std::sync::Arc;

use axum::body::HttpBody;
use axum::extract::{Request, State};
use axum::http::{HeaderMap, StatusCode, Uri, header};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};

use super::MAX_BODY;
use super::bodies::{self, BadRequest};
use crate::server::Shared;
use crate::server::schema::{Caller, Push};
use crate::server::tokens::Denied;

/// Lets a request through when its `Host` and `Origin` are this server's own.
pub(super) async fn check(State(shared): State<Arc<Shared>>, request: Request, next: Next) -> Response {
    let authority = authority(request.headers(), request.uri());
    let host_is_ours = match &authority {
        Some(authority) => !shared.http_addr.ip().is_loopback() || is_local(authority),
        // HTTP/1.0 names no host; no browser speaks it.
        None => true,
    };
    let origin_is_ours = request.headers().get(header::ORIGIN).is_none_or(|origin| {
        let origin = origin.to_str().unwrap_or_default();
        let site = origin.strip_prefix("http://").or_else(|| origin.strip_prefix("https://"));
        site.is_some() && site == authority.as_deref()
    });
    // What says that it is too large is not read at all.
    let too_large = request.body().size_hint().lower() > MAX_BODY as u64;
    if host_is_ours && origin_is_ours && too_large {
        BadRequest::TooLarge(MAX_BODY).into_response()
    } else if host_is_ours && origin_is_ours {
        next.run(request).await
    } else {
        let why = if host_is_ours { "foreign_origin" } else { "foreign_host" };
        (StatusCode::FORBIDDEN, bodies::error(why, "forbidden")).into_response()
    }
}

/// Whether a call names this machine, whatever the server listens on.
pub(super) fn names_this_machine(request: &Request) -> bool {
    authority(request.headers(), request.uri()).is_none_or(|authority| is_local(&authority))
}

/// `host:port` as the client wrote it.
fn authority(headers: &HeaderMap, uri: &Uri) -> Option<String> {
    let host = headers.get(header::HOST).and_then(|host| host.to_str().ok());
    host.or(uri.authority().map(axum::http::uri::Authority::as_str)).map(ToOwned::to_owned)
}

/// Whether a name means this machine whoever resolves it.
fn is_local(authority: &str) -> bool {
    let host = match authority.rsplit_once(':') {
        Some((host, port)) if port.bytes().all(|b| b.is_ascii_digit()) => host,
        _ => authority,
    };
    let host = host.trim_start_matches('[').trim_end_matches(']');
    host.eq_ignore_ascii_case("localhost")
        || host.to_ascii_lowercase().ends_with(".localhost")
        || host.parse::<IpAddr>().is_ok()
}

/// Who calls, from the token in the path; links in answers lead back to the host that was called.
pub(super) fn caller(
    shared: &Shared,
    token: &str,
    headers: &HeaderMap,
    uri: &Uri,
    push: Push,
) -> Result<Caller, Denied> {
    let bearer = shared.tokens.check(token)?;
    let base = match authority(headers, uri) {
        Some(authority) => format!("http://{authority}"),
        None => format!("http://{}", shared.http_addr),
    };
    Ok(Caller { identity: bearer.identity, bearer, base: base.into(), push })
}

/// The answer to a token that is refused, before any GraphQL.
pub(super) fn denied(why: Denied) -> Response {
    (StatusCode::FORBIDDEN, bodies::error(&why.to_string(), "authentication_error")).into_response()
}

#[cfg(test)]
mod tests {
    use super::is_local;

    #[test]
    fn only_names_that_cannot_be_rebound_are_local() {
        for local in ["localhost", "LOCALHOST:80", "a.localhost:1", "127.0.0.1:8080", "[::1]:80", "[::1]"] {
            assert!(is_local(local), "{local}");
        }
        for foreign in ["evil.test", "evil.test:80", "localhost.evil.test", "127.0.0.1.evil.test", ""] {
            assert!(!is_local(foreign), "{foreign}");
        }
    }
}
