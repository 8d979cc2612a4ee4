//! What can go wrong with a verb: which one it was, what happened, and what to do next.

use crate::domain::ids::{MailId, SessionId};
use crate::domain::sanitize::SafeText;
use crate::ports::archive::ArchiveError;
use crate::ports::transport::TransportError;
use std::fmt;

/// What was being done when it went wrong.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Doing {
    /// Getting or prolonging a token.
    GetToken,
    /// Listing the live sessions.
    ListSessions,
    /// Opening a session.
    OpenSession,
    /// Asking a session for new mail.
    AskForMail,
    /// Fetching the bytes of a mail.
    FetchMail,
    /// Adding an address.
    AddAddress,
    /// Restoring an address.
    RestoreAddress,
    /// Deleting an address.
    DeleteAddress,
    /// Listing domains.
    ListDomains,
    /// Adding a personal domain.
    AddDomain,
    /// Deleting a personal domain.
    DeleteDomain,
    /// Asking a question of the caller's own.
    Ask,
    /// Finding out how the token stands.
    CheckToken,
    /// Fetching or answering a captcha.
    SolveCaptcha,
}

impl fmt::Display for Doing {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::GetToken => "getting a token",
            Self::ListSessions => "listing the sessions",
            Self::OpenSession => "opening a session",
            Self::AskForMail => "asking for new mail",
            Self::FetchMail => "fetching a mail",
            Self::AddAddress => "adding an address",
            Self::RestoreAddress => "restoring an address",
            Self::DeleteAddress => "deleting an address",
            Self::ListDomains => "listing the domains",
            Self::AddDomain => "adding a domain",
            Self::DeleteDomain => "deleting a domain",
            Self::Ask => "asking the service",
            Self::CheckToken => "checking the token",
            Self::SolveCaptcha => "the captcha",
        })
    }
}

/// How a failure counts for a script (the exit code of the command line).
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Failure {
    /// Network, server or disk.
    Failed,
    /// The mail, session or address is not there.
    NotFound,
    /// The service refuses: token, rate limit or captcha.
    Refused,
}

/// Why a verb failed.
#[derive(Debug, thiserror::Error)]
pub enum ServiceError {
    /// The service was not reached or said no.
    #[error("{doing}: {source}{}", next_step(source))]
    Service {
        /// What was being done.
        doing: Doing,
        /// What happened.
        source: TransportError,
    },
    /// The user's own token has passed its end.
    #[error(
        "the token that you gave has expired; give another in DROPMAIL_TOKEN, or unset it to be given a free one"
    )]
    GivenTokenExpired,
    /// The user's own token is not accepted.
    #[error(
        "the token that you gave is refused ({reason}); correct DROPMAIL_TOKEN, or unset it to be given a free one"
    )]
    GivenTokenRefused {
        /// What the service says of it.
        reason: SafeText,
    },
    /// The archive failed.
    #[error("{0}; free some space or set DROPMAIL_DATA_DIR to another folder")]
    Archive(ArchiveError),
    /// No restore key of the address is known here.
    #[error("no restore key of {address} is kept here; give the key to restore it")]
    NoRestoreKey {
        /// The address that was to be restored.
        address: SafeText,
    },
    /// The mail is not in the archive.
    #[error("no mail {} is kept here; `ls` lists those that are", SafeText::new(id.as_str()))]
    NoSuchMail {
        /// What was asked for.
        id: MailId,
    },
    /// No live session has the address.
    #[error(
        "no live session has {address}; `sessions` lists those that live, `restore` brings a lapsed address back"
    )]
    NoSuchAddress {
        /// What was asked for.
        address: SafeText,
    },
    /// No session is known by that id.
    #[error("no session {} lives; `sessions` lists those that do", SafeText::new(id.as_str()))]
    NoSuchSession {
        /// What was asked for.
        id: SessionId,
    },
    /// There is no live session at all.
    #[error("no session lives; `new` opens one")]
    NoSession,
    /// The service has no such domain.
    #[error("the service offers no domain {name}; `domains` lists those that it does")]
    NoSuchDomain {
        /// What was asked for.
        name: SafeText,
    },
    /// There is no token to speak of.
    #[error("there is no token yet; every command that needs one fetches one")]
    NoToken,
}

