//! The undo history: the changes that the user has made and can undo.

use super::sessions::SessionEntry;
use dropmail_client::domain::ids::{MailId, SessionId};
use dropmail_client::domain::session::Address;
use dropmail_client::domain::stored_mail::StoredMail;
use dropmail_client::domain::time::Timestamp;
use dropmail_client::domain::undo_step::{UndoEdit, UndoStep};
use mail_reader::sanitize::SafeText;
use std::collections::HashSet;

/// Maximum number of changes that the user can undo; older changes are dropped.
const MAX_CHANGES: usize = 50;

/// A change made by the user, with the data that is required to undo it.
#[derive(Clone, PartialEq, Debug)]
pub enum UndoableChange {
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
    list: Vec<UndoableChange>,
    /// `true` once the changes from earlier runs of the program have been added to the undo history; they are added
    /// only once.
    is_loaded: bool,
    /// The edits to the undo history that have not been sent to the archive yet, the newest last.
    unstored: Vec<UndoEdit>,
    /// `true` while the archive is storing edits that [`Changes::take_unstored`] returned.
    is_storing: bool,
}

impl Changes {
    /// Adds a change that the user can undo. Unless the change marks or unmarks mails, drops all earlier changes of
    /// marks: the marks only served to choose the mails for the command that made this change.
    pub fn record(&mut self, change: UndoableChange) {
        if !matches!(change, UndoableChange::Marks(_)) {
            self.forget_marks();
        }
        if self.list.len() >= MAX_CHANGES {
            // The user marks many mails one by one. This must not drop the other changes.
            let marks = self.list.iter().position(|change| matches!(change, UndoableChange::Marks(_)));
            let oldest = self.list.remove(marks.unwrap_or(0));
            self.unstored.extend(step_of(&oldest).map(UndoEdit::Remove));
        }
        self.unstored.extend(step_of(&change).map(UndoEdit::Add));
        self.list.push(change);
    }

    /// Inserts the changes from earlier runs, read from the archive, before those from this run. The archive may already
    /// contain changes from this run; these are not inserted a second time. A second call has no effect.
    pub fn load(&mut self, mut steps: Vec<UndoStep>) {
        if std::mem::replace(&mut self.is_loaded, true) {
            return;
        }
        for own in self.list.iter().rev().filter_map(step_of) {
            if let Some(at) = steps.iter().rposition(|step| *step == own) {
                steps.remove(at);
            }
        }
        self.list.splice(0..0, steps.into_iter().map(UndoableChange::from));
    }

    /// Removes and returns the edits that the archive must store, the newest last. Returns `None` if there are none.
    /// Also returns `None` while the archive is storing earlier edits, unless `now` is `true`.
    pub fn take_unstored(&mut self, now: bool) -> Option<Vec<UndoEdit>> {
        if self.unstored.is_empty() || self.is_storing && !now {
            return None;
        }
        self.is_storing = true;
        Some(std::mem::take(&mut self.unstored))
    }

    /// Drops the edits that have not been sent to the archive. Called if this process must not store changes.
    pub fn drop_unstored(&mut self) {
        self.unstored.clear();
    }

    /// Records that the archive has finished storing the edits that [`Self::take_unstored`] returned.
    pub fn stored(&mut self) {
        self.is_storing = false;
    }

    /// Removes and returns the newest change; `None` if there is no change to undo.
    pub fn take_last(&mut self) -> Option<UndoableChange> {
        let last = self.list.pop();
        self.unstored.extend(last.as_ref().and_then(step_of).map(UndoEdit::Remove));
        last
    }

    /// Drops the changes of the marks from the undo history, because a command has used the marks.
    pub fn forget_marks(&mut self) {
        self.list.retain(|change| !matches!(change, UndoableChange::Marks(_)));
    }

    /// Removes these mails from the changes that hid them, because the inbox shows them again. Drops a change that then
    /// contains no mail.
    pub fn forget_hidden(&mut self, shown: &[MailId]) {
        self.retain(|change| {
            if let UndoableChange::Hidden(mails) = change {
                mails.retain(|mail| !shown.contains(&mail.summary.envelope.id));
                !mails.is_empty()
            } else if let UndoableChange::Earlier(EarlierChange::Hidden(ids)) = change {
                ids.retain(|id| !shown.contains(id));
                !ids.is_empty()
            } else {
                true
            }
        });
    }

