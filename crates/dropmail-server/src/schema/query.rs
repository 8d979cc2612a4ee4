//! The queries of the GraphQL schema.

use async_graphql::{Context, ID, Object, Result};

use super::domain::Domain;
use super::node::{self, Node};
use super::session::Session;
use super::{Nullable, RequestContext, nullable};
use crate::error::RequestError;
use crate::ids::NodeId;

pub(crate) struct QueryRoot;

#[Object]
impl QueryRoot {
    /// The session with this id. Reading a session extends its lifetime. If the session has expired, the result is null
    /// with the error `SESSION_NOT_FOUND`.
    async fn session(&self, ctx: &Context<'_>, id: ID) -> Nullable<Session> {
        nullable(RequestContext::new(ctx).and_then(|request| {
            let Some(NodeId::Session(session)) = NodeId::parse(&id) else {
                return Err(RequestError::SessionNotFound);
            };
            request.touch(session).map(Session)
        }))
    }

    /// All live sessions of the caller's token.
    #[expect(clippy::unused_async, reason = "async-graphql requires it")]
    async fn sessions(&self, ctx: &Context<'_>) -> Result<Vec<Session>> {
        let request = RequestContext::new(ctx).map_err(RequestError::graphql)?;
        Ok(request.shared.store.sessions(request.caller.identity).into_iter().map(Session).collect())
    }

    /// Domains on which an address can be created. `permanentOnly` excludes domains with an expiry date.
    #[expect(clippy::unused_async, reason = "async-graphql requires it")]
    async fn domains(&self, ctx: &Context<'_>, permanent_only: Option<bool>) -> Result<Vec<Domain>> {
        let request = RequestContext::new(ctx).map_err(RequestError::graphql)?;
        let domains = request.shared.store.domains(request.caller.identity, permanent_only.unwrap_or(false));
        Ok(domains.into_iter().map(Domain).collect())
    }

    /// The object with this id, of any type; null if there is none.
    async fn node(&self, ctx: &Context<'_>, id: ID) -> Nullable<Node> {
        nullable(RequestContext::new(ctx).and_then(|request| node::find(&request, &id)).transpose()?)
    }
}
