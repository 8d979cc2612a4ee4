//! The settings of the local server, including all limits of its memory.

use std::net::{Ipv4Addr, SocketAddr};
use std::time::Duration;

use super::captcha::CaptchaSettings;
use super::domain_check::DomainCheck;
use super::faults::FaultPlan;
use super::rate_limit::RateLimits;
use super::signing_key::SigningKey;
use super::smtp_settings::{SmtpAuth, SmtpTls};
use super::tls_identity::TlsIdentity;
use super::tokens::TokenSettings;
use crate::AccessToken;

/// Maximum time that [`super::Server::shutdown`] waits for connections to end; then it aborts them.
pub(super) const SHUTDOWN_TIMEOUT: Duration = Duration::from_secs(2);

/// The settings of the local server: its addresses, what it accepts and how much it stores.
#[derive(Clone, Debug)]
pub struct ServerConfig {
    /// Address of the HTTP listener; port 0 chooses a free port. Default `127.0.0.1:8080`.
    pub http: SocketAddr,
    /// Address of the SMTP listener; port 0 chooses a free port. Default `127.0.0.1:2525`.
    pub smtp: SocketAddr,
    /// Whether mail to any recipient is accepted. Default no: only mail to addresses of a session is.
    pub catch_all: bool,
    /// Which credentials the SMTP listeners accept. Default any, and none are needed.
    pub smtp_auth: SmtpAuth,
    /// Whether the SMTP listener uses TLS. Default no.
    pub smtp_tls: SmtpTls,
    /// Address of a second SMTP listener with implicit TLS; port 0 chooses a free port. Default none.
    pub smtps: Option<SocketAddr>,
    /// Certificate and key for TLS. Default none; TLS needs one.
    pub smtp_tls_identity: Option<TlsIdentity>,
    /// Tokens that the server accepts in addition to those that it issues.
    pub tokens: Vec<AccessToken>,
    /// Key that signs the tokens. By default it is new at each start, so the tokens become invalid when the
    /// server stops.
    pub token_key: Option<SigningKey>,
    /// Whether legacy tokens (any text) are accepted, with a warning. Default no; the service has refused them
    /// since April 2026.
    pub legacy_tokens: bool,
    /// The tokens that require a captcha. By default none does.
    pub captcha: CaptchaSettings,
    /// The rate limits for calls. By default there are none.
    pub rates: RateLimits,
    /// The resolver that checks the DNS records of personal domains. By default they are not checked.
    pub domain_check: DomainCheck,
    /// Time after the last access at which a session lapses. Default 10 minutes, as at the service.
    pub session_lifetime: Duration,
    /// Maximum lifetime of issued tokens, even if a client requests more; for tests of how a client renews
    /// tokens.
    pub token_lifetime_max: Option<Duration>,
    /// Time after which a long-poll subscription over plain HTTP ends with `timeout`. Default 3 minutes.
    pub long_poll: Duration,
    /// Interval between heartbeats on a stream or a WebSocket without events. Default 15 seconds.
    pub heartbeat: Duration,
    /// Time limit for the head of a request; then the connection is closed. A connection without requests is
    /// closed after the same time. Default 10 seconds.
    pub head_timeout: Duration,
    /// Time limit for the body of a request; then the request is refused. Default 30 seconds.
    pub body_timeout: Duration,
    /// Time limit for a client to send `connection_init` over a new WebSocket; then the WebSocket is closed.
    /// Default 10 seconds.
    pub init_timeout: Duration,
    /// The faults that the server injects. By default there are none.
    pub faults: FaultPlan,
    /// The limits of memory and connections.
    pub limits: Limits,
}

impl ServerConfig {
    /// Returns the settings that concern tokens.
    pub(super) fn token_settings(&self) -> TokenSettings<'_> {
        TokenSettings {
            key: self.token_key.as_ref(),
            accepted: &self.tokens,
            lifetime_max: self.token_lifetime_max,
            takes_legacy: self.legacy_tokens,
        }
    }
}

impl Default for ServerConfig {
    fn default() -> Self {
        Self {
            http: SocketAddr::from((Ipv4Addr::LOCALHOST, 8080)),
            smtp: SocketAddr::from((Ipv4Addr::LOCALHOST, 2525)),
            catch_all: false,
            smtp_auth: SmtpAuth::default(),
            smtp_tls: SmtpTls::default(),
            smtps: None,
            smtp_tls_identity: None,
            tokens: Vec::new(),
            token_key: None,
            legacy_tokens: false,
            captcha: CaptchaSettings::default(),
            rates: RateLimits::default(),
            domain_check: DomainCheck::Off,
            session_lifetime: Duration::from_mins(10),
            token_lifetime_max: None,
            long_poll: Duration::from_mins(3),
            heartbeat: Duration::from_secs(15),
            head_timeout: Duration::from_secs(10),
            body_timeout: Duration::from_secs(30),
            init_timeout: Duration::from_secs(10),
            faults: FaultPlan::off(),
            limits: Limits::default(),
        }
    }
}

/// Maximum amounts that the server stores. When a limit is reached, the oldest entries are dropped.
#[derive(Clone, Debug)]
pub struct Limits {
    /// Maximum size of one mail in bytes; a larger mail is refused. Default 40 MiB.
    pub mail_bytes: usize,
    /// Maximum number of mails of a session. Default 20,000.
    pub mails_per_session: usize,
    /// Maximum number of addresses of a session. Default 1,000.
    pub addresses_per_session: usize,
    /// Maximum number of live sessions; with more, the session with the oldest access is dropped. Default
    /// 20,000.
    pub sessions: usize,
    /// Maximum total size of all mails in bytes. Default 1 GiB.
    pub total_bytes: usize,
    /// Maximum number of addresses without a session that can still be restored. Default 100,000.
    pub lapsed_addresses: usize,
    /// Maximum number of personal domains. Default 1,000.
    pub personal_domains: usize,
    /// Maximum number of open SMTP connections. Default 512.
    pub smtp_connections: usize,
    /// Maximum number of open HTTP connections, WebSocket connections included. Default 4,096.
    pub http_connections: usize,
    /// Maximum number of subscriptions on all connections together. Default 10,000.
    pub subscriptions: usize,
    /// Maximum total size in bytes of requests and mails that have arrived in part. Each connection has a small
    /// allowance (16 KiB for HTTP, 64 KiB for SMTP), which does not count. Default 128 MiB.
    pub half_received_bytes: usize,
    /// Maximum total size in bytes of replies that are being built or sent. Default 256 MiB.
    pub answer_bytes: usize,
    /// Maximum number of recipients of a mail (RFC 5321, 4.5.3.1.8). Default 100.
    pub recipients: usize,
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            mail_bytes: 40 << 20,
            mails_per_session: 20_000,
            addresses_per_session: 1_000,
            sessions: 20_000,
            total_bytes: 1 << 30,
            lapsed_addresses: 100_000,
            personal_domains: 1_000,
            smtp_connections: 512,
            http_connections: 4_096,
            subscriptions: 10_000,
            half_received_bytes: 128 << 20,
            answer_bytes: 256 << 20,
            recipients: 100,
        }
    }
}
