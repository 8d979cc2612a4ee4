//! Sends each API request directly to the service, or via the process that owns the data directory.

use super::SharedApi;
use crate::domain::delivery::{Body, Delivery, DownloadUrl, Push, TouchReply};
use crate::domain::ids::{AddressId, DomainId, MailId, SessionId};
use crate::domain::secrets::{DomainPassword, RestoreKey, Token};
use crate::domain::service_status::{CaptchaResult, ServiceStatus};
use crate::domain::session::{Address, AddressOptions, Domain, Session};
use crate::domain::sharing::SharedChange;
use crate::domain::time::Timestamp;
use crate::domain::token_lifetime::TokenLifetime;
use crate::instance::member::InstanceRole;
use crate::instance::protocol::Call;
use crate::instance::streams::{disconnected_error, stream_of_owned_session};
use crate::instance::wire::owned_mail;
use crate::ports::dropmail_api::{ApiError, Downloaded, DropMailApi, GraphqlRequest, SubscribeOptions};
use crate::ports::{BoxFuture, BoxStream};
use bytes::Bytes;
use futures_util::{FutureExt, StreamExt};
use std::sync::Arc;

impl DropMailApi for SharedApi {
    fn base(&self) -> &str {
        self.direct.base()
    }

    fn set_token(&self, token: Token) {
        self.direct.set_token(token);
        self.has_token.send_replace(true);
    }

