//! What to do next, for each way in which a call can fail.

use super::Doing;
use crate::ports::archive::ArchiveError;
use crate::ports::transport::TransportError;

/// What stands before records that are missing, where the service names them.
const LISTED: &str = "mx_records_missing:";

pub(super) fn next_step(doing: Doing, error: &TransportError) -> String {
    match error {
        TransportError::Unreachable(words) if words.contains("certificate") => {
            "; where a proxy of yours stands between, name a file with its certificate in SSL_CERT_FILE"
                .to_owned()
        }
        TransportError::Unreachable(_) => {
            "; try again once it can be reached, or take `--local`, which works without a network".to_owned()
        }
        TransportError::TokenExpired | TransportError::TokenRefused(_) => {
            "; set DROPMAIL_TOKEN to a token that is valid".to_owned()
        }
        TransportError::Forbidden => {
            "; a firewall or proxy may stand between: try another network or set HTTPS_PROXY".to_owned()
        }
        TransportError::CaptchaRequired => {
            "; open the mailbox (`dropmail-tui`) to solve it there, or get a token on the service's page \
             and set DROPMAIL_TOKEN"
                .to_owned()
        }
        TransportError::CaptchaLeft => {
            "; try again to see it once more, or get a token on the service's page and set DROPMAIL_TOKEN"
                .to_owned()
        }
        TransportError::RateLimited { retry_after: Some(wait) } => {
            format!("; try again in {} s", wait.as_secs().max(1))
        }
        TransportError::RateLimited { retry_after: None } => "; try again in a minute".to_owned(),
        TransportError::SessionNotFound => {
            "; its mail is gone from the service: open a new session and restore the addresses there"
                .to_owned()
        }
        TransportError::Refused(reason) => explain(doing, reason).to_owned(),
        TransportError::NotTheMail(_) => "; it is asked for again".to_owned(),
        TransportError::NotFollowed(_) => String::new(),
        TransportError::Unexpected(words) if words.contains("HTTP 5") => {
            "; the service is in trouble: try again in a while".to_owned()
        }
        TransportError::Unexpected(_) => "; check the base address (DROPMAIL_BASE_URL)".to_owned(),
    }
}

/// What to do about an archive that failed.
pub(super) fn archive_step(error: &ArchiveError) -> &'static str {
    match error {
        ArchiveError::Held { .. } => "close that program, or set DROPMAIL_DATA_DIR to another folder",
        ArchiveError::Sealed { .. } => {
            "unlock the keyring and try again, or use another token (DROPMAIL_TOKEN) or --no-archive"
        }
        ArchiveError::Broken { .. } => "free some space or set DROPMAIL_DATA_DIR to another folder",
    }
}

/// What a reason of the service's means for whoever reads it.
fn explain(doing: Doing, reason: &str) -> &'static str {
    match (doing, reason) {
        (Doing::AddDomain, "already_in_use") => ": it was added before; with its password it can be given up",
        (Doing::AddDomain, "unknown_domain" | "domain_not_found") => {
            ": the DNS knows no such domain; check its spelling, or register it first"
        }
        (_, "already_in_use") => {
            ": the address still lives in a session that this token does not reach; it can be restored when that session has lapsed, ten minutes after its last use"
        }
        (_, "bad_signature") => {
            ": the restore key is wrong or was used before; whoever restored the address last has the key that counts now"
        }
        (_, "unknown_domain" | "domain_not_found") => ": that domain is gone, or not yours; choose another",
        (_, "invalid_domain_name") => ": give the name alone, such as example.com",
        (_, "password_too_short") => ": take a longer password",
        (_, "malformed_password") => ": take a password of ordinary letters, digits and signs",
        (_, "wrong_password") => ": that is not the password that the domain was added with",
        (_, reason) if reason.starts_with("dns_unreachable") => {
            ": its DNS records cannot be looked up at the moment; try again in a while"
        }
        (_, reason) if reason.starts_with(LISTED) => {
            ": add these records to its DNS; after a change it takes the records' TTL until they are seen"
        }
        (_, reason) if is_about_records(reason) => {
            ": its DNS is not ready. Two records are needed, `@ MX 10 mx.dropmail.me` and \
             `* MX 10 mx.dropmail.me`; after a change it takes the records' TTL until they are seen"
        }
        _ => "",
    }
}

fn is_about_records(reason: &str) -> bool {
    !reason.starts_with("dns_unreachable") && (reason.contains("mx") || reason.contains("dns"))
}

/// The records that are missing by a reason of the service's: those that it names, else the two that
/// every domain needs.
pub(super) fn missing_records(reason: &str) -> Vec<String> {
    if let Some(listed) = reason.strip_prefix(LISTED) {
        return listed.split(',').map(|record| record.trim().to_owned()).collect();
    }
    if is_about_records(reason) {
        return ["@ MX 10 mx.dropmail.me", "* MX 10 mx.dropmail.me"].map(ToOwned::to_owned).into();
    }
    Vec::new()
}
