//! Refuses requests from web pages of other sites. Such a page, if it is open in a browser on this machine, can send
//! requests to loopback. These requests contain an `Origin` header. After DNS rebinding, their `Host` header contains
//! the name of the other site.

use std::sync::Arc;

use axum::extract::{Request, State};
use axum::http::{HeaderMap, StatusCode, Uri, header};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};

use super::authority::Authority;
use super::request;
use crate::ServerState;
use crate::schema::{Caller, DeliveryMode};
use crate::tokens::TokenRejection;

/// Prefixes of URL paths to which other sites may link. The HTML page of a mail is shown in a frame without an origin.
/// Browsers therefore treat download links on that page as links from another site.
const CROSS_SITE_PATHS: [&str; 3] = ["/download/", "/proxy/", "/captcha/image.png"];

/// Passes a request to its handler if its `Host` and `Origin` headers belong to this server. Other requests are
/// refused.
pub(super) async fn check(State(shared): State<Arc<ServerState>>, request: Request, next: Next) -> Response {
    let authority = match Authority::from_request(request.headers(), request.uri()) {
        Ok(authority) => authority,
        Err(why) => {
            return (StatusCode::BAD_REQUEST, request::error(&why.to_string(), "bad_request"))
                .into_response();
        }
    };
    let why = if shared.http_addr.ip().is_loopback() && !authority.is_local() {
        "foreign_host"
    } else if !is_own_origin(request.headers(), &authority) {
        "foreign_origin"
    } else if is_cross_site(request.headers()) && !is_linked(request.uri().path()) {
        "foreign_site"
    } else {
        return next.run(request).await;
    };
    (StatusCode::FORBIDDEN, request::error(why, "forbidden")).into_response()
}

/// Returns whether every `Origin` header names the host to which the request is addressed. Returns `true` if there is
/// no such header, because programs other than browsers do not send one.
fn is_own_origin(headers: &HeaderMap, authority: &Authority) -> bool {
    headers.get_all(header::ORIGIN).iter().all(|origin| {
        let origin = origin.to_str().unwrap_or_default();
        let site = origin.strip_prefix("http://").or_else(|| origin.strip_prefix("https://"));
        site == Some(authority.as_str())
    })
}

/// Returns whether the browser reports that a page of another site sent the request (Fetch Metadata).
pub(super) fn is_cross_site(headers: &HeaderMap) -> bool {
    headers.get_all("sec-fetch-site").iter().any(|site| site != "same-origin" && site != "none")
}

fn is_linked(path: &str) -> bool {
    path == "/" || CROSS_SITE_PATHS.iter().any(|prefix| path.starts_with(prefix))
}

/// Returns whether the `Host` header of a request names this machine, regardless of the listen address of the server.
pub(super) fn names_this_machine(request: &Request) -> bool {
    Authority::from_request(request.headers(), request.uri()).is_ok_and(|authority| authority.is_local())
}

/// Returns the caller identified by the token in the URL path, or an error if the token is refused. URLs in responses
/// to this caller contain the host to which the request was addressed.
pub(super) fn caller(
    shared: &ServerState,
    token: &str,
    headers: &HeaderMap,
    uri: &Uri,
    push: DeliveryMode,
) -> Result<Caller, TokenRejection> {
    let bearer = shared.tokens.check(token)?;
    let base = match Authority::from_request(headers, uri) {
        Ok(authority) => format!("http://{}", authority.as_str()),
        Err(_unnamed) => format!("http://{}", shared.http_addr),
    };
    Ok(Caller { identity: bearer.identity, bearer, base: base.into(), push })
}

/// Creates the response to a request whose token is refused (HTTP 403).
pub(super) fn denied(why: TokenRejection) -> Response {
    (StatusCode::FORBIDDEN, request::error(&why.to_string(), "authentication_error")).into_response()
}
