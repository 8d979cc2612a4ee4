//! Errors of the local server: failures to start, and reasons for refusing a GraphQL call.

use std::io;
use std::net::SocketAddr;

use async_graphql::{Error, ErrorExtensions, Value};

use super::captcha::Challenge;

/// Reason why the local server could not start.
#[derive(Debug, thiserror::Error)]
pub enum ServerError {
    /// A listener could not be bound to its address.
    #[error(
        "cannot listen for {listener} on {addr}: {source}; choose another address, such as `--{listener} 127.0.0.1:0` for a free port"
    )]
    Bind {
        /// Name of the listener: `http`, `smtp` or `smtps`. The command-line option for its address has the same name.
        listener: &'static str,
        /// The address to which the listener could not be bound.
        addr: SocketAddr,
        /// The system error that prevented the listener from being bound.
        source: io::Error,
    },
    /// The operating system did not return the listen address of a listener, so its port is unknown.
    #[error("cannot read the address of the {listener} listener: {source}")]
    Address {
        /// Name of the listener: `http`, `smtp` or `smtps`.
        listener: &'static str,
        /// The system error that occurred when the address was requested.
        source: io::Error,
    },
    /// The operating system could not create the thread of a listener.
    #[error("cannot start the {listener} listener: {source}; close other programs and try again")]
    Thread {
        /// Name of the listener that needs the thread; always `smtp`.
        listener: &'static str,
        /// The system error that prevented the thread from being created.
        source: io::Error,
    },
    /// A listener is configured to use TLS, but the settings contain no certificate.
    #[error("TLS needs a certificate and its key")]
    NoCertificate,
}

impl ServerError {
    pub(super) fn address(listener: &'static str, source: io::Error) -> Self {
        Self::Address { listener, source }
    }
}

/// Reason why a GraphQL call is refused. `Display` formats the reason as an error message of the API, such as
/// `domain_not_found`.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub(super) enum RequestError {
    #[error("session_not_found")]
    SessionNotFound,
    #[error("domain_not_found")]
    DomainNotFound,
    #[error("address_not_found")]
    AddressNotFound,
    #[error("mail_not_found")]
    MailNotFound,
    #[error("bad_signature")]
    BadSignature,
    #[error("already_in_use")]
    AlreadyInUse,
    #[error("too_many_addresses")]
    TooManyAddresses,
    #[error("too_many_domains")]
    TooManyDomains,
    #[error("invalid_domain_name")]
    InvalidDomainName,
    #[error("password_too_short")]
    PasswordTooShort,
    #[error("malformed_password")]
    MalformedPassword,
    #[error("wrong_password")]
    WrongPassword,
    #[error("invalid_cursor")]
    InvalidCursor,
    #[error("invalid_page_size")]
    InvalidPageSize,
    #[error("invalid_sanitizer_config")]
    InvalidSanitizerConfig,
    /// The caller has exceeded its rate limit. Solving the given captcha grants more calls.
    #[error("Request quota exceeded")]
    RateLimited(Box<Challenge>),
    /// The personal domain does not exist in DNS.
    #[error("unknown_domain")]
    UnknownDomain,
    /// The given DNS records of the personal domain are missing or point to another host.
    #[error("mx_records_missing: {}", .0.join(", "))]
    MxMissing(Vec<String>),
    /// The DNS records of the personal domain could not be looked up, for the given reason.
    #[error("dns_unreachable: {0}")]
    DnsUnreachable(String),
    #[error("internal_error")]
    Internal,
}

impl RequestError {
    /// Returns the value of the `code` extension of the GraphQL error, and the name and value of another extension, if
    /// any.
    fn code(&self) -> (&'static str, Option<(&'static str, serde_json::Value)>) {
        match self {
            Self::SessionNotFound => ("SESSION_NOT_FOUND", None),
            Self::RateLimited(challenge) => ("RATE_LIMIT_EXCEEDED", Some(("captcha", challenge.json()))),
            Self::MxMissing(records) => {
                ("resolver_error", Some(("missingRecords", records.as_slice().into())))
            }
            Self::DomainNotFound
            | Self::AddressNotFound
            | Self::MailNotFound
            | Self::BadSignature
            | Self::AlreadyInUse
            | Self::TooManyAddresses
            | Self::TooManyDomains
            | Self::InvalidDomainName
            | Self::PasswordTooShort
            | Self::MalformedPassword
            | Self::WrongPassword
            | Self::InvalidCursor
            | Self::InvalidPageSize
            | Self::InvalidSanitizerConfig
            | Self::UnknownDomain
            | Self::DnsUnreachable(_)
            | Self::Internal => ("resolver_error", None),
        }
    }

    /// Converts this error to the GraphQL error that the API returns.
    pub(super) fn graphql(self) -> Error {
        Error::new(self.to_string()).extend_with(|_, extensions| {
            let (code, more) = self.code();
            extensions.set("code", code);
            if let Some((name, value)) = more
                && let Ok(value) = Value::from_json(value)
            {
                extensions.set(name, value);
            }
        })
    }
}
