//! The HTTP clients for the service, with time limits, size limits and errors that contain no URL.
//!
//! Longer than 300 lines: all requests share the limits, the clock and the secrets of one client.

use super::captcha_fields::Captcha;
use super::client_builder::{builder, get_or_build, kept_alive};
use super::cookies::Cookies;
use super::download_hosts::Sources;
use super::errors::{self, GraphqlReply, ReplyNotices, Settled};
use super::known_secrets::KnownSecrets;
use super::rate_limiter::CallRateLimiter;
use super::reply::Reply;
use super::resolver::Resolver;
use super::shape::Answer;
use super::spool::Spool;
use super::time::ClockOffset;
use super::timeouts::Timeouts;
use crate::domain::base_url::BaseUrl;
use crate::domain::download_host::DownloadHost;
use crate::domain::secrets::Token;
use crate::domain::service_status::ServiceStatus;
use crate::domain::time::Timestamp;
use crate::ports::clock::Clock;
use crate::ports::dropmail_api::ApiError;
use bytes::BytesMut;
use reqwest::header::{ACCEPT, DATE, HeaderMap};
use reqwest::{RequestBuilder, Response, StatusCode};
use serde::Serialize;
use std::fmt;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, OnceLock, PoisonError, RwLock};
use std::time::Duration;
use tokio::sync::{Semaphore, SemaphorePermit, watch};
use tokio::time::Instant;
use url::Url;

/// Maximum size in bytes of a reply; a larger one is an error. Ten thousand sessions would fit.
const MAX_REPLY: usize = 16 << 20;
/// Minimum wait for which the timer that wakes the processor once is worth its own file descriptor.
const PRECISE_FROM: Duration = Duration::from_secs(1);
/// Maximum size in bytes of a raw mail; a larger one is not fetched.
pub(super) const MAX_MAIL: usize = 128 << 20;

/// The reply to the download of a mail.
pub(super) enum MailReply<'a> {
    /// The headers and the body of a successful reply.
    Body(HeaderMap, Spool<'a>),
    /// A refusal or a redirection.
    Other(Reply),
}

/// Where mails are downloaded from and to.
#[derive(Clone, Debug, Default)]
pub struct Downloads {
    /// Hosts beside that of the service that mails may be downloaded from.
    pub hosts: Vec<DownloadHost>,
    /// Folder of the temporary files for large mails; without one they are downloaded into memory.
    pub folder: Option<PathBuf>,
}

/// The HTTP clients for one service, with the user's token and the offset of the service's clock.
pub(super) struct Client {
    base: BaseUrl,
    host: String,
    // Created at their first use, because reading the system's certificates takes longer than the first frame
    // may.
    calls: OnceLock<reqwest::Client>,
    upgrades: OnceLock<reqwest::Client>,
    waits: OnceLock<reqwest::Client>,
    token: RwLock<Option<Token>>,
    secrets: KnownSecrets,
    clock: Arc<dyn Clock>,
    offset: ClockOffset,
    timeouts: Timeouts,
    pub(super) pace: CallRateLimiter,
    sources: Sources,
    resolver: Resolver,
    spool_folder: Option<PathBuf>,
    /// Limits the size of all large downloads in progress; a permit stands for one kibibyte.
    download_room: Semaphore,
    cookies: Cookies,
    pub(super) captcha: Mutex<Option<Captcha>>,
    pub(super) service_status: watch::Sender<ServiceStatus>,
    is_foreground: watch::Sender<bool>,
}

impl fmt::Debug for Client {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Client")
            .field("base", &self.base)
            .field("offset", &self.offset)
            .finish_non_exhaustive()
    }
}

impl Client {
    pub(super) fn new(
        base: BaseUrl,
        clock: Arc<dyn Clock>,
        timeouts: Timeouts,
        downloads: Downloads,
    ) -> Self {
        let Downloads { hosts, folder } = downloads;
        Self {
            resolver: Resolver::new(&base, hosts.iter().map(DownloadHost::name)),
            sources: Sources::new(&base, hosts),
            spool_folder: folder,
            download_room: Semaphore::new(MAX_MAIL >> 10),
            calls: OnceLock::new(),
            upgrades: OnceLock::new(),
            waits: OnceLock::new(),
            host: base.host(),
            pace: CallRateLimiter::new(base.is_loopback(), timeouts.slow_down),
            cookies: Cookies::default(),
            captcha: Mutex::default(),
            service_status: watch::Sender::default(),
            is_foreground: watch::Sender::new(true),
            base,
            token: RwLock::default(),
            secrets: KnownSecrets::default(),
            clock,
            offset: ClockOffset::default(),
            timeouts,
        }
    }

