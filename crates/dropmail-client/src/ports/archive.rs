//! The port (trait) for the archive, which stores tokens, sessions with their addresses and restore keys, and all
//! mails.

use crate::domain::history::HistoryEntry;
use crate::domain::ids::{AddressId, MailId, SessionId};
use crate::domain::keyring::KeyringProblem;
use crate::domain::mail::{Envelope, Summary};
use crate::domain::search::SearchQuery;
use crate::domain::secrets::{RestoreKey, Token};
use crate::domain::session::{Address, DeletedAddress, Session};
use crate::domain::stored_mail::{ArrivalOrder, MailCounts, SearchBatch, SearchCursor, Stored, StoredMail};
use crate::domain::time::Timestamp;
use crate::domain::undo_step::{UndoEdit, UndoStep};
use bytes::Bytes;
use mail_codes::{Findings, MailWithFindings};
use mail_reader::sanitize::SafeText;
use std::path::PathBuf;
use std::sync::Arc;

/// Reasons why the archive could not read or store data.
#[derive(Debug, thiserror::Error)]
pub enum ArchiveError {
    /// Another process has locked the archive.
    #[error("the archive at {place} is locked by another program")]
    Locked {
        /// Path of the archive file.
        place: String,
    },
    /// A secret in the archive is encrypted, and the keyring does not provide the decryption key.
    #[error("the token and the restore keys in the archive at {place} are encrypted, and {reason}")]
    CannotDecrypt {
        /// Path of the archive file.
        place: String,
        /// The reason why the keyring does not provide the key.
        reason: KeyringProblem,
    },
    /// A secret cannot be stored in the archive, because the keyring does not provide the encryption key.
    #[error("the archive at {place} cannot store a token or a restore key encrypted, because {reason}")]
    CannotEncrypt {
        /// Path of the archive file.
        place: String,
        /// The reason why the keyring does not provide the key.
        reason: KeyringProblem,
    },
    /// The disk or the database failed while the archive was being read or written.
    #[error("the archive at {place}: {reason}")]
    Failed {
        /// Path of the archive file, or `memory` for an archive in memory.
        place: String,
        /// The error message from the database or the operating system.
        reason: String,
    },
}

/// A stored token and its expiry time.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct ArchivedToken {
    /// The token, which gives access to the user's sessions.
    pub token: Token,
    /// Time on the local clock at which the token expires; `None` if it is unknown.
    pub ends_at: Option<Timestamp>,
}

/// The data that a purge deletes permanently from the archive.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum PurgeScope {
    /// The purge deletes all mails that the service received before the given time, and all history entries from before
    /// that time.
    Before(Timestamp),
    /// The purge deletes all data of the user: mails, sessions, addresses, restore keys, tokens, history and undo
    /// steps.
    Everything,
}

/// A parsed mail to be stored in the archive.
#[derive(Clone, Debug)]
pub struct ParsedMail {
    /// Summary of the mail for its row in the inbox.
    pub summary: Summary,
    /// The raw bytes of the mail, exactly as received.
    pub raw: Bytes,
    /// The parsed mail, with its codes and links.
    pub mail: Arc<MailWithFindings>,
    /// Position of the mail among mails with the same timestamp.
    pub order: ArrivalOrder,
}

