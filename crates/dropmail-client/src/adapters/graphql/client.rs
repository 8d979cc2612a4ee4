//! The HTTP clients for one service, and the state that all requests share: the token, the known secrets, the rate
//! limit and the offset between the service's clock and the local clock. [`http_requests`](super::http_requests) sends
//! the requests.

// This file exceeds 300 lines because the state that all requests share is in one struct.

use super::captcha_fields::CaptchaFields;
use super::client_builder::{builder, get_or_build, with_keepalive};
use super::cookies::Cookies;
use super::download_hosts::DownloadRules;
use super::graphql_response::{GraphqlResponse, PartialData};
use super::http_errors;
use super::http_response::HttpResponse;
use super::known_secrets::KnownSecrets;
use super::rate_limiter::CallRateLimiter;
use super::resolver::Resolver;
use super::response_repair::ResponseData;
use super::time::ClockOffset;
use super::timeouts::Timeouts;
use crate::domain::base_url::BaseUrl;
use crate::domain::download_host::DownloadHost;
use crate::domain::secrets::Token;
use crate::domain::service_status::ServiceStatus;
use crate::domain::time::Timestamp;
use crate::ports::clock::Clock;
use crate::ports::dropmail_api::ApiError;
use reqwest::Response;
use reqwest::header::{DATE, HeaderMap};
use serde::Serialize;
use std::fmt;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, OnceLock, PoisonError, RwLock};
use std::time::Duration;
use tokio::sync::{Semaphore, SemaphorePermit, watch};
use tokio::time::Instant;
use url::Url;

/// A wait of at least this duration uses the precise timer, which wakes the processor only once but needs a file
/// descriptor. Shorter waits use a tokio timer.
const PRECISE_FROM: Duration = Duration::from_secs(1);
/// Maximum size in bytes of a raw mail. The download of a larger mail fails with an error.
pub(super) const MAX_MAIL: usize = 128 << 20;

/// Rules for downloading raw mails: the permitted hosts, and the directory for large mails.
#[derive(Clone, Debug, Default)]
pub struct Downloads {
    /// Hosts from which mails may be downloaded, in addition to the service's own host.
    pub hosts: Vec<DownloadHost>,
    /// Directory for the temporary files of large mails; `None` if large mails are downloaded into memory.
    pub folder: Option<PathBuf>,
}

/// The HTTP clients for one service. They share the user's token, the rate limit and the offset between the service's
/// clock and the local clock.
pub(super) struct Client {
    base: BaseUrl,
    host: String,
    // The HTTP clients are created on first use. Reading the system's certificates for them would delay the first
    // frame.
    http: OnceLock<reqwest::Client>,
    websocket_http: OnceLock<reqwest::Client>,
    streaming_http: OnceLock<reqwest::Client>,
    token: RwLock<Option<Token>>,
    secrets: KnownSecrets,
    clock: Arc<dyn Clock>,
    offset: ClockOffset,
    timeouts: Timeouts,
    pub(super) rate_limiter: CallRateLimiter,
    download_rules: DownloadRules,
    resolver: Resolver,
    spool_folder: Option<PathBuf>,
    /// Semaphore that limits the total size of all large downloads in progress. Each permit represents one kibibyte.
    download_room: Semaphore,
    pub(super) cookies: Cookies,
    pub(super) captcha: Mutex<Option<CaptchaFields>>,
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
            download_rules: DownloadRules::new(&base, hosts),
            spool_folder: folder,
            download_room: Semaphore::new(MAX_MAIL >> 10),
            http: OnceLock::new(),
            websocket_http: OnceLock::new(),
            streaming_http: OnceLock::new(),
            host: base.host(),
            rate_limiter: CallRateLimiter::new(base.is_loopback(), timeouts.slow_down),
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

    pub(super) fn http(&self) -> Result<&reqwest::Client, ApiError> {
        get_or_build(&self.http, || {
            let builder = self.builder().read_timeout(self.timeouts.read_idle);
            // Idle connections have no maximum age, because the library would wake up regularly to check it. The server
            // closes an idle connection, or TCP keepalive detects that it is broken.
            with_keepalive(builder, &self.timeouts).pool_idle_timeout(None)
        })
    }

    /// Returns the HTTP client for requests whose response may take minutes to arrive. It has no read timeout; TCP
    /// keepalive detects a broken connection.
    pub(super) fn streaming_http(&self) -> Result<&reqwest::Client, ApiError> {
        get_or_build(&self.streaming_http, || with_keepalive(self.builder(), &self.timeouts))
    }

    /// Returns the HTTP client for WebSocket upgrades, which require HTTP/1.1.
    pub(super) fn websocket_http(&self) -> Result<&reqwest::Client, ApiError> {
        get_or_build(&self.websocket_http, || with_keepalive(self.builder().http1_only(), &self.timeouts))
    }

    fn builder(&self) -> reqwest::ClientBuilder {
        builder(&self.base, &self.timeouts).dns_resolver(self.resolver.clone())
    }

    /// Returns the rules that determine from which URLs mails may be downloaded.
    pub(super) fn download_rules(&self) -> &DownloadRules {
        &self.download_rules
    }

    pub(super) fn resolver(&self) -> &Resolver {
        &self.resolver
    }

    /// Returns the directory for the temporary files of large mails; `None` if large mails are downloaded into memory.
    pub(super) fn spool_folder(&self) -> Option<&Path> {
        self.spool_folder.as_deref()
    }

