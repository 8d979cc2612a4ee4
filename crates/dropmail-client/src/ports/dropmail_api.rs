//! The port (trait) for the service's API, and the types of its arguments and results.

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

/// Reasons why a request to the service failed. Each variant calls for a different reaction.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum ApiError {
    /// The service could not be reached: there is no network, the connection was refused or lost, or a timeout expired.
    /// The caller can retry the request.
    #[error("{0}")]
    Unreachable(SafeText),
    /// The client does not trust the TLS certificate of the service, or that of a proxy.
    #[error("{0}")]
    UntrustedCertificate(SafeText),
    /// The service reported that processing the request took too long (error code `timeout`). The caller can retry the
    /// request.
    #[error("the service ran out of time over the request")]
    TimedOut,
    /// The token has expired (HTTP 403 with the service's error `token_expired`).
    #[error("the token has expired")]
    TokenExpired,
    /// The service rejected the token (HTTP 403 with an error other than `token_expired`).
    #[error("the token is refused: {0}")]
    TokenRefused(SafeText),
    /// HTTP 403 with a body that does not come from the service. The response may come from a firewall or a proxy.
    #[error("HTTP 403, probably from a proxy or firewall in between")]
    Forbidden,
    /// The service requires a captcha before it executes the request (HTTP 402).
    #[error("the service asks for a captcha")]
    CaptchaRequired,
    /// The service required a captcha, and the user closed the captcha dialog without solving it.
    #[error("the captcha was not solved")]
    CaptchaDismissed,
    /// The service rejected the request because of its rate limit (HTTP 429 or the error code `RATE_LIMIT_EXCEEDED`).
    #[error("the service asks to slow down")]
    RateLimited {
        /// Delay that the service requested before a retry; `None` if it requested none.
        retry_after: Option<Duration>,
    },
    /// The session has expired (`SESSION_NOT_FOUND`). The service no longer has the session or its mails.
    #[error("the session has lapsed")]
    SessionNotFound,
    /// The service rejected the request with `resolver_error` or another error code. The value is the error message.
    #[error("the service refuses: {0}")]
    Refused(SafeText),
    /// The downloaded data is not the requested mail: its size differs from the reported size, or it is a web page. The
    /// caller can retry the download later.
    #[error("{0}")]
    NotTheMail(SafeText),
    /// The client did not download the mail, because its download URL or a redirect points to a host that is not
    /// permitted.
    #[error("{0}")]
    NotFollowed(SafeText),
    /// The service failed without giving a reason (HTTP 5xx).
    #[error("{0}")]
    ServerFailure(SafeText),
    /// The response has an unexpected HTTP status, or its body is not a GraphQL response.
    #[error("{0}")]
    Unexpected(SafeText),
}

/// A GraphQL document and its variables.
#[derive(Clone, PartialEq, Debug, Default)]
pub struct GraphqlRequest {
    /// Text of the GraphQL document: a query, a mutation or a subscription.
    pub query: String,
    /// The variables of the GraphQL document; empty if there are none.
    pub variables: serde_json::Map<String, serde_json::Value>,
}

/// Options for a subscription to the new mail of a session.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct SubscribeOptions {
    /// The push transport over which new mail is received.
    pub transport: PushTransport,
    /// `true` if the client cannot fall back to another push transport. The client then keeps the connection even if
    /// the first data arrives late.
    pub is_only_transport: bool,
}

/// The raw bytes of a downloaded mail.
#[derive(Debug)]
pub enum Downloaded {
    /// The bytes are in memory, because the mail is small or because no temporary file could be created.
    InMemory(Bytes),
    /// The bytes are in a temporary file, because a large mail would otherwise occupy memory throughout a slow
    /// download.
    InFile(Box<dyn DownloadFile>),
}

/// The temporary file of a downloaded mail. Dropping the value deletes the file.
pub trait DownloadFile: Send + fmt::Debug {
    /// Reads the raw mail from the file into memory, blocking the thread. Returns an error message if reading fails.
    fn read(&mut self) -> Result<Bytes, String>;
}

