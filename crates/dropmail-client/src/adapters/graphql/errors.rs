//! Converts GraphQL and HTTP error responses to client errors.

// This file exceeds 300 lines because every failure of a request is classified in one place.

use super::captcha_fields::Captcha;
use super::known_secrets::KnownSecrets;
use super::reply::Reply;
use super::resolver::NotPublic;
use super::response_repair::{Answer, parse_data};
use crate::ports::dropmail_api::ApiError;
use mail_reader::sanitize::SafeText;
use reqwest::StatusCode;
use reqwest::header::{HeaderMap, LOCATION, RETRY_AFTER};
use serde::Deserialize;
use serde_json::Value;
use std::time::Duration;

/// Maximum length in characters of text from the service that is quoted in an error message; longer text is truncated.
const MAX_WORDS: usize = 200;

/// Maximum length in bytes of an HTTP 403 body that counts as the service's reason for rejecting the token. A longer
/// body is assumed to come from a firewall.
const MAX_REASON: usize = 64;

/// A GraphQL response (GraphQL specification, section 7.1). Its fields may be missing or have unexpected types.
#[derive(Deserialize)]
#[serde(from = "Value")]
pub(super) struct GraphqlReply {
    data: Option<Value>,
    errors: Option<Vec<GraphqlError>>,
}

impl From<Value> for GraphqlReply {
    fn from(mut reply: Value) -> Self {
        let mut field = |name: &str| reply.get_mut(name).map(Value::take).filter(|value| !value.is_null());
        let errors = field("errors").map(|errors| match errors {
            Value::Array(all) => all.into_iter().filter_map(GraphqlError::parse).collect(),
            one @ (Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) | Value::Object(_)) => {
                GraphqlError::parse(one).into_iter().collect()
            }
        });
        Self { data: field("data"), errors }
    }
}

/// One error in a GraphQL response.
pub(super) struct GraphqlError {
    message: String,
    extensions: Option<Value>,
}

/// The part of a GraphQL response's data that the caller selected and, if other parts are missing, the service's error
/// for them.
pub(super) struct PartialData<T> {
    pub(super) selected: T,
    pub(super) failed: Option<ApiError>,
}

impl GraphqlError {
    /// Parses a GraphQL error. Accepts an error that consists only of a message. Returns `None` for JSON `null`.
    fn parse(mut error: Value) -> Option<Self> {
        let message = match &error {
            Value::Null => return None,
            Value::Object(fields) => fields.get("message").map(value_to_text).unwrap_or_default(),
            other @ (Value::Bool(_) | Value::Number(_) | Value::String(_) | Value::Array(_)) => {
                value_to_text(other)
            }
        };
        let extensions = error.get_mut("extensions").map(Value::take);
        Some(Self { message, extensions })
    }

    fn code(&self) -> &str {
        self.extensions.as_ref().and_then(|all| all.get("code")).and_then(Value::as_str).unwrap_or_default()
    }

    fn to_api_error(&self) -> ApiError {
        match self.code() {
            "SESSION_NOT_FOUND" => ApiError::SessionNotFound,
            "RATE_LIMIT_EXCEEDED" => ApiError::RateLimited { retry_after: None },
            "authentication_error" => token_error(&self.message),
            "timeout" => ApiError::TimedOut,
            _ if self.message == "token_expired" => ApiError::TokenExpired,
            code if self.message.is_empty() => ApiError::Refused(sanitise_text(code)),
            _ => ApiError::Refused(sanitise_text(&self.message)),
        }
    }

    /// Returns whether the error is only a notice that the token is a legacy token. In that case, the data in the
    /// response is complete.
    fn is_legacy_token_notice(&self) -> bool {
        self.code() == "LEGACY_TOKEN_DEPRECATED"
    }
}

/// The notices in a GraphQL response: that the token is a legacy token, or that a captcha is required.
#[derive(Debug, Default)]
pub(super) struct ReplyNotices {
    pub(super) legacy_token: bool,
    pub(super) captcha: Option<Captcha>,
}

impl GraphqlReply {
    /// Returns the part of the response's data that `select` extracts. If that part is missing, returns the error in
    /// the response; if it is present, ignores all errors, because they concern other parts.
    pub(super) fn into_data<T: Answer, U>(self, select: impl FnOnce(T) -> Option<U>) -> Result<U, ApiError> {
        self.into_partial_data(select).map(|settled| settled.selected)
    }

