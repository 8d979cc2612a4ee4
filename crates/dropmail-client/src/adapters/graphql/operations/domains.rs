//! Defines the GraphQL mutations that add and delete personal domains.

use super::{Domain, schema};
use crate::domain::ids::DomainId;
use crate::domain::secrets::DomainPassword;
use cynic::{Id, MutationBuilder, Operation};

#[derive(cynic::InputObject)]
pub(in super::super) struct AddDomainInput {
    name: String,
    admin_password: String,
}

#[derive(cynic::QueryVariables)]
pub(in super::super) struct AddDomainVariables {
    input: AddDomainInput,
}

#[derive(cynic::QueryFragment)]
#[cynic(graphql_type = "MutationRoot", variables = "AddDomainVariables")]
pub(in super::super) struct AddDomain {
    #[arguments(input: $input)]
    pub(in super::super) add_domain: Option<Domain>,
}

pub(in super::super) fn add_domain(
    name: &str,
    password: &DomainPassword,
) -> Operation<AddDomain, AddDomainVariables> {
    let input = AddDomainInput { name: name.to_owned(), admin_password: password.expose().to_owned() };
    AddDomain::build(AddDomainVariables { input })
}

#[derive(cynic::InputObject)]
pub(in super::super) struct DeleteDomainInput {
    id: Id,
    admin_password: String,
}

#[derive(cynic::QueryVariables)]
pub(in super::super) struct DeleteDomainVariables {
    input: DeleteDomainInput,
}

#[derive(cynic::QueryFragment)]
#[cynic(graphql_type = "MutationRoot", variables = "DeleteDomainVariables")]
pub(in super::super) struct DeleteDomain {
    #[arguments(input: $input)]
    pub(in super::super) delete_domain: Option<bool>,
}

pub(in super::super) fn delete_domain(
    id: &DomainId,
    password: &DomainPassword,
) -> Operation<DeleteDomain, DeleteDomainVariables> {
    let input = DeleteDomainInput { id: Id::new(id.as_str()), admin_password: password.expose().to_owned() };
    DeleteDomain::build(DeleteDomainVariables { input })
}
