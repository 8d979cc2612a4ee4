//! What can go wrong with a verb: which one it was, what happened, and what to do next.

mod words;

use crate::domain::ids::{MailId, SessionId};
use crate::domain::sanitize::SafeText;
use crate::ports::archive::ArchiveError;
use crate::ports::transport::TransportError;
use std::fmt;
use words::{archive_step, next_step};

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

/// What the service says of a mail that it does not have.
const NO_SUCH_MAIL: &str = "mail_not_found";

/// Why a verb failed.
#[derive(Debug, thiserror::Error)]
pub enum ServiceError {
    /// The service was not reached or said no.
    #[error("{doing}: {source}{}", next_step(*doing, source))]
    Service {
        /// What was being done.
        doing: Doing,
        /// What happened.
        source: TransportError,
    },
    /// What would have to be kept cannot be.
    #[error(
        "{address} is not restored: its key changes with that, and the archive is read-only or its disk full; make \
         room, or set DROPMAIL_DATA_DIR to a folder that can be written"
    )]
    NotKept {
        /// The address.
        address: SafeText,
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
    #[error("{}; {}", .0, archive_step(.0))]
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
                TransportError::Refused(reason) if reason.as_str() == NO_SUCH_MAIL => Failure::NotFound,
                TransportError::TokenExpired
                | TransportError::TokenRefused(_)
                | TransportError::Forbidden
                | TransportError::CaptchaRequired
                | TransportError::CaptchaLeft
                | TransportError::RateLimited { .. }
                | TransportError::Refused(_) => Failure::Refused,
                TransportError::Unreachable(_)
                | TransportError::NotTheMail(_)
                | TransportError::NotFollowed(_)
                | TransportError::Unexpected(_) => Failure::Failed,
            },
            Self::GivenTokenExpired | Self::GivenTokenRefused { .. } => Failure::Refused,
            Self::Archive(_) | Self::NotKept { .. } => Failure::Failed,
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

    fn reason(&self) -> Option<&SafeText> {
        match self.transport() {
            Some(TransportError::Refused(reason)) => Some(reason),
            _ => None,
        }
    }

    /// The DNS records that a personal domain lacks, a line of a zone file each, where that is why
    /// it was not added.
    pub fn missing_records(&self) -> Vec<String> {
        self.reason().map_or_else(Vec::new, |reason| words::missing_records(reason))
    }

    /// Whether another password would help.
    pub fn is_about_password(&self) -> bool {
        self.reason().is_some_and(|reason| reason.contains("password"))
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
            "opening a session: no answer from h; try again once it can be reached, or take `--local`, \
             which works without a network"
        );
        assert_eq!(error.failure(), Failure::Failed);
        let lapsed = ServiceError::service(Doing::AskForMail, TransportError::SessionNotFound);
        assert!(lapsed.to_string().contains("restore the addresses"));
        assert_eq!(lapsed.failure(), Failure::NotFound);
    }

    #[test]
    fn records_that_a_domain_lacks_are_told_a_line_each() {
        let refused =
            |reason: &str| ServiceError::service(Doing::AddDomain, TransportError::Refused(reason.into()));
        let listed =
            refused("mx_records_missing: a.test MX 10 mx.dropmail.me, *.a.test MX 10 mx.dropmail.me");
        let records = ["a.test MX 10 mx.dropmail.me", "*.a.test MX 10 mx.dropmail.me"];
        assert_eq!(listed.missing_records(), records);
        assert!(listed.to_string().contains("add these records"), "{listed}");
        let other = refused("mx_mismatch");
        assert_eq!(other.missing_records(), ["@ MX 10 mx.dropmail.me", "* MX 10 mx.dropmail.me"]);
        for reason in ["dns_unreachable: timeout", "unknown_domain", "password_too_short"] {
            assert!(refused(reason).missing_records().is_empty(), "{reason}");
        }
        assert!(refused("password_too_short").is_about_password());
        assert!(refused("unknown_domain").to_string().contains("no such domain"));
    }
}