    /// Returns the part of the response's data that `select` extracts, and the error for other parts, if any. Returns
    /// an error if the extracted part is missing.
    pub(super) fn into_partial_data<T: Answer, U>(
        self,
        select: impl FnOnce(T) -> Option<U>,
    ) -> Result<PartialData<U>, ApiError> {
        let data = self.data.map(parse_data::<T>);
        let mut errors = self.errors.unwrap_or_default();
        errors.retain(|error| !error.is_legacy_token_notice());
        let unread = matches!(data, Some(None));
        match (data.flatten().and_then(select), errors.first()) {
            (Some(selected), error) => {
                Ok(PartialData { selected, failed: error.map(GraphqlError::to_api_error) })
            }
            (None, Some(error)) => Err(error.to_api_error()),
            (None, None) if unread => {
                Err(unexpected_error("the service answered in a form that is not known here"))
            }
            (None, None) => Err(unexpected_error("the service left the answer out")),
        }
    }

    /// Masks the secrets in the messages and codes of the response's errors.
    pub(super) fn mask_secrets(mut self, secrets: &KnownSecrets) -> Self {
        for error in self.errors.iter_mut().flatten() {
            error.message = secrets.mask(&error.message);
            if let Some(Value::String(code)) = error.extensions.as_mut().and_then(|all| all.get_mut("code")) {
                *code = secrets.mask(code);
            }
        }
        self
    }

    /// Returns the response's first error that is not the notice about a legacy token; `None` if there is none.
    pub(super) fn refusal(&self) -> Option<ApiError> {
        self.errors
            .iter()
            .flatten()
            .find(|error| !error.is_legacy_token_notice())
            .map(GraphqlError::to_api_error)
    }

    /// Returns the notices in the response: whether the token is a legacy token, and the captcha that the service
    /// requires, if any.
    pub(super) fn notices(&self) -> ReplyNotices {
        let errors = || self.errors.iter().flatten();
        ReplyNotices {
            legacy_token: errors().any(GraphqlError::is_legacy_token_notice),
            captcha: errors().find_map(|error| Captcha::parse(error.extensions.as_ref()?.get("captcha")?)),
        }
    }

    /// Returns whether the response is a subscription event that contains neither a mail nor an error.
    pub(super) fn is_empty_event(&self) -> bool {
        let empty = match &self.data {
            None => true,
            Some(Value::Object(fields)) => fields.values().all(Value::is_null),
            Some(_) => false,
        };
        empty && self.errors.iter().flatten().all(GraphqlError::is_legacy_token_notice)
    }

    /// Returns whether the JSON value is a GraphQL response, that is, whether it has a `data` or `errors` field.
    fn is_graphql_reply(&self) -> bool {
        self.data.is_some() || self.errors.is_some()
    }
}

/// Wraps the errors of a failed subscription in a GraphQL response, so that they can be handled like the errors in any
/// other response.
pub(super) fn to_reply(payload: Value) -> GraphqlReply {
    let errors = match payload {
        Value::Array(all) => all,
        one @ (Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) | Value::Object(_)) => {
            vec![one]
        }
    };
    GraphqlReply { data: None, errors: Some(errors.into_iter().filter_map(GraphqlError::parse).collect()) }
}

/// Returns the error for a failed subscription. `reply` contains the GraphQL errors from the service's `error` message.
pub(super) fn subscription_error(reply: &GraphqlReply) -> ApiError {
    reply.refusal().unwrap_or_else(|| unexpected_error("the service ended the subscription without a reason"))
}

/// Parses an HTTP response as GraphQL. Returns `None` if it is not a GraphQL response, or if its HTTP status means that
/// the service rejected the request.
pub(super) fn parse_graphql(reply: &Reply) -> Option<GraphqlReply> {
    let in_service_words = !matches!(
        reply.status,
        StatusCode::FORBIDDEN | StatusCode::PAYMENT_REQUIRED | StatusCode::TOO_MANY_REQUESTS
    );
    let read = || serde_json::from_slice::<GraphqlReply>(&reply.body).ok();
    in_service_words.then(read).flatten().filter(GraphqlReply::is_graphql_reply)
}

