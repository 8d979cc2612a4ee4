//! The status of the service, as derived from its replies, and the result of answering a captcha.

use super::time::Timestamp;

/// The result of checking the user's answer to a captcha, as the service returns it.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum CaptchaResult {
    /// The answer is correct, so the client can repeat the request for which the captcha was required.
    Accepted,
    /// The answer to the captcha is wrong, and the user can try again.
    Rejected,
    /// The captcha is no longer valid: it has expired, or the user has given too many wrong answers.
    Expired,
}

/// The status of the service, which the client derives from its replies. It is a state and not an event, so a late
/// subscriber misses nothing.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct ServiceStatus {
    /// The local time until which all requests are delayed after a rate-limit error; `None` if they are not delayed.
    pub slowed_until: Option<Timestamp>,
    /// Whether the service requires a captcha. Further requests are accepted once the user has solved it.
    pub captcha: bool,
    /// Whether the token is a legacy token, which the service will no longer accept one day.
    pub legacy_token: bool,
}
