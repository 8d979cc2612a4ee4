//! The service, as the program sees it.

use super::{BoxFuture, BoxStream};
use crate::domain::channel::Channel;
use crate::domain::ids::{AddressId, DomainId, MailId, SessionId};
use crate::domain::lifetime::Lifetime;
use crate::domain::mail::Envelope;
use crate::domain::sanitize::SafeText;
use crate::domain::secrets::{DomainPassword, RestoreKey, Token, mask_secrets};
use crate::domain::session::{Address, Domain, Session};
use crate::domain::text_sketch::TextSketch;
use crate::domain::time::Timestamp;
use bytes::Bytes;
use std::time::Duration;

/// Why a call failed, by what the caller can do about it.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum TransportError {
    /// The service was not reached: no network, refused, cut, or too slow. Trying again can help.
    #[error("{0}")]
    Unreachable(SafeText),
    /// HTTP 403 in the service's own form, `token_expired`.
    #[error("the token has expired")]
    TokenExpired,
    /// HTTP 403 in the service's own form, any other reason.
    #[error("the token is refused: {0}")]
    TokenRefused(SafeText),
    /// HTTP 403 that does not read as the service's: a firewall or proxy may have written it.
    #[error("HTTP 403 that the service did not write")]
    Forbidden,
    /// A captcha has to be solved first (HTTP 402).
    #[error("the service asks for a captcha")]
    CaptchaRequired,
    /// The captcha was shown to the user, who did not solve it.
    #[error("the captcha was not solved")]
    CaptchaLeft,
    /// Too many calls (HTTP 429 or `RATE_LIMIT_EXCEEDED`).
    #[error("the service asks to slow down")]
    RateLimited {
        /// How long the service said to wait, where it did.
        retry_after: Option<Duration>,
    },
    /// The session has lapsed (`SESSION_NOT_FOUND`): it and its mail are gone from the service.
    #[error("the session has lapsed")]
    SessionNotFound,
    /// `resolver_error` or another code, with the service's reason.
    #[error("the service refuses: {0}")]
    Refused(SafeText),
    /// What came in place of a mail's bytes is not the mail. Asking again later can help.
    #[error("{0}")]
    NotTheMail(SafeText),
    /// The service names an address for a mail's bytes that is not followed.
    #[error("{0}")]
    NotFollowed(SafeText),
    /// An HTTP status that is no success, or a body that is no GraphQL reply.
    #[error("{0}")]
    Unexpected(SafeText),
}

/// What a new session or address should be like.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct AddressWish {
    /// A domain of [`Transport::domains`]; a random one when absent.
    pub domain: Option<DomainId>,
    /// Leaves domains with an end out of the random choice.
    pub permanent_only: bool,
}

/// Where the bytes of a mail are.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Body {
    /// They came along, exact.
    Here(Bytes),
    /// They wait behind this address, which is a secret.
    At(DownloadUrl),
    /// As [`Self::At`]; they came as a text as well, which is not exact.
    AtBesideText(DownloadUrl, TextSketch),
}

/// An address that gives out a mail to whoever holds it.
#[derive(Clone, PartialEq, Eq)]
pub struct DownloadUrl(pub String);

impl std::fmt::Debug for DownloadUrl {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("DownloadUrl(***)")
    }
}

/// A mail that the service has told of.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Delivery {
    /// What the service says of it.
    pub envelope: Envelope,
    /// Where its bytes are.
    pub body: Body,
}

/// A session after it was touched, with what came since.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Touched {
    /// The session, its life prolonged.
    pub session: Session,
    /// Mails that came after the one named, oldest first.
    pub mails: Vec<Delivery>,
    /// Whether these are all of them. There may be more than are listed: then the oldest are left out.
    pub reaches_back: bool,
}

/// A GraphQL document of the caller's own, with its variables (an object).
#[derive(Clone, PartialEq, Debug, Default)]
pub struct Question {
    /// The document: a query, a mutation or a subscription.
    pub query: String,
    /// Its variables; empty when it has none.
    pub variables: serde_json::Map<String, serde_json::Value>,
}

/// What a watched session tells.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Push {
    /// The subscription stands: from here on each mail is told as it comes.
    Ready,
    /// A mail came.
    Mail(Box<Delivery>),
}

/// What the service makes of an answer to a captcha.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Verdict {
    /// It is right: what was refused can be asked again.
    Right,
    /// It is wrong; another may be given.
    Wrong,
    /// The captcha takes no answer any more: it is too old, or was tried too often.
    Void,
}

/// How a session is watched.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Way {
    /// The channel.
    pub channel: Channel,
    /// Whether there is no other to fall back to: then one that has not shown yet that it
    /// delivers is given the benefit of the doubt.
    pub alone: bool,
}

/// What the service has said beside its answers. Each field tells how it stands, so that a
/// listener that comes late misses nothing.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct Weather {
    /// All calls wait until then, by the local clock: the service asked to slow down.
    pub slowed_until: Option<Timestamp>,
    /// A captcha came along that would grant more calls.
    pub captcha: bool,
    /// The token is of the legacy kind, which the service will refuse some day.
    pub legacy_token: bool,
}