/// Returns the error for an HTTP response that is not a GraphQL response.
pub(super) fn http_error(reply: &Reply, host: &str, secrets: &KnownSecrets) -> ApiError {
    let status = reply.status;
    match status {
        StatusCode::FORBIDDEN => forbidden_error(&reply.body, secrets),
        StatusCode::PAYMENT_REQUIRED => ApiError::CaptchaRequired,
        StatusCode::TOO_MANY_REQUESTS => ApiError::RateLimited { retry_after: retry_after(&reply.headers) },
        StatusCode::BAD_GATEWAY | StatusCode::SERVICE_UNAVAILABLE | StatusCode::GATEWAY_TIMEOUT => {
            ApiError::Unreachable(sanitise_text(&format!(
                "{host} is down or busy (HTTP {})",
                status.as_u16()
            )))
        }
        StatusCode::NOT_FOUND => unexpected_error(&format!("{host} has nothing at this address (HTTP 404)")),
        _ if status.is_redirection() => redirect_error(&reply.headers, host),
        _ if status.is_success() && is_html(&reply.body) => {
            unexpected_error(&format!("{host} answered with a web page in place of a GraphQL reply"))
        }
        _ if status.is_success() => {
            unexpected_error(&format!("{host} answered with something else than a GraphQL reply"))
        }
        _ => {
            let message = format!("{host} answered with HTTP {}", status.as_u16());
            error_member(&reply.body, secrets).map_or_else(
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
    if let Ok(GraphqlReply { errors: Some(errors), .. }) = serde_json::from_slice(body)
        && let Some(error) = errors.first()
        && !error.message.is_empty()
    {
        return token_error(&secrets.mask(&error.message));
    }
    let Ok(text) = std::str::from_utf8(body) else { return ApiError::Forbidden };
    let text = text.trim();
    let is_reason = text.len() <= MAX_REASON
        && text.contains('_')
        && text.bytes().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'_');
    if is_reason { token_error(&secrets.mask(text)) } else { ApiError::Forbidden }
}

fn token_error(reason: &str) -> ApiError {
    if reason.trim() == "token_expired" {
        ApiError::TokenExpired
    } else {
        ApiError::TokenRefused(sanitise_text(reason))
    }
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

/// Converts a failed request to an error that names the host but contains no URL.
pub(super) fn request_error(error: &reqwest::Error, host: &str) -> ApiError {
    use std::io::ErrorKind;
    let message = if error.is_timeout() {
        format!("{host} does not answer in time")
    } else if is_not_public(error) {
        format!("{host} leads to this machine or its network: a network that wants a sign-in may do that")
    } else if mentions(error, "dns") {
        format!("the name {host} cannot be looked up: there may be no network")
    } else if mentions(error, "certificate") {
        return ApiError::UntrustedCertificate(sanitise_text(&format!(
            "the certificate of {host} is not trusted"
        )));
    } else {
        match io_kind(error) {
            Some(ErrorKind::ConnectionRefused) => format!("{host} refuses the connection"),
            Some(ErrorKind::NetworkUnreachable | ErrorKind::HostUnreachable) => {
                format!("there is no network to {host}")
            }
            _ if error.is_connect() => format!("there is no connection to {host}"),
            _ => format!("the connection to {host} was cut"),
        }
    };
    ApiError::Unreachable(sanitise_text(&message))
}

fn is_not_public(error: &reqwest::Error) -> bool {
    causes(error).any(<dyn std::error::Error>::is::<NotPublic>)
}

fn causes(error: &reqwest::Error) -> impl Iterator<Item = &(dyn std::error::Error + 'static)> {
    std::iter::successors(std::error::Error::source(error), |cause| cause.source())
}

/// Returns the message of an error's innermost cause, which is the most helpful message.
pub(super) fn root_cause(error: &reqwest::Error) -> String {
    causes(error).last().map_or_else(|| "no reason was given".to_owned(), ToString::to_string)
}

fn io_kind(error: &reqwest::Error) -> Option<std::io::ErrorKind> {
    causes(error).find_map(|cause| cause.downcast_ref::<std::io::Error>()).map(std::io::Error::kind)
}

fn mentions(error: &reqwest::Error, word: &str) -> bool {
    causes(error).any(|cause| cause.to_string().to_lowercase().contains(word))
}

pub(super) fn unexpected_error(message: &str) -> ApiError {
    ApiError::Unexpected(sanitise_text(message))
}

/// Formats a JSON value as text. A string is formatted without quotes.
fn value_to_text(value: &Value) -> String {
    match value {
        Value::String(text) => text.clone(),
        Value::Null => String::new(),
        other @ (Value::Bool(_) | Value::Number(_) | Value::Array(_) | Value::Object(_)) => other.to_string(),
    }
}

/// Sanitises text from the service and truncates it to `MAX_WORDS` characters.
pub(super) fn sanitise_text(text: &str) -> SafeText {
    SafeText::new(&text.chars().take(MAX_WORDS).collect::<String>())
}

#[cfg(test)]
mod tests;
