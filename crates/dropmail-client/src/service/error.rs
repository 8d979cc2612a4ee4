//! Defines the errors of mailbox operations. Each error message states the failed operation, the cause and a remedy.

mod words;

use super::token::GivenTokenPlace;
use crate::domain::delivery::ListingGap;
use crate::domain::ids::{MailId, SessionId};
use crate::domain::keyring::KeyringProblem;
use crate::ports::archive::ArchiveError;
use crate::ports::dropmail_api::ApiError;
use mail_reader::sanitize::SafeText;
use std::fmt;
use words::{archive_next_step, next_step};

/// The mailbox operations that can fail. Error messages name the operation that failed.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum ServiceOperation {
    /// The operation gets or renews a token.
    GetToken,
    /// The operation lists the live sessions.
    ListSessions,
    /// The operation opens a session.
    OpenSession,
    /// The operation queries a session for new mail.
    AskForMail,
    /// The operation downloads a raw mail.
    FetchMail,
    /// The operation adds an address to a session.
    AddAddress,
    /// The operation restores an address.
    RestoreAddress,
    /// The operation deletes an address.
    DeleteAddress,
    /// The operation lists the domains on which addresses can be created.
    ListDomains,
    /// The operation adds a personal domain.
    AddDomain,
    /// The operation deletes a personal domain.
    DeleteDomain,
    /// The operation sends a GraphQL request written by the user.
    Ask,
    /// The operation checks whether the service accepts the token.
    CheckToken,
    /// The operation fetches or answers a captcha.
    SolveCaptcha,
}

impl fmt::Display for ServiceOperation {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::GetToken => "getting a token",
            Self::ListSessions => "listing the sessions",
            Self::OpenSession => "opening a session",
            Self::AskForMail => "querying for new mail",
            Self::FetchMail => "fetching a mail",
            Self::AddAddress => "adding an address",
            Self::RestoreAddress => "restoring an address",
            Self::DeleteAddress => "deleting an address",
            Self::ListDomains => "listing the domains",
            Self::AddDomain => "adding a domain",
            Self::DeleteDomain => "deleting a domain",
            Self::Ask => "sending the query",
            Self::CheckToken => "checking the token",
            Self::SolveCaptcha => "the captcha",
        })
    }
}

/// Classes of errors, each of which corresponds to an exit code of the program.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum FailureClass {
    /// The network, the service or the disk failed, so the operation could not be completed.
    Failed,
    /// The mail, session or address that the user specified does not exist.
    NotFound,
    /// The service refused the request because of the token, the rate limit or a captcha.
    Refused,
}

/// The error reason with which the service reports that it does not have the requested mail.
const NO_SUCH_MAIL: &str = "mail_not_found";

/// The reason why a mailbox operation failed.
#[derive(Debug, thiserror::Error)]
pub enum ServiceError {
    /// The service could not be reached, or it refused the request.
    #[error("{doing}: {source}{}", next_step(*doing, source))]
    Service {
        /// The mailbox operation that failed.
        doing: ServiceOperation,
        /// The error from the failed request to the service.
        source: ApiError,
    },
    /// The service's list of new mails is incomplete, for the given reason.
    #[error("querying for new mail: {}", .0.description())]
    Incomplete(ListingGap),
    /// The address was not restored. Restoring it would have changed its restore key, and the archive cannot store a
    /// new key.
    #[error(
        "{address} was not restored: restoring changes its key, and the new key could not be saved (archive \
         read-only or disk full); free some space, or set DROPMAIL_DATA_DIR to a folder that can be written"
    )]
    ArchiveNotWritable {
        /// The address that should have been restored.
        address: SafeText,
    },
    /// The token that the user provided has expired.
    #[error("the token that you gave has expired; {}", place.next_step())]
    GivenTokenExpired {
        /// The place where the user provided the token.
        place: GivenTokenPlace,
    },
    /// The service rejects the token that the user provided.
    #[error("the token that you gave is refused ({reason}); {}", place.next_step())]
    GivenTokenRefused {
        /// The place where the user provided the token.
        place: GivenTokenPlace,
        /// The reason why the service rejects the token.
        reason: SafeText,
    },
    /// The archive failed to store or read data, for the given reason.
    #[error("{}; {}", .0, archive_next_step(.0))]
    Archive(ArchiveError),
    /// The archive contains no restore key for the address that should have been restored.
    #[error("the archive has no restore key of {address}; give the key to restore the address")]
    NoRestoreKey {
        /// The address that should have been restored.
        address: SafeText,
    },
    /// The archive does not contain the mail that the user specified.
    #[error("the archive has no mail {}; `ls` lists the stored mails", SafeText::new(id.as_str()))]
    NoSuchMail {
        /// The id of the mail that the user specified.
        id: MailId,
    },
    /// None of the live sessions has the address that the user specified.
    #[error(
        "no live session has {address}; `sessions` lists the live sessions, `restore` restores a lapsed address"
    )]
    NoSuchAddress {
        /// The address that the user specified.
        address: SafeText,
    },
    /// There is no live session with the id that the user specified.
    #[error("no live session has the id {}; `sessions` lists the live sessions", SafeText::new(id.as_str()))]
    NoSuchSession {
        /// The id of the session that the user specified.
        id: SessionId,
    },
    /// The user has no live session.
    #[error("there is no live session; `new` opens one")]
    NoSession,
    /// The service does not offer the domain that the user specified.
    #[error("the service does not offer the domain {name}; `domains` lists those that it offers")]
    NoSuchDomain {
        /// The name of the domain that the service does not offer.
        name: SafeText,
    },
    /// The operation cannot send a request, because the program has no token.
    #[error("there is no token yet; every command that needs a token requests one")]
    NoToken,
}

