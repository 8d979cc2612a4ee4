//! The local server: the whole `DropMail` API over HTTP and WebSocket, and an SMTP server that receives mail. It serves
//! as a demo, as an offline mail catcher and as a fake service in tests.
//!
//! The server stores everything in memory, within limits. All data is lost when the server stops. The server relays no
//! mail, and never follows a link or fetches a remote image in a mail. By default the server listens on loopback only.
//!
//! [`ServerConfig`] contains the settings, and [`Server::start`] starts a server. Dropping the [`Server`] stops the
//! server.
//!
//! ```text
//! smtp ──► mail_content (parse without the lock) ──► store ──► watch ──► subscriptions
//! http ──► guard (Host, Origin, token) ──► schema ──► store
//! ```

#![warn(clippy::wildcard_enum_match_arm)]

mod access_token;
mod captcha;
mod clock;
mod config;
mod dns;
mod document;
mod domain_check;
mod error;
mod events;
mod execution;
mod expiry;
mod faults;
mod html_to_text;
mod http;
mod ids;
mod mail_content;
mod memory;
mod random;
mod rate_limit;
mod receive_pool;
mod restore_key;
mod sanitize;
mod schema;
mod seeded_rng;
mod signing_key;
mod smtp;
mod smtp_settings;
mod store;
mod tls_identity;
mod tokens;

use std::net::SocketAddr;
use std::sync::Arc;

use tokio::net::{TcpListener, TcpSocket};
use tokio::sync::Semaphore;
use tokio_util::sync::{CancellationToken, DropGuard};
use tokio_util::task::TaskTracker;

pub use access_token::AccessToken;
pub use captcha::{CaptchaPolicy, CaptchaSettings};
pub use config::{Limits, ServerConfig};
pub use domain_check::DomainCheck;
pub use error::ServerError;
pub use faults::{Fault, FaultPlan, FaultPlanError, SmtpStage};
pub use rate_limit::{Rate, RateError, RateLimits};
pub use schema::sdl;
pub use signing_key::SigningKey;
pub use smtp_settings::{SmtpAuth, SmtpAuthError, SmtpTls};
pub use tls_identity::{TlsIdentity, TlsIdentityError};

use captcha::Captchas;
use events::EventChannels;
use execution::RequestPermits;
use faults::Faults;
use memory::PurgeSignal;
use rate_limit::Rates;
use receive_pool::ReceivePool;
use schema::ResponseMemory;
use store::{CatchAll, Store};
use tokens::TokenIssuer;

/// Maximum number of connections waiting to be accepted on one listener; the operating system refuses additional
/// connections.
const MAX_WAITING_CONNECTIONS: u32 = 1024;

/// The state that all tasks of one server share.
#[derive(Debug)]
struct ServerState {
    config: ServerConfig,
    store: Store,
    tokens: TokenIssuer,
    faults: Faults,
    captchas: Captchas,
    rates: Rates,
    http_addr: SocketAddr,
    receive_pool: ReceivePool,
    purge_signal: PurgeSignal,
    response_memory: Arc<ResponseMemory>,
    events: EventChannels,
    permits: RequestPermits,
    /// Semaphore that limits how many large mails are parsed at the same time. Further large mails wait for a permit.
    slow_mails: Semaphore,
    stop: CancellationToken,
    tasks: TaskTracker,
}

/// A running local server. Dropping this value stops its tasks; [`Server::shutdown`] also waits until the tasks have
/// ended.
#[derive(Debug)]
pub struct Server {
    shared: Arc<ServerState>,
    smtp_addr: SocketAddr,
    smtps_addr: Option<SocketAddr>,
    _stop_on_drop: DropGuard,
}

