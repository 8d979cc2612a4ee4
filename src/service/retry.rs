//! Retries requests during a wait, as long as a retry can help.

use super::{ServiceError, WaitProgress};
use crate::domain::session_sync::{Backoff, Cause};
use crate::ports::dropmail_api::ApiError;
use std::time::Duration;
use tokio::time::sleep;

/// Maximum number of attempts of a wait that has never reached the service; after that, the wait fails.
pub(super) const WAIT_ATTEMPTS: u32 = 8;

/// Maximum number of attempts for a list of mails, fewer than [`WAIT_ATTEMPTS`]. Without a network the user
/// wants to see the stored mails soon.
pub(super) const LISTING_ATTEMPTS: u32 = 3;

/// Sends a request repeatedly until there is a reply, or until a retry cannot help.
pub(super) async fn retry_until_reached<T, F: Future<Output = Result<T, ServiceError>>>(
    attempts: u32,
    report: &(dyn Fn(WaitProgress) + Sync),
    ask: impl Fn() -> F,
) -> Result<T, ServiceError> {
    let mut attempt = 1;
    loop {
        match ask().await {
            Err(error) if attempt < attempts && is_transient(&error) => {
                report(WaitProgress::Again(error.to_string().into()));
                let own = Backoff::FIRST_ANSWER.spread(attempt, u64::from(attempt));
                // The wait is bounded, because the user should soon learn that the service cannot be reached.
                let asked = requested_wait(error.api_error())
                    .unwrap_or_default()
                    .min(Backoff::FIRST_ANSWER.longest());
                sleep(own.max(asked)).await;
                attempt += 1;
            }
            outcome => return outcome,
        }
    }
}

/// Whether a retry can help after this error.
pub(super) fn is_transient(error: &ServiceError) -> bool {
    matches!(
        error.api_error(),
        Some(
            ApiError::Unreachable(_)
                | ApiError::RateLimited { .. }
                | ApiError::Unexpected(_)
                | ApiError::Forbidden
        )
    )
}

/// Classifies an error for the state machine of a session's synchronisation.
pub(super) fn cause(error: Option<&ApiError>) -> Cause {
    match error {
        Some(ApiError::SessionNotFound) => Cause::Lapsed,
        // A stream that ended without an error may have been ended by a proxy as well as by the service.
        None | Some(ApiError::Unreachable(_) | ApiError::Forbidden | ApiError::Unexpected(_)) => {
            Cause::Unreachable
        }
        Some(
            ApiError::TokenExpired
            | ApiError::TokenRefused(_)
            | ApiError::CaptchaRequired
            | ApiError::CaptchaLeft
            | ApiError::RateLimited { .. }
            | ApiError::Refused(_)
            | ApiError::NotTheMail(_)
            | ApiError::NotFollowed(_),
        ) => Cause::Refused,
    }
}

/// Time to wait that the service asked for with this error; `None` if it asked for none.
pub(super) fn requested_wait(error: Option<&ApiError>) -> Option<Duration> {
    match error {
        Some(ApiError::RateLimited { retry_after }) => Some(retry_after.unwrap_or(Duration::from_secs(1))),
        _ => None,
    }
}

/// Returns both [`cause`] and [`requested_wait`] of one error.
pub(super) fn cause_and_wait(error: Option<&ApiError>) -> (Cause, Option<Duration>) {
    (cause(error), requested_wait(error))
}
