//! Defines sessions and their addresses, as reported by the service.

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
    /// The key with which the address can be restored after its session has expired.
    pub restore_key: RestoreKey,
}

/// An inbox on the service, with its addresses. The session expires ten minutes after the last access.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Session {
    /// The id that the service assigned to the session.
    pub id: SessionId,
    /// The time on the local clock at which the session expires unless a request extends its lifetime.
    pub expires_at: Timestamp,
    /// The addresses of the session, newest first.
    pub addresses: Vec<Address>,
}

/// Maximum length in characters of a session label; a longer label is truncated.
const MAX_LABEL_CHARS: usize = 40;

/// Cleans up a session label entered by the user: removes surrounding white space, and truncates the label to 40
/// characters so that it fits into a pane of the screen. The result may be empty.
pub fn clean_label(text: &str) -> SafeText {
    let label: String = text.trim().chars().take(MAX_LABEL_CHARS).collect();
    label.trim_end().into()
}

/// A mail domain on which users can create addresses.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Domain {
    /// The id that the service assigned to the domain.
    pub id: DomainId,
    /// The name of the domain, such as `example.org`.
    pub name: SafeText,
    /// The time at which a temporary domain stops working; `None` for a permanent domain.
    pub expires_at: Option<Timestamp>,
    /// The time at which the service introduced the domain; `None` if it is unknown. New domains are on fewer
    /// blocklists.
    pub introduced_at: Option<Timestamp>,
    /// The interfaces through which users can get addresses on the domain, as reported by the service: `API`, `WEB` or
    /// `TELEGRAM`.
    pub available_via: Vec<SafeText>,
}

impl Domain {
    /// Returns whether the domain may be one of the user's personal domains: it has no expiry date and is offered only
    /// through the API. The result is uncertain, because some other domains also meet these conditions, and the service
    /// does not report who owns a domain.
    pub fn can_be_own(&self) -> bool {
        self.expires_at.is_none() && matches!(&*self.available_via, [door] if door.as_str() == "API")
    }
}

/// State of a session, as shown on the screen.
///
/// ```text
/// Opening ─► Live ◄─► Expiring ─► Lapsed ─► Restoring ─► (its addresses are in another session)
///    └──────────────────────────►   │  ▲        │
///            Adopted ─► Expiring    └──┴────────┴─► Unreachable
/// ```
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum SessionState {
    /// The session was read from the archive. The service has not yet reported whether it is still live.
    Opening,
    /// The session is live on the service.
    Live,
    /// The session is live but will expire soon, because several requests to extend its lifetime have failed.
    Expiring,
    /// The session has expired; its mails and restore keys remain in the archive.
    Lapsed,
    /// The addresses of the session are being restored into another session.
    Restoring,
    /// The session is live. It was found when the user tried to restore one of its addresses.
    Adopted,
    /// The session should be live, but the service does not list it for the token, or it rejects all restore keys for
    /// the session's addresses.
    Unreachable,
}

/// An event that changes the state of a session.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum SessionEvent {
    /// The service reports that the session is live, and the session will not expire soon.
    Confirmed,
    /// The session will expire soon: less than [`NEAR_END`] of its lifetime remains.
    NearEnd,
    /// The session has expired according to the local clock, or the service reports that it no longer exists.
    Ended,
    /// The service does not list the session, although the session has not expired according to the local clock.
    Unlisted,
    /// The user has requested that the session's addresses be restored.
    RestoreRequested,
    /// An attempt to restore the session's addresses is over. Either they were restored, or the user can try again.
    RestoreFinished,
    /// The service rejects all restore keys for the session's addresses.
    KeysRejected,
    /// An address that the user wanted to restore was found in this session.
    AddressFound,
}

/// Remaining lifetime below which a session is [`SessionState::Expiring`]. Normally, a query extends the lifetime long
/// before that.
pub const NEAR_END: super::time::SignedDuration = super::time::SignedDuration::from_secs(120);

impl SessionState {
    /// Returns whether a session in this state is live on the service.
    pub fn is_live(self) -> bool {
        matches!(self, Self::Live | Self::Expiring | Self::Adopted)
    }

    /// Returns whether the addresses of a session in this state can be restored.
    pub fn can_restore(self) -> bool {
        matches!(self, Self::Lapsed | Self::Unreachable)
    }

    /// Returns the state of the session after an event. Ignores an event that is impossible in the current state,
    /// because such an event must have arrived late.
    #[must_use]
    pub fn next_state(self, turn: SessionEvent) -> Self {
        match (self, turn) {
            (Self::Adopted, SessionEvent::Confirmed) | (_, SessionEvent::AddressFound) => Self::Adopted,
            (_, SessionEvent::Confirmed) => Self::Live,
            (Self::Live | Self::Adopted, SessionEvent::NearEnd) => Self::Expiring,
            (Self::Restoring | Self::Unreachable, SessionEvent::Ended | SessionEvent::Unlisted) => self,
            (Self::Opening | Self::Live | Self::Expiring | Self::Adopted, SessionEvent::Unlisted)
            | (Self::Restoring, SessionEvent::KeysRejected) => Self::Unreachable,
            (_, SessionEvent::Ended) | (Self::Restoring, SessionEvent::RestoreFinished) => Self::Lapsed,
            (Self::Lapsed | Self::Unreachable, SessionEvent::RestoreRequested) => Self::Restoring,
            (
                _,
                SessionEvent::NearEnd
                | SessionEvent::Unlisted
                | SessionEvent::RestoreRequested
                | SessionEvent::RestoreFinished
                | SessionEvent::KeysRejected,
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

/// The user's options for a new address: the domains from which the service may choose.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct AddressOptions {
    /// Id of the domain for the new address; `None` lets the service choose a domain at random.
    pub domain: Option<DomainId>,
    /// `true` if the service may choose only domains that have no expiry date.
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
            (SessionEvent::RestoreRequested, SessionState::Restoring),
            (SessionEvent::Ended, SessionState::Restoring),
            (SessionEvent::KeysRejected, SessionState::Unreachable),
            (SessionEvent::RestoreRequested, SessionState::Restoring),
            (SessionEvent::RestoreFinished, SessionState::Lapsed),
            (SessionEvent::AddressFound, SessionState::Adopted),
            (SessionEvent::Confirmed, SessionState::Adopted),
            (SessionEvent::NearEnd, SessionState::Expiring),
        ];
        let mut lifetime = SessionState::Opening;
        for (turn, then) in turns {
            lifetime = lifetime.next_state(turn);
            assert_eq!(lifetime, then, "{turn:?}");
        }
    }

    #[test]
    fn late_events_are_ignored() {
        assert_eq!(SessionState::Live.next_state(SessionEvent::KeysRejected), SessionState::Live);
        assert_eq!(SessionState::Lapsed.next_state(SessionEvent::NearEnd), SessionState::Lapsed);
        assert_eq!(SessionState::Opening.next_state(SessionEvent::Unlisted), SessionState::Unreachable);
        assert_eq!(SessionState::Lapsed.next_state(SessionEvent::Unlisted), SessionState::Lapsed);
    }
}
