//! Data that the user enters while adding or deleting a personal domain.

use crate::domain::ids::DomainId;
use crate::domain::secrets::DomainPassword;
use mail_reader::sanitize::SafeText;

/// Data that the user has entered to add or delete a personal domain.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum PersonalDomainDraft {
    /// The user is adding the domain.
    Adding {
        /// Name of the domain that the user is adding.
        name: SafeText,
        /// The password with which the user can delete the domain later; `None` until the user has typed it.
        password: Option<DomainPassword>,
    },
    /// The user is deleting the domain.
    Deleting {
        /// Id of the domain that the user is deleting.
        id: DomainId,
        /// Name of the domain that the user is deleting.
        name: SafeText,
    },
}

/// Why the service did not add a personal domain.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct AddDomainError {
    /// Text for the user that says why the domain was not added.
    pub words: SafeText,
    /// DNS records that the domain lacks, one per entry; empty if records are not the reason.
    pub records: Vec<SafeText>,
    /// Whether the user can retry with a different password.
    pub password: bool,
}
