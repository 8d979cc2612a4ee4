//! Defines the types for mails in the archive: inbox rows, mail counts, search positions and search results.

use super::ids::SessionId;
use super::mail::Summary;
use super::session::Session;
use super::undo_step::UndoStep;
use mail_reader::sanitize::SafeText;

/// A mail in the archive, as shown in a row of the inbox: its summary, whether it is read, and whether it is starred.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct StoredMail {
    /// Summary of the mail for its row in the inbox: envelope, sender, subject, best code and best link.
    pub summary: Summary,
    /// `true` if the mail is marked as read.
    pub read: bool,
    /// `true` if the mail is starred.
    pub starred: bool,
    /// Position of the mail among mails with the same timestamp.
    pub order: ArrivalOrder,
}

impl StoredMail {
    /// Creates the inbox row for an unread mail that is not starred.
    pub fn new(summary: Summary) -> Self {
        Self { summary, read: false, starred: false, order: ArrivalOrder::default() }
    }
}

/// Position of a mail among the mails that the service received at the same time. The client numbers mails in the order
/// in which the service reports them, and the archive stores the number. The order is thus preserved after a restart.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug, Default)]
pub struct ArrivalOrder(pub i64);

/// The result of storing a mail: whether the mail was new to the archive.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Stored {
    /// The mail was not in the archive and has now been stored.
    New,
    /// The archive already contained the mail; nothing was changed.
    AlreadyPresent,
}

/// Maximum number of mails in a page of the inbox. The program reads only one page when it starts, no matter how many
/// mails the archive contains.
pub const MAILS_PER_PAGE: usize = 500;

/// The position of a search in the archive. Only mails that were stored earlier than the mail at this position remain
/// to be searched.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub struct SearchCursor(pub i64);

/// The result of one step of a search in the archive.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct SearchBatch {
    /// The mails that match the search query, among those that this step examined.
    pub mails: Vec<StoredMail>,
    /// The position at which the next step continues; `None` if all mails have been searched.
    pub reached: Option<SearchCursor>,
}

/// Numbers of stored mails, excluding hidden mails.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct MailCounts {
    /// Number of mails in each session. Sessions without mail are omitted.
    pub by_session: Vec<(SessionId, usize)>,
    /// Total number of unread mails in all sessions.
    pub unread: usize,
}

impl MailCounts {
    /// Returns the total number of mails in all sessions.
    pub fn total(&self) -> usize {
        self.by_session.iter().map(|(_, count)| count).sum()
    }
}

/// The data that the user interface reads from the archive when the program starts.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct ArchiveSnapshot {
    /// The sessions in the archive, newest first.
    pub sessions: Vec<Session>,
    /// The labels that the user has given to sessions.
    pub labels: Vec<(SessionId, SafeText)>,
    /// The address that the user has chosen as the current address; `None` if there is none.
    pub current: Option<SafeText>,
    /// The first page of the inbox: the newest mails in the archive, newest first.
    pub mails: Vec<StoredMail>,
    /// All addresses that the archive contains, in the order in which they were first stored.
    pub known_addresses: Vec<SafeText>,
    /// Expired sessions that the user has removed from the list of sessions.
    pub removed: Vec<SessionId>,
    /// The changes that the user can undo, newest last.
    pub undo_steps: Vec<UndoStep>,
}
