//! Retries requests of a wait as long as a retry can help.

use super::{ServiceError, Stage};
use crate::domain::session_sync::{Backoff, Cause};
use crate::ports::transport::TransportError;
use std::time::Duration;
use tokio::time::sleep;

/// Maximum number of attempts of a wait if the service was never reached.
pub(super) const WAIT_ATTEMPTS: u32 = 8;

/// Like [`WAIT_ATTEMPTS`], for a list of mails: without a network the user wants to see the stored mails soon.
pub(super) const LISTING_ATTEMPTS: u32 = 3;

/// Sends a request until there is a reply, or until a retry cannot help.
pub(super) async fn persist<T, F: Future<Output = Result<T, ServiceError>>>(
    attempts: u32,
    report: &(dyn Fn(Stage) + Sync),
    ask: impl Fn() -> F,
) -> Result<T, ServiceError> {
    let mut attempt = 1;
    loop {
        match ask().await {
            Err(error) if attempt < attempts && passes(&error) => {
                report(Stage::Again(error.to_string().into()));
                let own = Backoff::FIRST_ANSWER.spread(attempt, u64::from(attempt));
                // The wait is bounded, because the user should soon learn that the service cannot be reached.
                let asked = requested_wait(error.transport())
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
pub(super) fn passes(error: &ServiceError) -> bool {
    matches!(
        error.transport(),
        Some(
            TransportError::Unreachable(_)
                | TransportError::RateLimited { .. }
                | TransportError::Unexpected(_)
                | TransportError::Forbidden
        )
    )
}

/// Classifies an error for the synchronisation.
pub(super) fn cause(error: Option<&TransportError>) -> Cause {
    match error {
        Some(TransportError::SessionNotFound) => Cause::Lapsed,
        // A stream that ended without an error may have been ended by a proxy as well as by the service.
        None
        | Some(TransportError::Unreachable(_) | TransportError::Forbidden | TransportError::Unexpected(_)) => {
            Cause::Unreachable
        }
        Some(
            TransportError::TokenExpired
            | TransportError::TokenRefused(_)
            | TransportError::CaptchaRequired
            | TransportError::CaptchaLeft
            | TransportError::RateLimited { .. }
            | TransportError::Refused(_)
            | TransportError::NotTheMail(_)
            | TransportError::NotFollowed(_),
        ) => Cause::Refused,
    }
}

/// The wait that the service asked for.
pub(super) fn requested_wait(error: Option<&TransportError>) -> Option<Duration> {
    match error {
        Some(TransportError::RateLimited { retry_after }) => {
            Some(retry_after.unwrap_or(Duration::from_secs(1)))
        }
        _ => None,
    }
}

/// [`cause`] and [`requested_wait`] of one error.
pub(super) fn cause_and_wait(error: Option<&TransportError>) -> (Cause, Option<Duration>) {
    (cause(error), requested_wait(error))
}
