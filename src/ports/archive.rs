//! What is kept on disk: the token, sessions with their addresses and keys, and every mail.

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

/// Why something could not be kept or read.
#[derive(Debug, thiserror::Error)]
pub enum ArchiveError {
    /// Another program holds it.
    #[error("the archive at {place} is held by another program")]
    Held {
        /// The file.
        place: String,
    },
    /// A secret is sealed, and the keyring does not give the key.
    #[error("the token and the restore keys in the archive at {place} are sealed, and {reason}")]
    Sealed {
        /// The file.
        place: String,
        /// What the keyring says.
        reason: String,
    },
    /// The disk or the database failed.
    #[error("the archive at {place}: {reason}")]
    Broken {
        /// The file, or `memory`.
        place: String,
        /// What was said about it.
        reason: String,
    },
}

/// A token that is kept.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct KeptToken {
    /// The token.
    pub token: Token,
    /// When it ends, by the local clock; `None` where nobody has written that down.
    pub ends_at: Option<Timestamp>,
}

/// A mail that is kept, with the marks that the user gave it.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Kept {
    /// What a list shows of it.
    pub summary: Summary,
    /// Whether it was opened.
    pub read: bool,
}

/// Whether a mail was new to the archive.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Stored {
    /// It was not there before.
    New,
    /// It was there; nothing was changed.
    Known,
}

/// Mails of a page of the list. A start reads one page, however many mails are kept.
pub const PAGE: usize = 500;

/// How far a search has come: mails that were kept before this place were not looked at yet.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub struct Reached(pub i64);

/// A step of a search.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Step {
    /// What it found.
    pub mails: Vec<Kept>,
    /// Where the next step goes on; none at the end.
    pub reached: Option<Reached>,
}

/// How many mails are kept and not hidden.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct Tally {
    /// Of each session that has some.
    pub by_session: Vec<(SessionId, usize)>,
    /// How many of all were not read yet.
    pub unread: usize,
}

impl Tally {
    /// All of them.
    pub fn total(&self) -> usize {
        self.by_session.iter().map(|(_, count)| count).sum()
    }
}

/// Codes and links of a kept mail, the best first.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct Findings {
    /// Codes.
    pub codes: Vec<Code>,
    /// Links.
    pub links: Vec<Link>,
}

/// An address that the user deleted, and the session that it was in.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Deleted {
    /// Where it was.
    pub session: SessionId,
    /// The address with its newest key.
    pub address: Address,
}

/// Which mails are removed for good.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Purge {
    /// Those that the service received before a moment.
    Before(Timestamp),
    /// All, and with them every session, address, key and token.
    Everything,
}

