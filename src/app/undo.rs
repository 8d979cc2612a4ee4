//! The undo history: the changes that the user has made and can undo.

use super::sessions::SessionEntry;
use dropmail_client::domain::ids::{MailId, SessionId};
use dropmail_client::domain::session::Address;
use dropmail_client::domain::stored_mail::StoredMail;
use dropmail_client::domain::undo_step::UndoStep;
use mail_reader::sanitize::SafeText;
use std::collections::HashSet;

/// Maximum number of changes that the user can undo; older changes are dropped.
const MAX_CHANGES: usize = 50;

/// Maximum total number of mails in the undo history that the archive stores. Older changes, which would exceed this
/// number, are not stored.
const MAX_STORED_MAILS: usize = 1_000;

/// A change made by the user, with the data that is required to undo it.
#[derive(Clone, PartialEq, Debug)]
pub enum Change {
    /// The user hid these mails from the inbox.
    Hidden(Vec<StoredMail>),
    /// The user marked these mails as read (`true`) or unread (`false`).
    Read(Vec<MailId>, bool),
    /// The user starred (`true`) or unstarred (`false`) these mails.
    Starred(Vec<MailId>, bool),
    /// The user marked or unmarked mails. The value contains the ids of the mails that were marked before.
    Marks(HashSet<MailId>),
    /// The user renamed a session. The value contains the previous name, or an empty string if the session had no name.
    Label(SessionId, SafeText),
    /// The user deleted this address from the session.
    AddressDeleted(SessionId, Address),
    /// The user removed this expired session from the list of sessions.
    SessionRemoved(Box<SessionEntry>),
    /// The user made this change in an earlier run of the program.
    Earlier(EarlierChange),
}

/// A change that the user made in an earlier run of the program. The data that is required to undo it is in the
/// archive.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum EarlierChange {
    /// The user hid these mails from the inbox.
    Hidden(Vec<MailId>),
    /// The user deleted this address from the session.
    AddressDeleted(SessionId, SafeText),
    /// The user removed this expired session from the list of sessions.
    SessionRemoved(SessionId),
}

/// The user's changes that can be undone, the newest last.
#[derive(Clone, PartialEq, Debug, Default)]
pub struct Changes {
    list: Vec<Change>,
    /// `true` once the changes of earlier runs have been added; they are not added again.
    is_loaded: bool,
    /// `true` if the list differs from the one that was last sent to the archive, so that it must be stored again.
    is_changed: bool,
    /// `true` while the archive is storing an earlier state of the list.
    is_storing: bool,
}

impl Changes {
    /// Adds a change that the user can undo.
    pub fn record(&mut self, change: Change) {
        if self.list.len() >= MAX_CHANGES {
            self.list.remove(0);
        }
        self.list.push(change);
        self.is_changed = true;
    }

    /// Adds the changes of earlier runs, which the archive has stored, before those of this run. A second call has no
    /// effect, because the archive then also contains the changes of this run.
    pub fn load(&mut self, steps: Vec<UndoStep>) {
        if !std::mem::replace(&mut self.is_loaded, true) {
            self.list.splice(0..0, steps.into_iter().map(Change::from));
        }
    }

    /// Returns the changes to send to the archive, the newest last. Returns `None` if the archive already has them, or
    /// if it is still storing an earlier state and `now` is `false`.
    pub fn take_unstored(&mut self, now: bool) -> Option<Vec<UndoStep>> {
        if !self.is_changed || self.is_storing && !now {
            return None;
        }
        (self.is_changed, self.is_storing) = (false, true);
        let mut room = MAX_STORED_MAILS;
        let newest = self.list.iter().rev().filter_map(step_of);
        let mut steps: Vec<UndoStep> = newest
            .map_while(|step| {
                room = room.checked_sub(step.mail_count())?;
                Some(step)
            })
            .collect();
        steps.reverse();
        Some(steps)
    }

    /// Records that the archive has stored the changes that [`Self::take_unstored`] returned.
    pub fn stored(&mut self) {
        self.is_storing = false;
    }

