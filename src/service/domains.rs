//! Domains: the service's own and personal ones.

use super::{Doing, Mailbox, ServiceError};
use crate::domain::ids::DomainId;
use crate::domain::secrets::DomainPassword;
use crate::domain::session::Domain;

impl Mailbox {
    /// Domains that addresses can be made on.
    pub async fn domains(&self) -> Result<Vec<Domain>, ServiceError> {
        self.call(Doing::ListDomains, || self.transport.domains()).await
    }

    /// Registers a personal domain. The service looks at its DNS; the error says in words what is
    /// missing there. The password is asked for again when the domain is given up.
    pub async fn add_domain(&self, name: &str, password: &DomainPassword) -> Result<Domain, ServiceError> {
        self.call(Doing::AddDomain, || self.transport.add_domain(name, password)).await
    }

    /// Gives a personal domain up.
    pub async fn delete_domain(&self, id: &DomainId, password: &DomainPassword) -> Result<(), ServiceError> {
        self.call(Doing::DeleteDomain, || self.transport.delete_domain(id, password)).await
    }
}