    fn uses_token(&self) -> BoxFuture<'_, bool> {
        Box::pin(async {
            !matches!(self.member.await_role().await, InstanceRole::ViaOwner(owner) if !owner.is_closed())
        })
    }

    fn generate_token(&self, lifetime: TokenLifetime) -> BoxFuture<'_, Result<Token, ApiError>> {
        self.direct.generate_token(lifetime)
    }

    fn renew_token<'a>(
        &'a self,
        token: &'a Token,
        lifetime: TokenLifetime,
    ) -> BoxFuture<'a, Result<Token, ApiError>> {
        self.direct.renew_token(token, lifetime)
    }

    fn captcha_image(&self, drawing: u32) -> BoxFuture<'_, Result<Bytes, ApiError>> {
        self.send_at_once(
            move |owner| async move { owner.captcha_image(drawing).await },
            move || self.direct.captcha_image(drawing),
        )
    }

    fn solve_captcha<'a>(&'a self, answer: &'a str) -> BoxFuture<'a, Result<CaptchaResult, ApiError>> {
        self.send_at_once(
            move |owner| async move { owner.solve_captcha(answer).await },
            move || self.direct.solve_captcha(answer),
        )
    }

    fn service_status(&self) -> BoxStream<'static, ServiceStatus> {
        self.member.service_status(&self.direct)
    }

    fn cancel_backoff(&self) {
        match self.open_owner_connection() {
            // The reply contains no information, so it is not awaited.
            Some(owner) => drop(owner.call(Call::CancelBackoff).now_or_never()),
            None => self.direct.cancel_backoff(),
        }
    }

    fn set_foreground(&self, is_foreground: bool) {
        if let Some(owner) = self.open_owner_connection() {
            owner.set_foreground(is_foreground);
        }
        self.direct.set_foreground(is_foreground);
    }

    fn sessions(&self) -> BoxFuture<'_, Result<Vec<Session>, ApiError>> {
        self.send(move |owner| async move { owner.sessions().await }, move || self.direct.sessions())
    }

    fn open_session(&self, options: AddressOptions) -> BoxFuture<'_, Result<Session, ApiError>> {
        let owner_wish = options.clone();
        self.send_change(
            move |owner| async move { owner.open_session(&owner_wish).await },
            move || self.direct.open_session(options),
            move |session| SharedChange::SessionOpened(session.clone()),
        )
    }

    fn touch<'a>(
        &'a self,
        session: &'a SessionId,
        after: Option<&'a MailId>,
    ) -> BoxFuture<'a, Result<TouchReply, ApiError>> {
        self.send_change(
            move |owner| async move { owner.touch(session, after).await },
            move || self.direct.touch(session, after),
            move |reply| SharedChange::Queried(reply.session.clone()),
        )
    }

    fn add_address<'a>(
        &'a self,
        session: &'a SessionId,
        options: AddressOptions,
    ) -> BoxFuture<'a, Result<Address, ApiError>> {
        let owner_wish = options.clone();
        self.send_change(
            move |owner| async move { owner.add_address(session, &owner_wish).await },
            move || self.direct.add_address(session, options),
            move |address| SharedChange::AddressAdded(session.clone(), address.clone()),
        )
    }

    fn restore_address<'a>(
        &'a self,
        session: &'a SessionId,
        name: &'a str,
        key: &'a RestoreKey,
    ) -> BoxFuture<'a, Result<Address, ApiError>> {
        self.send_change(
            move |owner| async move { owner.restore_address(session, name, key).await },
            move || self.direct.restore_address(session, name, key),
            move |address| SharedChange::AddressAdded(session.clone(), address.clone()),
        )
    }

    fn delete_address<'a>(&'a self, id: &'a AddressId) -> BoxFuture<'a, Result<(), ApiError>> {
        self.send_change(
            move |owner| async move { owner.delete_address(id).await },
            move || self.direct.delete_address(id),
            move |()| SharedChange::AddressDeleted(id.clone()),
        )
    }

    fn mail<'a>(
        &'a self,
        session: &'a SessionId,
        id: &'a MailId,
    ) -> BoxFuture<'a, Result<Option<Delivery>, ApiError>> {
        self.send(
            move |owner| async move { owner.mail(session, id).await },
            move || self.direct.mail(session, id),
        )
    }

    fn domains(&self) -> BoxFuture<'_, Result<Vec<Domain>, ApiError>> {
        self.send(move |owner| async move { owner.domains().await }, move || self.direct.domains())
    }

    fn store_by_owner<'a>(&'a self, url: &'a DownloadUrl) -> BoxFuture<'a, Option<Result<(), ApiError>>> {
        Box::pin(async move {
            let (session, mail) = owned_mail(url)?;
            let owner = match self.owner_connection().await {
                Ok(owner) => owner?,
                Err(error) => return Some(Err(error)),
            };
            Some(owner.store(&session, &mail).await)
        })
    }

    fn download<'a>(
        &'a self,
        url: &'a DownloadUrl,
        size: u64,
    ) -> BoxFuture<'a, Result<Downloaded, ApiError>> {
        Box::pin(async move {
            let Some((session, mail)) = owned_mail(url) else { return self.direct.download(url, size).await };
            // The process that owned the data directory and reported the mail has exited, so the service is queried for
            // the download URL.
            match self.mail(&session, &mail).await?.map(|delivery| delivery.body) {
                Some(Body::Inline(raw)) => Ok(Downloaded::InMemory(raw)),
                Some(Body::Url(url) | Body::UrlWithFingerprint(url, _)) if owned_mail(&url).is_none() => {
                    self.direct.download(&url, size).await
                }
                Some(Body::Url(_) | Body::UrlWithFingerprint(..)) | None => Err(disconnected_error()),
            }
        })
    }

    fn watch(
        &self,
        session: SessionId,
        after: Option<MailId>,
        way: SubscribeOptions,
    ) -> BoxStream<'static, Result<Push, ApiError>> {
        let (member, direct) = (Arc::clone(&self.member), Arc::clone(&self.direct));
        let token_set = self.token_set();
        let chosen = async move {
            match member.await_role().await {
                InstanceRole::ViaOwner(owner) if !owner.is_closed() => owner.watch(&session),
                // If this process did not get a token in time, the stream ends with this error. Opening a push
                // connection without a token would count as a failure of the push transport.
                _ if !token_set.await => {
                    futures_util::stream::once(async { Err(disconnected_error()) }).boxed()
                }
                InstanceRole::Owner => stream_of_owned_session(
                    direct.watch(session.clone(), after, way),
                    Arc::clone(member.hub()),
                    member.await_not_owned(),
                    session,
                ),
                InstanceRole::Alone
                | InstanceRole::ReadOnly
                | InstanceRole::Seeking
                | InstanceRole::ViaOwner(_) => direct.watch(session, after, way),
            }
        };
        Box::pin(chosen.flatten_stream())
    }

    fn add_domain<'a>(
        &'a self,
        name: &'a str,
        password: &'a DomainPassword,
    ) -> BoxFuture<'a, Result<Domain, ApiError>> {
        self.send(
            move |owner| async move { owner.add_domain(name, password).await },
            move || self.direct.add_domain(name, password),
        )
    }

    fn delete_domain<'a>(
        &'a self,
        id: &'a DomainId,
        password: &'a DomainPassword,
    ) -> BoxFuture<'a, Result<(), ApiError>> {
        self.send(
            move |owner| async move { owner.delete_domain(id, password).await },
            move || self.direct.delete_domain(id, password),
        )
    }

    fn query<'a>(&'a self, question: &'a GraphqlRequest) -> BoxFuture<'a, Result<Bytes, ApiError>> {
        self.send(
            move |owner| async move { owner.query(question).await },
            move || self.direct.query(question),
        )
    }

    fn subscribe(&self, question: GraphqlRequest) -> BoxStream<'static, Result<Bytes, ApiError>> {
        match self.open_owner_connection() {
            Some(owner) => owner.subscribe(question),
            None => self.direct.subscribe(question),
        }
    }

    fn mask_secrets_in(&self, words: &str) -> String {
        self.direct.mask_secrets_in(words)
    }

    fn local_time(&self, moment: Timestamp) -> Timestamp {
        match self.open_owner_connection() {
            Some(owner) => moment.checked_add(owner.clock_offset()).unwrap_or(moment),
            None => self.direct.local_time(moment),
        }
    }
}
