//! Finds the domain, address, session or mail that the user specifies, including a mail that is not stored yet.

use super::{FailureClass, Loaded, Mailbox, ServiceError};
use crate::domain::ids::{DomainId, MailId, SessionId};
use crate::domain::session::{Address, Session};
use mail_reader::sanitize::SafeText;

impl Mailbox {
    /// Finds the id of a domain. `name` is either the domain's name, with or without a leading `@`, or its id. Returns
    /// an error if the service does not offer the domain.
    pub async fn domain_id(&self, name: &str) -> Result<DomainId, ServiceError> {
        let bare = name.strip_prefix('@').unwrap_or(name);
        let domains = self.domains().await?;
        let domain = domains.into_iter().find(|domain| {
            let known = domain.name.as_str();
            known.strip_prefix('@').unwrap_or(known).eq_ignore_ascii_case(bare) || domain.id.as_str() == name
        });
        domain.map(|domain| domain.id).ok_or_else(|| ServiceError::NoSuchDomain { name: SafeText::new(name) })
    }

    /// Finds an address in the live sessions; returns the session and the address. Returns an error if no live session
    /// has the address.
    pub async fn find_address(&self, address: &str) -> Result<(Session, Address), ServiceError> {
        let live = self.sync_sessions().await?.value.live;
        for session in live {
            if let Some(address) =
                session.addresses.iter().find(|known| is_same_address(&known.address, address))
            {
                let address = address.clone();
                return Ok((session, address));
            }
        }
        Err(ServiceError::NoSuchAddress { address: SafeText::new(address) })
    }

    /// Returns the live session with this id, or the newest live session if `id` is `None`. Returns an error if there
    /// is no such session.
    pub async fn session_or_newest(&self, id: Option<&SessionId>) -> Result<Session, ServiceError> {
        let live = self.sync_sessions().await?.value.live;
        match id {
            Some(id) => live
                .into_iter()
                .find(|session| session.id == *id)
                .ok_or_else(|| ServiceError::NoSuchSession { id: id.clone() }),
            None => live.into_iter().next().ok_or(ServiceError::NoSession),
        }
    }

    /// Reads a mail from the archive. If the mail is not stored, queries the live sessions for new mail and then looks
    /// for the mail again.
    pub async fn load_or_fetch(&self, id: &MailId) -> Result<Loaded, ServiceError> {
        match self.load(id).await {
            Err(missing @ ServiceError::NoSuchMail { .. }) => {
                let failures = self.catch_up().await?;
                match self.load(id).await {
                    Err(ServiceError::NoSuchMail { .. }) => {
                        let trouble = failures
                            .into_iter()
                            .find(|error| error.failure_class() != FailureClass::NotFound);
                        Err(trouble.unwrap_or(missing))
                    }
                    other => other,
                }
            }
            other => other,
        }
    }
}

/// Returns whether two strings are the same e-mail address, ignoring case and the subaddress (from `+` to `@`).
pub(super) fn is_same_address(known: &str, named: &str) -> bool {
    fn split_without_tag(address: &str) -> Option<(&str, &str)> {
        let (login, domain) = address.rsplit_once('@')?;
        Some((login.split('+').next().unwrap_or(login), domain))
    }
    match (split_without_tag(known), split_without_tag(named)) {
        (Some((login, domain)), Some((other_login, other_domain))) => {
            login.eq_ignore_ascii_case(other_login) && domain.eq_ignore_ascii_case(other_domain)
        }
        _ => known.eq_ignore_ascii_case(named),
    }
}

#[cfg(test)]
mod tests {
    use super::is_same_address;

    #[test]
    fn an_address_matches_in_any_case_and_with_a_plus_tag() {
        assert!(is_same_address("abc@dropmail.me", "ABC@DropMail.me"));
        assert!(is_same_address("abc@dropmail.me", "abc+shop@dropmail.me"));
        assert!(!is_same_address("abc@dropmail.me", "abcd@dropmail.me"));
        assert!(!is_same_address("abc@dropmail.me", "abc@dropmail.me.example"));
        assert!(!is_same_address("abc@dropmail.me", "abc"));
    }
}
