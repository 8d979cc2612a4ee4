//! The archive on disk: tokens, sessions with their addresses and restore keys, and all mails.

use crate::domain::extract::{Code, Link};
use crate::domain::ids::{AddressId, MailId, SessionId};
use crate::domain::mail::{Envelope, Mail, Summary};
use crate::domain::sanitize::SafeText;
use crate::domain::search::Query;
use crate::domain::secrets::{RestoreKey, Token};
use crate::domain::session::{Address, Session};
use crate::domain::time::Timestamp;
use bytes::Bytes;
use std::path::PathBuf;

/// Why the archive could not store or read something.
#[derive(Debug, thiserror::Error)]
pub enum ArchiveError {
    /// Another program has locked the archive.
    #[error("the archive at {place} is locked by another program")]
    Held {
        /// The archive file.
        place: String,
    },
    /// A secret in the archive is encrypted, and the keyring does not return the key.
    #[error("the token and the restore keys in the archive at {place} are encrypted, and {reason}")]
    Sealed {
        /// The archive file.
        place: String,
        /// The failure of the keyring, as a clause such as "the keyring is locked".
        reason: String,
    },
    /// The disk or the database failed.
    #[error("the archive at {place}: {reason}")]
    Broken {
        /// The archive file, or `memory`.
        place: String,
        /// The message of the database or the system.
        reason: String,
    },
}

/// A token stored in the archive.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct ArchivedToken {
    /// The token.
    pub token: Token,
    /// When the token expires, by the local clock; `None` if its end is not known.
    pub ends_at: Option<Timestamp>,
}

/// A mail stored in the archive, with its read mark.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct StoredMail {
    /// Envelope, sender, subject, best code and link of the mail, for a row of the inbox.
    pub summary: Summary,
    /// Whether the user has opened the mail.
    pub read: bool,
}

/// Whether a mail was new to the archive.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Stored {
    /// The archive did not contain the mail and has stored it.
    New,
    /// The archive already contained the mail; nothing was changed.
    AlreadyPresent,
}

/// Number of mails in a page of the inbox. At the start only one page is read, however many mails the archive
/// holds.
pub const PAGE: usize = 500;

/// Position of a search in steps: mails stored before this position are still to be searched.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub struct SearchCursor(pub i64);

/// The result of one step of a search.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct SearchBatch {
    /// Matching mails of this step.
    pub mails: Vec<StoredMail>,
    /// Position at which the next step continues; `None` at the end of the archive.
    pub reached: Option<SearchCursor>,
}

/// Numbers of stored mails that are not hidden.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct MailCounts {
    /// Number of mails per session; sessions without mail are left out.
    pub by_session: Vec<(SessionId, usize)>,
    /// Number of unread mails in all sessions together.
    pub unread: usize,
}

impl MailCounts {
    /// Number of mails in all sessions together.
    pub fn total(&self) -> usize {
        self.by_session.iter().map(|(_, count)| count).sum()
    }
}

/// Codes and links of a stored mail, the most confident first.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct Findings {
    /// Codes, the most confident first.
    pub codes: Vec<Code>,
    /// Links, in descending order of confidence.
    pub links: Vec<Link>,
}

/// An address that the user deleted, and the session it belonged to.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct DeletedAddress {
    /// The session that had the address.
    pub session: SessionId,
    /// The address with its newest restore key.
    pub address: Address,
}

/// Which mails to delete permanently.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Purge {
    /// Mails that the service received before this time.
    Before(Timestamp),
    /// All mails, sessions, addresses, restore keys and tokens.
    Everything,
}

