//! The mutations of the GraphQL schema.

use async_graphql::{Context, ID, InputObject, Object};

use super::address::Address;
use super::domain::Domain;
use super::session::Session;
use super::{Nullable, RequestContext, nullable};
use crate::error::RequestError;
use crate::ids::NodeId;
use crate::rate_limit::CallKind;
use crate::store::DomainChoice;

#[derive(InputObject, Default)]
pub(super) struct IntroduceSessionInput {
    /// Whether the session starts with an address; `true` by default.
    with_address: Option<bool>,
    /// Domain of the session's first address. If absent, the server chooses a domain at random.
    domain_id: Option<ID>,
    /// If true, excludes domains with an expiry date from the random choice.
    permanent_domain_only: Option<bool>,
}

#[derive(InputObject)]
pub(super) struct IntroduceAddressInput {
    session_id: ID,
    domain_id: Option<ID>,
    permanent_domain_only: Option<bool>,
}

#[derive(InputObject)]
pub(super) struct RestoreAddressInput {
    session_id: ID,
    mail_address: String,
    restore_key: String,
}

#[derive(InputObject)]
pub(super) struct DeleteAddressInput {
    address_id: ID,
}

#[derive(InputObject)]
pub(super) struct AddDomainInput {
    name: String,
    /// The password that `deleteDomain` requires.
    admin_password: String,
}

#[derive(InputObject)]
pub(super) struct DeleteDomainInput {
    id: ID,
    admin_password: String,
}

fn choice(domain: Option<&ID>, permanent_only: Option<bool>) -> Result<DomainChoice, RequestError> {
    match (domain.map(|id| NodeId::parse(id)), permanent_only) {
        (Some(Some(NodeId::Domain(number))), _) => Ok(DomainChoice::Number(number)),
        (Some(_), _) => Err(RequestError::DomainNotFound),
        (None, Some(true)) => Ok(DomainChoice::AnyPermanent),
        (None, _) => Ok(DomainChoice::Any),
    }
}

fn session_id(id: &ID) -> Result<uuid::Uuid, RequestError> {
    match NodeId::parse(id) {
        Some(NodeId::Session(session)) => Ok(session),
        _ => Err(RequestError::SessionNotFound),
    }
}

pub(crate) struct MutationRoot;

#[Object]
impl MutationRoot {
    /// Opens a session. The session starts with one address unless `withAddress` is `false`.
    async fn introduce_session(
        &self,
        ctx: &Context<'_>,
        input: Option<IntroduceSessionInput>,
    ) -> Nullable<Session> {
        nullable(RequestContext::new(ctx).and_then(|request| {
            let (store, owner) = (&request.shared.store, request.caller.identity);
            let input = input.unwrap_or_default();
            if input.with_address == Some(false) {
                return Ok(Session(store.open_session(owner)));
            }
            let choice = choice(input.domain_id.as_ref(), input.permanent_domain_only)?;
            request.count(CallKind::Addresses)?;
            store.check_domain(owner, choice)?;
            let session = store.open_session(owner);
            store.add_address(session.id, owner, choice)?;
            Ok(Session(session))
        }))
    }

    /// Adds an address to a session. The server chooses the part before the `@`.
    async fn introduce_address(&self, ctx: &Context<'_>, input: IntroduceAddressInput) -> Nullable<Address> {
        nullable(RequestContext::new(ctx).and_then(|request| {
            let session = session_id(&input.session_id)?;
            let choice = choice(input.domain_id.as_ref(), input.permanent_domain_only)?;
            request.count(CallKind::Addresses)?;
            request.shared.store.add_address(session, request.caller.identity, choice).map(Address)
        }))
    }

    /// Restores an earlier address in a session. The restore key becomes invalid, and the response contains a new key.
    async fn restore_address(&self, ctx: &Context<'_>, input: RestoreAddressInput) -> Nullable<Address> {
        nullable(RequestContext::new(ctx).and_then(|request| {
            let session = session_id(&input.session_id)?;
            request.count(CallKind::Addresses)?;
            let (address, key) = (input.mail_address.as_str(), input.restore_key.as_str());
            request.shared.store.restore_address(session, request.caller.identity, address, key).map(Address)
        }))
    }

    /// Deletes an address, so that it receives no more mail. Mail that was received earlier remains, and the restore
    /// key stays valid.
    async fn delete_address(&self, ctx: &Context<'_>, input: DeleteAddressInput) -> Nullable<bool> {
        nullable(RequestContext::new(ctx).and_then(|request| {
            let Some(NodeId::Address(session, address)) = NodeId::parse(&input.address_id) else {
                return Err(RequestError::AddressNotFound);
            };
            request.shared.store.delete_address(session, request.caller.identity, &address).map(|()| true)
        }))
    }

    /// Adds a personal domain whose MX records point to the service.
    async fn add_domain(&self, ctx: &Context<'_>, input: AddDomainInput) -> Nullable<Domain> {
        let request = match RequestContext::new(ctx) {
            Ok(request) => request,
            Err(refusal) => return nullable(Err(refusal)),
        };
        let (store, owner) = (&request.shared.store, request.caller.identity);
        let (name, password) = (input.name.as_str(), input.admin_password.as_str());
        nullable(match store.check_new_domain(name, password) {
            Ok(name) => match request.shared.config.domain_check.check(&name).await {
                Ok(()) => store.add_domain(owner, name, password).map(Domain),
                Err(refusal) => Err(refusal),
            },
            Err(refusal) => Err(refusal),
        })
    }

    /// Deletes a personal domain.
    async fn delete_domain(&self, ctx: &Context<'_>, input: DeleteDomainInput) -> Nullable<bool> {
        nullable(RequestContext::new(ctx).and_then(|request| {
            let Some(NodeId::Domain(number)) = NodeId::parse(&input.id) else {
                return Err(RequestError::DomainNotFound);
            };
            let owner = request.caller.identity;
            request.shared.store.delete_domain(owner, number, &input.admin_password).map(|()| true)
        }))
    }
}