    fn calls(&self) -> Result<&reqwest::Client, ApiError> {
        get_or_build(&self.calls, || {
            let builder = self.builder().read_timeout(self.timeouts.read_idle);
            // Idle connections have no maximum age: the library would wake up regularly to check it. The
            // other side closes an idle connection, or TCP keepalive finds it dead.
            kept_alive(builder, &self.timeouts).pool_idle_timeout(None)
        })
    }

    /// Returns the HTTP client for replies that may take long. TCP keepalive detects a dead connection, because
    /// there is no read timeout.
    fn waits(&self) -> Result<&reqwest::Client, ApiError> {
        get_or_build(&self.waits, || kept_alive(self.builder(), &self.timeouts))
    }

    /// Returns the HTTP client for WebSocket upgrades, which need HTTP/1.1.
    fn upgrades(&self) -> Result<&reqwest::Client, ApiError> {
        get_or_build(&self.upgrades, || kept_alive(self.builder().http1_only(), &self.timeouts))
    }

    fn builder(&self) -> reqwest::ClientBuilder {
        builder(&self.base, &self.timeouts).dns_resolver(self.resolver.clone())
    }

    /// Returns the rules for the URLs from which mails may be downloaded.
    pub(super) fn sources(&self) -> &Sources {
        &self.sources
    }

    pub(super) fn resolver(&self) -> &Resolver {
        &self.resolver
    }

    /// Returns the folder of the temporary files for large mails.
    pub(super) fn spool_folder(&self) -> Option<&Path> {
        self.spool_folder.as_deref()
    }

