//! Fetches the image of the most recent captcha, and sends the user's answer to the service together with the unchanged
//! fields of the captcha.

use super::client::Client;
use super::errors;
use crate::domain::service_status::CaptchaResult;
use crate::ports::dropmail_api::ApiError;
use bytes::Bytes;
use serde::Deserialize;

/// Maximum size in bytes of a captcha image; a larger image is an error.
const MAX_PICTURE: usize = 1 << 20;

#[derive(Deserialize)]
struct CaptchaReply {
    #[serde(default)]
    result: String,
}

fn no_captcha_error() -> ApiError {
    errors::unexpected_error("there is no captcha to solve")
}

pub(super) async fn fetch_image(client: &Client, drawing: u32) -> Result<Bytes, ApiError> {
    let captcha = client.captcha().ok_or_else(no_captcha_error)?;
    let mut url = client.base().at_root(&["captcha", "image.png"]);
    url.query_pairs_mut().append_pair("_r", &drawing.to_string()).extend_pairs(captcha.0);
    let reply = client.get(url, MAX_PICTURE).await?;
    if reply.status.is_success() {
        Ok(reply.body)
    } else {
        Err(client.response_to_error(&reply, client.host()))
    }
}

pub(super) async fn solve(client: &Client, answer: &str) -> Result<CaptchaResult, ApiError> {
    let captcha = client.captcha().ok_or_else(no_captcha_error)?;
    let mut form = vec![("response".to_owned(), answer.trim().to_owned())];
    form.extend(captcha.0);
    let reply = client.post_form(client.base().at_root(&["captcha", "solution"]), &form).await?;
    // If the response says whether the answer was right, its HTTP status does not matter.
    let verdict = match serde_json::from_slice::<CaptchaReply>(&reply.body) {
        Ok(reply) if !reply.result.is_empty() => match reply.result.as_str() {
            "correct" => CaptchaResult::Accepted,
            "expired" | "invalid" => CaptchaResult::Expired,
            _ => CaptchaResult::Rejected,
        },
        _ if reply.status.is_success() => {
            return Err(errors::unexpected_error("the service gave no verdict on the answer"));
        }
        _ => return Err(client.response_to_error(&reply, client.host())),
    };
    match verdict {
        CaptchaResult::Accepted => client.captcha_solved(),
        CaptchaResult::Expired => client.clear_captcha(),
        CaptchaResult::Rejected => {}
    }
    Ok(verdict)
}