/// The service's API. Each request has its own timeout. The caller can cancel a request at any time by dropping its
/// future.
pub trait DropMailApi: Send + Sync + fmt::Debug {
    /// Returns the URL of the service, without the token. The URL identifies the service in the archive and in
    /// messages to the user.
    fn base(&self) -> &str;
    /// Sets the token for all further requests.
    fn set_token(&self, token: Token);
    /// Returns whether the next request will be sent with the token set by [`Self::set_token`]. If not, another
    /// process sends the request with its own token.
    fn uses_token(&self) -> BoxFuture<'_, bool> {
        Box::pin(std::future::ready(true))
    }
    /// Requests a new free token with this lifetime (endpoint `/api/token/generate`).
    fn generate_token(&self, lifetime: TokenLifetime) -> BoxFuture<'_, Result<Token, ApiError>>;
    /// Renews a token (endpoint `/api/token/renew`). The new token gives access to all sessions that were opened with
    /// the old one.
    fn renew_token<'a>(
        &'a self,
        token: &'a Token,
        lifetime: TokenLifetime,
    ) -> BoxFuture<'a, Result<Token, ApiError>>;
    /// Fetches the PNG image of the most recent captcha. For each value of `variant`, the service draws a different
    /// image of the same captcha.
    fn captcha_image(&self, variant: u32) -> BoxFuture<'_, Result<Bytes, ApiError>>;
    /// Sends the user's answer to the most recent captcha. Returns whether the answer is correct, wrong, or too late
    /// because the captcha has expired.
    fn solve_captcha<'a>(&'a self, answer: &'a str) -> BoxFuture<'a, Result<CaptchaResult, ApiError>>;
    /// Returns a stream that yields the service's current status, and then the new status after each change.
    fn service_status(&self) -> BoxStream<'static, ServiceStatus>;
    /// Ends the delay after a rate-limit error. Delayed requests are sent immediately.
    fn cancel_backoff(&self);
    /// Sets whether the user is watching the screen (initially `true`). While the user is not watching, push
    /// connections are pinged less often. When the user starts watching again, the connections are pinged immediately.
    fn set_foreground(&self, _attended: bool) {}
    /// Requests all live sessions for the token.
    fn sessions(&self) -> BoxFuture<'_, Result<Vec<Session>, ApiError>>;
    /// Opens a new session with one address, to which `options` applies.
    fn open_session(&self, options: AddressOptions) -> BoxFuture<'_, Result<Session, ApiError>>;
    /// Queries a session, which extends its lifetime. Also returns the mails that arrived after the mail `after`, or
    /// all mails if `after` is `None`.
    fn touch<'a>(
        &'a self,
        session: &'a SessionId,
        after: Option<&'a MailId>,
    ) -> BoxFuture<'a, Result<TouchReply, ApiError>>;
    /// Adds an address to a session and returns the address with its restore key.
    fn add_address<'a>(
        &'a self,
        session: &'a SessionId,
        options: AddressOptions,
    ) -> BoxFuture<'a, Result<Address, ApiError>>;
    /// Restores an earlier address into a session. Returns the address with its new restore key.
    fn restore_address<'a>(
        &'a self,
        session: &'a SessionId,
        address: &'a str,
        key: &'a RestoreKey,
    ) -> BoxFuture<'a, Result<Address, ApiError>>;
    /// Deletes the address with this id. The address no longer receives mail.
    fn delete_address<'a>(&'a self, id: &'a AddressId) -> BoxFuture<'a, Result<(), ApiError>>;
    /// Requests a single mail by its id (GraphQL field `node`). The mail's session must be live. Returns `None` if the
    /// service does not have the mail.
    fn mail<'a>(
        &'a self,
        session: &'a SessionId,
        id: &'a MailId,
    ) -> BoxFuture<'a, Result<Option<Delivery>, ApiError>>;
    /// Requests the domains on which addresses can be created.
    fn domains(&self) -> BoxFuture<'_, Result<Vec<Domain>, ApiError>>;
    /// Downloads the raw bytes of a mail. `size` is the size in bytes as reported by the service; 0 if it is unknown.
    /// If the size is known, data of another size is rejected.
    fn download<'a>(&'a self, url: &'a DownloadUrl, size: u64)
    -> BoxFuture<'a, Result<Downloaded, ApiError>>;
    /// Makes the process that owns the data directory download the mail and store it in the shared archive; returns
    /// the result. Returns `None` if this process must download the mail itself.
    fn store_by_owner<'a>(&'a self, _url: &'a DownloadUrl) -> BoxFuture<'a, Option<Result<(), ApiError>>> {
        Box::pin(std::future::ready(None))
    }
    /// Subscribes to the new mail of a session, and returns the stream of pushes. If `after` is the id of a mail, the
    /// stream also yields all mails that arrived after that mail. The stream yields each mail once, unless the service
    /// repeats it, and ends when the connection ends. If the connection failed, the last item is an error. The stream
    /// does not reconnect; the caller must subscribe again.
    fn watch(
        &self,
        session: SessionId,
        after: Option<MailId>,
        options: SubscribeOptions,
    ) -> BoxStream<'static, Result<Push, ApiError>>;
    /// Adds a personal domain. `password` is later required to delete the domain.
    fn add_domain<'a>(
        &'a self,
        name: &'a str,
        password: &'a DomainPassword,
    ) -> BoxFuture<'a, Result<Domain, ApiError>>;
    /// Deletes a personal domain. `password` is the password with which the domain was added.
    fn delete_domain<'a>(
        &'a self,
        id: &'a DomainId,
        password: &'a DomainPassword,
    ) -> BoxFuture<'a, Result<(), ApiError>>;
    /// Sends a GraphQL query or mutation, and returns the response unchanged, including GraphQL errors. Returns an
    /// error if the response is not a GraphQL response.
    fn query<'a>(&'a self, question: &'a GraphqlRequest) -> BoxFuture<'a, Result<Bytes, ApiError>>;
    /// Starts a GraphQL subscription. The returned stream yields the response in each event, unchanged, until the
    /// service ends the subscription.
    fn subscribe(&self, question: GraphqlRequest) -> BoxStream<'static, Result<Bytes, ApiError>>;
    /// Returns `text`, which comes from the service, with all secrets masked that the client has sent to the service or
    /// received from it.
    fn mask_secrets_in(&self, text: &str) -> String {
        mask_secrets(text)
    }
    /// Converts a time on the service's clock, such as the arrival time of a mail, to the local clock. Returns the time
    /// unchanged if the difference between the clocks is unknown.
    fn local_time(&self, moment: Timestamp) -> Timestamp;
}