/// Speaks with the service. All calls have their own time limit and can be dropped at any time.
pub trait Transport: Send + Sync + std::fmt::Debug {
    /// The base address without token, for words and as the archive's key.
    fn base(&self) -> &str;
    /// Uses this token from here on.
    fn set_token(&self, token: Token);
    /// Asks for a new free token (`/api/token/generate`).
    fn generate_token(&self, lifetime: Lifetime) -> BoxFuture<'_, Result<Token, TransportError>>;
    /// Prolongs a token (`/api/token/renew`); what it made stays reachable.
    fn renew_token<'a>(
        &'a self,
        token: &'a Token,
        lifetime: Lifetime,
    ) -> BoxFuture<'a, Result<Token, TransportError>>;
    /// The picture (PNG) of the captcha that came last; each number asks for another drawing of
    /// it.
    fn captcha_picture(&self, drawing: u32) -> BoxFuture<'_, Result<Bytes, TransportError>>;
    /// Answers the captcha that came last.
    fn solve_captcha<'a>(&'a self, answer: &'a str) -> BoxFuture<'a, Result<Verdict, TransportError>>;
    /// How the service stands to us, now and whenever that changes.
    fn weather(&self) -> BoxStream<'static, Weather>;
    /// Ends the wait that the service asked for: somebody wants to know now.
    fn hasten(&self);
    /// Somebody looks at what comes (as is taken at first), or nobody does any more: push connections
    /// are then asked less often whether they stand, and at once when somebody looks again.
    fn attend(&self, _attended: bool) {}
    /// All live sessions of the token.
    fn sessions(&self) -> BoxFuture<'_, Result<Vec<Session>, TransportError>>;
    /// Opens a session with one address.
    fn open_session(&self, wish: AddressWish) -> BoxFuture<'_, Result<Session, TransportError>>;
    /// Touches a session, so that it lives on, and asks for what came after a mail (or for all).
    fn touch<'a>(
        &'a self,
        session: &'a SessionId,
        after: Option<&'a MailId>,
    ) -> BoxFuture<'a, Result<Touched, TransportError>>;
    /// Adds an address to a session.
    fn add_address<'a>(
        &'a self,
        session: &'a SessionId,
        wish: AddressWish,
    ) -> BoxFuture<'a, Result<Address, TransportError>>;
    /// Brings an earlier address into a session; the answer holds its new restore key.
    fn restore_address<'a>(
        &'a self,
        session: &'a SessionId,
        address: &'a str,
        key: &'a RestoreKey,
    ) -> BoxFuture<'a, Result<Address, TransportError>>;
    /// Stops an address.
    fn delete_address<'a>(&'a self, id: &'a AddressId) -> BoxFuture<'a, Result<(), TransportError>>;
    /// One mail by its id, where its session still lives (`node`).
    fn mail<'a>(
        &'a self,
        session: &'a SessionId,
        id: &'a MailId,
    ) -> BoxFuture<'a, Result<Option<Delivery>, TransportError>>;
    /// Domains that addresses can be made on.
    fn domains(&self) -> BoxFuture<'_, Result<Vec<Domain>, TransportError>>;
    /// The exact bytes of a mail, of the size that the service tells (0 where it does not): bytes of another
    /// size are not the mail's.
    fn download<'a>(
        &'a self,
        url: &'a DownloadUrl,
        size: u64,
    ) -> BoxFuture<'a, Result<Bytes, TransportError>>;
    /// Watches a session until the stream ends, with an error or without; the caller decides
    /// when to watch again. Told once for each mail, as far as the service goes.
    fn watch(
        &self,
        session: SessionId,
        after: Option<MailId>,
        way: Way,
    ) -> BoxStream<'static, Result<Push, TransportError>>;
    /// Adds a personal domain; the password is what deletes it again.
    fn add_domain<'a>(
        &'a self,
        name: &'a str,
        password: &'a DomainPassword,
    ) -> BoxFuture<'a, Result<Domain, TransportError>>;
    /// Deletes a personal domain.
    fn delete_domain<'a>(
        &'a self,
        id: &'a DomainId,
        password: &'a DomainPassword,
    ) -> BoxFuture<'a, Result<(), TransportError>>;
    /// Asks anything at all; the reply as it came, whatever it says. Only what is no GraphQL reply
    /// is an error.
    fn query<'a>(&'a self, question: &'a Question) -> BoxFuture<'a, Result<Bytes, TransportError>>;
    /// Subscribes to anything at all; each event's reply as it came, until the service ends it.
    fn subscribe(&self, question: Question) -> BoxStream<'static, Result<Bytes, TransportError>>;
    /// Words of the service's without the secrets that it and this program have told each other.
    fn masked(&self, words: &str) -> String {
        mask_secrets(words)
    }
    /// A moment by the service's clock (when a mail was received), by ours, as far as the
    /// difference is known.
    fn local_time(&self, moment: Timestamp) -> Timestamp;
}