/// Stores mails, sessions, restore keys and tokens. Its methods block on the disk, so they must not run on
/// the event loop.
pub trait Archive: Send + Sync + std::fmt::Debug {
    /// Whether the archive can be written; an archive that cannot be written may still be readable.
    fn is_writable(&self) -> bool;
    /// The token stored for the service at `base`, its base address.
    fn token(&self, base: &str) -> Result<Option<ArchivedToken>, ArchiveError>;
    /// Stores a token for a service. An earlier token stays in the archive as a previous one.
    fn put_token(&self, base: &str, token: &ArchivedToken) -> Result<(), ArchiveError>;
    /// Sessions stored for a service, newest first, lapsed ones included.
    fn sessions(&self, base: &str) -> Result<Vec<Session>, ArchiveError>;
    /// Stores a new or changed session with its addresses and restore keys. An address that the session no
    /// longer lists stays in the archive: [`Self::restore_key`] still finds its key.
    fn put_session(&self, base: &str, session: &Session) -> Result<(), ArchiveError>;
    /// Stores a new or changed address of a session with its restore key. An earlier key stays in the archive
    /// as a previous one.
    fn put_address(&self, base: &str, session: &SessionId, address: &Address) -> Result<(), ArchiveError>;
    /// Names that the user gave to sessions; sessions without a name are left out.
    fn labels(&self, base: &str) -> Result<Vec<(SessionId, SafeText)>, ArchiveError>;
    /// Stores the name that the user gave to a stored session; an empty name removes it.
    fn set_label(&self, base: &str, session: &SessionId, label: &SafeText) -> Result<(), ArchiveError>;
    /// The newest restore key of an address, even if no session lists the address any more.
    fn restore_key(&self, base: &str, address: &str) -> Result<Option<RestoreKey>, ArchiveError>;
    /// Previous restore keys of an address, the latest first, at most `count`.
    fn previous_restore_keys(
        &self,
        base: &str,
        address: &str,
        count: usize,
    ) -> Result<Vec<RestoreKey>, ArchiveError>;
    /// Stores a mail: its exact bytes, its summary and its text for the search.
    fn put_mail(
        &self,
        base: &str,
        summary: &Summary,
        raw: &[u8],
        mail: &Mail,
    ) -> Result<Stored, ArchiveError>;
    /// Mails stored for a service that are not hidden, newest first.
    fn mails(&self, base: &str) -> Result<Vec<StoredMail>, ArchiveError>;
    /// Summary and read mark of a stored mail, without its bytes.
    fn kept(&self, id: &MailId) -> Result<Option<StoredMail>, ArchiveError>;
    /// The envelope and the exact bytes of a mail.
    fn mail(&self, id: &MailId) -> Result<Option<(Envelope, Bytes)>, ArchiveError>;
    /// The mail up to which the archive's copy of a session is complete: it contains every mail that the
    /// service lists up to this one. `None` if that is not known.
    fn complete_to(&self, base: &str, session: &SessionId) -> Result<Option<MailId>, ArchiveError>;
    /// Changes the result of [`Self::complete_to`] to `to`, but only if it still is `from`, because another
    /// program may have changed it. Returns whether it did.
    fn move_complete_to(
        &self,
        base: &str,
        session: &SessionId,
        from: Option<&MailId>,
        to: &MailId,
    ) -> Result<bool, ArchiveError>;
    /// The newest stored mail of a session. Older mails may be missing.
    fn newest(&self, session: &SessionId) -> Result<Option<MailId>, ArchiveError>;
    /// Marks a mail as read or unread.
    fn set_read(&self, id: &MailId, read: bool) -> Result<(), ArchiveError>;
    /// Hides a mail from the inbox, or shows it again; a hidden mail stays in the archive.
    fn set_hidden(&self, id: &MailId, hidden: bool) -> Result<(), ArchiveError>;
    /// Hidden mails, newest first.
    fn hidden(&self, base: &str) -> Result<Vec<StoredMail>, ArchiveError>;
    /// Whether the archive contains a mail and hides it.
    fn is_hidden(&self, id: &MailId) -> Result<bool, ArchiveError>;
    /// A page of the inbox, newest first: at most `count` mails older than `below`, or the newest ones.
    fn page(&self, base: &str, below: Option<&MailId>, count: usize)
    -> Result<Vec<StoredMail>, ArchiveError>;
    /// Numbers of stored mails that are not hidden.
    fn tally(&self, base: &str) -> Result<MailCounts, ArchiveError>;
    /// Mails that contain all words of a query: the newest `count` of them, hidden ones included.
    fn search(&self, base: &str, query: &Query, count: usize) -> Result<Vec<StoredMail>, ArchiveError>;
    /// Searches the next `count` mails that are not hidden, in reverse order of storing, from the position
    /// `from` or from the latest stored mail on.
    fn step(
        &self,
        base: &str,
        query: &Query,
        from: Option<SearchCursor>,
        count: usize,
    ) -> Result<SearchBatch, ArchiveError>;
    /// All codes and links of a mail; `None` if the archive does not contain the mail or its findings.
    fn findings(&self, id: &MailId) -> Result<Option<Findings>, ArchiveError>;
    /// At most `count` mails that an earlier version parsed, newest first. Their rows and the search lack what
    /// this version finds in them.
    fn outdated(&self, count: usize) -> Result<Vec<(Envelope, Bytes)>, ArchiveError>;
    /// Updates the rows and the search text of such mails, all or none of them. Returns the new rows.
    fn update(&self, mails: &[(Envelope, Mail)]) -> Result<Vec<StoredMail>, ArchiveError>;
    /// Adds at most `count` mails to the search index that were stored since, or that an earlier version
    /// indexed in another format. Returns how many it added. Until none is left, a search is slower but finds
    /// the same mails.
    fn index_words(&self, count: usize) -> Result<usize, ArchiveError>;
    /// Marks the address with this id as deleted by the user; its restore key stays stored.
    fn mark_deleted(&self, base: &str, id: &AddressId) -> Result<(), ArchiveError>;
    /// Addresses that the user deleted and has not restored, the latest deletion first.
    fn deleted(&self, base: &str) -> Result<Vec<DeletedAddress>, ArchiveError>;
    /// Deletes mails of all services so that none of their bytes stay in the files; returns their number.
    /// [`Purge::Everything`] also deletes the files of [`Self::quarantined_archives`].
    fn purge(&self, what: Purge) -> Result<usize, ArchiveError>;
    /// Does one short step of maintenance so that the archive stays fast. It adds new mails to the search
    /// index, merges the segments of the index and finally checkpoints the write-ahead log. It also finishes
    /// a purge that was interrupted. Returns whether there is more to do.
    fn optimize(&self) -> Result<bool, ArchiveError>;
    /// Files of earlier, damaged archives that were moved aside. They may contain mails and restore keys.
    fn quarantined_archives(&self) -> Result<Vec<PathBuf>, ArchiveError>;
    /// Makes a locked keyring show its prompt again. Does not wait for the user.
    fn ask_keyring_again(&self) {}
    /// Encrypts secrets that were stored before the keyring was available, if there is a keyring.
    fn seal_secrets(&self) -> Result<(), ArchiveError>;
    /// A number that grows whenever another program changes the archive.
    fn changes(&self) -> Result<i64, ArchiveError>;
}
