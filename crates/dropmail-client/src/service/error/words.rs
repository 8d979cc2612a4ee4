//! Builds the parts of error messages that tell the user what to do next.

use super::ServiceOperation;
use crate::domain::keyring::KeyringProblem;
use crate::ports::archive::ArchiveError;
use crate::ports::dropmail_api::ApiError;

/// Prefix of the error reason with which the service reports missing DNS records. A list of these records follows the
/// prefix.
const LISTED: &str = "mx_records_missing:";

pub(super) fn next_step(doing: ServiceOperation, error: &ApiError) -> String {
    match error {
        ApiError::UntrustedCertificate(_) => {
            "; if you use a proxy, set SSL_CERT_FILE to a file with its certificate".to_owned()
        }
        ApiError::Unreachable(_) | ApiError::TimedOut => {
            "; try again when the service can be reached, or use `--local`, which works without a network"
                .to_owned()
        }
        ApiError::TokenExpired | ApiError::TokenRefused(_) => {
            "; set DROPMAIL_TOKEN to a valid token".to_owned()
        }
        ApiError::Forbidden => {
            "; a firewall or proxy may be in between: try another network or set HTTPS_PROXY".to_owned()
        }
        ApiError::CaptchaRequired => {
            "; open the mailbox (`dropmail-tui`) to solve it there, or get a token on the service's web site \
             and set DROPMAIL_TOKEN"
                .to_owned()
        }
        ApiError::CaptchaDismissed => {
            "; try again to see it once more, or get a token on the service's page and set DROPMAIL_TOKEN"
                .to_owned()
        }
        ApiError::RateLimited { retry_after: Some(wait) } => {
            format!("; try again in {} s", wait.as_secs().max(1))
        }
        ApiError::RateLimited { retry_after: None } => "; try again in a minute".to_owned(),
        ApiError::SessionNotFound => {
            "; the service has deleted its mail: open a new session and restore the addresses there"
                .to_owned()
        }
        ApiError::Refused(reason) => explain(doing, reason).to_owned(),
        ApiError::NotTheMail(_) => "; the download is repeated later".to_owned(),
        ApiError::NotFollowed(_) => String::new(),
        ApiError::ServerFailure(_) => "; the service has a failure: try again later".to_owned(),
        ApiError::Unexpected(_) => "; check the base address (DROPMAIL_BASE_URL)".to_owned(),
    }
}

/// Returns the part of an archive error's message that tells the user what to do.
pub(super) fn archive_next_step(error: &ArchiveError) -> &'static str {
    match error {
        ArchiveError::Locked { .. } => "close that program, or set DROPMAIL_DATA_DIR to another folder",
        ArchiveError::CannotDecrypt { reason, .. } | ArchiveError::CannotEncrypt { reason, .. } => {
            match reason {
                KeyringProblem::Locked => {
                    "unlock the keyring and try again, or use another token (DROPMAIL_TOKEN) or --no-archive"
                }
                KeyringProblem::Silent => {
                    "try again when it answers, or use another token (DROPMAIL_TOKEN) or --no-archive"
                }
                KeyringProblem::Absent
                | KeyringProblem::Failed
                | KeyringProblem::Forgets
                | KeyringProblem::OtherKey
                | KeyringProblem::NoRandomBytes => "use another token (DROPMAIL_TOKEN) or --no-archive",
            }
        }
        ArchiveError::Failed { .. } => "free some space or set DROPMAIL_DATA_DIR to another folder",
    }
}

/// Returns an explanation of the service's error reason, written for the user; an empty string if there is none.
fn explain(doing: ServiceOperation, reason: &str) -> &'static str {
    match (doing, reason) {
        (ServiceOperation::AddDomain, "already_in_use") => {
            ": it was added before; to delete it, you need its password"
        }
        (ServiceOperation::AddDomain, "unknown_domain" | "domain_not_found") => {
            ": the DNS has no such domain; check its spelling, or register it first"
        }
        (_, "already_in_use") => {
            ": the address still belongs to a session that this token does not reach; it can be restored when that session has lapsed, ten minutes after its last use"
        }
        (_, "bad_signature") => {
            ": the restore key is wrong or was used before; each restore changes the key, and only the latest one is valid"
        }
        (_, "unknown_domain" | "domain_not_found") => {
            ": that domain no longer exists or is not yours; choose another"
        }
        (_, "invalid_domain_name") => ": enter only the name, such as example.com",
        (_, "password_too_short") => ": choose a longer password",
        (_, "malformed_password") => ": choose a password of ordinary letters, digits and punctuation",
        (_, "wrong_password") => ": this is not the password that was set when the domain was added",
        (_, reason) if reason.starts_with("dns_unreachable") => {
            ": its DNS records cannot be looked up at the moment; try again later"
        }
        (_, reason) if reason.starts_with(LISTED) => {
            ": add these records to its DNS; changes become visible after the TTL of the records"
        }
        (_, reason) if concerns_dns_records(reason) => {
            ": its DNS is not ready. Two records are needed, `@ MX 10 mx.dropmail.me` and \
             `* MX 10 mx.dropmail.me`; changes become visible after the TTL of the records"
        }
        _ => "",
    }
}

fn concerns_dns_records(reason: &str) -> bool {
    !reason.starts_with("dns_unreachable") && (reason.contains("mx") || reason.contains("dns"))
}

/// Returns the missing DNS records that the service's error reason lists. If the reason concerns DNS records but lists
/// none, returns the two records that every domain needs. For any other reason, returns an empty list.
pub(super) fn missing_records(reason: &str) -> Vec<String> {
    if let Some(listed) = reason.strip_prefix(LISTED) {
        return listed.split(',').map(|record| record.trim().to_owned()).collect();
    }
    if concerns_dns_records(reason) {
        return ["@ MX 10 mx.dropmail.me", "* MX 10 mx.dropmail.me"].map(ToOwned::to_owned).into();
    }
    Vec::new()
}

/// Returns whether the service's error reason starts with an error code about a password, such as `wrong_password`.
pub(super) fn is_password_code(reason: &str) -> bool {
    let code = reason.split_once(':').map_or(reason, |(code, _)| code);
    let is_code = code.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'_');
    is_code && code.split('_').any(|word| word == "password")
}
