//! The port for the API of the service, and the data that it exchanges.

use super::{BoxFuture, BoxStream};
use crate::domain::delivery::{Delivery, DownloadUrl, Push, TouchReply};
use crate::domain::ids::{AddressId, DomainId, MailId, SessionId};
use crate::domain::push_transport::PushTransport;
use crate::domain::secrets::{DomainPassword, RestoreKey, Token, mask_secrets};
use crate::domain::service_status::{CaptchaResult, ServiceStatus};
use crate::domain::session::{Address, AddressOptions, Domain, Session};
use crate::domain::time::Timestamp;
use crate::domain::token_lifetime::TokenLifetime;
use bytes::Bytes;
use mail_reader::sanitize::SafeText;
use std::fmt;
use std::time::Duration;

/// Reasons why a request to the service failed, grouped by what the caller can do.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum ApiError {
    /// The service was not reached: no network, connection refused or broken, or a timeout. A retry can help.
    #[error("{0}")]
    Unreachable(SafeText),
    /// The client does not trust the TLS certificate of the service, or of a proxy in between.
    #[error("{0}")]
    UntrustedCertificate(SafeText),
    /// The service itself ran out of time over the request (error code `timeout`). A retry can help.
    #[error("the service ran out of time over the request")]
    TimedOut,
    /// The token has expired (HTTP 403 with the service's error `token_expired`).
    #[error("the token has expired")]
    TokenExpired,
    /// The service refuses the token (HTTP 403 with another error of the service).
    #[error("the token is refused: {0}")]
    TokenRefused(SafeText),
    /// HTTP 403 with a body that the service did not write; a firewall or proxy may have sent it.
    #[error("HTTP 403, probably from a proxy or firewall in between")]
    Forbidden,
    /// The user has to solve a captcha first (HTTP 402).
    #[error("the service asks for a captcha")]
    CaptchaRequired,
    /// The service required a captcha, and the user did not solve it.
    #[error("the captcha was not solved")]
    CaptchaLeft,
    /// The service refused the request because there were too many (HTTP 429 or the error
    /// `RATE_LIMIT_EXCEEDED`).
    #[error("the service asks to slow down")]
    RateLimited {
        /// Time to wait that the service asked for; `None` if it named none.
        retry_after: Option<Duration>,
    },
    /// The session has lapsed (`SESSION_NOT_FOUND`): the service no longer has the session or its mail.
    #[error("the session has lapsed")]
    SessionNotFound,
    /// The service refused the request with `resolver_error` or another error code, and gave this reason.
    #[error("the service refuses: {0}")]
    Refused(SafeText),
    /// The download returned something other than the mail. A later retry can help.
    #[error("{0}")]
    NotTheMail(SafeText),
    /// The client does not download the mail, because the URL, or a redirect from it, points to a place that
    /// is not allowed.
    #[error("{0}")]
    NotFollowed(SafeText),
    /// The service failed without a reason (HTTP 5xx).
    #[error("{0}")]
    ServerFailure(SafeText),
    /// The reply has another HTTP status than success, or a body that is not a GraphQL reply.
    #[error("{0}")]
    Unexpected(SafeText),
}

/// A GraphQL document that the user sends, with its variables.
#[derive(Clone, PartialEq, Debug, Default)]
pub struct GraphqlRequest {
    /// Text of the document: a query, a mutation or a subscription.
    pub query: String,
    /// The variables of the document; empty if the document has none.
    pub variables: serde_json::Map<String, serde_json::Value>,
}

/// Options with which the client subscribes to the new mail of a session.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct WatchOptions {
    /// The push transport by which new mail is received.
    pub channel: PushTransport,
    /// Whether the client has no other push transport to fall back to. If so, the client keeps a connection
    /// that has not yet proved that it delivers mail.
    pub alone: bool,
}

/// A downloaded mail, byte for byte.
#[derive(Debug)]
pub enum Downloaded {
    /// A small mail, or a mail for which no file could be created.
    InMemory(Bytes),
    /// A large mail in a temporary file, so that a slow download holds no memory.
    InFile(Box<dyn DownloadFile>),
}

/// The temporary file of a downloaded mail; dropping the value deletes the file.
pub trait DownloadFile: Send + fmt::Debug {
    /// Reads the bytes of the mail into memory; blocks the thread. An error is in words.
    fn read(&mut self) -> Result<Bytes, String>;
}

