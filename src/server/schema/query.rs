//! The queries of the API.

use async_graphql::{Context, ID, Object, Result};

use super::domain::Domain;
use super::node::{self, Node};
use super::session::Session;
use super::{Desk, Nullable, nullable};
use crate::server::error::Refusal;
use crate::server::ids::NodeId;

pub(in crate::server) struct QueryRoot;

#[Object]
impl QueryRoot {
    /// One session. Reading it extends its life. Null with `SESSION_NOT_FOUND` if it has lapsed.
    async fn session(&self, ctx: &Context<'_>, id: ID) -> Nullable<Session> {
        nullable(Desk::of(ctx).and_then(|desk| {
            let Some(NodeId::Session(session)) = NodeId::parse(&id) else {
                return Err(Refusal::SessionNotFound);
            };
            desk.touch(session).map(Session)
        }))
    }

    /// All live sessions of the token.
    #[expect(clippy::unused_async, reason = "async-graphql requires it")]
    async fn sessions(&self, ctx: &Context<'_>) -> Result<Vec<Session>> {
        let desk = Desk::of(ctx).map_err(Refusal::graphql)?;
        Ok(desk.shared.store.sessions(desk.caller.identity).into_iter().map(Session).collect())
    }

    /// Domains on which an address can be created. `permanentOnly` excludes those with an end date.
    #[expect(clippy::unused_async, reason = "async-graphql requires it")]
    async fn domains(&self, ctx: &Context<'_>, permanent_only: Option<bool>) -> Result<Vec<Domain>> {
        let desk = Desk::of(ctx).map_err(Refusal::graphql)?;
        let domains = desk.shared.store.domains(desk.caller.identity, permanent_only.unwrap_or(false));
        Ok(domains.into_iter().map(Domain).collect())
    }

    /// Any object by its id, or null.
    async fn node(&self, ctx: &Context<'_>, id: ID) -> Nullable<Node> {
        nullable(Desk::of(ctx).and_then(|desk| node::find(&desk, &id)).transpose()?)
    }
}
