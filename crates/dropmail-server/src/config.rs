//! The settings of the local server, including all memory limits.

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

/// Maximum time that [`super::Server::shutdown`] waits for open connections to finish before it aborts them.
pub(super) const SHUTDOWN_TIMEOUT: Duration = Duration::from_secs(2);

/// The settings of the local server: its listen addresses, the requests and mails that it accepts, and its limits.
#[derive(Clone, Debug)]
pub struct ServerConfig {
    /// Listen address of the HTTP listener; port 0 selects a free port. Default `127.0.0.1:8080`.
    pub http: SocketAddr,
    /// Listen address of the SMTP listener; port 0 selects a free port. Default `127.0.0.1:2525`.
    pub smtp: SocketAddr,
    /// Whether the server accepts mail to any recipient (catch-all). By default, it accepts only mail to addresses that
    /// belong to a session.
    pub catch_all: bool,
    /// Whether SMTP clients can or must authenticate, and with which credentials. By default, the listeners accept any
    /// credentials and require none.
    pub smtp_auth: SmtpAuth,
    /// How the SMTP listener uses TLS. By default, it does not use TLS.
    pub smtp_tls: SmtpTls,
    /// Listen address of a second SMTP listener, which uses implicit TLS; port 0 selects a free port. By default, there
    /// is no such listener.
    pub smtps: Option<SocketAddr>,
    /// Certificate and private key for SMTP over TLS. The default is `None`. Starting the server with a TLS listener
    /// but without a certificate is an error.
    pub smtp_tls_identity: Option<TlsIdentity>,
    /// Access tokens that the server accepts in addition to the tokens that it issues itself.
    pub tokens: Vec<AccessToken>,
    /// Key for signing the issued tokens. By default, the server creates a new key each time it starts, so all issued
    /// tokens become invalid when the server stops.
    pub token_key: Option<SigningKey>,
    /// Whether the server accepts legacy tokens (arbitrary strings) and adds a warning to its responses. The default is
    /// `false`, because the service has refused legacy tokens since April 2026.
    pub legacy_tokens: bool,
    /// Captcha settings: which access tokens require a captcha, and the seed of the captcha generator. By default, no
    /// token requires a captcha.
    pub captcha: CaptchaSettings,
    /// The rate limits for GraphQL calls. By default there are no rate limits.
    pub rates: RateLimits,
    /// Whether the server checks the DNS records of personal domains, and with which DNS resolver. By default, it does
    /// not check them.
    pub domain_check: DomainCheck,
    /// Time after which a session expires if no client accesses it. The default is 10 minutes, as in the service.
    pub session_lifetime: Duration,
    /// Maximum lifetime of issued tokens; a longer requested lifetime is reduced to this value. `None` for no maximum.
    /// Set a short maximum in order to test how a client renews its token.
    pub token_lifetime_max: Option<Duration>,
    /// Time after which a long-poll subscription over plain HTTP ends with the `timeout` error. The default is 3
    /// minutes.
    pub long_poll: Duration,
    /// Interval between heartbeats on an event stream while no events occur. On a WebSocket, the server sends a ping
    /// after three such intervals without a message from the client. The default is 15 seconds.
    pub heartbeat: Duration,
    /// Timeout for receiving the head of an HTTP request, and for an idle HTTP connection. After the timeout, the
    /// server closes the connection. The default is 10 seconds.
    pub head_timeout: Duration,
    /// Timeout for receiving the body of an HTTP request. After the timeout, the server refuses the request. The
    /// default is 30 seconds.
    pub body_timeout: Duration,
    /// Time that a client has to send `connection_init` after it has opened a WebSocket. After this time, the server
    /// closes the WebSocket. The default is 10 seconds.
    pub init_timeout: Duration,
    /// The fault injection plan of the server. By default, the server injects no faults.
    pub faults: FaultPlan,
    /// Limits on the memory and the connections of the server.
    pub limits: Limits,
}

impl ServerConfig {
    /// Returns the server settings for issuing and checking tokens.
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

/// Limits on the memory and the connections of the server. The comment on each field states what the server refuses or
/// drops when that limit is exceeded.
#[derive(Clone, Debug)]
pub struct Limits {
    /// Maximum size of one mail in bytes; a larger mail is refused. Default 40 MiB.
    pub mail_bytes: usize,
    /// Maximum number of mails stored per session; if it is exceeded, the oldest mail is dropped. Default 20,000.
    pub mails_per_session: usize,
    /// Maximum number of addresses per session; a request for another address is refused. Default 1,000.
    pub addresses_per_session: usize,
    /// Maximum number of sessions; if it is exceeded, the least recently accessed session is dropped. Default 20,000.
    pub sessions: usize,
    /// Maximum total size in bytes of all stored mails; if it is exceeded, the oldest mails are dropped. Default 1 GiB.
    pub total_bytes: usize,
    /// Maximum number of restorable addresses, that is, addresses that were deleted or whose session has ended. If it
    /// is exceeded, the oldest address can no longer be restored. Default 100,000.
    pub lapsed_addresses: usize,
    /// Maximum number of personal domains; a request to add another domain is refused. Default 1,000.
    pub personal_domains: usize,
    /// Maximum number of open SMTP connections; additional connections receive the SMTP reply 421 and are closed.
    /// Default 512.
    pub smtp_connections: usize,
    /// Maximum number of open HTTP connections, including WebSocket connections; additional connections receive the
    /// HTTP status 503 and are closed. Default 4,096.
    pub http_connections: usize,
    /// Maximum number of subscriptions across all connections; additional subscriptions are refused. Default 10,000.
    pub subscriptions: usize,
    /// Maximum total size in bytes of all requests and mails that are still being received. In addition, each
    /// connection has a small allowance (16 KiB for HTTP, 64 KiB for SMTP). At the limit, a request that needs more
    /// memory fails, and its connection is closed. A mail that needs more memory waits for at most 30 seconds before it
    /// is refused. Default 128 MiB.
    pub half_received_bytes: usize,
    /// Maximum total size in bytes of the HTTP responses that are being generated or sent; a response that would exceed
    /// the limit is aborted. Default 256 MiB.
    pub answer_bytes: usize,
    /// Maximum number of recipients per mail (RFC 5321, section 4.5.3.1.8); additional recipients are refused. Default
    /// 100.
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
