//! Converts service-layer errors to the errors that the core shows.

use crate::app::msg::{AppError, FailureKind};
use crate::app::personal_domain::AddDomainError;
use dropmail_client::domain::backoff::clamp_demanded_delay;
use dropmail_client::domain::time::SignedDuration;
use dropmail_client::ports::dropmail_api::ApiError;
use dropmail_client::service::ServiceError;
use mail_reader::sanitize::SafeText;

/// Converts a service-layer error to the core's `AppError`.
pub(super) fn to_app_error(error: &ServiceError) -> AppError {
    let kind = match error.keyring_problem() {
        Some(problem) => FailureKind::Keyring(problem),
        None => error.api_error().map_or(FailureKind::Other, failure_kind),
    };
    AppError { kind, text: error.to_string().into(), retry_after: error.api_error().and_then(requested_wait) }
}

/// Returns the core's `AddDomainError` for an error that occurred while a personal domain was being added.
pub(super) fn to_add_domain_error(error: &ServiceError) -> AddDomainError {
    let records = error.missing_records().into_iter().map(|record| SafeText::new(&record)).collect();
    AddDomainError { words: error.to_string().into(), records, password: error.is_wrong_password() }
}

/// Returns the `AppError` that tells the core why a push stream has ended. `error` is `None` if the service ended the
/// stream without an error.
pub(super) fn stream_end_error(error: Option<&ApiError>) -> AppError {
    match error {
        Some(error) => AppError {
            kind: failure_kind(error),
            text: error.to_string().into(),
            retry_after: requested_wait(error),
        },
        None => AppError {
            kind: FailureKind::Offline,
            text: "the service closed the connection".into(),
            retry_after: None,
        },
    }
}

fn failure_kind(error: &ApiError) -> FailureKind {
    match error {
        ApiError::TokenExpired | ApiError::TokenRefused(_) => FailureKind::Token,
        ApiError::SessionNotFound => FailureKind::Lapsed,
        ApiError::Unreachable(_)
        | ApiError::UntrustedCertificate(_)
        | ApiError::TimedOut
        | ApiError::Forbidden
        | ApiError::RateLimited { .. }
        | ApiError::ServerFailure(_)
        | ApiError::Unexpected(_) => FailureKind::Offline,
        ApiError::CaptchaRequired | ApiError::CaptchaDismissed => FailureKind::Captcha,
        ApiError::Refused(_) | ApiError::NotTheMail(_) | ApiError::NotFollowed(_) => FailureKind::Other,
    }
}

fn requested_wait(error: &ApiError) -> Option<SignedDuration> {
    let ApiError::RateLimited { retry_after } = error else { return None };
    SignedDuration::try_from(clamp_demanded_delay((*retry_after)?)).ok()
}
