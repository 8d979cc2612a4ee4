//! Retries failed requests as long as a retry may succeed. Requests are retried for longer when a command is waiting
//! for a mail than when a command is listing mails.

use super::{ServiceError, WaitProgress};
use crate::domain::backoff::Backoff;
use crate::domain::session_sync::Cause;
use crate::ports::dropmail_api::ApiError;
use std::time::Duration;
use tokio::time::{Instant, sleep};

/// Maximum number of attempts to reach the service while a command is waiting for a mail. If all of them fail, the
/// command ends with an error.
pub(super) const WAIT_ATTEMPTS: u32 = 8;

/// Maximum number of attempts to reach the service when mails are listed. It is lower than [`WAIT_ATTEMPTS`], because
/// a user without a network connection wants to see the stored mails soon.
const LISTING_ATTEMPTS: u32 = 3;

/// Period during which failed requests are retried when mails are listed, measured from the start of the command. The
/// last attempt may end later, by at most the timeout of one request.
const LISTING_RETRY_TIME: Duration = Duration::from_secs(15);

/// The limit on the retries of failed requests.
#[derive(Clone, Copy, Debug)]
pub(super) enum RetryLimit {
    /// A command is waiting for a mail. A request is tried up to [`WAIT_ATTEMPTS`] times.
    Wait,
    /// Mails are being listed. Requests are retried only for a short time after the given start time.
    Listing(Instant),
}

impl RetryLimit {
    /// Returns whether a request should be retried after `failures` consecutive failures. `error` is the error of the
    /// latest failure.
    pub(super) fn allows(self, failures: u32, error: &ServiceError) -> bool {
        is_transient(error)
            && match self {
                Self::Wait => failures < WAIT_ATTEMPTS,
                // A request that failed because of the rate limit has already been repeated several times.
                Self::Listing(begun) => {
                    failures < LISTING_ATTEMPTS
                        && begun.elapsed() < LISTING_RETRY_TIME
                        && !matches!(error.api_error(), Some(ApiError::RateLimited { .. }))
                }
            }
    }
}

/// The exponential backoff between attempts to reach the service.
const POLICY: Backoff = Backoff::FIRST_ANSWER;

/// Sends a request and retries it until the service replies or a retry cannot help. Calls `report` before each retry.
pub(super) async fn retry_until_reached<T, F: Future<Output = Result<T, ServiceError>>>(
    limit: RetryLimit,
    report: &(dyn Fn(WaitProgress) + Sync),
    ask: impl Fn() -> F,
) -> Result<T, ServiceError> {
    let mut attempt = 1;
    loop {
        match ask().await {
            Err(error) if limit.allows(attempt, &error) => {
                report(WaitProgress::Again(error.to_string().into()));
                // The delay that the service requests is limited, so that the user soon sees that the service cannot be
                // reached.
                let requested =
                    requested_wait(error.api_error()).map(|requested| requested.min(POLICY.max_delay()));
                sleep(POLICY.delay_at_least(attempt, u64::from(attempt), requested)).await;
                attempt += 1;
            }
            outcome => return outcome,
        }
    }
}

/// Returns whether a request that failed with the given error may succeed when it is retried.
pub(super) fn is_transient(error: &ServiceError) -> bool {
    matches!(
        error.api_error(),
        Some(
            ApiError::Unreachable(_)
                | ApiError::UntrustedCertificate(_)
                | ApiError::TimedOut
                | ApiError::RateLimited { .. }
                | ApiError::ServerFailure(_)
                | ApiError::Unexpected(_)
                | ApiError::Forbidden
        )
    )
}

/// Classifies a request error for the state machine that synchronises a session. An `error` of `None` means that the
/// stream ended without an error.
pub(super) fn cause(error: Option<&ApiError>) -> Cause {
    match error {
        Some(ApiError::SessionNotFound) => Cause::Lapsed,
        // If a stream ends without an error, a proxy or the service may have ended it.
        None
        | Some(
            ApiError::Unreachable(_)
            | ApiError::UntrustedCertificate(_)
            | ApiError::TimedOut
            | ApiError::Forbidden
            | ApiError::ServerFailure(_)
            | ApiError::Unexpected(_),
        ) => Cause::Unreachable,
        Some(
            ApiError::TokenExpired
            | ApiError::TokenRefused(_)
            | ApiError::CaptchaRequired
            | ApiError::CaptchaDismissed
            | ApiError::RateLimited { .. }
            | ApiError::Refused(_)
            | ApiError::NotTheMail(_)
            | ApiError::NotFollowed(_),
        ) => Cause::Refused,
    }
}

/// Returns the delay that the service requested in a rate-limit error, or zero if it requested none; `None` for other
/// errors.
pub(super) fn requested_wait(error: Option<&ApiError>) -> Option<Duration> {
    let Some(ApiError::RateLimited { retry_after }) = error else { return None };
    Some(retry_after.unwrap_or_default())
}

/// Returns the class of a request error (see [`cause`]), and the delay that the service requested in it (see
/// [`requested_wait`]).
pub(super) fn cause_and_wait(error: Option<&ApiError>) -> (Cause, Option<Duration>) {
    (cause(error), requested_wait(error))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::service::ServiceOperation;

    fn request_failed(error: ApiError) -> ServiceError {
        ServiceError::from_api_error(ServiceOperation::AskForMail, error)
    }

    #[tokio::test]
    async fn a_listing_retries_briefly_and_a_rate_limit_ends_it_at_once() {
        let disconnected = request_failed(ApiError::Unreachable("cut".into()));
        let limited = request_failed(ApiError::RateLimited { retry_after: None });
        let lapsed = request_failed(ApiError::SessionNotFound);
        let now = RetryLimit::Listing(Instant::now());
        let long_ago = Instant::now().checked_sub(LISTING_RETRY_TIME).map(RetryLimit::Listing).unwrap();
        assert!(
            now.allows(2, &disconnected)
                && !now.allows(3, &disconnected)
                && !long_ago.allows(1, &disconnected)
        );
        assert!(!now.allows(1, &limited) && RetryLimit::Wait.allows(7, &limited));
        assert!(!RetryLimit::Wait.allows(8, &disconnected) && !RetryLimit::Wait.allows(1, &lapsed));
    }
}
