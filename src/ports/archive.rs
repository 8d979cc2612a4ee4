//! The archive on disk: tokens, sessions with their addresses and restore keys, and all mails.

use crate::domain::history::HistoryEntry;
use crate::domain::ids::{AddressId, MailId, SessionId};
use crate::domain::keyring::KeyringProblem;
use crate::domain::mail::{Envelope, Summary};
use crate::domain::search::Query;
use crate::domain::secrets::{RestoreKey, Token};
use crate::domain::session::{Address, DeletedAddress, Session};
use crate::domain::stored_mail::{ArrivalOrder, MailCounts, SearchBatch, SearchCursor, Stored, StoredMail};
use crate::domain::time::Timestamp;
use bytes::Bytes;
use mail_codes::{Findings, MailWithFindings};
use mail_reader::sanitize::SafeText;
use std::path::PathBuf;

/// Reasons why the archive could not store or read something.
#[derive(Debug, thiserror::Error)]
pub enum ArchiveError {
    /// Another program has locked the archive.
    #[error("the archive at {place} is locked by another program")]
    Held {
        /// Path of the archive file.
        place: String,
    },
    /// A secret in the archive is encrypted, and the keyring does not return the key that decrypts it.
    #[error("the token and the restore keys in the archive at {place} are encrypted, and {reason}")]
    Sealed {
        /// Path of the archive file.
        place: String,
        /// The reason why the keyring does not return the key.
        reason: KeyringProblem,
    },
    /// A secret cannot be encrypted for the archive, because the keyring does not return the key.
    #[error("the archive at {place} cannot store a token or a restore key encrypted, because {reason}")]
    KeyringLocked {
        /// The archive file.
        place: String,
        /// The reason why the keyring does not return the key.
        reason: KeyringProblem,
    },
    /// The disk or the database failed while the archive read or stored something.
    #[error("the archive at {place}: {reason}")]
    Broken {
        /// Path of the archive file, or `memory`.
        place: String,
        /// The error text of the database or of the operating system.
        reason: String,
    },
}

/// A token that the archive stores, with its time of expiry.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct ArchivedToken {
    /// The token that gives access to the user's sessions.
    pub token: Token,
    /// When the token expires, by the local clock; `None` if that is not known.
    pub ends_at: Option<Timestamp>,
}

/// Which mails are deleted permanently from the archive.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Purge {
    /// Delete the mails that the service received before this time.
    Before(Timestamp),
    /// Delete all mails, sessions, addresses, restore keys and tokens.
    Everything,
}

