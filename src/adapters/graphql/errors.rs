//! From what came back to what the caller can do about it.

use super::captcha::Captcha;
use super::client::Reply;
use crate::domain::sanitize::SafeText;
use crate::ports::transport::TransportError;
use reqwest::StatusCode;
use reqwest::header::{HeaderMap, LOCATION, RETRY_AFTER};
use serde::Deserialize;
use serde::de::DeserializeOwned;
use serde_json::Value;
use std::time::Duration;

/// The longest part of a message of the service's that is shown, in characters.
const MAX_WORDS: usize = 200;

/// The longest reason of a 403 that is taken for the service's own, in bytes.
const MAX_REASON: usize = 64;

/// The ordinary end of a long poll, which anywhere else is a failure.
pub(super) const OUT_OF_TIME: &str = "the service ran out of time over the request";

/// A GraphQL reply (GraphQL specification, 7.1), read as leniently as it can be.
#[derive(Deserialize)]
pub(super) struct GraphqlReply {
    #[serde(default)]
    data: Option<Value>,
    #[serde(default)]
    errors: Option<Vec<GraphqlError>>,
}

/// One error of a reply.
#[derive(Deserialize)]
pub(super) struct GraphqlError {
    #[serde(default)]
    message: String,
    #[serde(default)]
    extensions: Option<Value>,
}

impl GraphqlError {
    fn code(&self) -> &str {
        self.extensions.as_ref().and_then(|all| all.get("code")).and_then(Value::as_str).unwrap_or_default()
    }

    fn meaning(&self) -> TransportError {
        match self.code() {
            "SESSION_NOT_FOUND" => TransportError::SessionNotFound,
            "RATE_LIMIT_EXCEEDED" => TransportError::RateLimited { retry_after: None },
            "authentication_error" => token_error(&self.message),
            "timeout" => TransportError::Unreachable(OUT_OF_TIME.into()),
            _ if self.message == "token_expired" => TransportError::TokenExpired,
            code if self.message.is_empty() => TransportError::Refused(words(code)),
            _ => TransportError::Refused(words(&self.message)),
        }
    }

    /// Whether it is only a reminder that stands beside the data.
    fn is_reminder(&self) -> bool {
        self.code() == "LEGACY_TOKEN_DEPRECATED"
    }
}

/// What a reply says beside its answer.
#[derive(Debug, Default)]
pub(super) struct Asides {
    pub(super) legacy_token: bool,
    pub(super) captcha: Option<Captcha>,
}

impl GraphqlReply {
    /// The part of the data that was wanted, else the meaning of the errors. Data beside errors
    /// is data: the service answers in part when only a part failed.
    pub(super) fn settle<T: DeserializeOwned, U>(
        self,
        wanted: impl FnOnce(T) -> Option<U>,
    ) -> Result<U, TransportError> {
        let data = self.data.filter(|data| !data.is_null()).map(serde_json::from_value::<T>);
        let mut errors = self.errors.unwrap_or_default();
        errors.retain(|error| !error.is_reminder());
        let unread = matches!(data, Some(Err(_)));
        match (data.and_then(Result::ok).and_then(wanted), errors.first()) {
            (Some(found), error) => {
                if let Some(error) = error {
                    tracing::info!(error = %error.meaning(), "the service answered in part");
                }
                Ok(found)
            }
            (None, Some(error)) => Err(error.meaning()),
            (None, None) if unread => Err(odd("the service answered in a form that is not known here")),
            (None, None) => Err(odd("the service left the answer out")),
        }
    }

    /// What stands beside the answer: whether the token is of the legacy kind, and a captcha that
    /// came with a refusal.
    pub(super) fn asides(&self) -> Asides {
        let errors = || self.errors.iter().flatten();
        Asides {
            legacy_token: errors().any(GraphqlError::is_reminder),
            captcha: errors().find_map(|error| Captcha::read(error.extensions.as_ref()?.get("captcha")?)),
        }
    }

    /// Whether it is an event without a mail in it and without a reason for that.
    pub(super) fn is_empty_event(&self) -> bool {
        let empty = match &self.data {
            None | Some(Value::Null) => true,
            Some(Value::Object(fields)) => fields.values().all(Value::is_null),
            Some(_) => false,
        };
        empty && self.errors.iter().flatten().all(GraphqlError::is_reminder)
    }

    /// Whether it holds anything of a GraphQL reply at all.
    fn says_something(&self) -> bool {
        self.data.is_some() || self.errors.is_some()
    }
}

/// The errors of a subscription that ended, as a reply, so that they are read like any other.
pub(super) fn as_reply(payload: Value) -> GraphqlReply {
    let errors = match payload {
        Value::Array(all) => all,
        one => vec![one],
    };
    let read = |error| serde_json::from_value::<GraphqlError>(error).ok();
    GraphqlReply { data: None, errors: Some(errors.into_iter().filter_map(read).collect()) }
}

/// The meaning of a subscription that ended with errors (`error` of graphql-transport-ws: a list,
/// or one).
pub(super) fn of_payload(reply: &GraphqlReply) -> TransportError {
    let ended = || odd("the service ended the subscription without a reason");
    let mut errors = reply.errors.iter().flatten();
    errors.find(|error| !error.is_reminder()).map_or_else(ended, GraphqlError::meaning)
}

