//! The client for the service's GraphQL API over HTTP and WebSocket.
//!
//! The compiler checks every operation against `schema.graphql`. Every request URL contains the token, so request URLs
//! never appear in error messages or log entries.

mod captcha;
mod captcha_fields;
mod client;
mod client_builder;
mod client_conversion;
mod conversion;
mod cookies;
mod download;
mod download_hosts;
mod errors;
mod event;
mod graphql_response;
mod http_errors;
mod http_requests;
mod http_response;
mod known_secrets;
mod long_poll;
mod multipart;
mod network;
mod operations;
mod poll;
mod poll_source;
mod rate_limiter;
mod raw_query;
mod resolver;
mod response_repair;
mod scalars;
mod service_status;
mod spool;
mod throttle;
mod time;
mod timeouts;
mod tokens;
mod touch;
mod websocket;

pub use client::Downloads;
pub use timeouts::Timeouts;

use crate::domain::base_url::BaseUrl;
use crate::domain::delivery::{Delivery, DownloadUrl, Push, TouchReply};
use crate::domain::ids::{AddressId, DomainId, MailId, SessionId};
use crate::domain::push_transport::PushTransport;
use crate::domain::secrets::{DomainPassword, RestoreKey, Token};
use crate::domain::service_status::{CaptchaResult, ServiceStatus};
use crate::domain::session::{Address, AddressOptions, Domain, Session};
use crate::domain::time::Timestamp;
use crate::domain::token_lifetime::TokenLifetime;
use crate::ports::clock::Clock;
use crate::ports::dropmail_api::{ApiError, Downloaded, DropMailApi, GraphqlRequest, SubscribeOptions};
use crate::ports::{BoxFuture, BoxStream};
use bytes::Bytes;
use client::Client;
use operations as ops;
use std::sync::Arc;

/// The client for the service's GraphQL API at one base URL.
#[derive(Clone, Debug)]
pub struct GraphqlClient(Arc<Client>);

impl GraphqlClient {
    /// Creates a client for the service at `base`, without connecting to it. The client uses `clock` to measure the
    /// offset between the service's clock and the local clock.
    pub fn new(base: BaseUrl, clock: Arc<dyn Clock>) -> Self {
        Self::with_timeouts(base, clock, Timeouts::default())
    }

    /// Creates a client as [`Self::new`] does, but with the given rules for downloading raw mails: the permitted hosts
    /// and the directory for large mails.
    pub fn with_downloads(base: BaseUrl, clock: Arc<dyn Clock>, downloads: Downloads) -> Self {
        Self(Arc::new(Client::new(base, clock, Timeouts::default(), downloads)))
    }

    /// Creates a client as [`Self::new`] does, but with the given timeouts instead of the default ones.
    pub fn with_timeouts(base: BaseUrl, clock: Arc<dyn Clock>, timeouts: Timeouts) -> Self {
        Self(Arc::new(Client::new(base, clock, timeouts, Downloads::default())))
    }
}

impl DropMailApi for GraphqlClient {
    fn base(&self) -> &str {
        self.0.base().as_str()
    }

    fn set_token(&self, token: Token) {
        self.0.set_token(token);
    }

