//! Sessions and their addresses, as the service tells of them.

use super::ids::{AddressId, DomainId, SessionId};
use super::sanitize::SafeText;
use super::secrets::RestoreKey;
use super::time::Timestamp;

/// One address of a session.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Address {
    /// The service's name for it.
    pub id: AddressId,
    /// `login@domain`.
    pub address: SafeText,
    /// What brings it back after its session has lapsed.
    pub restore_key: RestoreKey,
}

/// A box on the server that holds addresses and their mail until it lapses.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Session {
    /// The service's name for it.
    pub id: SessionId,
    /// When it lapses unless it is touched before, by the local clock: the adapter has taken
    /// the difference between the server's clock and ours out.
    pub expires_at: Timestamp,
    /// Newest first, as the service lists them.
    pub addresses: Vec<Address>,
}

/// A name longer than this many characters tells no more.
const LONGEST_LABEL: usize = 40;

/// What the user calls a session, as it was typed: no longer than a line of a pane; empty for none.
pub fn label(text: &str) -> SafeText {
    let label: String = text.trim().chars().take(LONGEST_LABEL).collect();
    label.trim_end().into()
}

/// A domain that addresses can be made on.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Domain {
    /// The service's name for it.
    pub id: DomainId,
    /// `example.org`.
    pub name: SafeText,
    /// When a rotating domain stops working; `None` for a permanent one.
    pub expires_at: Option<Timestamp>,
    /// When the service took it in, where it says so: a fresh domain is on fewer block lists.
    pub introduced_at: Option<Timestamp>,
    /// The doors that it is given out by, in the service's words: `API`, `WEB`, `TELEGRAM`.
    pub available_via: Vec<SafeText>,
}

impl Domain {
    /// Whether it can be one of the user's own: those are given out by this door alone, and have no
    /// end. Some of the service's are like that too; whose one is it does not say.
    pub fn can_be_own(&self) -> bool {
        self.expires_at.is_none() && matches!(&*self.available_via, [door] if door.as_str() == "API")
    }
}

/// Where a session is in its life, as the screen tells it.
///
/// ```text
/// Opening ─► Live ◄─► Expiring ─► Lapsed ─► Restoring ─► (its addresses live in another session)
///    └──────────────────────────►   │  ▲        │
///            Adopted ─► Expiring    └──┴────────┴─► Lost
/// ```
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Life {
    /// It was kept; whether it lives is not known yet.
    Opening,
    /// It lives.
    Live,
    /// It lives, and its end is near: touching it has not worked for a while.
    Expiring,
    /// It has ended; its mail and its keys are in the archive.
    Lapsed,
    /// Its addresses are being brought into another session.
    Restoring,
    /// It lives: it was found to hold an address that was to be restored.
    Adopted,
    /// It should live and the token does not show it, or the service takes none of its keys.
    Lost,
}

/// What moves a session through its life.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Turn {
    /// The service says that it lives, with time enough.
    Confirmed,
    /// Its end is near.
    NearEnd,
    /// Its time is over, or the service says that it is gone.
    Ended,
    /// The service does not list it, before its time is over.
    Unlisted,
    /// Its addresses were asked back.
    Asked,
    /// They came back, or it can be tried again.
    Settled,
    /// The service takes none of its keys.
    Refused,
    /// It holds an address that was to be restored.
    Found,
}

/// With less than this left a session is [`Life::Expiring`]: it was to be touched long before.
pub const NEAR_END: super::time::SignedDuration = super::time::SignedDuration::from_secs(120);

impl Life {
    /// Whether it lives on the service.
    pub fn is_live(self) -> bool {
        matches!(self, Self::Live | Self::Expiring | Self::Adopted)
    }

    /// Whether its addresses can be asked back.
    pub fn can_restore(self) -> bool {
        matches!(self, Self::Lapsed | Self::Lost)
    }

    /// The state after a turn. What does not fit changes nothing: it came too late.
    #[must_use]
    pub fn after(self, turn: Turn) -> Self {
        match (self, turn) {
            (Self::Adopted, Turn::Confirmed) | (_, Turn::Found) => Self::Adopted,
            (_, Turn::Confirmed) => Self::Live,
            (Self::Live | Self::Adopted, Turn::NearEnd) => Self::Expiring,
            (Self::Restoring | Self::Lost, Turn::Ended | Turn::Unlisted) => self,
            (Self::Opening | Self::Live | Self::Expiring | Self::Adopted, Turn::Unlisted)
            | (Self::Restoring, Turn::Refused) => Self::Lost,
            (_, Turn::Ended) | (Self::Restoring, Turn::Settled) => Self::Lapsed,
            (Self::Lapsed | Self::Lost, Turn::Asked) => Self::Restoring,
            (_, Turn::NearEnd | Turn::Unlisted | Turn::Asked | Turn::Settled | Turn::Refused) => self,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_session_is_taken_up_expires_lapses_and_is_restored() {
        let turns = [
            (Turn::Confirmed, Life::Live),
            (Turn::NearEnd, Life::Expiring),
            (Turn::Confirmed, Life::Live),
            (Turn::Ended, Life::Lapsed),
            (Turn::Ended, Life::Lapsed),
            (Turn::Asked, Life::Restoring),
            (Turn::Ended, Life::Restoring),
            (Turn::Refused, Life::Lost),
            (Turn::Asked, Life::Restoring),
            (Turn::Settled, Life::Lapsed),
            (Turn::Found, Life::Adopted),
            (Turn::Confirmed, Life::Adopted),
            (Turn::NearEnd, Life::Expiring),
        ];
        let mut life = Life::Opening;
        for (turn, then) in turns {
            life = life.after(turn);
            assert_eq!(life, then, "{turn:?}");
        }
    }

    #[test]
    fn what_comes_too_late_changes_nothing() {
        assert_eq!(Life::Live.after(Turn::Refused), Life::Live);
        assert_eq!(Life::Lapsed.after(Turn::NearEnd), Life::Lapsed);
        assert_eq!(Life::Opening.after(Turn::Unlisted), Life::Lost);
        assert_eq!(Life::Lapsed.after(Turn::Unlisted), Life::Lapsed);
    }
}