/// The archive, which stores mails, sessions, restore keys and tokens. Its methods block on disk I/O, so they must not
/// be called on the event loop. Each method returns an error if the disk or the database fails. The `base` argument is
/// the URL of the service to which the data belongs.
pub trait Archive: Send + Sync + std::fmt::Debug {
    /// Returns whether the archive can be written to. Returns `false` if it was opened read-only or the disk is almost
    /// full; the archive can still be read in these cases.
    fn is_writable(&self) -> bool;
    /// Returns the newest token that is stored for the service; `None` if there is none.
    fn token(&self, base: &str) -> Result<Option<ArchivedToken>, ArchiveError>;
    /// Stores a token for the service. The token that was stored before stays in the archive as an earlier token.
    fn put_token(&self, base: &str, token: &ArchivedToken) -> Result<(), ArchiveError>;
    /// Returns the service's stored sessions, including expired ones, newest first.
    fn sessions(&self, base: &str) -> Result<Vec<Session>, ArchiveError>;
    /// Returns the session with this id; `None` if it is not stored. If the keyring has not returned the decryption
    /// key, the session's addresses have no restore keys.
    fn session(&self, base: &str, id: &SessionId) -> Result<Option<Session>, ArchiveError>;
    /// Stores a new or changed session with its addresses and restore keys. An address that no longer belongs to the
    /// session stays in the archive, where [`Self::restore_key`] can still find its restore key.
    fn put_session(&self, base: &str, session: &Session) -> Result<(), ArchiveError>;
    /// Stores a new or changed address of a session with its restore key. If the restore key has changed, the earlier
    /// one is also kept (see [`Self::previous_restore_keys`]).
    fn put_address(&self, base: &str, session: &SessionId, address: &Address) -> Result<(), ArchiveError>;
    /// Returns the sessions to which the user has given a label, with their labels.
    fn labels(&self, base: &str) -> Result<Vec<(SessionId, SafeText)>, ArchiveError>;
    /// Stores the label that the user has given to a stored session; an empty label removes the previous one.
    fn set_label(&self, base: &str, session: &SessionId, label: &SafeText) -> Result<(), ArchiveError>;
    /// Returns the ids of the expired sessions that the user has removed from the list of sessions.
    fn removed_sessions(&self, base: &str) -> Result<Vec<SessionId>, ArchiveError>;
    /// Records that the user has removed an expired session from the list of sessions or, if `removed` is `false`,
    /// that it is in the list again. The session, its restore keys and its mails stay in the archive.
    fn set_session_removed(&self, base: &str, session: &SessionId, removed: bool)
    -> Result<(), ArchiveError>;
    /// Returns all of the service's addresses that were ever stored, in the order in which they were first stored.
    fn known_addresses(&self, base: &str) -> Result<Vec<SafeText>, ArchiveError>;
    /// Returns the address that the user has chosen as the current address; `None` if there is no current address.
    fn current_address(&self, base: &str) -> Result<Option<SafeText>, ArchiveError>;
    /// Stores the current address; with `None`, stores that there is no current address.
    fn set_current_address(&self, base: &str, address: Option<&SafeText>) -> Result<(), ArchiveError>;
    /// Returns the stored undo steps for the service at `base`, newest last. An undo step is a change that the user can
    /// still undo after a restart of the program.
    fn undo_steps(&self, base: &str) -> Result<Vec<UndoStep>, ArchiveError>;
    /// Applies `edits`, in order, to the stored undo steps (see [`Self::undo_steps`]) for the service at `base`. Drops
    /// the oldest undo steps if there are too many.
    fn edit_undo_steps(&self, base: &str, edits: &[UndoEdit]) -> Result<(), ArchiveError>;
    /// Adds an entry to the history. The arrival of a mail needs no entry, because [`Self::mails`] returns the mails
    /// with their timestamps.
    fn add_history(&self, base: &str, entry: &HistoryEntry) -> Result<(), ArchiveError>;
    /// Returns at most `count` history entries that were added by [`Self::add_history`], newest first. If `address` is
    /// given, returns only the entries for this address.
    fn history(
        &self,
        base: &str,
        address: Option<&str>,
        count: usize,
    ) -> Result<Vec<HistoryEntry>, ArchiveError>;
    /// Returns the current restore key of an address, even if the address no longer belongs to any session; `None` if
    /// no restore key is stored.
    fn restore_key(&self, base: &str, address: &str) -> Result<Option<RestoreKey>, ArchiveError>;
    /// Returns at most `count` earlier restore keys of an address, newest first.
    fn previous_restore_keys(
        &self,
        base: &str,
        address: &str,
        count: usize,
    ) -> Result<Vec<RestoreKey>, ArchiveError>;
    /// Stores a mail: its raw bytes, its summary and its searchable text. Returns whether the mail was new; leaves a
    /// mail that is already stored unchanged. `order` is the position of the mail among mails with the same timestamp.
    fn put_mail_in_order(
        &self,
        base: &str,
        summary: &Summary,
        raw: &[u8],
        mail: &MailWithFindings,
        order: ArrivalOrder,
    ) -> Result<Stored, ArchiveError>;
    /// Stores several mails in one transaction, in the given order. For each mail, returns whether it was new. If the
    /// transaction fails, none of the mails is stored.
    fn put_mails(&self, base: &str, mails: &[ParsedMail]) -> Result<Vec<Stored>, ArchiveError>;
    /// Stores a mail as [`Self::put_mail_in_order`] does. Mails with the same timestamp keep the order in which they
    /// were stored.
    fn put_mail(
        &self,
        base: &str,
        summary: &Summary,
        raw: &[u8],
        mail: &MailWithFindings,
    ) -> Result<Stored, ArchiveError> {
        self.put_mail_in_order(base, summary, raw, mail, ArrivalOrder::default())
    }
    /// Returns the service's stored mails that are not hidden, newest first.
    fn mails(&self, base: &str) -> Result<Vec<StoredMail>, ArchiveError>;
    /// Returns the summary of a stored mail, whether it is read, and whether it is starred; `None` if the mail is not
    /// stored.
    fn stored_mail(&self, id: &MailId) -> Result<Option<StoredMail>, ArchiveError>;
    /// Returns the envelope and the raw bytes of a stored mail; `None` if the mail is not stored.
    fn mail(&self, id: &MailId) -> Result<Option<(Envelope, Bytes)>, ArchiveError>;
    /// Returns the completeness mark of a session: the id of a mail such that the archive contains that mail and every
    /// earlier mail that the service lists. Returns `None` if the session has no completeness mark.
    fn complete_to(&self, base: &str, session: &SessionId) -> Result<Option<MailId>, ArchiveError>;
    /// Moves the completeness mark (see [`Self::complete_to`]) to the mail `to` by compare-and-swap. Does so only if
    /// the mark is still at the mail `from` or, if `from` is `None`, if there is still no mark. Returns `false`
    /// without a change if another process has changed the mark in the meantime.
    fn move_complete_to(
        &self,
        base: &str,
        session: &SessionId,
        from: Option<&MailId>,
        to: &MailId,
    ) -> Result<bool, ArchiveError>;
    /// Returns the id of the newest stored mail of a session; `None` if none is stored. Older mails of the session may
    /// be missing from the archive.
    fn newest_mail_id(&self, session: &SessionId) -> Result<Option<MailId>, ArchiveError>;
    /// Marks a mail as read or, if `read` is `false`, as unread.
    fn set_read(&self, id: &MailId, read: bool) -> Result<(), ArchiveError>;
    /// Adds a star to a mail or, if `starred` is `false`, removes it.
    fn set_starred(&self, id: &MailId, starred: bool) -> Result<(), ArchiveError>;
    /// Hides a mail from the inbox or, if `hidden` is `false`, shows it there again. A hidden mail stays in the
    /// archive.
    fn set_hidden(&self, id: &MailId, hidden: bool) -> Result<(), ArchiveError>;
    /// Returns the service's hidden mails, newest first.
    fn hidden_mails(&self, base: &str) -> Result<Vec<StoredMail>, ArchiveError>;
    /// Returns whether a mail is hidden. Returns `false` if the archive does not contain it.
    fn is_hidden(&self, id: &MailId) -> Result<bool, ArchiveError>;
    /// Returns a page of the inbox, newest first: at most `count` mails that are older than the mail `below`, or the
    /// newest mails if `below` is `None`.
    fn page(&self, base: &str, below: Option<&MailId>, count: usize)
    -> Result<Vec<StoredMail>, ArchiveError>;
    /// Returns the numbers of stored mails, excluding hidden mails.
    fn count_mails(&self, base: &str) -> Result<MailCounts, ArchiveError>;
    /// Returns at most `count` mails that match a search query, newest first, including hidden mails.
    fn search(&self, base: &str, query: &SearchQuery, count: usize) -> Result<Vec<StoredMail>, ArchiveError>;
    /// Runs one step of a search, which examines at most `count` mails, most recently stored first. The step starts at
    /// `from`, or at the most recently stored mail if `from` is `None`. Returns the matching mails and the position for
    /// the next step. Hidden mails do not match.
    fn search_step(
        &self,
        base: &str,
        query: &SearchQuery,
        from: Option<SearchCursor>,
        count: usize,
    ) -> Result<SearchBatch, ArchiveError>;
    /// Returns the stored codes and links of a mail. Returns `None` if the archive has not stored them, for example
    /// because an earlier version of the program stored the mail. Returns empty findings if the mail has no codes or
    /// links.
    fn findings(&self, id: &MailId) -> Result<Option<Findings>, ArchiveError>;
    /// Returns at most `count` mails that were parsed by an earlier version of the program, most recently stored first.
    /// Their summaries and searchable texts may lack data that this version would find.
    fn outdated(&self, count: usize) -> Result<Vec<(Envelope, Bytes)>, ArchiveError>;
    /// Replaces, in one transaction, the summaries and searchable texts of reparsed mails (see [`Self::outdated`]).
    /// Returns the updated inbox rows.
    fn update(&self, mails: &[(Envelope, MailWithFindings)]) -> Result<Vec<StoredMail>, ArchiveError>;
    /// Adds at most `count` mails to the search index: new mails, and mails that an earlier version of the program
    /// indexed in another format. Returns the number of mails added. A search also finds mails that are not indexed,
    /// but more slowly.
    fn index_words(&self, count: usize) -> Result<usize, ArchiveError>;
    /// Records that the user has deleted the address with this id. Its restore key stays in the archive.
    fn mark_deleted(&self, base: &str, id: &AddressId) -> Result<(), ArchiveError>;
    /// Returns the addresses that the user has deleted and not restored since, most recently deleted first.
    fn deleted_addresses(&self, base: &str) -> Result<Vec<DeletedAddress>, ArchiveError>;
    /// Permanently deletes mails of all services, so that none of their bytes remain in the archive's files.
    /// [`PurgeScope::Everything`] also deletes the files that [`Self::quarantined_archives`] returns. Returns the
    /// number of deleted mails.
    fn purge(&self, scope: PurgeScope) -> Result<usize, ArchiveError>;
    /// Returns the number of mails that [`Self::purge`] would delete.
    fn count_purge(&self, scope: PurgeScope) -> Result<usize, ArchiveError>;
    /// Runs one short step of maintenance. The steps add new mails to the search index, merge the segments of the
    /// index, complete an interrupted purge, and checkpoint the write-ahead log. Returns whether more steps are
    /// necessary.
    fn optimize(&self) -> Result<bool, ArchiveError>;
    /// Returns the paths of damaged archive files that the program has renamed. They may still contain mails and
    /// restore keys.
    fn quarantined_archives(&self) -> Result<Vec<PathBuf>, ArchiveError>;
    /// Returns an error if a token cannot be stored, for example because the keyring is locked.
    fn check_keyring(&self) -> Result<(), ArchiveError> {
        Ok(())
    }
    /// Makes a locked keyring show its unlock prompt again. Does not wait until the user responds.
    fn prompt_keyring_again(&self) {}
    /// Encrypts the secrets that were stored in plain text before the keyring was available. Does nothing if there is
    /// no keyring.
    fn encrypt_secrets(&self) -> Result<(), ArchiveError>;
    /// Returns a counter that is incremented whenever another process changes the archive.
    fn foreign_changes(&self) -> Result<i64, ArchiveError>;
}
