//! Fetches the picture of the latest captcha and sends the answer to the service. The fields of the captcha are
//! sent back unchanged; the program does not interpret them.

use super::client::Client;
use super::errors;
use crate::domain::service_status::CaptchaResult;
use crate::ports::dropmail_api::ApiError;
use bytes::Bytes;
use serde::Deserialize;
use serde_json::Value;

/// Maximum size in bytes of the picture of a captcha; a larger one is an error.
const MAX_PICTURE: usize = 1 << 20;
/// Maximum number of fields of a captcha, and maximum size of each in bytes; further and larger fields are
/// ignored.
const MAX_FIELDS: usize = 16;
const MAX_FIELD: usize = 4096;

/// The fields of a captcha, which are needed to answer it.
#[derive(Clone, PartialEq, Eq)]
pub(super) struct Captcha(Vec<(String, String)>);

impl std::fmt::Debug for Captcha {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Captcha(***)")
    }
}

impl Captcha {
    /// Parses the object `captcha` of a refusal; `None` if it has no usable fields.
    pub(super) fn read(told: &Value) -> Option<Self> {
        let text = |value: &Value| match value {
            Value::String(text) => Some(text.clone()),
            Value::Number(number) => Some(number.to_string()),
            _ => None,
        };
        let fields = told.as_object()?.iter().take(MAX_FIELDS);
        let fields: Vec<_> = fields
            .filter_map(|(name, value)| Some((name.clone(), text(value)?)))
            .filter(|(name, value)| name.len() + value.len() <= MAX_FIELD)
            .collect();
        (!fields.is_empty()).then_some(Self(fields))
    }

    /// Parses the member `captcha` of a JSON body (HTTP 402).
    pub(super) fn of_body(body: &[u8]) -> Option<Self> {
        Self::read(serde_json::from_slice::<Value>(body).ok()?.get("captcha")?)
    }
}

#[derive(Deserialize)]
struct CaptchaReply {
    #[serde(default)]
    result: String,
}

fn none_open() -> ApiError {
    errors::unexpected("there is no captcha to solve")
}

pub(super) async fn picture(client: &Client, drawing: u32) -> Result<Bytes, ApiError> {
    let captcha = client.captcha().ok_or_else(none_open)?;
    let mut url = client.base().at_root(&["captcha", "image.png"]);
    url.query_pairs_mut().append_pair("_r", &drawing.to_string()).extend_pairs(captcha.0);
    let reply = client.get(url, MAX_PICTURE).await?;
    if reply.status.is_success() { Ok(reply.body) } else { Err(client.refusal(&reply, client.host())) }
}

pub(super) async fn solve(client: &Client, answer: &str) -> Result<CaptchaResult, ApiError> {
    let captcha = client.captcha().ok_or_else(none_open)?;
    let mut form = vec![("response".to_owned(), answer.trim().to_owned())];
    form.extend(captcha.0);
    let reply = client.post_form(client.base().at_root(&["captcha", "solution"]), &form).await?;
    // A reply with a verdict is a verdict, whatever its HTTP status.
    let verdict = match serde_json::from_slice::<CaptchaReply>(&reply.body) {
        Ok(told) if !told.result.is_empty() => match told.result.as_str() {
            "correct" => CaptchaResult::Accepted,
            "expired" | "invalid" => CaptchaResult::Expired,
            _ => CaptchaResult::Rejected,
        },
        _ if reply.status.is_success() => {
            return Err(errors::unexpected("the service gave no verdict on the answer"));
        }
        _ => return Err(client.refusal(&reply, client.host())),
    };
    match verdict {
        CaptchaResult::Accepted => client.captcha_solved(),
        CaptchaResult::Expired => client.clear_captcha(),
        CaptchaResult::Rejected => {}
    }
    Ok(verdict)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn fields_are_kept_as_they_came_and_do_not_print() {
        let body = br#"{"error":"captcha_required","captcha":{"v":"3","nonce":"n","key":"secret","_sig":"s","odd":{}}}"#;
        let captcha = Captcha::of_body(body).unwrap();
        assert_eq!(captcha.0.len(), 4);
        assert!(!format!("{captcha:?}").contains("secret"));
        assert_eq!(Captcha::of_body(b"{}"), None);
        assert_eq!(Captcha::of_body(b"<html>"), None);
    }
}
