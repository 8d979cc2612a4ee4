//! The user's changes that can still be undone after a restart of the program.

use super::ids::{MailId, SessionId};
use mail_reader::sanitize::SafeText;

/// A change made by the user, with the data that is needed to undo it. The archive stores these changes.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum UndoStep {
    /// The user hid these mails from the inbox.
    Hidden(Vec<MailId>),
    /// The user marked these mails as read (`true`) or unread (`false`).
    Read(Vec<MailId>, bool),
    /// The user starred (`true`) or unstarred (`false`) these mails.
    Starred(Vec<MailId>, bool),
    /// The user changed the label of this session. The string is the previous label; it is empty if the session had no
    /// label.
    Label(SessionId, SafeText),
    /// The user deleted this address from the session.
    AddressDeleted(SessionId, SafeText),
    /// The user removed this expired session from the list of sessions.
    SessionRemoved(SessionId),
}

/// An edit of the stored undo history: adds, removes or replaces one undo step. Each program window stores only its own
/// edits, so that no window discards the undo steps of another.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum UndoEdit {
    /// Adds the given step as the newest one.
    Add(UndoStep),
    /// Removes the newest stored step that equals the given step, if there is one.
    Remove(UndoStep),
    /// Replaces the newest stored step that equals the first of the two given steps, if there is one, with the second.
    Replace(UndoStep, UndoStep),
}

impl UndoStep {
    /// Returns the number of mails that the change affected.
    pub fn mail_count(&self) -> usize {
        match self {
            Self::Hidden(ids) | Self::Read(ids, _) | Self::Starred(ids, _) => ids.len(),
            Self::Label(..) | Self::AddressDeleted(..) | Self::SessionRemoved(_) => 0,
        }
    }
}
