//! A domain of the user's own, while it is being added or given up: what was typed so far.

use crate::domain::ids::DomainId;
use crate::domain::sanitize::SafeText;
use crate::domain::secrets::DomainPassword;

/// What is to be done with it.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum PersonalDomainDraft {
    /// It is added.
    Adding {
        /// Its name.
        name: SafeText,
        /// The password that gives it up again, once it was typed.
        password: Option<DomainPassword>,
    },
    /// It is given up.
    Deleting {
        /// Which one.
        id: DomainId,
        /// Its name.
        name: SafeText,
    },
}

/// Why a domain was not added.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct AddDomainError {
    /// The words for it.
    pub words: SafeText,
    /// DNS records that are missing, a line each, where that is why.
    pub records: Vec<SafeText>,
    /// Whether another password would help.
    pub password: bool,
}
