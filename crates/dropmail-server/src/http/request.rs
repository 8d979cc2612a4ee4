//! Parses GraphQL requests over HTTP, and creates error responses in GraphQL's format.

use async_graphql::{Request, Variables};
use axum::Json;
use axum::http::{HeaderMap, StatusCode, header};
use axum::response::{IntoResponse, Response};
use serde_json::{Map, Value, json};

/// Reason why an HTTP request is not a valid GraphQL request.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub(super) enum BadRequest {
    #[error("the request's body cannot be read: {0}")]
    Unreadable(String),
    #[error("the request is larger than {0} bytes")]
    TooLarge(usize),
    #[error("the request's body took longer than {0} seconds")]
    TooSlow(u64),
    #[error("the request is not a JSON object with a `query`: {0}")]
    Json(String),
    #[error("`{name}` is not JSON: {why}")]
    Parameter { name: &'static str, why: String },
    #[error("the parameter `query` is missing")]
    NoQuery,
    #[error("the Content-Type is neither application/json nor application/x-www-form-urlencoded")]
    ContentType,
}

impl IntoResponse for BadRequest {
    fn into_response(self) -> Response {
        let status = match self {
            Self::ContentType => StatusCode::UNSUPPORTED_MEDIA_TYPE,
            Self::TooLarge(_) => StatusCode::PAYLOAD_TOO_LARGE,
            Self::TooSlow(_) => StatusCode::REQUEST_TIMEOUT,
            Self::Unreadable(_) | Self::Json(_) | Self::Parameter { .. } | Self::NoQuery => {
                StatusCode::BAD_REQUEST
            }
        };
        (status, error(&self.to_string(), "bad_request")).into_response()
    }
}

/// Creates a GraphQL response that consists of one error, as an HTTP response body.
pub(super) fn error(message: &str, code: &str) -> Json<Value> {
    Json(error_json(message, code))
}

/// Creates a GraphQL response that consists of one error, as a JSON value.
pub(super) fn error_json(message: &str, code: &str) -> Value {
    json!({"errors": [{"message": message, "extensions": {"code": code}}]})
}

/// Parses the GraphQL request in the body of a POST request, as a form or as JSON according to the content type. A body
/// without a content type is parsed as JSON.
pub(super) fn of_post(headers: &HeaderMap, body: &[u8]) -> Result<Request, BadRequest> {
    let kind = headers.get(header::CONTENT_TYPE).map(|kind| kind.to_str().unwrap_or("?"));
    let kind = kind.map(|kind| kind.split(';').next().unwrap_or_default().trim().to_ascii_lowercase());
    match kind.as_deref() {
        None | Some("" | "application/json") => of_json(body),
        Some(kind) if kind.starts_with("application/") && kind.ends_with("+json") => of_json(body),
        Some("application/x-www-form-urlencoded") => of_form(body),
        Some(_) => Err(BadRequest::ContentType),
    }
}

/// Parses a single GraphQL request in JSON. A batch of requests is an error.
fn of_json(body: &[u8]) -> Result<Request, BadRequest> {
    let bad = |why: serde_json::Error| BadRequest::Json(why.to_string());
    let object: Map<String, Value> = serde_json::from_slice(body).map_err(bad)?;
    if object.get("query").is_none() {
        return Err(BadRequest::NoQuery);
    }
    serde_json::from_value(Value::Object(object)).map_err(bad)
}

/// Parses a GraphQL request from the URL-encoded parameters of a form or query string.
pub(super) fn of_form(form: &[u8]) -> Result<Request, BadRequest> {
    let mut request = Request::new("");
    let mut has_query = false;
    for (name, value) in url::form_urlencoded::parse(form) {
        match &*name {
            "query" => {
                request.query = value.into_owned();
                has_query = true;
            }
            "operationName" if !value.is_empty() => request.operation_name = Some(value.into_owned()),
            "variables" => {
                let value = json_parameter::<Value>("variables", &value)?;
                request.variables = Variables::from_json(value.unwrap_or_default());
            }
            "extensions" => {
                request.extensions = json_parameter("extensions", &value)?.unwrap_or_default();
            }
            _ => {}
        }
    }
    if has_query { Ok(request) } else { Err(BadRequest::NoQuery) }
}

fn json_parameter<T: serde::de::DeserializeOwned>(
    name: &'static str,
    value: &str,
) -> Result<Option<T>, BadRequest> {
    if value.trim().is_empty() {
        return Ok(None);
    }
    serde_json::from_str(value).map_err(|why| BadRequest::Parameter { name, why: why.to_string() })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn forms_contain_all_four_parameters() {
        let form = "query=query+A{x}&operationName=A&variables={\"a\": 1}&extensions={\"b\":2}";
        let request = of_form(form.as_bytes()).unwrap();
        assert_eq!(request.query, "query A{x}");
        assert_eq!(request.operation_name.as_deref(), Some("A"));
        assert_eq!(request.variables.len(), 1);
        assert!(request.extensions.contains_key("b"));
        assert_eq!(of_form(b"variables={}").unwrap_err(), BadRequest::NoQuery);
        assert!(matches!(of_form(b"query={a}&variables={"), Err(BadRequest::Parameter { .. })));
    }

    #[test]
    fn a_post_is_parsed_by_its_content_type() {
        let headers = |kind: &str| HeaderMap::from_iter([(header::CONTENT_TYPE, kind.parse().unwrap())]);
        let json = br#"{"query":"{a}","variables":null}"#;
        assert!(of_post(&HeaderMap::new(), json).is_ok());
        assert!(of_post(&headers("application/json; charset=utf-8"), json).is_ok());
        assert!(of_post(&headers("application/graphql+json"), json).is_ok());
        assert!(of_post(&headers("application/x-www-form-urlencoded"), b"query={a}").is_ok());
        assert_eq!(of_post(&headers("text/plain"), json).unwrap_err(), BadRequest::ContentType);
        assert!(matches!(of_post(&HeaderMap::new(), b"{"), Err(BadRequest::Json(_))));
    }
}