    /// Waits until a download may receive this many bytes; dropping the permit frees them.
    pub(super) async fn download_room(&self, bytes: usize) -> Option<SemaphorePermit<'_>> {
        let kibibytes = u32::try_from(bytes.min(MAX_MAIL) >> 10).unwrap_or(u32::MAX);
        // The semaphore is never closed.
        self.download_room.acquire_many(kibibytes).await.ok()
    }

    /// Records whether the program is in the foreground, on which the ping interval depends.
    pub(super) fn set_foreground(&self, is_foreground: bool) {
        self.is_foreground.send_if_modified(|now| std::mem::replace(now, is_foreground) != is_foreground);
    }

    pub(super) fn is_foreground(&self) -> bool {
        *self.is_foreground.borrow()
    }

    /// Waits until the program enters or leaves the foreground: until the state is no longer `before`.
    pub(super) async fn foreground_changed(&self, before: bool) {
        let mut foreground = self.is_foreground.subscribe();
        // This client owns the sender, so the channel stays open.
        let _now = foreground.wait_for(|now| *now != before).await;
    }

    pub(super) fn base(&self) -> &BaseUrl {
        &self.base
    }

    pub(super) fn host(&self) -> &str {
        &self.host
    }

    pub(super) fn timeouts(&self) -> &Timeouts {
        &self.timeouts
    }

    pub(super) fn now(&self) -> Timestamp {
        self.clock.now()
    }

    /// Waits until about this time. A long wait may end early; the caller has to look at the time again.
    pub(super) async fn sleep_until(&self, deadline: Instant) {
        let rest = deadline.saturating_duration_since(Instant::now());
        if rest < PRECISE_FROM {
            tokio::time::sleep_until(deadline).await;
        } else {
            self.clock.sleep(rest).await;
        }
    }

    pub(super) fn set_token(&self, token: Token) {
        self.secrets.learn(token.expose());
        *self.token.write().unwrap_or_else(PoisonError::into_inner) = Some(token);
    }

    /// Returns the GraphQL URL with the token, followed by more path segments.
    pub(super) fn endpoint(&self, behind: &[&str]) -> Result<Url, ApiError> {
        let token = self.token.read().unwrap_or_else(PoisonError::into_inner);
        let token = token.as_ref().ok_or_else(|| ApiError::TokenRefused("there is none yet".into()))?;
        Ok(self.base.join(&[&[token.expose()], behind].concat()))
    }

    /// Sends one GraphQL operation and returns the wanted part of the reply.
    pub(super) async fn ask<T, U, O>(
        &self,
        operation: O,
        wanted: impl FnOnce(T) -> Option<U>,
    ) -> Result<U, ApiError>
    where
        T: Answer,
        O: Serialize,
    {
        self.ask_in_part(operation, wanted).await.map(|settled| settled.wanted)
    }

    /// Like [`Self::ask`], but also returns the error by which the service explains why parts of the reply are
    /// missing.
    pub(super) async fn ask_in_part<T, U, O>(
        &self,
        operation: O,
        wanted: impl FnOnce(T) -> Option<U>,
    ) -> Result<Settled<U>, ApiError>
    where
        T: Answer,
        O: Serialize,
    {
        let reply = self.post(self.endpoint(&[])?, &operation).await?;
        let settled =
            self.graphql(&reply)?.settle_in_part(wanted).map_err(|error| self.record_error(error))?;
        if let Some(error) = &settled.failed {
            tracing::info!(%error, "the service answered in part");
        }
        Ok(settled)
    }

    /// Parses a reply as GraphQL and records its notices, such as a captcha.
    pub(super) fn graphql(&self, reply: &Reply) -> Result<GraphqlReply, ApiError> {
        let read = errors::graphql(reply).ok_or_else(|| self.refusal(reply, &self.host))?;
        let read = read.masked(&self.secrets);
        self.note(read.asides());
        if !matches!(read.refusal(), Some(ApiError::RateLimited { .. })) {
            self.on_success();
        }
        Ok(read)
    }

    /// Converts a reply that is not GraphQL to an error, and records the rate limit that the reply reports.
    pub(super) fn refusal(&self, reply: &Reply, host: &str) -> ApiError {
        self.record_error(errors::http_error(reply, host, &self.secrets))
    }

    /// Returns the secrets that this client has sent or received, which are masked in texts.
    pub(super) fn secrets(&self) -> &KnownSecrets {
        &self.secrets
    }

    pub(super) async fn post(&self, url: Url, body: &impl Serialize) -> Result<Reply, ApiError> {
        let request = self.calls()?.post(url).header(ACCEPT, "application/json").json(body);
        self.send(request.timeout(self.timeouts.call), MAX_REPLY).await
    }

    pub(super) async fn post_form(&self, url: Url, form: &[(String, String)]) -> Result<Reply, ApiError> {
        let request = self.calls()?.post(url).header(ACCEPT, "application/json").form(form);
        self.send(request.timeout(self.timeouts.call), MAX_REPLY).await
    }

    pub(super) async fn get(&self, url: Url, limit: usize) -> Result<Reply, ApiError> {
        self.send(self.calls()?.get(url).timeout(self.timeouts.download), limit).await
    }

    /// Downloads a mail of at most `limit` bytes.
    pub(super) async fn get_mail(&self, url: Url, limit: usize) -> Result<MailReply<'_>, ApiError> {
        // The time that a download waits for memory must not count as time of the request.
        let mut spool = Spool::new(self, limit).await;
        let request = self.calls()?.get(url).timeout(self.timeouts.download);
        let (host, mut response) = self.execute(request).await?;
        if !response.status().is_success() {
            return self.read_reply(&host, response, limit.min(MAX_REPLY)).await.map(MailReply::Other);
        }
        self.sync_clock_of(&host, &response);
        spool.expect(announced(&response));
        while let Some(piece) = response.chunk().await.map_err(|error| errors::unreachable(&error, &host))? {
            if !spool.add(&piece).await {
                return Err(too_large(&host, limit));
            }
        }
        Ok(MailReply::Body(std::mem::take(response.headers_mut()), spool))
    }

    /// Sends a subscription over plain HTTP. The reply may take long or never end. The caller enforces the
    /// timeout and waits for the rate limit.
    pub(super) async fn subscribe(
        &self,
        accept: &'static str,
        body: &impl Serialize,
    ) -> Result<Response, ApiError> {
        let request = self.waits()?.post(self.endpoint(&[])?).header(ACCEPT, accept).json(body);
        let response = request.send().await.map_err(|error| errors::unreachable(&error, &self.host))?;
        self.sync_clock(response.headers());
        Ok(response)
    }

    /// Waits until the rate limits allow a call.
    pub(super) async fn acquire(&self) {
        self.pace.acquire().await;
    }

    /// Creates the request that upgrades to a WebSocket.
    pub(super) fn upgrade(&self, url: Url) -> Result<RequestBuilder, ApiError> {
        Ok(self.upgrades()?.get(url))
    }

    async fn send(&self, request: RequestBuilder, limit: usize) -> Result<Reply, ApiError> {
        let (host, response) = self.execute(request).await?;
        self.read_reply(&host, response, limit).await
    }

    /// Sends a request; returns the host that replies and the beginning of its reply.
    async fn execute(&self, request: RequestBuilder) -> Result<(String, Response), ApiError> {
        self.acquire().await;
        let (client, request) = request.build_split();
        let mut request = request.map_err(|error| errors::unreachable(&error, &self.host))?;
        let ours = request.url().host_str() == self.base.join(&[]).host_str();
        let other = request.url().host_str().filter(|_| !ours).map(ToOwned::to_owned);
        let host = other.unwrap_or_else(|| self.host.clone());
        if ours {
            request.headers_mut().extend(self.cookies.header());
        }
        let response = client.execute(request).await.map_err(|error| errors::unreachable(&error, &host))?;
        if ours {
            self.cookies.learn(response.headers());
        }
        Ok((host, response))
    }

    /// Reads a reply to its end, and records a captcha of a refusal.
    async fn read_reply(&self, host: &str, response: Response, limit: usize) -> Result<Reply, ApiError> {
        let reply = self.read_from(host, response, limit).await?;
        if reply.status == StatusCode::PAYMENT_REQUIRED || reply.status == StatusCode::TOO_MANY_REQUESTS {
            self.note(ReplyNotices { captcha: Captcha::of_body(&reply.body), legacy_token: false });
        }
        Ok(reply)
    }

    /// Reads a response to its end; fails if it is larger than `limit` bytes.
    pub(super) async fn read(&self, response: Response, limit: usize) -> Result<Reply, ApiError> {
        self.read_from(&self.host, response, limit).await
    }

    async fn read_from(&self, host: &str, mut response: Response, limit: usize) -> Result<Reply, ApiError> {
        self.sync_clock_of(host, &response);
        // Memory for the announced length is reserved at once, because a growing buffer holds a large body
        // twice. Reserved memory that is not written costs nothing.
        let mut body = BytesMut::with_capacity(announced(&response).min(limit));
        while let Some(piece) = response.chunk().await.map_err(|error| errors::unreachable(&error, host))? {
            if body.len() + piece.len() > limit {
                return Err(too_large(host, limit));
            }
            body.extend_from_slice(&piece);
        }
        let (status, headers) = (response.status(), std::mem::take(response.headers_mut()));
        Ok(Reply { status, headers, body: body.freeze() })
    }

    /// Converts a time of the service's clock to the local clock.
    pub(super) fn local_time(&self, moment: Timestamp) -> Timestamp {
        self.offset.to_local(moment)
    }

    fn sync_clock_of(&self, host: &str, response: &Response) {
        if host == self.host {
            self.sync_clock(response.headers());
        }
    }

    pub(super) fn sync_clock(&self, headers: &HeaderMap) {
        if let Some(date) = headers.get(DATE).and_then(|date| date.to_str().ok()) {
            self.offset.learn(date, self.clock.now());
        }
    }
}

/// Returns the length that a reply announces for its body; 0 if it announces none.
fn announced(response: &Response) -> usize {
    response.content_length().and_then(|announced| usize::try_from(announced).ok()).unwrap_or(0)
}

fn too_large(host: &str, limit: usize) -> ApiError {
    errors::unexpected(&format!("{host} sent more than {limit} bytes"))
}
