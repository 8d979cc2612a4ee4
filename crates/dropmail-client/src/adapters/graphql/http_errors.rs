//! Parses HTTP responses as GraphQL, and converts those that are not GraphQL to client errors.

use super::errors::{sanitise_text, token_error, unexpected_error};
use super::graphql_response::GraphqlResponse;
use super::http_response::HttpResponse;
use super::known_secrets::KnownSecrets;
use crate::ports::dropmail_api::ApiError;
use mail_reader::sanitize::SafeText;
use reqwest::StatusCode;
use reqwest::header::{HeaderMap, LOCATION, RETRY_AFTER};
use serde_json::Value;
use std::time::Duration;

/// Maximum length in bytes of an HTTP 403 body that counts as the service's reason for rejecting the token. A longer
/// body is assumed to come from a firewall.
const MAX_REASON_BYTES: usize = 64;

/// Parses an HTTP response as GraphQL. Returns `None` if it is not a GraphQL response, or if its HTTP status means that
/// the service rejected the request.
pub(super) fn parse_graphql(response: &HttpResponse) -> Option<GraphqlResponse> {
    let in_service_words = !matches!(
        response.status,
        StatusCode::FORBIDDEN | StatusCode::PAYMENT_REQUIRED | StatusCode::TOO_MANY_REQUESTS
    );
    let read = || serde_json::from_slice::<GraphqlResponse>(&response.body).ok();
    in_service_words.then(read).flatten().filter(GraphqlResponse::is_graphql_response)
}

/// Returns the error for an HTTP response that is not a GraphQL response.
pub(super) fn http_error(response: &HttpResponse, host: &str, secrets: &KnownSecrets) -> ApiError {
    let status = response.status;
    match status {
        StatusCode::FORBIDDEN => forbidden_error(&response.body, secrets),
        StatusCode::PAYMENT_REQUIRED => ApiError::CaptchaRequired,
        StatusCode::TOO_MANY_REQUESTS => {
            ApiError::RateLimited { retry_after: retry_after(&response.headers) }
        }
        StatusCode::BAD_GATEWAY | StatusCode::SERVICE_UNAVAILABLE | StatusCode::GATEWAY_TIMEOUT => {
            ApiError::Unreachable(sanitise_text(&format!(
                "{host} is down or busy (HTTP {})",
                status.as_u16()
            )))
        }
        StatusCode::NOT_FOUND => unexpected_error(&format!("{host} has nothing at this address (HTTP 404)")),
        _ if status.is_redirection() => redirect_error(&response.headers, host),
        _ if status.is_success() && is_html(&response.body) => {
            unexpected_error(&format!("{host} answered with a web page in place of a GraphQL response"))
        }
        _ if status.is_success() => {
            unexpected_error(&format!("{host} answered with something else than a GraphQL response"))
        }
        _ => {
            let message = format!("{host} answered with HTTP {}", status.as_u16());
            error_member(&response.body, secrets).map_or_else(
                || {
                    if status.is_server_error() {
                        ApiError::ServerFailure(sanitise_text(&message))
                    } else {
                        unexpected_error(&message)
                    }
                },
                ApiError::Refused,
            )
        }
    }
}

fn redirect_error(headers: &HeaderMap, host: &str) -> ApiError {
    // The message contains only the host, because the path contains the token.
    let to = headers.get(LOCATION).and_then(|to| to.to_str().ok()).and_then(|to| url::Url::parse(to).ok());
    let place = to.as_ref().map_or_else(
        || "elsewhere".to_owned(),
        |to| format!("to {}://{}", to.scheme(), to.host_str().unwrap_or_default()),
    );
    unexpected_error(&format!("{host} sends requests on {place}; use the address there as the base address"))
}

/// Converts an HTTP 403 response to an error. If the body is a single word with underscores or a GraphQL error, the
/// service has rejected the token. Any other body may come from a firewall, so it does not mean that the token is
/// invalid.
fn forbidden_error(body: &[u8], secrets: &KnownSecrets) -> ApiError {
    if let Ok(response) = serde_json::from_slice::<GraphqlResponse>(body)
        && let Some(message) = response.first_error_message()
    {
        return token_error(&secrets.mask(message));
    }
    let Ok(text) = std::str::from_utf8(body) else { return ApiError::Forbidden };
    let text = text.trim();
    let is_reason = text.len() <= MAX_REASON_BYTES
        && text.contains('_')
        && text.bytes().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'_');
    if is_reason { token_error(&secrets.mask(text)) } else { ApiError::Forbidden }
}

/// Returns the string in the `error` field of a JSON body that is not a GraphQL response; `None` if there is none.
fn error_member(body: &[u8], secrets: &KnownSecrets) -> Option<SafeText> {
    let body: Value = serde_json::from_slice(body).ok()?;
    Some(sanitise_text(&secrets.mask(body.get("error")?.as_str()?)))
}

/// Parses the `Retry-After` header if it is a number of seconds (RFC 9110, section 10.2.3). Returns `None` if it is
/// missing or not a number.
fn retry_after(headers: &HeaderMap) -> Option<Duration> {
    let seconds = headers.get(RETRY_AFTER)?.to_str().ok()?.trim().parse().ok()?;
    Some(Duration::from_secs(seconds))
}

pub(super) fn is_html(body: &[u8]) -> bool {
    let start = body.trim_ascii_start().get(..5).unwrap_or_default().to_ascii_lowercase();
    start == b"<!doc" || start == b"<html"
}

#[cfg(test)]
mod tests;
