//! Data that the user enters to add or delete a personal domain.

use dropmail_client::domain::ids::DomainId;
use dropmail_client::domain::secrets::DomainPassword;
use mail_reader::sanitize::SafeText;

/// Data that the user has entered so far to add or delete a personal domain.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum PersonalDomainDraft {
    /// The user is entering the data of a personal domain to add.
    Adding {
        /// Name of the personal domain to add.
        name: SafeText,
        /// Password for the personal domain, which the user needs to delete the domain later; `None` until the user has
        /// typed the password.
        password: Option<DomainPassword>,
    },
    /// The user is entering the password to delete a personal domain.
    Deleting {
        /// Id of the personal domain to delete.
        id: DomainId,
        /// Name of the personal domain to delete.
        name: SafeText,
    },
}

/// Error that explains why the service did not add a personal domain.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct AddDomainError {
    /// Message that tells the user why the personal domain was not added.
    pub words: SafeText,
    /// DNS records that the personal domain lacks, one per entry; empty if missing records are not the reason.
    pub records: Vec<SafeText>,
    /// `true` if adding the personal domain may succeed with another password.
    pub password: bool,
}
