//! Addresses in the API.

use async_graphql::{Context, ID, Object};

use super::domain::Domain;
use super::mail::{Mail, listing};
use super::{Desk, Nullable, nullable};
use crate::server::ids::NodeId;
use crate::server::rates::Use;
use crate::server::store::AddressRecord;

pub(super) struct Address(pub(super) AddressRecord);

#[Object]
impl Address {
    pub(super) async fn id(&self) -> ID {
        NodeId::Address(self.0.session, self.0.address.to_string()).encode()
    }

    async fn address(&self) -> &str {
        &self.0.address
    }

    async fn domain(&self) -> Domain {
        Domain(self.0.domain.clone())
    }

    /// Restores the address after its session has lapsed. It is a secret and changes with each use.
    async fn restore_key(&self) -> &str {
        self.0.restore_key.expose()
    }

    /// Mails to this address, newest first.
    async fn mails(&self, ctx: &Context<'_>) -> Nullable<Vec<Option<Mail>>> {
        nullable(Desk::of(ctx).and_then(|desk| {
            desk.count(Use::Mail)?;
            let owner = desk.caller.identity;
            desk.shared.store.newest(self.0.session, owner, 0, Some(&self.0.address)).map(listing)
        }))
    }
}
