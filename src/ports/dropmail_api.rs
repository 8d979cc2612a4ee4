//! The API of the service.

use super::{BoxFuture, BoxStream};
use crate::domain::ids::{AddressId, DomainId, MailId, SessionId};
use crate::domain::mail::Envelope;
use crate::domain::push_transport::PushTransport;
use crate::domain::sanitize::SafeText;
use crate::domain::secrets::{DomainPassword, RestoreKey, Token, mask_secrets};
use crate::domain::session::{Address, Domain, Session};
use crate::domain::text_sketch::TextSketch;
use crate::domain::time::Timestamp;
use crate::domain::token_lifetime::TokenLifetime;
use bytes::Bytes;
use std::time::Duration;

/// Why a request failed, grouped by what the caller can do about it.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum ApiError {
    /// The service was not reached: no network, connection refused or broken, or a timeout. A retry can help.
    #[error("{0}")]
    Unreachable(SafeText),
    /// HTTP 403 with the service's error `token_expired`.
    #[error("the token has expired")]
    TokenExpired,
    /// HTTP 403 with another error of the service.
    #[error("the token is refused: {0}")]
    TokenRefused(SafeText),
    /// HTTP 403 whose body is not the service's: a firewall or proxy may have sent it.
    #[error("HTTP 403, probably from a proxy or firewall in between")]
    Forbidden,
    /// The user has to solve a captcha first (HTTP 402).
    #[error("the service asks for a captcha")]
    CaptchaRequired,
    /// The user was asked to solve a captcha and did not.
    #[error("the captcha was not solved")]
    CaptchaLeft,
    /// Too many requests (HTTP 429 or the error `RATE_LIMIT_EXCEEDED`).
    #[error("the service asks to slow down")]
    RateLimited {
        /// The wait that the service asked for, if it named one.
        retry_after: Option<Duration>,
    },
    /// The session has lapsed (`SESSION_NOT_FOUND`): the service no longer has the session or its mail.
    #[error("the session has lapsed")]
    SessionNotFound,
    /// `resolver_error` or another error code, with the reason that the service gives.
    #[error("the service refuses: {0}")]
    Refused(SafeText),
    /// The download returned something other than the mail. A retry at a later time can help.
    #[error("{0}")]
    NotTheMail(SafeText),
    /// The download URL of a mail points to a place that the client does not follow.
    #[error("{0}")]
    NotFollowed(SafeText),
    /// An HTTP status that is not a success, or a body that is not a GraphQL reply.
    #[error("{0}")]
    Unexpected(SafeText),
}

/// Options of a new session or address.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct AddressOptions {
    /// A domain of [`DropMailApi::domains`]; `None` lets the service choose one at random.
    pub domain: Option<DomainId>,
    /// Excludes domains with an end date from the random choice.
    pub permanent_only: bool,
}

/// Where the bytes of a mail are.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Body {
    /// The exact bytes arrived with the envelope.
    Here(Bytes),
    /// The bytes can be downloaded from this URL, which is a secret.
    At(DownloadUrl),
    /// Like [`Self::At`], but a text of the mail arrived too. The text is not exact.
    AtBesideText(DownloadUrl, TextSketch),
}

/// The download URL of a mail. It is a secret, because anyone who has it can read the mail.
#[derive(Clone, PartialEq, Eq)]
pub struct DownloadUrl(pub String);

impl std::fmt::Debug for DownloadUrl {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("DownloadUrl(***)")
    }
}

/// A mail that the service reported.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Delivery {
    /// The envelope, as the service reports it.
    pub envelope: Envelope,
    /// Where the bytes of the mail are.
    pub body: Body,
}

/// The reply to a touch: the session with its extended life, and the mails that arrived since.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct TouchReply {
    /// The session with its new end.
    pub session: Session,
    /// Mails that arrived after the mail named in the request, oldest first.
    pub mails: Vec<Delivery>,
    /// Whether `mails` is all of them. If there are more than the service lists, the oldest are left out.
    pub reaches_back: bool,
}

/// A GraphQL document of the user, with its variables.
#[derive(Clone, PartialEq, Debug, Default)]
pub struct GraphqlRequest {
    /// The document: a query, a mutation or a subscription.
    pub query: String,
    /// The variables of the document; empty if it has none.
    pub variables: serde_json::Map<String, serde_json::Value>,
}

/// An event of a watched session.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Push {
    /// The subscription is acknowledged: from now on the service reports each mail when it arrives.
    Ready,
    /// A mail arrived.
    Mail(Box<Delivery>),
}

/// The service's verdict on the answer to a captcha.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum CaptchaResult {
    /// The answer is right: the refused request can be repeated.
    Accepted,
    /// The answer is wrong; another one can be given.
    Rejected,
    /// The captcha has expired, or has had too many wrong answers.
    Expired,
}

/// Options for watching a session.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct WatchOptions {
    /// The push transport.
    pub channel: PushTransport,
    /// Whether the client has no other push transport to fall back to. Then the client keeps a connection
    /// that has not yet proved that it delivers.
    pub alone: bool,
}

/// The status of the service that arrived along with replies. Each field is the current state, so a late
/// subscriber misses nothing.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct ServiceStatus {
    /// End of the wait that the service asked for, by the local clock; all requests wait until then.
    pub slowed_until: Option<Timestamp>,
    /// The service offers a captcha; solving it allows more requests.
    pub captcha: bool,
    /// The token is a legacy token, which the service will refuse at some time in the future.
    pub legacy_token: bool,
}

