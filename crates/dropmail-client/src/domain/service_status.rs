//! Defines the status of the service, as derived by the client from the service's responses, and the result of
//! answering a captcha.

use super::time::Timestamp;

/// The service's verdict on the user's answer to a captcha.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum CaptchaResult {
    /// The answer is correct. The client can now repeat the request for which the captcha was required.
    Accepted,
    /// The answer is wrong. The user can try again.
    Rejected,
    /// The captcha is no longer valid: it has expired, or the user has given too many wrong answers.
    Expired,
}

/// The status of the service, as derived by the client from the service's responses.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct ServiceStatus {
    /// The local time until which all requests are delayed because of a rate-limit error; `None` if they are not being
    /// delayed.
    pub slowed_until: Option<Timestamp>,
    /// `true` if the service requires a captcha. It accepts no further requests until the user has solved the captcha.
    pub captcha: bool,
    /// `true` if the token is a legacy token, which the service will reject in the future.
    pub legacy_token: bool,
}
