//! Implements the operations on mail domains: the domains that the service offers, and the user's personal domains.

use super::{Mailbox, ServiceError, ServiceOperation};
use crate::domain::ids::DomainId;
use crate::domain::secrets::DomainPassword;
use crate::domain::session::Domain;

impl Mailbox {
    /// Requests the list of domains on which the user can create addresses.
    pub async fn domains(&self) -> Result<Vec<Domain>, ServiceError> {
        self.call(ServiceOperation::ListDomains, || self.api.domains()).await
    }

    /// Adds a personal domain. `password` is later required to delete the domain. The service checks the domain's DNS
    /// records; if records are missing, the error lists them.
    pub async fn add_domain(&self, name: &str, password: &DomainPassword) -> Result<Domain, ServiceError> {
        self.call(ServiceOperation::AddDomain, || self.api.add_domain(name, password)).await
    }

    /// Deletes a personal domain. `password` is the password with which the domain was added.
    pub async fn delete_domain(&self, id: &DomainId, password: &DomainPassword) -> Result<(), ServiceError> {
        self.call(ServiceOperation::DeleteDomain, || self.api.delete_domain(id, password)).await
    }
}
