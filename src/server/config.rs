//! What a server can be told before it starts. Every bound on its memory is here.

use std::net::{Ipv4Addr, SocketAddr};
use std::time::Duration;

use super::captcha::CaptchaSettings;
use super::domain_check::DomainCheck;
use super::faults::FaultPlan;
use super::key::SigningKey;
use super::rates::RateLimits;
use crate::domain::secrets::Token;

/// How long [`super::Server::shutdown`] waits for connections that do not end by themselves.
pub(super) const SHUTDOWN_PATIENCE: Duration = Duration::from_secs(2);

/// How a server listens, what it accepts and how much it keeps.
#[derive(Clone, Debug)]
pub struct ServerConfig {
    /// Where to serve HTTP; port 0 picks a free one. Default `127.0.0.1:8080`.
    pub http: SocketAddr,
    /// Where to receive mail; port 0 picks a free one. Default `127.0.0.1:2525`.
    pub smtp: SocketAddr,
    /// Tokens to accept beside those that the server issues.
    pub tokens: Vec<Token>,
    /// The key that tokens are signed with. Default a fresh one, with which tokens end with the server.
    pub token_key: Option<SigningKey>,
    /// Whether legacy tokens (any text) are taken, with a warning. Default no: the service refuses
    /// them since April 2026.
    pub legacy_tokens: bool,
    /// When captchas are asked. Default never.
    pub captcha: CaptchaSettings,
    /// Rate limits. Default none.
    pub rates: RateLimits,
    /// How the DNS records of personal domains are checked. Default not at all.
    pub domain_check: DomainCheck,
    /// How long a session lives past its last access. Default 10 minutes, as the service has it.
    pub session_lifetime: Duration,
    /// Cuts every issued token to this lifetime, whatever was asked for: for trying out how a
    /// client renews.
    pub token_lifetime_max: Option<Duration>,
    /// How long a subscription over plain HTTP blocks before it ends with `timeout`. Default
    /// 3 minutes.
    pub long_poll: Duration,
    /// Between two signs of life of a quiet stream or WebSocket. Default 15 seconds.
    pub heartbeat: Duration,
    /// How long the head of a request may take; a connection that is idle ends after it too. Default
    /// 10 seconds.
    pub head_timeout: Duration,
    /// How long the body of a request may take. Default 30 seconds.
    pub body_timeout: Duration,
    /// How long a WebSocket may take to send `connection_init`. Default 10 seconds.
    pub init_timeout: Duration,
    /// Faults on purpose. Default none.
    pub faults: FaultPlan,
    /// Bounds on memory and connections.
    pub limits: Limits,
}

impl Default for ServerConfig {
    fn default() -> Self {
        Self {
            http: SocketAddr::from((Ipv4Addr::LOCALHOST, 8080)),
            smtp: SocketAddr::from((Ipv4Addr::LOCALHOST, 2525)),
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

/// How much a server keeps. Where something is full, the oldest goes first.
#[derive(Clone, Debug)]
pub struct Limits {
    /// Bytes of one mail; a larger one is refused. Default 40 MiB.
    pub mail_bytes: usize,
    /// Mails of one session. Default 20,000.
    pub mails_per_session: usize,
    /// Addresses of one session. Default 1,000.
    pub addresses_per_session: usize,
    /// Live sessions; the one that was touched least recently goes first. Default 20,000.
    pub sessions: usize,
    /// Bytes of all mails together. Default 1 GiB.
    pub total_bytes: usize,
    /// Addresses without a session that can still be restored. Default 100,000.
    pub lapsed_addresses: usize,
    /// Personal domains. Default 1,000.
    pub personal_domains: usize,
    /// Open SMTP connections. Default 512.
    pub smtp_connections: usize,
    /// Open HTTP connections, those of WebSocket among them. Default 4,096.
    pub http_connections: usize,
    /// Open subscriptions of all connections. Default 10,000.
    pub subscriptions: usize,
    /// Bytes that all connections together may have half received, beside a little that each has of its own
    /// (16 KiB for HTTP, 64 KiB for SMTP). Default 128 MiB.
    pub half_received_bytes: usize,
    /// Bytes of answers that are being built or sent. Default 256 MiB.
    pub answer_bytes: usize,
    /// Recipients of one mail (RFC 5321, 4.5.3.1.8). Default 100.
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