impl ServiceError {
    pub(super) fn from_api_error(doing: ServiceOperation, source: ApiError) -> Self {
        Self::Service { doing, source }
    }

    /// Returns the class of the error, which determines the exit code.
    pub fn failure_class(&self) -> FailureClass {
        match self {
            Self::Service { source, .. } => match source {
                ApiError::SessionNotFound => FailureClass::NotFound,
                ApiError::Refused(reason) if reason.as_str() == NO_SUCH_MAIL => FailureClass::NotFound,
                ApiError::TokenExpired
                | ApiError::TokenRefused(_)
                | ApiError::Forbidden
                | ApiError::CaptchaRequired
                | ApiError::CaptchaDismissed
                | ApiError::RateLimited { .. }
                | ApiError::Refused(_) => FailureClass::Refused,
                ApiError::Unreachable(_)
                | ApiError::UntrustedCertificate(_)
                | ApiError::TimedOut
                | ApiError::NotTheMail(_)
                | ApiError::NotFollowed(_)
                | ApiError::ServerFailure(_)
                | ApiError::Unexpected(_) => FailureClass::Failed,
            },
            Self::GivenTokenExpired { .. } | Self::GivenTokenRefused { .. } => FailureClass::Refused,
            Self::Archive(_) | Self::ArchiveNotWritable { .. } | Self::Incomplete(_) => FailureClass::Failed,
            Self::NoRestoreKey { .. }
            | Self::NoSuchMail { .. }
            | Self::NoSuchAddress { .. }
            | Self::NoSuchSession { .. }
            | Self::NoSession
            | Self::NoSuchDomain { .. }
            | Self::NoToken => FailureClass::NotFound,
        }
    }

    /// Returns the error from the failed API request; `None` if the operation failed for another reason.
    pub fn api_error(&self) -> Option<&ApiError> {
        if let Self::Service { source, .. } = self { Some(source) } else { None }
    }

    /// Returns the keyring problem that prevented a secret from being read or stored; `None` if the operation failed
    /// for another reason.
    pub fn keyring_problem(&self) -> Option<KeyringProblem> {
        let Self::Archive(why) = self else { return None };
        if let ArchiveError::CannotDecrypt { reason, .. } | ArchiveError::CannotEncrypt { reason, .. } = why {
            Some(*reason)
        } else {
            None
        }
    }

    fn reason(&self) -> Option<&SafeText> {
        let Some(ApiError::Refused(reason)) = self.api_error() else { return None };
        Some(reason)
    }

    /// Returns the missing DNS records of a personal domain, each formatted as a line of a zone file; an empty list if
    /// the operation failed for another reason.
    pub fn missing_records(&self) -> Vec<String> {
        self.reason().map_or_else(Vec::new, |reason| words::missing_records(reason))
    }

    /// Returns whether the operation failed because the service rejected the password for a personal domain, for
    /// example as wrong or too short. In that case, the user can enter another password. Only an error code such as
    /// `wrong_password` counts, but not a sentence that mentions a password.
    pub fn is_wrong_password(&self) -> bool {
        self.reason().is_some_and(|reason| words::is_password_code(reason))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn messages_name_the_operation_and_the_next_step() {
        let error = ServiceError::from_api_error(
            ServiceOperation::OpenSession,
            ApiError::Unreachable("no answer from h".into()),
        );
        assert_eq!(
            error.to_string(),
            "opening a session: no answer from h; try again when the service can be reached, or use `--local`, \
             which works without a network"
        );
        assert_eq!(error.failure_class(), FailureClass::Failed);
        let lapsed = ServiceError::from_api_error(ServiceOperation::AskForMail, ApiError::SessionNotFound);
        assert!(lapsed.to_string().contains("restore the addresses"));
        assert_eq!(lapsed.failure_class(), FailureClass::NotFound);
    }

    #[test]
    fn missing_records_of_a_domain_are_listed_one_per_line() {
        let refused = |reason: &str| {
            ServiceError::from_api_error(ServiceOperation::AddDomain, ApiError::Refused(reason.into()))
        };
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
        for reason in
            ["password_too_short", "malformed_password", "wrong_password", "weak_password: no digit"]
        {
            assert!(refused(reason).is_wrong_password(), "{reason}");
        }
        for reason in [
            "dns_unreachable: no server at password.test",
            "the password service is down",
            "Internal error: passwords",
            "passwordless_domain",
        ] {
            assert!(!refused(reason).is_wrong_password(), "{reason}");
        }
        assert!(refused("unknown_domain").to_string().contains("no such domain"));
    }
}
