//! The form in which errors from the service's API are sent over the socket.

use crate::ports::dropmail_api::ApiError;
use mail_reader::sanitize::SafeText;
use serde::{Deserialize, Serialize};
use std::time::Duration;

/// The reason why a request from another process failed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "why", content = "words", rename_all = "snake_case")]
pub(in crate::instance) enum Failure {
    Unreachable(String),
    UntrustedCertificate(String),
    TimedOut,
    TokenExpired,
    TokenRefused(String),
    Forbidden,
    CaptchaRequired,
    CaptchaLeft,
    /// The service rejected the request because of its rate limit. The value is the delay in milliseconds that the
    /// service requests; `None` if it requests none.
    RateLimited(Option<u64>),
    SessionNotFound,
    Refused(String),
    NotTheMail(String),
    NotFollowed(String),
    Server(String),
    Unexpected(String),
}

impl From<&ApiError> for Failure {
    fn from(error: &ApiError) -> Self {
        let text = |words: &SafeText| words.as_str().to_owned();
        match error {
            ApiError::Unreachable(words) => Self::Unreachable(text(words)),
            ApiError::UntrustedCertificate(words) => Self::UntrustedCertificate(text(words)),
            ApiError::TimedOut => Self::TimedOut,
            ApiError::TokenExpired => Self::TokenExpired,
            ApiError::TokenRefused(words) => Self::TokenRefused(text(words)),
            ApiError::Forbidden => Self::Forbidden,
            ApiError::CaptchaRequired => Self::CaptchaRequired,
            ApiError::CaptchaDismissed => Self::CaptchaLeft,
            ApiError::RateLimited { retry_after } => {
                Self::RateLimited(retry_after.map(|wait| u64::try_from(wait.as_millis()).unwrap_or(u64::MAX)))
            }
            ApiError::SessionNotFound => Self::SessionNotFound,
            ApiError::Refused(words) => Self::Refused(text(words)),
            ApiError::NotTheMail(words) => Self::NotTheMail(text(words)),
            ApiError::NotFollowed(words) => Self::NotFollowed(text(words)),
            ApiError::ServerFailure(words) => Self::Server(text(words)),
            ApiError::Unexpected(words) => Self::Unexpected(text(words)),
        }
    }
}

impl From<Failure> for ApiError {
    fn from(failure: Failure) -> Self {
        let text = |words: String| SafeText::new(&words);
        match failure {
            Failure::Unreachable(words) => Self::Unreachable(text(words)),
            Failure::UntrustedCertificate(words) => Self::UntrustedCertificate(text(words)),
            Failure::TimedOut => Self::TimedOut,
            Failure::TokenExpired => Self::TokenExpired,
            Failure::TokenRefused(words) => Self::TokenRefused(text(words)),
            Failure::Forbidden => Self::Forbidden,
            Failure::CaptchaRequired => Self::CaptchaRequired,
            Failure::CaptchaLeft => Self::CaptchaDismissed,
            Failure::RateLimited(wait) => Self::RateLimited { retry_after: wait.map(Duration::from_millis) },
            Failure::SessionNotFound => Self::SessionNotFound,
            Failure::Refused(words) => Self::Refused(text(words)),
            Failure::NotTheMail(words) => Self::NotTheMail(text(words)),
            Failure::NotFollowed(words) => Self::NotFollowed(text(words)),
            Failure::Server(words) => Self::ServerFailure(text(words)),
            Failure::Unexpected(words) => Self::Unexpected(text(words)),
        }
    }
}