    /// Removes and returns the newest change; `None` if there is no change to undo.
    pub fn take_last(&mut self) -> Option<Change> {
        let last = self.list.pop();
        self.is_changed |= last.is_some();
        last
    }

    /// Drops the hiding of these mails from the undo history, because the inbox shows the mails again.
    pub fn forget_hidden(&mut self, shown: &[MailId]) {
        self.is_changed = true;
        self.list.retain_mut(|change| {
            if let Change::Hidden(mails) = change {
                mails.retain(|mail| !shown.contains(&mail.summary.envelope.id));
                !mails.is_empty()
            } else if let Change::Earlier(EarlierChange::Hidden(ids)) = change {
                ids.retain(|id| !shown.contains(id));
                !ids.is_empty()
            } else {
                true
            }
        });
    }

    /// Drops the deletion of this address from the undo history, because the address was restored in another way.
    pub fn forget_deleted(&mut self, restored: &Address) {
        self.is_changed = true;
        let restored = &restored.address;
        self.list.retain(|change| {
            !matches!(change, Change::AddressDeleted(_, deleted) if deleted.address == *restored)
                && !matches!(change, Change::Earlier(EarlierChange::AddressDeleted(_, deleted)) if deleted == restored)
        });
    }

    /// Drops the removal of this session from the undo history, because the list of sessions contains the session
    /// again.
    pub fn forget_removed(&mut self, session: &SessionId) {
        self.is_changed = true;
        self.list.retain(|change| {
            !matches!(change, Change::SessionRemoved(row) if row.session.id == *session)
                && !matches!(change, Change::Earlier(EarlierChange::SessionRemoved(id)) if id == session)
        });
    }

    /// Clears the undo history after all stored data was deleted.
    pub fn clear(&mut self) {
        self.is_changed |= !self.list.is_empty();
        self.list.clear();
    }

    /// Returns whether there is no change to undo.
    pub fn is_empty(&self) -> bool {
        self.list.is_empty()
    }
}

impl From<UndoStep> for Change {
    fn from(step: UndoStep) -> Self {
        match step {
            UndoStep::Hidden(ids) => Self::Earlier(EarlierChange::Hidden(ids)),
            UndoStep::Read(ids, read) => Self::Read(ids, read),
            UndoStep::Starred(ids, starred) => Self::Starred(ids, starred),
            UndoStep::Label(session, before) => Self::Label(session, before),
            UndoStep::AddressDeleted(session, address) => {
                Self::Earlier(EarlierChange::AddressDeleted(session, address))
            }
            UndoStep::SessionRemoved(session) => Self::Earlier(EarlierChange::SessionRemoved(session)),
        }
    }
}

/// Converts a change to the form in which the archive stores it; `None` for marks, which are not stored.
fn step_of(change: &Change) -> Option<UndoStep> {
    Some(match change {
        Change::Hidden(mails) => {
            UndoStep::Hidden(mails.iter().map(|mail| mail.summary.envelope.id.clone()).collect())
        }
        Change::Read(ids, read) => UndoStep::Read(ids.clone(), *read),
        Change::Starred(ids, starred) => UndoStep::Starred(ids.clone(), *starred),
        Change::Marks(_) => return None,
        Change::Label(session, before) => UndoStep::Label(session.clone(), before.clone()),
        Change::AddressDeleted(session, address) => {
            UndoStep::AddressDeleted(session.clone(), address.address.clone())
        }
        Change::SessionRemoved(row) => UndoStep::SessionRemoved(row.session.id.clone()),
        Change::Earlier(EarlierChange::Hidden(ids)) => UndoStep::Hidden(ids.clone()),
        Change::Earlier(EarlierChange::AddressDeleted(session, address)) => {
            UndoStep::AddressDeleted(session.clone(), address.clone())
        }
        Change::Earlier(EarlierChange::SessionRemoved(session)) => UndoStep::SessionRemoved(session.clone()),
    })
}
