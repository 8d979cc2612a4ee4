//! The current address: the address that a command uses if the user specifies none.

use super::lookup::is_same_address;
use super::{Mailbox, ServiceError};
use crate::domain::ids::SessionId;
use crate::domain::session::Session;
use crate::domain::sharing::SharedChange;
use mail_reader::sanitize::SafeText;

/// The current address and its session.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct CurrentAddress {
    /// The current address as `login@domain`.
    pub address: SafeText,
    /// The session that contains the current address; `None` if no stored session contains it.
    pub session: Option<SessionId>,
}

impl CurrentAddress {
    /// Finds the address `named` in the given sessions; returns `None` if none of the sessions has it.
    fn find(sessions: &[Session], named: &str) -> Option<Self> {
        sessions.iter().find_map(|session| {
            let entry = session.addresses.iter().find(|known| is_same_address(&known.address, named))?;
            Some(Self { address: entry.address.clone(), session: Some(session.id.clone()) })
        })
    }
}

impl Mailbox {
    /// Returns the current address; `None` if there is no current address. Sends no request.
    pub async fn current_address(&self) -> Result<Option<CurrentAddress>, ServiceError> {
        self.with_archive(|archive, base| {
            let Some(address) = archive.current_address(base)? else { return Ok(None) };
            let current = CurrentAddress::find(&archive.sessions(base)?, &address);
            Ok(Some(current.unwrap_or(CurrentAddress { address, session: None })))
        })
        .await
    }

    /// Makes an address the current address. If no stored session has it, looks for it in the live sessions on the
    /// service.
    pub async fn use_address(&self, address: &str) -> Result<CurrentAddress, ServiceError> {
        let stored = self.with_archive(|archive, base| archive.sessions(base)).await?;
        let current = if let Some(current) = CurrentAddress::find(&stored, address) {
            current
        } else {
            let (session, current) = self.find_address(address).await?;
            CurrentAddress { address: current.address, session: Some(session.id) }
        };
        self.set_current_address(Some(current.address.clone())).await?;
        Ok(current)
    }

    /// Stores the current address; with `None`, stores that there is no current address.
    pub async fn set_current_address(&self, address: Option<SafeText>) -> Result<(), ServiceError> {
        let chosen = address.clone();
        self.with_archive(move |archive, base| archive.set_current_address(base, chosen.as_ref())).await?;
        self.share(SharedChange::Current(address));
        Ok(())
    }
}
