//! Defines the GraphQL mutations for sessions and addresses.

use super::{Address, Session, schema};
use crate::domain::ids::{AddressId, SessionId};
use crate::domain::secrets::RestoreKey;
use crate::domain::session::AddressOptions;
use cynic::{Id, MutationBuilder, Operation};

#[derive(cynic::InputObject)]
pub(in super::super) struct IntroduceSessionInput {
    with_address: Option<bool>,
    #[cynic(skip_serializing_if = "Option::is_none")]
    domain_id: Option<Id>,
    #[cynic(skip_serializing_if = "Option::is_none")]
    permanent_domain_only: Option<bool>,
}

#[derive(cynic::QueryVariables)]
pub(in super::super) struct OpenSessionVariables {
    input: IntroduceSessionInput,
}

#[derive(cynic::QueryFragment)]
#[cynic(graphql_type = "MutationRoot", variables = "OpenSessionVariables")]
pub(in super::super) struct OpenSession {
    #[arguments(input: $input)]
    pub(in super::super) introduce_session: Option<Session>,
}

pub(in super::super) fn open_session(
    options: AddressOptions,
) -> Operation<OpenSession, OpenSessionVariables> {
    OpenSession::build(OpenSessionVariables {
        input: IntroduceSessionInput {
            with_address: Some(true),
            domain_id: options.domain.map(|id| Id::new(id.as_str())),
            permanent_domain_only: options.permanent_only.then_some(true),
        },
    })
}

#[derive(cynic::InputObject)]
pub(in super::super) struct IntroduceAddressInput {
    session_id: Id,
    #[cynic(skip_serializing_if = "Option::is_none")]
    domain_id: Option<Id>,
    #[cynic(skip_serializing_if = "Option::is_none")]
    permanent_domain_only: Option<bool>,
}

#[derive(cynic::QueryVariables)]
pub(in super::super) struct AddAddressVariables {
    input: IntroduceAddressInput,
}

#[derive(cynic::QueryFragment)]
#[cynic(graphql_type = "MutationRoot", variables = "AddAddressVariables")]
pub(in super::super) struct AddAddress {
    #[arguments(input: $input)]
    pub(in super::super) introduce_address: Option<Address>,
}

pub(in super::super) fn add_address(
    session: &SessionId,
    options: AddressOptions,
) -> Operation<AddAddress, AddAddressVariables> {
    AddAddress::build(AddAddressVariables {
        input: IntroduceAddressInput {
            session_id: Id::new(session.as_str()),
            domain_id: options.domain.map(|id| Id::new(id.as_str())),
            permanent_domain_only: options.permanent_only.then_some(true),
        },
    })
}

#[derive(cynic::InputObject)]
pub(in super::super) struct RestoreAddressInput {
    session_id: Id,
    mail_address: String,
    restore_key: String,
}

#[derive(cynic::QueryVariables)]
pub(in super::super) struct RestoreVariables {
    input: RestoreAddressInput,
}

#[derive(cynic::QueryFragment)]
#[cynic(graphql_type = "MutationRoot", variables = "RestoreVariables")]
pub(in super::super) struct RestoreAddress {
    #[arguments(input: $input)]
    pub(in super::super) restore_address: Option<Address>,
}

pub(in super::super) fn restore_address(
    session: &SessionId,
    address: &str,
    key: &RestoreKey,
) -> Operation<RestoreAddress, RestoreVariables> {
    RestoreAddress::build(RestoreVariables {
        input: RestoreAddressInput {
            session_id: Id::new(session.as_str()),
            mail_address: address.to_owned(),
            restore_key: key.expose().to_owned(),
        },
    })
}

#[derive(cynic::InputObject)]
pub(in super::super) struct DeleteAddressInput {
    address_id: Id,
}

#[derive(cynic::QueryVariables)]
pub(in super::super) struct DeleteAddressVariables {
    input: DeleteAddressInput,
}

#[derive(cynic::QueryFragment)]
#[cynic(graphql_type = "MutationRoot", variables = "DeleteAddressVariables")]
pub(in super::super) struct DeleteAddress {
    #[arguments(input: $input)]
    pub(in super::super) delete_address: Option<bool>,
}

pub(in super::super) fn delete_address(id: &AddressId) -> Operation<DeleteAddress, DeleteAddressVariables> {
    DeleteAddress::build(DeleteAddressVariables {
        input: DeleteAddressInput { address_id: Id::new(id.as_str()) },
    })
}
