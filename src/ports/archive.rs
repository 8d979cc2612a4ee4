//! What is kept on disk: the token, sessions with their addresses and keys, and every mail.

use crate::domain::ids::{MailId, SessionId};
use crate::domain::mail::{Envelope, Summary};
use crate::domain::secrets::{RestoreKey, Token};
use crate::domain::session::{Address, Session};
use bytes::Bytes;

/// Why something could not be kept or read.
#[derive(Debug, thiserror::Error)]
pub enum ArchiveError {
    /// The disk or the database failed.
    #[error("the archive at {place}: {reason}")]
    Broken {
        /// The file, or `memory`.
        place: String,
        /// What was said about it.
        reason: String,
    },
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

/// Keeps what was shown. Calls block on the disk: call them off the loop.
pub trait Archive: Send + Sync + std::fmt::Debug {
    /// The token kept for a service (by its base address).
    fn token(&self, base: &str) -> Result<Option<Token>, ArchiveError>;
    /// Keeps a token for a service; an earlier one is set aside, not lost.
    fn put_token(&self, base: &str, token: &Token) -> Result<(), ArchiveError>;
    /// Sessions kept for a service, newest first, also lapsed ones.
    fn sessions(&self, base: &str) -> Result<Vec<Session>, ArchiveError>;
    /// Keeps a session with its addresses and restore keys (new or changed). An address that the
    /// session no longer lists is not forgotten: [`Self::restore_key`] still knows it.
    fn put_session(&self, base: &str, session: &Session) -> Result<(), ArchiveError>;
    /// Keeps one address of a session with its restore key, new or changed; an earlier key is set
    /// aside.
    fn put_address(&self, base: &str, session: &SessionId, address: &Address) -> Result<(), ArchiveError>;
    /// The newest restore key of an address, also of one that no session lists any more.
    fn restore_key(&self, base: &str, address: &str) -> Result<Option<RestoreKey>, ArchiveError>;
    /// Keeps a mail: its bytes exactly, and its summary.
    fn put_mail(&self, base: &str, summary: &Summary, raw: &[u8]) -> Result<Stored, ArchiveError>;
    /// Mails kept for a service and not hidden, newest first.
    fn mails(&self, base: &str) -> Result<Vec<Kept>, ArchiveError>;
    /// What is kept of a mail, without its bytes.
    fn kept(&self, id: &MailId) -> Result<Option<Kept>, ArchiveError>;
    /// The envelope and the exact bytes of a mail.
    fn mail(&self, id: &MailId) -> Result<Option<(Envelope, Bytes)>, ArchiveError>;
    /// The newest mail kept of a session: what is asked for next comes after it.
    fn newest(&self, session: &SessionId) -> Result<Option<MailId>, ArchiveError>;
    /// Marks a mail as read or unread.
    fn set_read(&self, id: &MailId, read: bool) -> Result<(), ArchiveError>;
    /// Hides a mail from the list; it stays in the archive.
    fn hide(&self, id: &MailId) -> Result<(), ArchiveError>;
    /// Brings a hidden mail back into the list.
    fn unhide(&self, id: &MailId) -> Result<(), ArchiveError>;
    /// Mails kept for a service that are hidden, newest first.
    fn hidden(&self, base: &str) -> Result<Vec<Kept>, ArchiveError>;
}
