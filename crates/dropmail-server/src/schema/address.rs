//! The addresses in the GraphQL schema.

use async_graphql::{Context, ID, Object};

use super::domain::Domain;
use super::mail::{Mail, listing};
use super::{Nullable, RequestContext, nullable};
use crate::ids::NodeId;
use crate::rate_limit::CallKind;
use crate::store::AddressRecord;

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

    /// The restore key of the address. It moves the address into another session, even after its own session has
    /// expired. The key is a secret and changes with each use.
    async fn restore_key(&self) -> &str {
        self.0.restore_key.expose()
    }

    /// The mails to this address, newest first.
    async fn mails(&self, ctx: &Context<'_>) -> Nullable<Vec<Option<Mail>>> {
        nullable(RequestContext::new(ctx).and_then(|request| {
            request.count(CallKind::Mail)?;
            let owner = request.caller.identity;
            request.shared.store.newest(self.0.session, owner, 0, Some(&self.0.address)).map(listing)
        }))
    }
}