/// The archive: stores mails, sessions, restore keys and tokens. The methods block on the disk, so they must
/// not run on the event loop.
pub trait Archive: Send + Sync + std::fmt::Debug {
    /// Returns whether the archive can be written. An archive that is not writable may still be readable.
    fn is_writable(&self) -> bool;
    /// Returns the token stored for a service, where `base` is the address of the service.
    fn token(&self, base: &str) -> Result<Option<ArchivedToken>, ArchiveError>;
    /// Stores a token for a service. The archive keeps an earlier token as a previous one.
    fn put_token(&self, base: &str, token: &ArchivedToken) -> Result<(), ArchiveError>;
    /// Lists the sessions stored for a service, newest first, including the lapsed ones.
    fn sessions(&self, base: &str) -> Result<Vec<Session>, ArchiveError>;
    /// Stores a new or changed session with its addresses and restore keys. An address that the session no
    /// longer contains stays in the archive: [`Self::restore_key`] still finds its key.
    fn put_session(&self, base: &str, session: &Session) -> Result<(), ArchiveError>;
    /// Stores a new or changed address of a session with its restore key. The archive keeps an earlier key as
    /// a previous one.
    fn put_address(&self, base: &str, session: &SessionId, address: &Address) -> Result<(), ArchiveError>;
    /// Lists the names that the user gave to sessions; sessions without a name are left out.
    fn labels(&self, base: &str) -> Result<Vec<(SessionId, SafeText)>, ArchiveError>;
    /// Stores the name that the user gave to a stored session; an empty text removes the name.
    fn set_label(&self, base: &str, session: &SessionId, label: &SafeText) -> Result<(), ArchiveError>;
    /// Lists the lapsed sessions that the user has taken out of the list.
    fn removed_sessions(&self, base: &str) -> Result<Vec<SessionId>, ArchiveError>;
    /// Stores whether the user has taken a lapsed session out of the list. The session with its restore keys and
    /// mails stays in the archive.
    fn set_session_removed(&self, base: &str, session: &SessionId, removed: bool)
    -> Result<(), ArchiveError>;
    /// Lists all addresses of a service, in the order in which they were stored first.
    fn known_addresses(&self, base: &str) -> Result<Vec<SafeText>, ArchiveError>;
    /// Returns the address that the user made the current one; `None` if there is none.
    fn current_address(&self, base: &str) -> Result<Option<SafeText>, ArchiveError>;
    /// Stores which address is the current one; `None` means that no address is.
    fn set_current_address(&self, base: &str, address: Option<&SafeText>) -> Result<(), ArchiveError>;
    /// Adds an entry to the history. Mails need none: [`Self::mails`] lists when they came.
    fn add_history(&self, base: &str, entry: &HistoryEntry) -> Result<(), ArchiveError>;
    /// Lists at most `count` entries of the history that [`Self::add_history`] stored, the latest first; with an
    /// address, only those of it.
    fn history(
        &self,
        base: &str,
        address: Option<&str>,
        count: usize,
    ) -> Result<Vec<HistoryEntry>, ArchiveError>;
    /// Returns the newest restore key of an address, even if no session contains the address any more.
    fn restore_key(&self, base: &str, address: &str) -> Result<Option<RestoreKey>, ArchiveError>;
    /// Returns at most `count` previous restore keys of an address, the latest first.
    fn previous_restore_keys(
        &self,
        base: &str,
        address: &str,
        count: usize,
    ) -> Result<Vec<RestoreKey>, ArchiveError>;
    /// Stores a mail: its exact bytes, its summary and its text for the search. A mail that is stored already
    /// stays unchanged. `order` is the position of the mail among those of the same time.
    fn put_mail_in_order(
        &self,
        base: &str,
        summary: &Summary,
        raw: &[u8],
        mail: &MailWithFindings,
        order: ArrivalOrder,
    ) -> Result<Stored, ArchiveError>;
    /// Like [`Self::put_mail_in_order`], for a mail whose position among those of the same time is the order in
    /// which they are stored.
    fn put_mail(
        &self,
        base: &str,
        summary: &Summary,
        raw: &[u8],
        mail: &MailWithFindings,
    ) -> Result<Stored, ArchiveError> {
        self.put_mail_in_order(base, summary, raw, mail, ArrivalOrder::default())
    }
    /// Lists the mails stored for a service that are not hidden, newest first.
    fn mails(&self, base: &str) -> Result<Vec<StoredMail>, ArchiveError>;
    /// Returns the summary and the read mark of a stored mail, without its bytes; `None` if the mail is not
    /// stored.
    fn kept(&self, id: &MailId) -> Result<Option<StoredMail>, ArchiveError>;
    /// Returns the envelope and the exact bytes of a stored mail; `None` if the mail is not stored.
    fn mail(&self, id: &MailId) -> Result<Option<(Envelope, Bytes)>, ArchiveError>;
    /// Returns the mail up to which the archive's copy of a session is complete: the archive contains every
    /// mail that the service lists up to this one. `None` if that is not known.
    fn complete_to(&self, base: &str, session: &SessionId) -> Result<Option<MailId>, ArchiveError>;
    /// Changes the mail of [`Self::complete_to`] from `from` to `to`, unless another program has changed that
    /// mail meanwhile. Returns whether the mail was changed.
    fn move_complete_to(
        &self,
        base: &str,
        session: &SessionId,
        from: Option<&MailId>,
        to: &MailId,
    ) -> Result<bool, ArchiveError>;
    /// Returns the id of the newest stored mail of a session; older mails may be missing.
    fn newest(&self, session: &SessionId) -> Result<Option<MailId>, ArchiveError>;
    /// Marks a mail as read or unread.
    fn set_read(&self, id: &MailId, read: bool) -> Result<(), ArchiveError>;
    /// Gives a mail a star, or takes the star away.
    fn set_starred(&self, id: &MailId, starred: bool) -> Result<(), ArchiveError>;
    /// Hides a mail from the inbox, or shows it again; a hidden mail stays in the archive.
    fn set_hidden(&self, id: &MailId, hidden: bool) -> Result<(), ArchiveError>;
    /// Lists the hidden mails of a service, newest first.
    fn hidden(&self, base: &str) -> Result<Vec<StoredMail>, ArchiveError>;
    /// Returns whether the archive contains a mail and hides it.
    fn is_hidden(&self, id: &MailId) -> Result<bool, ArchiveError>;
    /// Reads a page of the inbox, newest first: at most `count` mails that are older than `below`, or the
    /// newest ones if `None`.
    fn page(&self, base: &str, below: Option<&MailId>, count: usize)
    -> Result<Vec<StoredMail>, ArchiveError>;
    /// Counts the stored mails that are not hidden.
    fn tally(&self, base: &str) -> Result<MailCounts, ArchiveError>;
    /// Finds the mails that contain all words of a query: at most `count`, the newest ones, including hidden
    /// ones.
    fn search(&self, base: &str, query: &Query, count: usize) -> Result<Vec<StoredMail>, ArchiveError>;
    /// Runs one step of a search: looks through the next `count` mails that are not hidden. The step goes
    /// from the latest stored mail to the earliest and starts at `from`, or at the latest mail if `None`.
    fn step(
        &self,
        base: &str,
        query: &Query,
        from: Option<SearchCursor>,
        count: usize,
    ) -> Result<SearchBatch, ArchiveError>;
    /// Returns all codes and links of a mail; `None` if the archive does not contain the mail or its
    /// findings.
    fn findings(&self, id: &MailId) -> Result<Option<Findings>, ArchiveError>;
    /// Returns at most `count` mails that an earlier version of the program parsed, newest first. The rows
    /// and search texts of these mails lack what this version would find.
    fn outdated(&self, count: usize) -> Result<Vec<(Envelope, Bytes)>, ArchiveError>;
    /// Updates the rows and search texts of mails that an earlier version parsed: all of them or none.
    /// Returns the new rows.
    fn update(&self, mails: &[(Envelope, MailWithFindings)]) -> Result<Vec<StoredMail>, ArchiveError>;
    /// Adds at most `count` mails to the search index: new mails, and mails that an earlier version indexed
    /// in another format. Returns the count of added mails. Until all are added, a search is slower but finds
    /// the same mails.
    fn index_words(&self, count: usize) -> Result<usize, ArchiveError>;
    /// Marks the address with this id as deleted by the user; the archive keeps its restore key.
    fn mark_deleted(&self, base: &str, id: &AddressId) -> Result<(), ArchiveError>;
    /// Lists the addresses that the user has deleted and not restored, the latest deletion first.
    fn deleted(&self, base: &str) -> Result<Vec<DeletedAddress>, ArchiveError>;
    /// Deletes mails of all services, so that no bytes of them stay in the archive's files; returns the count
    /// of deleted mails. [`Purge::Everything`] also deletes the files of [`Self::quarantined_archives`].
    fn purge(&self, what: Purge) -> Result<usize, ArchiveError>;
    /// Counts the mails that [`Self::purge`] would delete.
    fn count_purge(&self, what: Purge) -> Result<usize, ArchiveError>;
    /// Runs one short step of maintenance, so that the archive stays fast. The steps add new mails to the
    /// search index, merge the segments of the index and finally checkpoint the write-ahead log. They also
    /// finish a purge that was interrupted. Returns whether there is more to do.
    fn optimize(&self) -> Result<bool, ArchiveError>;
    /// Lists the files of earlier, damaged archives that the program moved aside and that may contain mails
    /// and restore keys.
    fn quarantined_archives(&self) -> Result<Vec<PathBuf>, ArchiveError>;
    /// Checks that a token can be stored now. A locked keyring is the reason why not.
    fn check_keyring(&self) -> Result<(), ArchiveError> {
        Ok(())
    }
    /// Makes a locked keyring show its unlock prompt again, and returns without waiting for the user.
    fn ask_keyring_again(&self) {}
    /// Encrypts secrets that were stored before the keyring was available; does nothing if there is no
    /// keyring.
    fn seal_secrets(&self) -> Result<(), ArchiveError>;
    /// Returns a number that grows whenever another program changes the archive.
    fn changes(&self) -> Result<i64, ArchiveError>;
}
