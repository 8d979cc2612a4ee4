//! The state of the service, as far as its replies tell it, and its verdict on a captcha.

use super::time::Timestamp;

/// The service's verdict on the answer to a captcha.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum CaptchaResult {
    /// The answer is right; the client can repeat the refused request.
    Accepted,
    /// The answer is wrong; the user can give another one.
    Rejected,
    /// The captcha has expired, or the user has given too many wrong answers.
    Expired,
}

/// Status of the service, which arrives along with its replies. Each field is the current state, so a late
/// subscriber misses nothing.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct ServiceStatus {
    /// End of the wait that the service asked for, by the local clock; all requests wait until then. `None`
    /// if there is no wait.
    pub slowed_until: Option<Timestamp>,
    /// Whether the service offers a captcha; solving it permits more requests.
    pub captcha: bool,
    /// Whether the token is a legacy token, which the service will refuse at some time in the future.
    pub legacy_token: bool,
}
