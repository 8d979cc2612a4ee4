//! The format of errors from the service's API that are sent over the socket.

use crate::ports::dropmail_api::ApiError;
use mail_reader::sanitize::SafeText;
use serde::{Deserialize, Serialize};
use std::time::Duration;

/// The reason why a request from another process failed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "why", content = "words", rename_all = "snake_case")]
pub(in crate::instance) enum WireError {
    Unreachable(String),
    UntrustedCertificate(String),
    TimedOut,
    TokenExpired,
    TokenRefused(String),
    Forbidden,
    CaptchaRequired,
    CaptchaLeft,
    /// The service rejected the request because of its rate limit. The value is the delay in milliseconds that the
    /// service requested; `None` if it requested none.
    RateLimited(Option<u64>),
    SessionNotFound,
    Refused(String),
    NotTheMail(String),
    NotFollowed(String),
    Server(String),
    Unexpected(String),
}

impl From<&ApiError> for WireError {
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

impl From<WireError> for ApiError {
    fn from(failure: WireError) -> Self {
        let text = |words: String| SafeText::new(&words);
        match failure {
            WireError::Unreachable(words) => Self::Unreachable(text(words)),
            WireError::UntrustedCertificate(words) => Self::UntrustedCertificate(text(words)),
            WireError::TimedOut => Self::TimedOut,
            WireError::TokenExpired => Self::TokenExpired,
            WireError::TokenRefused(words) => Self::TokenRefused(text(words)),
            WireError::Forbidden => Self::Forbidden,
            WireError::CaptchaRequired => Self::CaptchaRequired,
            WireError::CaptchaLeft => Self::CaptchaDismissed,
            WireError::RateLimited(wait) => {
                Self::RateLimited { retry_after: wait.map(Duration::from_millis) }
            }
            WireError::SessionNotFound => Self::SessionNotFound,
            WireError::Refused(words) => Self::Refused(text(words)),
            WireError::NotTheMail(words) => Self::NotTheMail(text(words)),
            WireError::NotFollowed(words) => Self::NotFollowed(text(words)),
            WireError::Server(words) => Self::ServerFailure(text(words)),
            WireError::Unexpected(words) => Self::Unexpected(text(words)),
        }
    }
}
