//! Input of the user while a personal domain is being added or deleted.

use crate::domain::ids::DomainId;
use crate::domain::sanitize::SafeText;
use crate::domain::secrets::DomainPassword;

/// Input for adding or deleting a personal domain.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum PersonalDomainDraft {
    /// The domain is being added.
    Adding {
        /// Name of the domain.
        name: SafeText,
        /// The password with which the user can delete the domain later, once it is typed.
        password: Option<DomainPassword>,
    },
    /// The domain is being deleted.
    Deleting {
        /// Id of the domain.
        id: DomainId,
        /// Name of the domain.
        name: SafeText,
    },
}

/// Reason why a personal domain was not added.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct AddDomainError {
    /// Text for the user.
    pub words: SafeText,
    /// Missing DNS records, one per entry, if they are the reason.
    pub records: Vec<SafeText>,
    /// Whether a different password would help.
    pub password: bool,
}
