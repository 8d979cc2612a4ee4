//! GraphQL responses: their data, and the conversion of their errors to client errors.

use super::captcha_fields::CaptchaFields;
use super::errors::{sanitise_text, token_error, unexpected_error};
use super::known_secrets::KnownSecrets;
use super::response_repair::{ResponseData, parse_data};
use crate::ports::dropmail_api::ApiError;
use serde::Deserialize;
use serde_json::Value;

/// A GraphQL response (GraphQL specification, section 7.1). Its fields may be missing or have unexpected types.
#[derive(Deserialize)]
#[serde(from = "Value")]
pub(super) struct GraphqlResponse {
    data: Option<Value>,
    errors: Option<Vec<GraphqlError>>,
}

impl From<Value> for GraphqlResponse {
    fn from(mut reply: Value) -> Self {
        let mut field = |name: &str| reply.get_mut(name).map(Value::take).filter(|value| !value.is_null());
        let errors = field("errors").map(parse_errors);
        Self { data: field("data"), errors }
    }
}

/// Parses the errors of a GraphQL response: an array, or a single error without one.
fn parse_errors(errors: Value) -> Vec<GraphqlError> {
    match errors {
        Value::Array(all) => all.into_iter().filter_map(GraphqlError::parse).collect(),
        one @ (Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) | Value::Object(_)) => {
            GraphqlError::parse(one).into_iter().collect()
        }
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
pub(super) struct ResponseNotices {
    pub(super) legacy_token: bool,
    pub(super) captcha: Option<CaptchaFields>,
}

impl GraphqlResponse {
    /// Creates a response from the errors of a failed subscription, so that they can be handled like the errors of
    /// any other response. `payload` is the payload of the service's `error` message.
    pub(super) fn from_subscription_error(payload: Value) -> Self {
        Self { data: None, errors: Some(parse_errors(payload)) }
    }

    /// Returns the part of the response's data that `select` extracts. If that part is missing, returns the error in
    /// the response; if it is present, ignores all errors, because they concern other parts.
    pub(super) fn into_data<T: ResponseData, U>(
        self,
        select: impl FnOnce(T) -> Option<U>,
    ) -> Result<U, ApiError> {
        self.into_partial_data(select).map(|settled| settled.selected)
    }

    /// Returns the part of the response's data that `select` extracts, and the error for other parts, if any. Returns
    /// an error if the extracted part is missing.
    pub(super) fn into_partial_data<T: ResponseData, U>(
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
    pub(super) fn notices(&self) -> ResponseNotices {
        let errors = || self.errors.iter().flatten();
        ResponseNotices {
            legacy_token: errors().any(GraphqlError::is_legacy_token_notice),
            captcha: errors()
                .find_map(|error| CaptchaFields::parse(error.extensions.as_ref()?.get("captcha")?)),
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

    /// Returns the message of the response's first error; `None` if there is no error or its message is empty.
    pub(super) fn first_error_message(&self) -> Option<&str> {
        let message = self.errors.as_ref()?.first()?.message.as_str();
        (!message.is_empty()).then_some(message)
    }

    /// Returns whether the JSON value is a GraphQL response, that is, whether it has a `data` or `errors` field.
    pub(super) fn is_graphql_response(&self) -> bool {
        self.data.is_some() || self.errors.is_some()
    }
}

/// Returns the error for a failed subscription. `reply` contains the GraphQL errors from the service's `error` message.
pub(super) fn subscription_error(reply: &GraphqlResponse) -> ApiError {
    reply.refusal().unwrap_or_else(|| unexpected_error("the service ended the subscription without a reason"))
}

/// Formats a JSON value as text. A string is formatted without quotes.
fn value_to_text(value: &Value) -> String {
    match value {
        Value::String(text) => text.clone(),
        Value::Null => String::new(),
        other @ (Value::Bool(_) | Value::Number(_) | Value::Array(_) | Value::Object(_)) => other.to_string(),
    }
}