/// Sends requests to the service. Each request has its own timeout and can be dropped at any time.
pub trait DropMailApi: Send + Sync + std::fmt::Debug {
    /// The base address without token. It names the service in messages and is its key in the archive.
    fn base(&self) -> &str;
    /// Uses this token for all further requests.
    fn set_token(&self, token: Token);
    /// Requests a new free token (`/api/token/generate`).
    fn generate_token(&self, lifetime: TokenLifetime) -> BoxFuture<'_, Result<Token, ApiError>>;
    /// Renews a token (`/api/token/renew`). Everything created with the old token stays reachable.
    fn renew_token<'a>(
        &'a self,
        token: &'a Token,
        lifetime: TokenLifetime,
    ) -> BoxFuture<'a, Result<Token, ApiError>>;
    /// The picture (PNG) of the latest captcha. Each number `drawing` requests another drawing of the same
    /// captcha.
    fn captcha_picture(&self, drawing: u32) -> BoxFuture<'_, Result<Bytes, ApiError>>;
    /// Sends an answer to the latest captcha.
    fn solve_captcha<'a>(&'a self, answer: &'a str) -> BoxFuture<'a, Result<CaptchaResult, ApiError>>;
    /// The status of the service: the current one, then each change.
    fn service_status(&self) -> BoxStream<'static, ServiceStatus>;
    /// Cancels the wait that the service asked for, because the user wants a reply now.
    fn cancel_backoff(&self);
    /// Sets whether the user looks at the screen; at first the client assumes so. Without a viewer, push
    /// connections are pinged less often. When the user returns, they are pinged at once.
    fn set_foreground(&self, _attended: bool) {}
    /// All sessions of the token that have not lapsed.
    fn sessions(&self) -> BoxFuture<'_, Result<Vec<Session>, ApiError>>;
    /// Opens a session with one address.
    fn open_session(&self, wish: AddressOptions) -> BoxFuture<'_, Result<Session, ApiError>>;
    /// Touches a session, which extends its life, and requests the mails after `after`, or all mails.
    fn touch<'a>(
        &'a self,
        session: &'a SessionId,
        after: Option<&'a MailId>,
    ) -> BoxFuture<'a, Result<TouchReply, ApiError>>;
    /// Adds an address to a session.
    fn add_address<'a>(
        &'a self,
        session: &'a SessionId,
        wish: AddressOptions,
    ) -> BoxFuture<'a, Result<Address, ApiError>>;
    /// Restores an earlier address in a session. The reply contains the new restore key of the address.
    fn restore_address<'a>(
        &'a self,
        session: &'a SessionId,
        address: &'a str,
        key: &'a RestoreKey,
    ) -> BoxFuture<'a, Result<Address, ApiError>>;
    /// Deletes an address, so that it receives no more mail.
    fn delete_address<'a>(&'a self, id: &'a AddressId) -> BoxFuture<'a, Result<(), ApiError>>;
    /// Requests one mail by its id (`node`); its session must not have lapsed.
    fn mail<'a>(
        &'a self,
        session: &'a SessionId,
        id: &'a MailId,
    ) -> BoxFuture<'a, Result<Option<Delivery>, ApiError>>;
    /// Domains on which addresses can be created.
    fn domains(&self) -> BoxFuture<'_, Result<Vec<Domain>, ApiError>>;
    /// Downloads the exact bytes of a mail. `size` is the size that the service reports, 0 if it reports
    /// none. Bytes of another size are refused.
    fn download<'a>(&'a self, url: &'a DownloadUrl, size: u64) -> BoxFuture<'a, Result<Bytes, ApiError>>;
    /// Watches a session until the stream ends, with an error or without. The caller decides when to
    /// reconnect. Each mail is reported once, unless the service repeats it.
    fn watch(
        &self,
        session: SessionId,
        after: Option<MailId>,
        way: WatchOptions,
    ) -> BoxStream<'static, Result<Push, ApiError>>;
    /// Adds a personal domain. The password is needed to delete the domain.
    fn add_domain<'a>(
        &'a self,
        name: &'a str,
        password: &'a DomainPassword,
    ) -> BoxFuture<'a, Result<Domain, ApiError>>;
    /// Deletes a personal domain.
    fn delete_domain<'a>(
        &'a self,
        id: &'a DomainId,
        password: &'a DomainPassword,
    ) -> BoxFuture<'a, Result<(), ApiError>>;
    /// Sends any query or mutation and returns the reply unchanged, GraphQL errors included. A reply that is
    /// not GraphQL is an error.
    fn query<'a>(&'a self, question: &'a GraphqlRequest) -> BoxFuture<'a, Result<Bytes, ApiError>>;
    /// Starts any subscription; yields the reply of each event unchanged, until the service ends it.
    fn subscribe(&self, question: GraphqlRequest) -> BoxStream<'static, Result<Bytes, ApiError>>;
    /// A text of the service, in which the secrets that client and service have exchanged are masked.
    fn masked(&self, words: &str) -> String {
        mask_secrets(words)
    }
    /// Converts a time of the service's clock, such as a mail's arrival, to the local clock, as far as the
    /// difference is known.
    fn local_time(&self, moment: Timestamp) -> Timestamp;
}