/// Keeps what was shown. Calls block on the disk: call them off the loop.
pub trait Archive: Send + Sync + std::fmt::Debug {
    /// Whether anything new can be kept at all; else what is there can be read.
    fn takes(&self) -> bool;
    /// The token kept for a service (by its base address).
    fn token(&self, base: &str) -> Result<Option<KeptToken>, ArchiveError>;
    /// Keeps a token for a service; an earlier one is set aside, not lost.
    fn put_token(&self, base: &str, token: &KeptToken) -> Result<(), ArchiveError>;
    /// Sessions kept for a service, newest first, also lapsed ones.
    fn sessions(&self, base: &str) -> Result<Vec<Session>, ArchiveError>;
    /// Keeps a session with its addresses and restore keys (new or changed). An address that the
    /// session no longer lists is not forgotten: [`Self::restore_key`] still knows it.
    fn put_session(&self, base: &str, session: &Session) -> Result<(), ArchiveError>;
    /// Keeps one address of a session with its restore key, new or changed; an earlier key is set
    /// aside.
    fn put_address(&self, base: &str, session: &SessionId, address: &Address) -> Result<(), ArchiveError>;
    /// What the user calls sessions; those without a name are left out.
    fn labels(&self, base: &str) -> Result<Vec<(SessionId, SafeText)>, ArchiveError>;
    /// Keeps what the user calls a session that is kept; empty for no name.
    fn set_label(&self, base: &str, session: &SessionId, label: &SafeText) -> Result<(), ArchiveError>;
    /// The newest restore key of an address, also of one that no session lists any more.
    fn restore_key(&self, base: &str, address: &str) -> Result<Option<RestoreKey>, ArchiveError>;
    /// Restore keys of an address that were set aside for newer ones, the latest first: at most `count`.
    fn earlier_keys(&self, base: &str, address: &str, count: usize) -> Result<Vec<RestoreKey>, ArchiveError>;
    /// Keeps a mail: its bytes exactly, its summary, and what a search looks through.
    fn put_mail(
        &self,
        base: &str,
        summary: &Summary,
        raw: &[u8],
        mail: &Mail,
    ) -> Result<Stored, ArchiveError>;
    /// Mails kept for a service and not hidden, newest first.
    fn mails(&self, base: &str) -> Result<Vec<Kept>, ArchiveError>;
    /// What is kept of a mail, without its bytes.
    fn kept(&self, id: &MailId) -> Result<Option<Kept>, ArchiveError>;
    /// The envelope and the exact bytes of a mail.
    fn mail(&self, id: &MailId) -> Result<Option<(Envelope, Bytes)>, ArchiveError>;
    /// The mail up to which the copy of a session is complete: everything that the service lists up to it
    /// is kept. `None` where that is not known.
    fn complete_to(&self, base: &str, session: &SessionId) -> Result<Option<MailId>, ArchiveError>;
    /// Moves that on, where it still is `from`: another program may have done so before. Tells whether.
    fn move_complete_to(
        &self,
        base: &str,
        session: &SessionId,
        from: Option<&MailId>,
        to: &MailId,
    ) -> Result<bool, ArchiveError>;
    /// The newest mail kept of a session. Older ones may be missing.
    fn newest(&self, session: &SessionId) -> Result<Option<MailId>, ArchiveError>;
    /// Marks a mail as read or unread.
    fn set_read(&self, id: &MailId, read: bool) -> Result<(), ArchiveError>;
    /// Hides a mail from the list, or shows it again; it stays in the archive.
    fn set_hidden(&self, id: &MailId, hidden: bool) -> Result<(), ArchiveError>;
    /// Mails that are hidden, newest first.
    fn hidden(&self, base: &str) -> Result<Vec<Kept>, ArchiveError>;
    /// Whether a mail is kept and hidden.
    fn is_hidden(&self, id: &MailId) -> Result<bool, ArchiveError>;
    /// A page of the list, newest first: at most `count` mails, below the one named.
    fn page(&self, base: &str, below: Option<&MailId>, count: usize) -> Result<Vec<Kept>, ArchiveError>;
    /// How many mails there are.
    fn tally(&self, base: &str) -> Result<Tally, ArchiveError>;
    /// Mails that hold all words of a query, the newest `count` of them, also hidden ones.
    fn search(&self, base: &str, query: &Query, count: usize) -> Result<Vec<Kept>, ArchiveError>;
    /// A step of a search through all mails that are not hidden, the last kept first: at most `count`
    /// mails are looked at, from a place on or from the top.
    fn step(
        &self,
        base: &str,
        query: &Query,
        from: Option<Reached>,
        count: usize,
    ) -> Result<Step, ArchiveError>;
    /// All codes and links of a mail; `None` where it is not kept or not indexed yet.
    fn findings(&self, id: &MailId) -> Result<Option<Findings>, ArchiveError>;
    /// Mails that an earlier version read, newest first: at most `count`. Their rows and the search lack
    /// what this version reads in them.
    fn outdated(&self, count: usize) -> Result<Vec<(Envelope, Bytes)>, ArchiveError>;
    /// Updates the rows and the words of such mails, all or none of them. Returns the rows as they are now.
    fn update(&self, mails: &[(Envelope, Mail)]) -> Result<Vec<Kept>, ArchiveError>;
    /// Makes words of mails quick to find that were just kept, or by an earlier version in another way: at
    /// most `count` mails, and how many there were. Until none is left a search is slower, and as good.
    fn index_words(&self, count: usize) -> Result<usize, ArchiveError>;
    /// Notes that the user deleted an address (by its id); its key stays.
    fn mark_deleted(&self, base: &str, id: &AddressId) -> Result<(), ArchiveError>;
    /// Addresses that the user deleted and has not brought back, the latest first.
    fn deleted(&self, base: &str) -> Result<Vec<Deleted>, ArchiveError>;
    /// Removes mails, of all services, so that nothing of them is left in the files; tells how many.
    /// With everything goes also what [`Self::damaged`] tells of.
    fn purge(&self, what: Purge) -> Result<usize, ArchiveError>;
    /// Goes a small step of putting what is kept in order, so that it stays quick: gives the search's index
    /// the mails that it does not know yet, merges its parts, and writes the log back at last. Tells
    /// whether there is more to do. Finishes a removal that was cut short.
    fn tidy(&self) -> Result<bool, ArchiveError>;
    /// Files of earlier archives that were damaged and set aside: they may hold mail and keys.
    fn damaged(&self) -> Result<Vec<PathBuf>, ArchiveError>;
    /// Has a keyring that stayed locked show its prompt again. Waits for nothing.
    fn ask_keyring_again(&self) {}
    /// Seals secrets that were written before the keyring answered, where there is one.
    fn protect(&self) -> Result<(), ArchiveError>;
    /// Grows whenever another program has changed the archive.
    fn changes(&self) -> Result<i64, ArchiveError>;
}
