//! The sessions in the GraphQL schema.

use async_graphql::{Context, ID, Object};

use super::address::Address;
use super::connection::{Order, SessionMailsConnection, page};
use super::mail::{Mail, listing, place};
use super::scalars::{Timestamp, Url};
use super::{Nullable, RequestContext, nullable};
use crate::ids::NodeId;
use crate::rate_limit::CallKind;
use crate::store::SessionView;

pub(super) struct Session(pub(super) SessionView);

#[Object]
impl Session {
    pub(super) async fn id(&self) -> ID {
        NodeId::Session(self.0.id).encode()
    }

    /// The time at which the session expires unless a client accesses it earlier.
    async fn expires_at(&self) -> Timestamp {
        Timestamp(self.0.expires_at)
    }

    /// All addresses of the session, newest first.
    async fn addresses(&self, ctx: &Context<'_>) -> Nullable<Vec<Option<Address>>> {
        nullable(RequestContext::new(ctx).and_then(|request| {
            let addresses = request.shared.store.addresses(self.0.id, request.caller.identity)?;
            Ok(addresses.into_iter().map(|address| Some(Address(address))).collect())
        }))
    }

    /// The newest 100 mails of the session, newest first.
    async fn mails(&self, ctx: &Context<'_>) -> Nullable<Vec<Option<Mail>>> {
        nullable(RequestContext::new(ctx).and_then(|request| {
            request.count(CallKind::Mail)?;
            request.shared.store.newest(self.0.id, request.caller.identity, 0, None).map(listing)
        }))
    }

    /// The newest 100 mails of the session that arrived after the mail with this id, newest first.
    async fn mails_after_id(&self, ctx: &Context<'_>, mail_id: Option<ID>) -> Nullable<Vec<Option<Mail>>> {
        nullable(RequestContext::new(ctx).and_then(|request| {
            request.count(CallKind::Mail)?;
            let after = place(self.0.id, mail_id.as_ref())?.unwrap_or(0);
            request.shared.store.newest(self.0.id, request.caller.identity, after, None).map(listing)
        }))
    }

    /// All mails of the session in pages (Relay cursor connections). Newest first unless `sort` is `ASC`.
    async fn mails_connection(
        &self,
        ctx: &Context<'_>,
        first: Option<i32>,
        last: Option<i32>,
        before: Option<String>,
        after: Option<String>,
        sort: Option<Order>,
    ) -> Nullable<SessionMailsConnection> {
        nullable(RequestContext::new(ctx).and_then(|request| {
            request.count(CallKind::Mail)?;
            let ask = page(first, last, before.as_deref(), after.as_deref(), sort)?;
            request.shared.store.page(self.0.id, request.caller.identity, ask).map(SessionMailsConnection)
        }))
    }

    async fn mails_count(&self, ctx: &Context<'_>) -> Nullable<i32> {
        nullable(RequestContext::new(ctx).and_then(|request| {
            let count = request.shared.store.count(self.0.id, request.caller.identity)?;
            Ok(i32::try_from(count).unwrap_or(i32::MAX))
        }))
    }

    /// A URL for downloading all mails of the session as a .zip of .eml files.
    async fn download_zip_url(&self, ctx: &Context<'_>) -> Nullable<Url> {
        nullable(RequestContext::new(ctx).map(|request| {
            Url(format!("{}/download/zip/gql:1:{}/{}", request.caller.base, self.0.id, self.0.zip_key))
        }))
    }
}
