//! Sessions and their addresses, as the service reports them.

use super::ids::{AddressId, DomainId, SessionId};
use super::secrets::RestoreKey;
use super::time::Timestamp;
use mail_reader::sanitize::SafeText;

/// An e-mail address of a session.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Address {
    /// The id that the service assigned to the address.
    pub id: AddressId,
    /// The e-mail address as `login@domain`.
    pub address: SafeText,
    /// Restore key: restores the address after the session has lapsed.
    pub restore_key: RestoreKey,
}

/// An inbox on the service, with its addresses. The session lapses ten minutes after the last access.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Session {
    /// The id that the service assigned to the session.
    pub id: SessionId,
    /// The time at which the session lapses unless a request extends it, by the local clock. The adapter has
    /// converted it from the clock of the service.
    pub expires_at: Timestamp,
    /// The addresses of the session, newest first, as the service lists them.
    pub addresses: Vec<Address>,
}

/// Maximum length in characters of a session label; a longer label is truncated.
const LONGEST_LABEL: usize = 40;

/// Cleans a session label that the user typed. The label is trimmed, and truncated to fit into a pane; it is
/// empty if the user typed none.
pub fn label(text: &str) -> SafeText {
    let label: String = text.trim().chars().take(LONGEST_LABEL).collect();
    label.trim_end().into()
}

/// A mail domain on which addresses can be created.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Domain {
    /// The id that the service assigned to the domain.
    pub id: DomainId,
    /// The name of the domain, such as `example.org`.
    pub name: SafeText,
    /// The time at which a rotating domain stops working; `None` for a permanent domain.
    pub expires_at: Option<Timestamp>,
    /// The time at which the service introduced the domain; `None` if unknown. A newer domain is on fewer block
    /// lists.
    pub introduced_at: Option<Timestamp>,
    /// The interfaces that offer the domain, as the service names them: `API`, `WEB`, `TELEGRAM`.
    pub available_via: Vec<SafeText>,
}

impl Domain {
    /// Returns whether this may be a personal domain of the user. A personal domain has no end and is offered
    /// through the API alone. Some other domains are like that too, and the service does not report the
    /// owner.
    pub fn can_be_own(&self) -> bool {
        self.expires_at.is_none() && matches!(&*self.available_via, [door] if door.as_str() == "API")
    }
}

/// State of a session, as the screen shows it.
///
/// ```text
/// Opening ─► Live ◄─► Expiring ─► Lapsed ─► Restoring ─► (its addresses live in another session)
///    └──────────────────────────►   │  ▲        │
///            Adopted ─► Expiring    └──┴────────┴─► Lost
/// ```
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum SessionState {
    /// The session comes from the archive; the program does not know yet whether it is live.
    Opening,
    /// The session is live on the service.
    Live,
    /// The session is live but ends soon: refreshing it has failed for a while.
    Expiring,
    /// The session has ended; its mail and its restore keys are in the archive.
    Lapsed,
    /// The addresses of the session are being restored into another session.
    Restoring,
    /// The session is live: an address that was to be restored was found in it.
    Adopted,
    /// The session should be live, but the service does not list it for the token or accepts none of its
    /// restore keys.
    Unreachable,
}

/// An event that changes the state of a session.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum SessionEvent {
    /// The service reports that the session is live and does not end soon.
    Confirmed,
    /// The session ends soon: less than [`NEAR_END`] remains.
    NearEnd,
    /// The session has expired by the clock, or the service reports that it has ended.
    Ended,
    /// The service does not list the session although it has not expired.
    Unlisted,
    /// The user asked to restore the addresses of the session.
    Asked,
    /// Restoring has ended: the addresses were restored, or the user can try again.
    Settled,
    /// The service accepts none of the session's restore keys.
    Refused,
    /// An address that was to be restored was found in this session.
    Found,
}

/// Remaining time below which a session counts as [`SessionState::Expiring`]. A refresh has been due for a long
/// time then.
pub const NEAR_END: super::time::SignedDuration = super::time::SignedDuration::from_secs(120);

impl SessionState {
    /// Returns whether the session is live on the service.
    pub fn is_live(self) -> bool {
        matches!(self, Self::Live | Self::Expiring | Self::Adopted)
    }

    /// Returns whether the addresses of the session can be restored.
    pub fn can_restore(self) -> bool {
        matches!(self, Self::Lapsed | Self::Unreachable)
    }

    /// Returns the state after an event. An event that does not fit the state came too late and changes
    /// nothing.
    #[must_use]
    pub fn after(self, turn: SessionEvent) -> Self {
        match (self, turn) {
            (Self::Adopted, SessionEvent::Confirmed) | (_, SessionEvent::Found) => Self::Adopted,
            (_, SessionEvent::Confirmed) => Self::Live,
            (Self::Live | Self::Adopted, SessionEvent::NearEnd) => Self::Expiring,
            (Self::Restoring | Self::Unreachable, SessionEvent::Ended | SessionEvent::Unlisted) => self,
            (Self::Opening | Self::Live | Self::Expiring | Self::Adopted, SessionEvent::Unlisted)
            | (Self::Restoring, SessionEvent::Refused) => Self::Unreachable,
            (_, SessionEvent::Ended) | (Self::Restoring, SessionEvent::Settled) => Self::Lapsed,
            (Self::Lapsed | Self::Unreachable, SessionEvent::Asked) => Self::Restoring,
            (
                _,
                SessionEvent::NearEnd
                | SessionEvent::Unlisted
                | SessionEvent::Asked
                | SessionEvent::Settled
                | SessionEvent::Refused,
            ) => self,
        }
    }
}

/// An address that the user has deleted, and the session to which it belonged.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct DeletedAddress {
    /// The session to which the address belonged.
    pub session: SessionId,
    /// The address with its newest restore key.
    pub address: Address,
}

/// The user's wishes for a new session or address: on which domain it is.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct AddressOptions {
    /// Id of a domain that the service offers; `None` lets the service choose a domain at random.
    pub domain: Option<DomainId>,
    /// Whether the random choice excludes domains with an end date.
    pub permanent_only: bool,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_session_opens_expires_lapses_and_is_restored() {
        let turns = [
            (SessionEvent::Confirmed, SessionState::Live),
            (SessionEvent::NearEnd, SessionState::Expiring),
            (SessionEvent::Confirmed, SessionState::Live),
            (SessionEvent::Ended, SessionState::Lapsed),
            (SessionEvent::Ended, SessionState::Lapsed),
            (SessionEvent::Asked, SessionState::Restoring),
            (SessionEvent::Ended, SessionState::Restoring),
            (SessionEvent::Refused, SessionState::Unreachable),
            (SessionEvent::Asked, SessionState::Restoring),
            (SessionEvent::Settled, SessionState::Lapsed),
            (SessionEvent::Found, SessionState::Adopted),
            (SessionEvent::Confirmed, SessionState::Adopted),
            (SessionEvent::NearEnd, SessionState::Expiring),
        ];
        let mut life = SessionState::Opening;
        for (turn, then) in turns {
            life = life.after(turn);
            assert_eq!(life, then, "{turn:?}");
        }
    }

    #[test]
    fn late_events_change_nothing() {
        assert_eq!(SessionState::Live.after(SessionEvent::Refused), SessionState::Live);
        assert_eq!(SessionState::Lapsed.after(SessionEvent::NearEnd), SessionState::Lapsed);
        assert_eq!(SessionState::Opening.after(SessionEvent::Unlisted), SessionState::Unreachable);
        assert_eq!(SessionState::Lapsed.after(SessionEvent::Unlisted), SessionState::Lapsed);
    }
}
