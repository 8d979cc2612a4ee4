//! The changes that the user can undo, newest last.

use super::sessions::SessionEntry;
use crate::domain::ids::{MailId, SessionId};
use crate::domain::session::Address;
use crate::domain::stored_mail::StoredMail;
use mail_reader::sanitize::SafeText;
use std::collections::HashSet;

/// Maximum number of changes that can be undone; older ones are forgotten.
const MAX_CHANGES: usize = 50;

/// A change by the user, with the data that undoes the change.
#[derive(Clone, PartialEq, Debug)]
pub enum Change {
    /// These mails were hidden from the list.
    Hidden(Vec<StoredMail>),
    /// These mails were marked as read (`true`) or unread.
    Read(Vec<MailId>, bool),
    /// These mails got a star (`true`) or lost it.
    Starred(Vec<MailId>, bool),
    /// The marks on mails changed; these mails were marked before.
    Marks(HashSet<MailId>),
    /// A session got a name; the text is the name before, empty if there was none.
    Label(SessionId, SafeText),
    /// An address was deleted from a session.
    AddressDeleted(SessionId, Address),
    /// A lapsed session was taken out of the list.
    SessionRemoved(Box<SessionEntry>),
}

/// The changes that the user can undo.
#[derive(Clone, PartialEq, Debug, Default)]
pub struct Changes(Vec<Change>);

impl Changes {
    /// Records a change, so that the user can undo it.
    pub fn record(&mut self, change: Change) {
        if self.0.len() >= MAX_CHANGES {
            self.0.remove(0);
        }
        self.0.push(change);
    }

    /// Removes the newest change and returns it; `None` if there is none.
    pub fn take_last(&mut self) -> Option<Change> {
        self.0.pop()
    }

    /// Forgets that mails were hidden, because they are in the list again.
    pub fn forget_hidden(&mut self, shown: &[MailId]) {
        for change in &mut self.0 {
            if let Change::Hidden(mails) = change {
                mails.retain(|mail| !shown.contains(&mail.summary.envelope.id));
            }
        }
        self.0.retain(|change| !matches!(change, Change::Hidden(mails) if mails.is_empty()));
    }

    /// Forgets that an address was deleted, because the user has restored it in another way.
    pub fn forget_deleted(&mut self, restored: &Address) {
        let is_that = |change: &Change| matches!(change, Change::AddressDeleted(_, address) if address.address == restored.address);
        self.0.retain(|change| !is_that(change));
    }

    /// Forgets that a session was taken out of the list, because the session is in the list again.
    pub fn forget_removed(&mut self, session: &SessionId) {
        let is_that =
            |change: &Change| matches!(change, Change::SessionRemoved(row) if row.session.id == *session);
        self.0.retain(|change| !is_that(change));
    }

    /// Returns whether there is no change to undo.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }
}