impl ServiceError {
    pub(super) fn service(doing: Doing, source: TransportError) -> Self {
        Self::Service { doing, source }
    }

    /// How it counts for a script.
    pub fn failure(&self) -> Failure {
        match self {
            Self::Service { source, .. } => match source {
                TransportError::SessionNotFound => Failure::NotFound,
                TransportError::TokenExpired
                | TransportError::TokenRefused(_)
                | TransportError::Forbidden
                | TransportError::CaptchaRequired
                | TransportError::RateLimited { .. }
                | TransportError::Refused(_) => Failure::Refused,
                TransportError::Unreachable(_) | TransportError::Unexpected(_) => Failure::Failed,
            },
            Self::GivenTokenExpired | Self::GivenTokenRefused { .. } => Failure::Refused,
            Self::Archive(_) => Failure::Failed,
            Self::NoRestoreKey { .. }
            | Self::NoSuchMail { .. }
            | Self::NoSuchAddress { .. }
            | Self::NoSuchSession { .. }
            | Self::NoSession
            | Self::NoSuchDomain { .. }
            | Self::NoToken => Failure::NotFound,
        }
    }

    /// What the service said, where it was asked.
    pub fn transport(&self) -> Option<&TransportError> {
        match self {
            Self::Service { source, .. } => Some(source),
            _ => None,
        }
    }
}

fn next_step(error: &TransportError) -> String {
    match error {
        TransportError::Unreachable(_) => "; `--local` works without a network".to_owned(),
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
        TransportError::RateLimited { retry_after: Some(wait) } => {
            format!("; try again in {} s", wait.as_secs().max(1))
        }
        TransportError::RateLimited { retry_after: None } => "; try again in a minute".to_owned(),
        TransportError::SessionNotFound => {
            "; its mail is gone from the service: open a new session and restore the addresses there"
                .to_owned()
        }
        TransportError::Refused(reason) => explain(reason).to_owned(),
        TransportError::Unexpected(_) => "; check the base address (DROPMAIL_BASE_URL)".to_owned(),
    }
}

/// What a reason of the service's means for whoever reads it.
fn explain(reason: &str) -> &'static str {
    match reason {
        "already_in_use" => {
            ": the address still lives in a session that this token does not reach; it can be restored when that session has lapsed, ten minutes after its last use"
        }
        "bad_signature" => {
            ": the restore key is wrong or was used before; whoever restored the address last has the key that counts now"
        }
        "unknown_domain" | "domain_not_found" => ": that domain is gone, or not yours; choose another",
        "invalid_domain_name" => ": give the name alone, such as example.com",
        "password_too_short" => ": take a longer password",
        "malformed_password" => ": take a password of ordinary letters, digits and signs",
        "wrong_password" => ": that is not the password that the domain was added with",
        reason if reason.contains("mx") || reason.contains("dns") => {
            ": its DNS is not ready. Two records are needed, `@ MX 10 mx.dropmail.me` and \
             `* MX 10 mx.dropmail.me`; after a change it takes the records' TTL until they are seen"
        }
        _ => "",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_name_the_thing_and_the_next_step() {
        let error =
            ServiceError::service(Doing::OpenSession, TransportError::Unreachable("no answer from h".into()));
        assert_eq!(
            error.to_string(),
            "opening a session: no answer from h; `--local` works without a network"
        );
        assert_eq!(error.failure(), Failure::Failed);
        let lapsed = ServiceError::service(Doing::AskForMail, TransportError::SessionNotFound);
        assert!(lapsed.to_string().contains("restore the addresses"));
        assert_eq!(lapsed.failure(), Failure::NotFound);
    }
}
