//! The archive on disk: one database file that outlives sessions, crashes and power cuts.
//!
//! Every write is one transaction that is on the disk when the call returns (write-ahead log,
//! full sync). Nothing is ever replaced that could still bring something back: earlier tokens
//! and restore keys are set aside.

mod mails;
mod migrations;
mod open;
mod rows;
mod sessions;

pub use open::{OpenArchiveError, Opened, SetAside};

use crate::domain::ids::{MailId, SessionId};
use crate::domain::mail::{Envelope, Summary};
use crate::domain::secrets::{RestoreKey, Token};
use crate::domain::session::{Address, Session};
use crate::ports::archive::{Archive, ArchiveError, Kept, Stored};
use bytes::Bytes;
use rusqlite::Connection;
use std::fmt;
use std::sync::{Mutex, PoisonError};

/// An archive in one file, or in memory.
pub struct SqliteArchive {
    connection: Mutex<Connection>,
    place: String,
}

impl fmt::Debug for SqliteArchive {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("SqliteArchive").field("place", &self.place).finish_non_exhaustive()
    }
}

impl SqliteArchive {
    /// Where it is: a path, or `memory`.
    pub fn place(&self) -> &str {
        &self.place
    }

    fn with<T>(
        &self,
        work: impl FnOnce(&mut Connection) -> Result<T, rusqlite::Error>,
    ) -> Result<T, ArchiveError> {
        // A transaction that panicked was rolled back when it was dropped: the connection is whole.
        let mut connection = self.connection.lock().unwrap_or_else(PoisonError::into_inner);
        work(&mut connection)
            .map_err(|error| ArchiveError::Broken { place: self.place.clone(), reason: error.to_string() })
    }
}

impl Archive for SqliteArchive {
    fn token(&self, base: &str) -> Result<Option<Token>, ArchiveError> {
        self.with(|db| sessions::token(db, base))
    }

    fn put_token(&self, base: &str, token: &Token) -> Result<(), ArchiveError> {
        self.with(|db| sessions::put_token(db, base, token))
    }

    fn sessions(&self, base: &str) -> Result<Vec<Session>, ArchiveError> {
        self.with(|db| sessions::all(db, base))
    }

    fn put_session(&self, base: &str, session: &Session) -> Result<(), ArchiveError> {
        self.with(|db| sessions::put(db, base, session))
    }

    fn put_address(&self, base: &str, session: &SessionId, address: &Address) -> Result<(), ArchiveError> {
        self.with(|db| sessions::put_address(db, base, session, address))
    }

    fn restore_key(&self, base: &str, address: &str) -> Result<Option<RestoreKey>, ArchiveError> {
        self.with(|db| sessions::restore_key(db, base, address))
    }

    fn put_mail(&self, base: &str, summary: &Summary, raw: &[u8]) -> Result<Stored, ArchiveError> {
        self.with(|db| mails::put(db, base, summary, raw))
    }

    fn mails(&self, base: &str) -> Result<Vec<Kept>, ArchiveError> {
        self.with(|db| mails::all(db, base, false))
    }

    fn kept(&self, id: &MailId) -> Result<Option<Kept>, ArchiveError> {
        self.with(|db| mails::kept(db, id))
    }

    fn mail(&self, id: &MailId) -> Result<Option<(Envelope, Bytes)>, ArchiveError> {
        self.with(|db| mails::with_bytes(db, id))
    }

    fn newest(&self, session: &SessionId) -> Result<Option<MailId>, ArchiveError> {
        self.with(|db| mails::newest(db, session))
    }

    fn set_read(&self, id: &MailId, read: bool) -> Result<(), ArchiveError> {
        self.with(|db| mails::set_read(db, id, read))
    }

    fn hide(&self, id: &MailId) -> Result<(), ArchiveError> {
        self.with(|db| mails::hide(db, id, true))
    }

    fn unhide(&self, id: &MailId) -> Result<(), ArchiveError> {
        self.with(|db| mails::hide(db, id, false))
    }

    fn hidden(&self, base: &str) -> Result<Vec<Kept>, ArchiveError> {
        self.with(|db| mails::all(db, base, true))
    }
}