    /// Waits until a large download of `bytes` bytes may start, and returns its permit. Dropping the permit lets other
    /// downloads start. Returns `None` only if the semaphore is closed, which never happens.
    pub(super) async fn acquire_download_permit(&self, bytes: usize) -> Option<SemaphorePermit<'_>> {
        let kibibytes = u32::try_from(bytes.min(MAX_MAIL) >> 10).unwrap_or(u32::MAX);
        // The semaphore is never closed.
        self.download_room.acquire_many(kibibytes).await.ok()
    }

    /// Records whether the program is in the foreground, that is, whether the user is watching its window. In the
    /// background, push connections are pinged less often.
    pub(super) fn set_foreground(&self, is_foreground: bool) {
        self.is_foreground.send_if_modified(|now| std::mem::replace(now, is_foreground) != is_foreground);
    }

    pub(super) fn is_foreground(&self) -> bool {
        *self.is_foreground.borrow()
    }

    /// Waits until the program enters the background (if `before` is `true`) or the foreground (if `before` is
    /// `false`). Returns immediately if the program is already in that state.
    pub(super) async fn foreground_changed(&self, before: bool) {
        let mut foreground = self.is_foreground.subscribe();
        // This client owns the sender, so the channel is never closed.
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

    /// Waits approximately until `deadline`. May return early, so the caller must check the time afterwards.
    pub(super) async fn sleep_until(&self, deadline: Instant) {
        let rest = deadline.saturating_duration_since(Instant::now());
        if rest < PRECISE_FROM {
            tokio::time::sleep_until(deadline).await;
        } else {
            self.clock.sleep(rest).await;
        }
    }

    pub(super) fn set_token(&self, token: Token) {
        self.secrets.register(token.expose());
        *self.token.write().unwrap_or_else(PoisonError::into_inner) = Some(token);
    }

    /// Returns the URL of the GraphQL endpoint, including the user's token, with the path segments `behind` appended.
    /// Returns an error if there is no token.
    pub(super) fn endpoint(&self, behind: &[&str]) -> Result<Url, ApiError> {
        let token = self.token.read().unwrap_or_else(PoisonError::into_inner);
        let token = token.as_ref().ok_or_else(|| ApiError::TokenRefused("there is none yet".into()))?;
        Ok(self.base.join(&[&[token.expose()], behind].concat()))
    }

    /// Sends one GraphQL operation. Returns the part of the response's data that `select` extracts, or an error if that
    /// part is missing.
    pub(super) async fn run_operation<T, U, O>(
        &self,
        operation: O,
        select: impl FnOnce(T) -> Option<U>,
    ) -> Result<U, ApiError>
    where
        T: ResponseData,
        O: Serialize,
    {
        self.run_partial_operation(operation, select).await.map(|settled| settled.selected)
    }

    /// Sends one GraphQL operation. Returns the part of the response's data that `select` extracts and, if other parts
    /// are missing, the service's error for them. Returns an error if the extracted part is missing.
    pub(super) async fn run_partial_operation<T, U, O>(
        &self,
        operation: O,
        select: impl FnOnce(T) -> Option<U>,
    ) -> Result<PartialData<U>, ApiError>
    where
        T: ResponseData,
        O: Serialize,
    {
        let reply = self.post(self.endpoint(&[])?, &operation).await?;
        let settled = self
            .parse_graphql(&reply)?
            .into_partial_data(select)
            .map_err(|error| self.record_error(error))?;
        if let Some(error) = &settled.failed {
            tracing::info!(%error, "the service answered in part");
        }
        Ok(settled)
    }

    /// Parses an HTTP response as GraphQL, and records the notices in it (that a captcha is required, or that the
    /// token is a legacy token). Returns an error if the response is not GraphQL.
    pub(super) fn parse_graphql(&self, reply: &HttpResponse) -> Result<GraphqlResponse, ApiError> {
        let read =
            http_errors::parse_graphql(reply).ok_or_else(|| self.response_to_error(reply, &self.host))?;
        let read = read.mask_secrets(&self.secrets);
        self.record_notices(read.notices());
        if !matches!(read.refusal(), Some(ApiError::RateLimited { .. })) {
            self.on_success();
        }
        Ok(read)
    }

    /// Returns the error for a response that is not GraphQL, and records the rate limit if the response reports one.
    pub(super) fn response_to_error(&self, reply: &HttpResponse, host: &str) -> ApiError {
        self.record_error(http_errors::http_error(reply, host, &self.secrets))
    }

    /// Returns the secrets that this client has sent or received. The client masks them in all text from the service.
    pub(super) fn secrets(&self) -> &KnownSecrets {
        &self.secrets
    }

    /// Waits until the rate limit allows another API call.
    pub(super) async fn acquire(&self) {
        self.rate_limiter.acquire().await;
    }

    /// Converts a time on the service's clock to the local clock.
    pub(super) fn local_time(&self, moment: Timestamp) -> Timestamp {
        self.offset.to_local(moment)
    }

    pub(super) fn sync_clock_of(&self, host: &str, response: &Response) {
        if host == self.host {
            self.sync_clock(response.headers());
        }
    }

    pub(super) fn sync_clock(&self, headers: &HeaderMap) {
        if let Some(date) = headers.get(DATE).and_then(|date| date.to_str().ok()) {
            self.offset.update(date, self.clock.now());
        }
    }
}
