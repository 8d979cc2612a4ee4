//! The state of the service as far as its replies show it, and the result of answering a captcha.

use super::time::Timestamp;

/// The service's verdict on an answer to a captcha.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum CaptchaResult {
    /// The answer is right, so the client can repeat the request for which the captcha was required.
    Accepted,
    /// The answer is wrong, but the user can try again.
    Rejected,
    /// The captcha has expired, or the user has given too many wrong answers.
    Expired,
}

/// The status of the service, which the client derives from its replies. The fields describe the current state, so a
/// late subscriber misses nothing.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct ServiceStatus {
    /// The end, by the local clock, of the delay after a rate-limit error; all requests wait until then. `None` if
    /// there is no delay.
    pub slowed_until: Option<Timestamp>,
    /// Whether the service requires a captcha; solving it permits more requests.
    pub captcha: bool,
    /// Whether the token is a legacy token, which the service will no longer accept one day.
    pub legacy_token: bool,
}
