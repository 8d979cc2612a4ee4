//! Asking again where that can help.

use super::{ServiceError, Stage};
use crate::domain::session_sync::{Backoff, Cause};
use crate::ports::transport::TransportError;
use std::time::Duration;
use tokio::time::sleep;

/// Attempts of a wait before a service that was never reached is given up.
pub(super) const WAIT_ATTEMPTS: u32 = 8;

/// As [`WAIT_ATTEMPTS`], of a listing: who lists mail without a network wants to see what is stored.
pub(super) const LISTING_ATTEMPTS: u32 = 3;

/// Asks until there is an answer, or until it is clear that there will be none.
pub(super) async fn persist<T, F: Future<Output = Result<T, ServiceError>>>(
    attempts: u32,
    tell: &(dyn Fn(Stage) + Sync),
    ask: impl Fn() -> F,
) -> Result<T, ServiceError> {
    let mut attempt = 1;
    loop {
        match ask().await {
            Err(error) if attempt < attempts && passes(&error) => {
                tell(Stage::Again(error.to_string().into()));
                let own = Backoff::FIRST_ANSWER.spread(attempt, u64::from(attempt));
                // Somebody waits to be told that nobody is there.
                let told =
                    told_wait(error.transport()).unwrap_or_default().min(Backoff::FIRST_ANSWER.longest());
                sleep(own.max(told)).await;
                attempt += 1;
            }
            outcome => return outcome,
        }
    }
}

/// Whether trying again can help.
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

/// What can be done about a failure.
pub(super) fn cause(error: Option<&TransportError>) -> Cause {
    match error {
        Some(TransportError::SessionNotFound) => Cause::Lapsed,
        // A stream that ended in order was ended by something between as likely as by the service.
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

/// How long the service asked to wait.
pub(super) fn told_wait(error: Option<&TransportError>) -> Option<Duration> {
    match error {
        Some(TransportError::RateLimited { retry_after }) => {
            Some(retry_after.unwrap_or(Duration::from_secs(1)))
        }
        _ => None,
    }
}

/// [`cause`] and [`told_wait`] of one failure.
pub(super) fn cause_and_wait(error: Option<&TransportError>) -> (Cause, Option<Duration>) {
    (cause(error), told_wait(error))
}
