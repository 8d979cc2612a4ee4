//! Sessions in the API.

use async_graphql::{Context, ID, Object};

use super::address::Address;
use super::connection::{Order, SessionMailsConnection, page};
use super::mail::{Mail, listing, place};
use super::scalars::{Timestamp, Url};
use super::{Desk, Nullable, nullable};
use crate::server::ids::NodeId;
use crate::server::rates::Use;
use crate::server::store::SessionView;

pub(super) struct Session(pub(super) SessionView);

#[Object]
impl Session {
    pub(super) async fn id(&self) -> ID {
        NodeId::Session(self.0.id).encode()
    }

    /// When the session lapses if it is not accessed before.
    async fn expires_at(&self) -> Timestamp {
        Timestamp(self.0.expires_at)
    }

    /// All addresses of the session, newest first.
    async fn addresses(&self, ctx: &Context<'_>) -> Nullable<Vec<Option<Address>>> {
        nullable(Desk::of(ctx).and_then(|desk| {
            let addresses = desk.shared.store.addresses(self.0.id, desk.caller.identity)?;
            Ok(addresses.into_iter().map(|address| Some(Address(address))).collect())
        }))
    }

    /// The newest 100 mails, newest first.
    async fn mails(&self, ctx: &Context<'_>) -> Nullable<Vec<Option<Mail>>> {
        nullable(Desk::of(ctx).and_then(|desk| {
            desk.count(Use::Mail)?;
            desk.shared.store.newest(self.0.id, desk.caller.identity, 0, None).map(listing)
        }))
    }

    /// Like `mails`, but only mails that arrived after the mail with this id.
    async fn mails_after_id(&self, ctx: &Context<'_>, mail_id: Option<ID>) -> Nullable<Vec<Option<Mail>>> {
        nullable(Desk::of(ctx).and_then(|desk| {
            desk.count(Use::Mail)?;
            let after = place(self.0.id, mail_id.as_ref())?.unwrap_or(0);
            desk.shared.store.newest(self.0.id, desk.caller.identity, after, None).map(listing)
        }))
    }

    /// All mails in pages (Relay cursor connections). Newest first unless `sort` is `ASC`.
    async fn mails_connection(
        &self,
        ctx: &Context<'_>,
        first: Option<i32>,
        last: Option<i32>,
        before: Option<String>,
        after: Option<String>,
        sort: Option<Order>,
    ) -> Nullable<SessionMailsConnection> {
        nullable(Desk::of(ctx).and_then(|desk| {
            desk.count(Use::Mail)?;
            let ask = page(first, last, before.as_deref(), after.as_deref(), sort)?;
            desk.shared.store.page(self.0.id, desk.caller.identity, ask).map(SessionMailsConnection)
        }))
    }

    async fn mails_count(&self, ctx: &Context<'_>) -> Nullable<i32> {
        nullable(Desk::of(ctx).and_then(|desk| {
            let count = desk.shared.store.count(self.0.id, desk.caller.identity)?;
            Ok(i32::try_from(count).unwrap_or(i32::MAX))
        }))
    }

    /// A URL for downloading all mails as a .zip of .eml files.
    async fn download_zip_url(&self, ctx: &Context<'_>) -> Nullable<Url> {
        nullable(Desk::of(ctx).map(|desk| {
            Url(format!("{}/download/zip/gql:1:{}/{}", desk.caller.base, self.0.id, self.0.zip_key))
        }))
    }
}
