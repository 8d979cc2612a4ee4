use super::super::response_repair::{FieldKind, ObjectShape, ResponseData};
use super::*;
use serde::Deserialize;

/// The data that these tests expect in a GraphQL response: one field.
#[derive(Deserialize)]
struct Data {
    x: Option<String>,
}

impl ResponseData for Data {
    const SHAPE: ObjectShape = &[("x", FieldKind::TextOrNull)];
}

fn response(status: u16, body: &str) -> HttpResponse {
    HttpResponse {
        status: StatusCode::from_u16(status).unwrap(),
        headers: HeaderMap::new(),
        body: body.to_owned().into(),
    }
}

fn error_of(status: u16, body: &str) -> ApiError {
    let response = response(status, body);
    match parse_graphql(&response) {
        Some(read) => read.into_data(|data: Data| data.x).unwrap_err(),
        None => http_error(&response, "h", &KnownSecrets::default()),
    }
}

#[test]
fn a_403_invalidates_a_token_only_in_the_format_of_the_service() {
    let json = |m: &str| {
        format!(r#"{{"errors":[{{"message":"{m}","extensions":{{"code":"authentication_error"}}}}]}}"#)
    };
    assert_eq!(error_of(403, "token_expired"), ApiError::TokenExpired);
    assert_eq!(error_of(403, "token_expired\n"), ApiError::TokenExpired);
    assert_eq!(error_of(403, &json("token_expired")), ApiError::TokenExpired);
    assert_eq!(error_of(403, "bad_signature"), ApiError::TokenRefused("bad_signature".into()));
    assert_eq!(error_of(403, &json("bad_signature")), ApiError::TokenRefused("bad_signature".into()));
    for firewall in
        ["", "Forbidden", "<html>token_expired</html>", "{}", "access denied by policy_7", "{\"errors\":[]}"]
    {
        assert_eq!(error_of(403, firewall), ApiError::Forbidden, "{firewall}");
    }
}

#[test]
fn error_codes_of_the_service_are_distinguished() {
    let with = |code: &str| {
        format!(r#"{{"data":{{"x":null}},"errors":[{{"message":"m","extensions":{{"code":"{code}"}}}}]}}"#)
    };
    assert_eq!(error_of(200, &with("SESSION_NOT_FOUND")), ApiError::SessionNotFound);
    assert_eq!(error_of(200, &with("RATE_LIMIT_EXCEEDED")), ApiError::RateLimited { retry_after: None });
    assert_eq!(error_of(200, &with("resolver_error")), ApiError::Refused("m".into()));
    assert_eq!(
        error_of(400, r#"{"errors":[{"message":"no such field"}]}"#),
        ApiError::Refused("no such field".into())
    );
    assert!(matches!(error_of(200, &with("LEGACY_TOKEN_DEPRECATED")), ApiError::Unexpected(_)));
    assert_eq!(
        error_of(200, r#"{"errors":[{"message":"t","extensions":{"code":"timeout"}}]}"#),
        ApiError::TimedOut
    );
}

#[test]
fn data_beside_an_error_is_used() {
    let body = r#"{"data":{"x":1,"y":null},"errors":[{"message":"legacy","extensions":{"code":"LEGACY_TOKEN_DEPRECATED"}},{"odd":true}]}"#;
    let x = parse_graphql(&response(200, body)).unwrap().into_data(|data: Data| data.x);
    assert_eq!(x, Ok("1".to_owned()));
}

#[test]
fn an_invalid_reply_is_described() {
    for (status, body, words) in [
        (200, "<!DOCTYPE html><p>Welcome", "web page"),
        (200, "", "something else"),
        (200, "[]", "something else"),
        (404, "not found", "404"),
        (500, "<html>oops", "HTTP 500"),
        (502, "<html>bad gateway", "down or busy"),
        (503, "", "down or busy"),
        (301, "", "base address"),
        (418, r#"{"error":"teapot"}"#, "teapot"),
    ] {
        let message = error_of(status, body).to_string();
        assert!(message.contains(words), "{status}: {message}");
    }
    assert_eq!(error_of(402, "{}"), ApiError::CaptchaRequired);
}

#[test]
fn the_retry_delay_is_parsed() {
    let mut limited = response(429, "");
    limited.headers.insert(RETRY_AFTER, "7".parse().unwrap());
    assert_eq!(
        http_error(&limited, "h", &KnownSecrets::default()),
        ApiError::RateLimited { retry_after: Some(Duration::from_secs(7)) }
    );
}

#[test]
fn a_redirect_error_names_the_host_and_not_the_path() {
    let mut moved = response(301, "");
    moved.headers.insert(LOCATION, "https://other/api/graphql/af_verysecret99".parse().unwrap());
    let message = http_error(&moved, "h", &KnownSecrets::default()).to_string();
    assert!(message.contains("https://other") && !message.contains("af_"), "{message}");
}