    fn generate_token(&self, lifetime: TokenLifetime) -> BoxFuture<'_, Result<Token, ApiError>> {
        Box::pin(tokens::generate(&self.0, lifetime))
    }

    fn renew_token<'a>(
        &'a self,
        token: &'a Token,
        lifetime: TokenLifetime,
    ) -> BoxFuture<'a, Result<Token, ApiError>> {
        Box::pin(tokens::renew(&self.0, token, lifetime))
    }

    fn captcha_image(&self, drawing: u32) -> BoxFuture<'_, Result<Bytes, ApiError>> {
        Box::pin(captcha::fetch_image(&self.0, drawing))
    }

    fn solve_captcha<'a>(&'a self, answer: &'a str) -> BoxFuture<'a, Result<CaptchaResult, ApiError>> {
        Box::pin(captcha::solve(&self.0, answer))
    }

    fn service_status(&self) -> BoxStream<'static, ServiceStatus> {
        self.0.service_status()
    }

    fn cancel_backoff(&self) {
        self.0.cancel_backoff();
    }

    fn set_foreground(&self, is_foreground: bool) {
        self.0.set_foreground(is_foreground);
    }

    fn sessions(&self) -> BoxFuture<'_, Result<Vec<Session>, ApiError>> {
        Box::pin(async {
            let answer =
                self.0.run_operation(ops::sessions(), |data: ops::SessionsQuery| Some(data.sessions)).await?;
            Ok(answer.into_iter().filter_map(|session| self.0.session(session)).collect())
        })
    }

    fn open_session(&self, options: AddressOptions) -> BoxFuture<'_, Result<Session, ApiError>> {
        Box::pin(async move {
            let open = ops::open_session(options);
            self.0.run_operation(open, |data: ops::OpenSession| self.0.session(data.introduce_session?)).await
        })
    }

    fn touch<'a>(
        &'a self,
        session: &'a SessionId,
        after: Option<&'a MailId>,
    ) -> BoxFuture<'a, Result<TouchReply, ApiError>> {
        Box::pin(touch::touch(&self.0, session, after))
    }

    fn add_address<'a>(
        &'a self,
        session: &'a SessionId,
        options: AddressOptions,
    ) -> BoxFuture<'a, Result<Address, ApiError>> {
        Box::pin(async move {
            let add = ops::add_address(session, options);
            self.0.run_operation(add, |data: ops::AddAddress| self.0.address(data.introduce_address?)).await
        })
    }

    fn restore_address<'a>(
        &'a self,
        session: &'a SessionId,
        address: &'a str,
        key: &'a RestoreKey,
    ) -> BoxFuture<'a, Result<Address, ApiError>> {
        Box::pin(async move {
            let restore = ops::restore_address(session, address, key);
            self.0.secrets().register(key.expose());
            let restored =
                self.0.run_operation(restore, |data: ops::RestoreAddress| data.restore_address).await?;
            Ok(self.0.restored_address(restored, address))
        })
    }

    fn delete_address<'a>(&'a self, id: &'a AddressId) -> BoxFuture<'a, Result<(), ApiError>> {
        Box::pin(async move {
            let delete = ops::delete_address(id);
            self.0.run_operation(delete, |data: ops::DeleteAddress| data.delete_address).await.map(drop)
        })
    }

    fn domains(&self) -> BoxFuture<'_, Result<Vec<Domain>, ApiError>> {
        Box::pin(async {
            let answer =
                self.0.run_operation(ops::domains(), |data: ops::DomainsQuery| Some(data.domains)).await?;
            Ok(answer.into_iter().filter_map(conversion::domain).collect())
        })
    }

    fn mail<'a>(
        &'a self,
        session: &'a SessionId,
        id: &'a MailId,
    ) -> BoxFuture<'a, Result<Option<Delivery>, ApiError>> {
        Box::pin(async move {
            let found = self.0.run_operation(ops::mail(id), |data: ops::NodeQuery| Some(data.node)).await?;
            let found = found.and_then(ops::AnyNode::mail);
            Ok(found.map(|mail| self.0.whole_delivery(mail, session)))
        })
    }

    fn download<'a>(
        &'a self,
        url: &'a DownloadUrl,
        size: u64,
    ) -> BoxFuture<'a, Result<Downloaded, ApiError>> {
        Box::pin(download::download(&self.0, url, size))
    }

    fn watch(
        &self,
        session: SessionId,
        after: Option<MailId>,
        options: SubscribeOptions,
    ) -> BoxStream<'static, Result<Push, ApiError>> {
        let client = Arc::clone(&self.0);
        match options.transport {
            PushTransport::WebSocket => websocket::watch(client, session, after),
            PushTransport::Multipart => multipart::watch(client, session, after, options.is_only_transport),
            PushTransport::LongPoll => long_poll::watch(client, session, after),
            PushTransport::Poll => poll::watch(client, session, after),
        }
    }

    fn add_domain<'a>(
        &'a self,
        name: &'a str,
        password: &'a DomainPassword,
    ) -> BoxFuture<'a, Result<Domain, ApiError>> {
        Box::pin(async move {
            self.0.secrets().register(password.expose());
            let add = ops::add_domain(name, password);
            self.0.run_operation(add, |data: ops::AddDomain| conversion::domain(data.add_domain?)).await
        })
    }

    fn delete_domain<'a>(
        &'a self,
        id: &'a DomainId,
        password: &'a DomainPassword,
    ) -> BoxFuture<'a, Result<(), ApiError>> {
        Box::pin(async move {
            self.0.secrets().register(password.expose());
            let delete = ops::delete_domain(id, password);
            self.0.run_operation(delete, |data: ops::DeleteDomain| data.delete_domain).await.map(drop)
        })
    }

    fn query<'a>(&'a self, question: &'a GraphqlRequest) -> BoxFuture<'a, Result<Bytes, ApiError>> {
        Box::pin(raw_query::query(&self.0, question))
    }

    fn subscribe(&self, question: GraphqlRequest) -> BoxStream<'static, Result<Bytes, ApiError>> {
        raw_query::subscribe(Arc::clone(&self.0), question)
    }

    fn mask_secrets_in(&self, words: &str) -> String {
        self.0.secrets().mask(words)
    }

    fn local_time(&self, moment: Timestamp) -> Timestamp {
        self.0.local_time(moment)
    }
}