impl Server {
    /// Binds the listeners and starts the server. The server accepts mail and requests as soon as this function
    /// returns.
    ///
    /// # Errors
    /// [`ServerError::Bind`] if an address cannot be bound, [`ServerError::Thread`] if the operating system cannot
    /// create a thread, [`ServerError::NoCertificate`] if TLS is configured without a certificate.
    #[expect(clippy::unused_async, reason = "its tasks need a running async runtime")]
    pub async fn start(config: ServerConfig) -> Result<Self, ServerError> {
        let http = bind(config.http, "http")?;
        let smtp = bind(config.smtp, "smtp")?;
        let smtps = config.smtps.map(|addr| bind(addr, "smtps")).transpose()?;
        if (smtps.is_some() || config.smtp_tls != SmtpTls::Off) && config.smtp_tls_identity.is_none() {
            return Err(ServerError::NoCertificate);
        }
        let http_addr = http.local_addr().map_err(|source| ServerError::address("http", source))?;
        let smtp_addr = smtp.local_addr().map_err(|source| ServerError::address("smtp", source))?;
        let smtps_addr = smtps.as_ref().map(TcpListener::local_addr).transpose();
        let smtps_addr = smtps_addr.map_err(|source| ServerError::address("smtps", source))?;
        let stop = CancellationToken::new();
        let tasks = TaskTracker::new();
        let limits = config.limits.clone();
        let purge_signal = PurgeSignal::default();
        let tokens = TokenIssuer::new(config.token_settings());
        let catch_all = config.catch_all.then(|| CatchAll::new(tokens.first_configured()));
        let shared = Arc::new(ServerState {
            store: Store::new(config.session_lifetime, config.limits.clone(), catch_all),
            tokens,
            captchas: Captchas::new(config.captcha),
            rates: Rates::new(config.rates.clone()),
            faults: Faults::new(config.faults.clone()),
            config,
            http_addr,
            receive_pool: ReceivePool::new(limits.half_received_bytes),
            response_memory: Arc::new(ResponseMemory::new(limits.answer_bytes, purge_signal.clone())),
            purge_signal,
            events: EventChannels::default(),
            permits: RequestPermits::new(limits.subscriptions),
            slow_mails: Semaphore::new(1),
            stop: stop.clone(),
            tasks: tasks.clone(),
        });
        smtp::serve(smtp, smtps, Arc::clone(&shared))
            .map_err(|source| ServerError::Thread { listener: "smtp", source })?;
        tasks.spawn(http::serve(http, Arc::clone(&shared)));
        tasks.spawn(expiry::run(Arc::clone(&shared)));
        tasks.spawn(memory::run(Arc::clone(&shared)));
        tasks.close();
        Ok(Self { shared, smtp_addr, smtps_addr, _stop_on_drop: stop.drop_guard() })
    }

    /// Returns the socket address of the HTTP and WebSocket listener.
    pub fn http_addr(&self) -> SocketAddr {
        self.shared.http_addr
    }

    /// Returns the socket address of the SMTP listener.
    pub fn smtp_addr(&self) -> SocketAddr {
        self.smtp_addr
    }

    /// Returns the socket address of the SMTP listener with implicit TLS; `None` if there is no such listener.
    pub fn smtps_addr(&self) -> Option<SocketAddr> {
        self.smtps_addr
    }

    /// Returns the base URL of the GraphQL API without a token. Clients accept this URL in the `DROPMAIL_BASE_URL`
    /// environment variable.
    pub fn base_url(&self) -> String {
        format!("http://{}/api/graphql", self.shared.http_addr)
    }

    /// Replaces the fault injection plan, as `PUT /admin/faults` does.
    pub fn set_faults(&self, plan: FaultPlan) {
        self.shared.faults.set(plan);
    }

    /// Returns the answer to the captcha with the given nonce. Intended for testing clients.
    pub fn captcha_answer(&self, nonce: &str) -> String {
        self.shared.captchas.answer(nonce)
    }

    /// Stops the server by closing the listeners and all connections. Waits at most two seconds for the connections to
    /// end.
    pub async fn shutdown(self) {
        self.shared.stop.cancel();
        let ended = tokio::time::timeout(config::SHUTDOWN_TIMEOUT, self.shared.tasks.wait()).await;
        if ended.is_err() {
            tracing::warn!("the local server stopped before all of its connections had ended");
        }
    }
}

fn bind(addr: SocketAddr, listener: &'static str) -> Result<TcpListener, ServerError> {
    listen(addr).map_err(|source| ServerError::Bind { listener, addr, source })
}

fn listen(addr: SocketAddr) -> std::io::Result<TcpListener> {
    let socket = if addr.is_ipv4() { TcpSocket::new_v4() } else { TcpSocket::new_v6() }?;
    // Outside of Unix, the option would let two programs listen on one port.
    if cfg!(unix) {
        socket.set_reuseaddr(true)?;
    }
    // On Linux, accepted connections inherit the option from the listener, which saves a system call for each
    // connection.
    drop(socket.set_nodelay(true));
    socket.bind(addr)?;
    socket.listen(MAX_WAITING_CONNECTIONS)
}

#[cfg(doctest)]
#[doc = include_str!("../README.md")]
struct Readme;
