//! The undo history: the changes that the user has made and can undo.

use super::sessions::SessionEntry;
use dropmail_client::domain::ids::{MailId, SessionId};
use dropmail_client::domain::session::Address;
use dropmail_client::domain::stored_mail::StoredMail;
use mail_reader::sanitize::SafeText;
use std::collections::HashSet;

/// Maximum number of changes that the user can undo; older changes are dropped.
const MAX_CHANGES: usize = 50;

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
}

/// The user's changes that can be undone, the newest last.
#[derive(Clone, PartialEq, Debug, Default)]
pub struct Changes(Vec<Change>);

impl Changes {
    /// Adds a change that the user can undo.
    pub fn record(&mut self, change: Change) {
        if self.0.len() >= MAX_CHANGES {
            self.0.remove(0);
        }
        self.0.push(change);
    }

    /// Removes and returns the newest change; `None` if there is no change to undo.
    pub fn take_last(&mut self) -> Option<Change> {
        self.0.pop()
    }

    /// Drops the hiding of these mails from the undo history, because the inbox shows the mails again.
    pub fn forget_hidden(&mut self, shown: &[MailId]) {
        for change in &mut self.0 {
            if let Change::Hidden(mails) = change {
                mails.retain(|mail| !shown.contains(&mail.summary.envelope.id));
            }
        }
        self.0.retain(|change| !matches!(change, Change::Hidden(mails) if mails.is_empty()));
    }

    /// Drops the deletion of this address from the undo history, because the address was restored in another way.
    pub fn forget_deleted(&mut self, restored: &Address) {
        let is_that = |change: &Change| matches!(change, Change::AddressDeleted(_, address) if address.address == restored.address);
        self.0.retain(|change| !is_that(change));
    }

    /// Drops the removal of this session from the undo history, because the list of sessions contains the session
    /// again.
    pub fn forget_removed(&mut self, session: &SessionId) {
        let is_that =
            |change: &Change| matches!(change, Change::SessionRemoved(row) if row.session.id == *session);
        self.0.retain(|change| !is_that(change));
    }

    /// Clears the undo history after all stored data was deleted.
    pub fn clear(&mut self) {
        self.0.clear();
    }

    /// Returns `true` if there is no change to undo.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }
}