    /// Drops from the undo history the hiding of mails that the service received before the time `before`, because these
    /// mails were deleted from the archive.
    pub fn forget_purged(&mut self, before: Timestamp) {
        self.retain(|change| {
            let UndoableChange::Hidden(mails) = change else { return true };
            mails.retain(|mail| mail.summary.envelope.received_at >= before);
            !mails.is_empty()
        });
    }

    /// Assigns the undoable renamings of the session `from` to the session `into`, so that undoing them renames `into`.
    /// Called after `into` has received the addresses and the name of `from`.
    pub fn move_labels(&mut self, from: &SessionId, into: &SessionId) {
        self.retain(|change| {
            if let UndoableChange::Label(session, _) = change
                && session == from
            {
                session.clone_from(into);
            }
            true
        });
    }

    /// Drops the deletion of this address from the undo history, because the address has been restored by another
    /// command.
    pub fn forget_deleted(&mut self, restored: &Address) {
        let restored = &restored.address;
        self.retain(|change| {
            !matches!(change, UndoableChange::AddressDeleted(_, deleted) if deleted.address == *restored)
                && !matches!(change, UndoableChange::Earlier(EarlierChange::AddressDeleted(_, deleted)) if deleted == restored)
        });
    }

    /// Drops the removal of this session from the undo history, because the session is back in the list of sessions.
    pub fn forget_removed(&mut self, session: &SessionId) {
        self.retain(|change| {
            !matches!(change, UndoableChange::SessionRemoved(row) if row.session.id == *session)
                && !matches!(change, UndoableChange::Earlier(EarlierChange::SessionRemoved(id)) if id == session)
        });
    }

    /// Removes the changes for which `keeps` returns `false` from the undo history. `keeps` may also remove mails from
    /// a change. Adds edits to `unstored` that make the same changes to the stored undo history.
    fn retain(&mut self, mut keeps: impl FnMut(&mut UndoableChange) -> bool) {
        let unstored = &mut self.unstored;
        self.list.retain_mut(|change| {
            let before = step_of(change);
            let is_kept = keeps(change);
            let after = step_of(change).filter(|_| is_kept);
            unstored.extend(match (before, after) {
                (Some(before), Some(after)) if before != after => Some(UndoEdit::Replace(before, after)),
                (Some(before), None) => Some(UndoEdit::Remove(before)),
                (Some(_) | None, Some(_)) | (None, None) => None,
            });
            is_kept
        });
    }

    /// Clears the undo history after all stored data has been deleted.
    pub fn clear(&mut self) {
        self.list.clear();
        self.unstored.clear();
    }

    /// Returns `true` if there is no change to undo.
    pub fn is_empty(&self) -> bool {
        self.list.is_empty()
    }
}

impl From<UndoStep> for UndoableChange {
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

/// Converts a change to the form in which the archive stores it. Returns `None` for a change of marks, which is not
/// stored.
fn step_of(change: &UndoableChange) -> Option<UndoStep> {
    Some(match change {
        UndoableChange::Hidden(mails) => {
            UndoStep::Hidden(mails.iter().map(|mail| mail.summary.envelope.id.clone()).collect())
        }
        UndoableChange::Read(ids, read) => UndoStep::Read(ids.clone(), *read),
        UndoableChange::Starred(ids, starred) => UndoStep::Starred(ids.clone(), *starred),
        UndoableChange::Marks(_) => return None,
        UndoableChange::Label(session, before) => UndoStep::Label(session.clone(), before.clone()),
        UndoableChange::AddressDeleted(session, address) => {
            UndoStep::AddressDeleted(session.clone(), address.address.clone())
        }
        UndoableChange::SessionRemoved(row) => UndoStep::SessionRemoved(row.session.id.clone()),
        UndoableChange::Earlier(EarlierChange::Hidden(ids)) => UndoStep::Hidden(ids.clone()),
        UndoableChange::Earlier(EarlierChange::AddressDeleted(session, address)) => {
            UndoStep::AddressDeleted(session.clone(), address.clone())
        }
        UndoableChange::Earlier(EarlierChange::SessionRemoved(session)) => {
            UndoStep::SessionRemoved(session.clone())
        }
    })
}
