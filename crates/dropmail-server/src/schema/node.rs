//! Objects of the GraphQL schema that can be requested by their id alone.

use async_graphql::{ID, Interface};

use super::RequestContext;
use super::address::Address;
use super::domain::Domain;
use super::mail::{Attachment, Mail};
use super::session::Session;
use crate::error::RequestError;
use crate::ids::NodeId;
use crate::rate_limit::CallKind;

/// Any object that a client can request by its id alone.
#[derive(Interface)]
#[graphql(field(name = "id", ty = "ID"))]
pub(super) enum Node {
    Session(Session),
    Address(Address),
    Domain(Domain),
    Mail(Mail),
    Attachment(Attachment),
}

/// Returns the object with this id; `None` if the caller has no such object. Requesting an object of a session extends
/// the lifetime of the session.
pub(super) fn find(request: &RequestContext<'_>, id: &str) -> Result<Option<Node>, RequestError> {
    let (store, caller) = (&request.shared.store, request.caller);
    let owner = caller.identity;
    Ok(match NodeId::parse(id) {
        None => None,
        Some(NodeId::Session(session)) => Some(Node::Session(Session(request.touch(session)?))),
        Some(NodeId::Domain(number)) => {
            let domains = store.domains(owner, false);
            domains
                .into_iter()
                .find(|domain| domain.number == number)
                .map(|domain| Node::Domain(Domain(domain)))
        }
        Some(NodeId::Address(session, address)) => {
            request.touch(session)?;
            let addresses = store.addresses(session, owner)?;
            let address = addresses.into_iter().find(|record| *record.address == *address);
            address.map(|address| Node::Address(Address(address)))
        }
        Some(NodeId::Mail(session, mail)) => {
            request.count(CallKind::Mail)?;
            request.touch(session)?;
            store.mail(session, owner, mail).ok().map(|mail| Node::Mail(Mail(mail)))
        }
        Some(NodeId::Attachment(session, mail, part)) => {
            request.touch(session)?;
            let mail = store.mail(session, owner, mail).ok().map(Mail);
            mail.and_then(|mail| mail.attachment(part)).map(Node::Attachment)
        }
    })
}
