//! Converts service-layer errors to the errors that the core shows.

use crate::app::msg::{AppError, FailureKind};
use crate::app::personal_domain::AddDomainError;
use dropmail_client::domain::backoff::clamp_demanded_delay;
use dropmail_client::domain::time::SignedDuration;
use dropmail_client::ports::dropmail_api::ApiError;
use dropmail_client::service::ServiceError;
use mail_reader::sanitize::SafeText;

/// Converts a service-layer error to the core's `AppError`.
pub(super) fn failure(error: &ServiceError) -> AppError {
    let kind = match error.keyring_problem() {
        Some(problem) => FailureKind::Keyring(problem),
        None => error.api_error().map_or(FailureKind::Other, kind_of),
    };
    AppError { kind, text: error.to_string().into(), retry_after: error.api_error().and_then(wait_of) }
}

/// Returns the core's `AddDomainError` for an error that occurred while a personal domain was being added.
pub(super) fn not_added(error: &ServiceError) -> AddDomainError {
    let records = error.missing_records().into_iter().map(|record| SafeText::new(&record)).collect();
    AddDomainError { words: error.to_string().into(), records, password: error.is_about_password() }
}

/// Returns the `AppError` with which the core reports that a push stream has ended. `error` is `None` if the service
/// ended the stream without an error.
pub(super) fn ended(error: Option<&ApiError>) -> AppError {
    match error {
        Some(error) => {
            AppError { kind: kind_of(error), text: error.to_string().into(), retry_after: wait_of(error) }
        }
        None => AppError {
            kind: FailureKind::Offline,
            text: "the service closed the connection".into(),
            retry_after: None,
        },
    }
}

fn kind_of(error: &ApiError) -> FailureKind {
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

fn wait_of(error: &ApiError) -> Option<SignedDuration> {
    let ApiError::RateLimited { retry_after } = error else { return None };
    SignedDuration::try_from(clamp_demanded_delay((*retry_after)?)).ok()
}