/// The service's API: sends requests to the service. Each request has its own timeout, and the caller can
/// drop it at any time.
pub trait DropMailApi: Send + Sync + fmt::Debug {
    /// Returns the address of the service without a token. The address names the service in messages and
    /// identifies it in the archive.
    fn base(&self) -> &str;
    /// Uses this token for all further requests.
    fn set_token(&self, token: Token);
    /// Returns whether the next request is sent with the token of [`Self::set_token`]. If not, another
    /// process sends the request, with its own token.
    fn uses_token(&self) -> BoxFuture<'_, bool> {
        Box::pin(std::future::ready(true))
    }
    /// Requests a new free token with this lifetime (`/api/token/generate`).
    fn generate_token(&self, lifetime: TokenLifetime) -> BoxFuture<'_, Result<Token, ApiError>>;
    /// Renews a token (`/api/token/renew`). Everything that was created with the old token stays reachable
    /// with the new one.
    fn renew_token<'a>(
        &'a self,
        token: &'a Token,
        lifetime: TokenLifetime,
    ) -> BoxFuture<'a, Result<Token, ApiError>>;
    /// Fetches the picture (PNG) of the latest captcha. Each ordinal `drawing` requests another drawing of
    /// the same captcha.
    fn captcha_picture(&self, drawing: u32) -> BoxFuture<'_, Result<Bytes, ApiError>>;
    /// Sends an answer to the latest captcha and returns the service's verdict.
    fn solve_captcha<'a>(&'a self, answer: &'a str) -> BoxFuture<'a, Result<CaptchaResult, ApiError>>;
    /// Yields the status of the service: first the current one, then each change.
    fn service_status(&self) -> BoxStream<'static, ServiceStatus>;
    /// Cancels the wait that the service asked for, because the user wants a reply now. Waiting requests are
    /// sent at once.
    fn cancel_backoff(&self);
    /// Sets whether the user looks at the screen; until the first call, the client assumes so. Without a
    /// viewer, push connections are pinged less often. When the user returns, the client pings them at once.
    fn set_foreground(&self, _attended: bool) {}
    /// Requests all sessions of the token that have not lapsed.
    fn sessions(&self) -> BoxFuture<'_, Result<Vec<Session>, ApiError>>;
    /// Opens a new session with one address.
    fn open_session(&self, wish: AddressOptions) -> BoxFuture<'_, Result<Session, ApiError>>;
    /// Touches a session, which extends its life, and requests the mails after the mail `after`, or all mails
    /// if `None`.
    fn touch<'a>(
        &'a self,
        session: &'a SessionId,
        after: Option<&'a MailId>,
    ) -> BoxFuture<'a, Result<TouchReply, ApiError>>;
    /// Adds an address to a session and returns the address with its restore key.
    fn add_address<'a>(
        &'a self,
        session: &'a SessionId,
        wish: AddressOptions,
    ) -> BoxFuture<'a, Result<Address, ApiError>>;
    /// Restores an earlier address into a session. The reply contains the new restore key of the address.
    fn restore_address<'a>(
        &'a self,
        session: &'a SessionId,
        address: &'a str,
        key: &'a RestoreKey,
    ) -> BoxFuture<'a, Result<Address, ApiError>>;
    /// Deletes an address, so that it receives no more mail.
    fn delete_address<'a>(&'a self, id: &'a AddressId) -> BoxFuture<'a, Result<(), ApiError>>;
    /// Requests one mail by its id (field `node`). The session of the mail must not have lapsed.
    fn mail<'a>(
        &'a self,
        session: &'a SessionId,
        id: &'a MailId,
    ) -> BoxFuture<'a, Result<Option<Delivery>, ApiError>>;
    /// Requests the domains on which the user can create addresses.
    fn domains(&self) -> BoxFuture<'_, Result<Vec<Domain>, ApiError>>;
    /// Downloads the exact bytes of a mail. `size` is the size in bytes that the service reports, 0 if it
    /// reports none. Bytes of another size are refused.
    fn download<'a>(&'a self, url: &'a DownloadUrl, size: u64)
    -> BoxFuture<'a, Result<Downloaded, ApiError>>;
    /// Makes the process that sends the requests of this one store a mail in the archive that both share; `None` if
    /// this process downloads the mail itself.
    fn store_elsewhere<'a>(&'a self, _url: &'a DownloadUrl) -> BoxFuture<'a, Option<Result<(), ApiError>>> {
        Box::pin(std::future::ready(None))
    }
    /// Receives the new mail of a session until the stream ends, with an error or without. The caller decides
    /// when to reconnect. The stream yields each mail once, unless the service repeats it.
    fn watch(
        &self,
        session: SessionId,
        after: Option<MailId>,
        way: WatchOptions,
    ) -> BoxStream<'static, Result<Push, ApiError>>;
    /// Adds a personal domain. Deleting the domain later needs the same password.
    fn add_domain<'a>(
        &'a self,
        name: &'a str,
        password: &'a DomainPassword,
    ) -> BoxFuture<'a, Result<Domain, ApiError>>;
    /// Deletes a personal domain; needs the password with which the domain was added.
    fn delete_domain<'a>(
        &'a self,
        id: &'a DomainId,
        password: &'a DomainPassword,
    ) -> BoxFuture<'a, Result<(), ApiError>>;
    /// Sends any query or mutation and returns the reply unchanged, including GraphQL errors. A reply that is
    /// not GraphQL is an error.
    fn query<'a>(&'a self, question: &'a GraphqlRequest) -> BoxFuture<'a, Result<Bytes, ApiError>>;
    /// Starts any subscription and yields the reply to each event unchanged, until the service ends the
    /// subscription.
    fn subscribe(&self, question: GraphqlRequest) -> BoxStream<'static, Result<Bytes, ApiError>>;
    /// Returns a text of the service in which the secrets that client and service have exchanged are masked.
    fn masked(&self, words: &str) -> String {
        mask_secrets(words)
    }
    /// Converts a time of the service's clock, such as the arrival of a mail, to the local clock. If the
    /// difference of the clocks is not known, the time stays unchanged.
    fn local_time(&self, moment: Timestamp) -> Timestamp;
}
