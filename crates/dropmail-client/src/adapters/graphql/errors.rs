//! Errors of requests to the service: converts failed requests and texts of the service to client errors.

use super::resolver::NotPublic;
use crate::ports::dropmail_api::ApiError;
use mail_reader::sanitize::SafeText;

/// Maximum length in characters of text from the service that is quoted in an error message; longer text is truncated.
const MAX_QUOTED_CHARS: usize = 200;

/// Converts a failed request to an error that names the host but contains no URL.
pub(super) fn request_error(error: &reqwest::Error, host: &str) -> ApiError {
    use std::io::ErrorKind;
    let message = if error.is_timeout() {
        format!("{host} does not answer in time")
    } else if is_not_public(error) {
        format!("{host} leads to this machine or its network: a network that wants a sign-in may do that")
    } else if mentions(error, "dns") {
        format!("the name {host} cannot be looked up: there may be no network")
    } else if mentions(error, "certificate") {
        return ApiError::UntrustedCertificate(sanitise_text(&format!(
            "the certificate of {host} is not trusted"
        )));
    } else {
        match io_kind(error) {
            Some(ErrorKind::ConnectionRefused) => format!("{host} refuses the connection"),
            Some(ErrorKind::NetworkUnreachable | ErrorKind::HostUnreachable) => {
                format!("there is no network to {host}")
            }
            _ if error.is_connect() => format!("there is no connection to {host}"),
            _ => format!("the connection to {host} was cut"),
        }
    };
    ApiError::Unreachable(sanitise_text(&message))
}

fn is_not_public(error: &reqwest::Error) -> bool {
    causes(error).any(<dyn std::error::Error>::is::<NotPublic>)
}

fn causes(error: &reqwest::Error) -> impl Iterator<Item = &(dyn std::error::Error + 'static)> {
    std::iter::successors(std::error::Error::source(error), |cause| cause.source())
}

/// Returns the message of an error's innermost cause, which is the most helpful message.
pub(super) fn root_cause(error: &reqwest::Error) -> String {
    causes(error).last().map_or_else(|| "no reason was given".to_owned(), ToString::to_string)
}

fn io_kind(error: &reqwest::Error) -> Option<std::io::ErrorKind> {
    causes(error).find_map(|cause| cause.downcast_ref::<std::io::Error>()).map(std::io::Error::kind)
}

fn mentions(error: &reqwest::Error, word: &str) -> bool {
    causes(error).any(|cause| cause.to_string().to_lowercase().contains(word))
}

pub(super) fn unexpected_error(message: &str) -> ApiError {
    ApiError::Unexpected(sanitise_text(message))
}

/// Returns the error for a token that the service has rejected for the given reason.
pub(super) fn token_error(reason: &str) -> ApiError {
    if reason.trim() == "token_expired" {
        ApiError::TokenExpired
    } else {
        ApiError::TokenRefused(sanitise_text(reason))
    }
}

/// Sanitises text from the service and truncates it to `MAX_QUOTED_CHARS` characters.
pub(super) fn sanitise_text(text: &str) -> SafeText {
    SafeText::new(&text.chars().take(MAX_QUOTED_CHARS).collect::<String>())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn texts_of_the_service_are_truncated_and_sanitised() {
        let long = format!("\u{1b}[31m{}", "x".repeat(5000));
        let clean = sanitise_text(&long);
        assert!(clean.chars().count() <= MAX_QUOTED_CHARS && !clean.contains('\u{1b}'));
    }
}