/// Reads an HTTP reply as GraphQL.
pub(super) fn graphql(reply: &Reply, host: &str) -> Result<GraphqlReply, TransportError> {
    let in_service_words = !matches!(
        reply.status,
        StatusCode::FORBIDDEN | StatusCode::PAYMENT_REQUIRED | StatusCode::TOO_MANY_REQUESTS
    );
    if in_service_words
        && let Ok(read) = serde_json::from_slice::<GraphqlReply>(&reply.body)
        && read.says_something()
    {
        return Ok(read);
    }
    Err(refusal(reply, host))
}

/// The meaning of a reply that is not what was asked for.
pub(super) fn refusal(reply: &Reply, host: &str) -> TransportError {
    let status = reply.status;
    match status {
        StatusCode::FORBIDDEN => forbidden(&reply.body),
        StatusCode::PAYMENT_REQUIRED => TransportError::CaptchaRequired,
        StatusCode::TOO_MANY_REQUESTS => {
            TransportError::RateLimited { retry_after: retry_after(&reply.headers) }
        }
        StatusCode::BAD_GATEWAY | StatusCode::SERVICE_UNAVAILABLE | StatusCode::GATEWAY_TIMEOUT => {
            TransportError::Unreachable(words(&format!("{host} is down or busy (HTTP {})", status.as_u16())))
        }
        StatusCode::NOT_FOUND => odd(&format!("{host} has nothing at this address (HTTP 404)")),
        _ if status.is_redirection() => redirected(&reply.headers, host),
        _ if status.is_success() && is_html(&reply.body) => {
            odd(&format!("{host} answered with a web page in place of a GraphQL reply"))
        }
        _ if status.is_success() => odd(&format!("{host} answered with something else than a GraphQL reply")),
        _ => match reason(&reply.body) {
            Some(reason) => TransportError::Refused(reason),
            None => odd(&format!("{host} answered with HTTP {}", status.as_u16())),
        },
    }
}

fn redirected(headers: &HeaderMap, host: &str) -> TransportError {
    // Only the host is told: the path holds the token.
    let to = headers.get(LOCATION).and_then(|to| to.to_str().ok()).and_then(|to| url::Url::parse(to).ok());
    let place = to.as_ref().map_or_else(
        || "elsewhere".to_owned(),
        |to| format!("to {}://{}", to.scheme(), to.host_str().unwrap_or_default()),
    );
    odd(&format!("{host} sends requests on {place}; use the address there as the base address"))
}

/// A 403 in the service's own form is a word with underscores, as plain text or as a GraphQL
/// error; any other may be written by a firewall, and no token is given up for it.
fn forbidden(body: &[u8]) -> TransportError {
    if let Ok(GraphqlReply { errors: Some(errors), .. }) = serde_json::from_slice(body)
        && let Some(error) = errors.first()
        && !error.message.is_empty()
    {
        return token_error(&error.message);
    }
    let Ok(text) = std::str::from_utf8(body) else { return TransportError::Forbidden };
    let text = text.trim();
    let is_reason = text.len() <= MAX_REASON
        && text.contains('_')
        && text.bytes().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'_');
    if is_reason { token_error(text) } else { TransportError::Forbidden }
}

fn token_error(reason: &str) -> TransportError {
    if reason.trim() == "token_expired" {
        TransportError::TokenExpired
    } else {
        TransportError::TokenRefused(words(reason))
    }
}

/// The `error` of a JSON body that is no GraphQL reply.
fn reason(body: &[u8]) -> Option<SafeText> {
    let body: Value = serde_json::from_slice(body).ok()?;
    Some(words(body.get("error")?.as_str()?))
}

/// `Retry-After` in its form of seconds (RFC 9110, 10.2.3).
fn retry_after(headers: &HeaderMap) -> Option<Duration> {
    let seconds = headers.get(RETRY_AFTER)?.to_str().ok()?.trim().parse().ok()?;
    Some(Duration::from_secs(seconds))
}

fn is_html(body: &[u8]) -> bool {
    let start = body.trim_ascii_start().get(..5).unwrap_or_default().to_ascii_lowercase();
    start == b"<!doc" || start == b"<html"
}

/// A call that did not get through, in words that name the host and never an address.
pub(super) fn unreachable(error: &reqwest::Error, host: &str) -> TransportError {
    use std::io::ErrorKind;
    let told = if error.is_timeout() {
        format!("{host} does not answer in time")
    } else if mentions(error, "dns") {
        format!("the name {host} cannot be looked up: there may be no network")
    } else if mentions(error, "certificate") {
        format!("the certificate of {host} is not trusted")
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
    TransportError::Unreachable(words(&told))
}

fn causes(error: &reqwest::Error) -> impl Iterator<Item = &(dyn std::error::Error + 'static)> {
    std::iter::successors(std::error::Error::source(error), |cause| cause.source())
}

/// What lies at the bottom of an error, where the words that help are.
pub(super) fn deepest(error: &reqwest::Error) -> String {
    causes(error).last().map_or_else(|| "no reason was given".to_owned(), ToString::to_string)
}

fn io_kind(error: &reqwest::Error) -> Option<std::io::ErrorKind> {
    causes(error).find_map(|cause| cause.downcast_ref::<std::io::Error>()).map(std::io::Error::kind)
}

fn mentions(error: &reqwest::Error, word: &str) -> bool {
    causes(error).any(|cause| cause.to_string().to_lowercase().contains(word))
}

pub(super) fn odd(told: &str) -> TransportError {
    TransportError::Unexpected(words(told))
}

/// Words from outside, safe to show and no longer than a line or two.
pub(super) fn words(text: &str) -> SafeText {
    SafeText::new(&text.chars().take(MAX_WORDS).collect::<String>())
}

#[cfg(test)]
mod tests;
