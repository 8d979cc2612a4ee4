//! The format of the changes that processes sharing a data directory report to each other.

use super::{Address, Session, from_microseconds};
use crate::domain::ids::{AddressId, MailId, SessionId};
use crate::domain::session;
use crate::domain::sharing::SharedChange;
use crate::domain::time::Timestamp;
use mail_reader::sanitize::SafeText;
use serde::{Deserialize, Serialize};

/// A change that one process made and reported to the other processes that share the data directory.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(tag = "what", rename_all = "snake_case")]
pub(in crate::instance) enum Change {
    Archive,
    SessionOpened {
        session: Session,
    },
    AddressAdded {
        session: String,
        address: Address,
    },
    AddressDeleted {
        id: String,
    },
    Read {
        mail: String,
        read: bool,
    },
    Hidden {
        mail: String,
        hidden: bool,
    },
    Starred {
        mail: String,
        starred: bool,
    },
    Label {
        session: String,
        label: String,
    },
    Current {
        address: Option<String>,
    },
    Queried {
        session: Session,
    },
    SessionRemoved {
        session: String,
        removed: bool,
    },
    /// All mails that were received before the time `before` (microseconds since 1970, on the service's clock) were
    /// deleted. If `before` is `None`, all data was deleted.
    Purged {
        before: Option<i64>,
    },
    Settings,
}

impl From<&SharedChange> for Change {
    fn from(change: &SharedChange) -> Self {
        let text = |text: &SafeText| text.as_str().to_owned();
        match change {
            SharedChange::Archive => Self::Archive,
            SharedChange::SessionOpened(session) => Self::SessionOpened { session: session.into() },
            SharedChange::AddressAdded(session, address) => {
                Self::AddressAdded { session: session.to_string(), address: address.into() }
            }
            SharedChange::AddressDeleted(id) => Self::AddressDeleted { id: id.to_string() },
            SharedChange::Read(mail, read) => Self::Read { mail: mail.to_string(), read: *read },
            SharedChange::Hidden(mail, hidden) => Self::Hidden { mail: mail.to_string(), hidden: *hidden },
            SharedChange::Starred(mail, starred) => {
                Self::Starred { mail: mail.to_string(), starred: *starred }
            }
            SharedChange::Label(session, label) => {
                Self::Label { session: session.to_string(), label: text(label) }
            }
            SharedChange::Current(address) => Self::Current { address: address.as_ref().map(text) },
            SharedChange::Queried(session) => Self::Queried { session: session.into() },
            SharedChange::SessionRemoved(session, removed) => {
                Self::SessionRemoved { session: session.to_string(), removed: *removed }
            }
            SharedChange::Purged(before) => Self::Purged { before: before.map(Timestamp::as_microsecond) },
            SharedChange::Settings => Self::Settings,
        }
    }
}

impl From<Change> for SharedChange {
    fn from(change: Change) -> Self {
        match change {
            Change::Archive => Self::Archive,
            Change::SessionOpened { session } => Self::SessionOpened(session.into()),
            Change::AddressAdded { session, address } => {
                Self::AddressAdded(SessionId::new(session), address.into())
            }
            Change::AddressDeleted { id } => Self::AddressDeleted(AddressId::new(id)),
            Change::Read { mail, read } => Self::Read(MailId::new(mail), read),
            Change::Hidden { mail, hidden } => Self::Hidden(MailId::new(mail), hidden),
            Change::Starred { mail, starred } => Self::Starred(MailId::new(mail), starred),
            Change::Label { session, label } => {
                Self::Label(SessionId::new(session), session::clean_label(&label))
            }
            Change::Current { address } => Self::Current(address.map(|address| SafeText::new(&address))),
            Change::Queried { session } => Self::Queried(session.into()),
            Change::SessionRemoved { session, removed } => {
                Self::SessionRemoved(SessionId::new(session), removed)
            }
            Change::Purged { before } => Self::Purged(before.map(from_microseconds)),
            Change::Settings => Self::Settings,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_change_survives_a_round_trip_through_json() {
        let at = Timestamp::from_microsecond(1_772_366_400_000_001).unwrap();
        let session = session::Session {
            id: SessionId::new("s"),
            expires_at: Timestamp::from_millisecond(1_772_366_400_001).unwrap(),
            addresses: Vec::new(),
        };
        for change in [
            SharedChange::Archive,
            SharedChange::Queried(session.clone()),
            SharedChange::SessionOpened(session),
            SharedChange::SessionRemoved(SessionId::new("s"), true),
            SharedChange::Purged(Some(at)),
            SharedChange::Purged(None),
            SharedChange::Hidden(MailId::new("m"), false),
            SharedChange::Label(SessionId::new("s"), "Trip".into()),
            SharedChange::Current(None),
            SharedChange::Settings,
        ] {
            let text = serde_json::to_string(&Change::from(&change)).unwrap();
            assert_eq!(SharedChange::from(serde_json::from_str::<Change>(&text).unwrap()), change);
        }
    }
}
