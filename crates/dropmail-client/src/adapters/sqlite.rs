//! The on-disk archive: one SQLite file that preserves mails after their sessions have expired, and despite crashes and
//! power failures.
//!
//! Every write is one transaction, which is on disk when the call returns (write-ahead log, full sync). Earlier tokens
//! and restore keys are not overwritten but kept in separate rows, because one of them may still restore an address.

mod addresses;
mod archive;
mod connect;
mod data_directory_check;
mod history;
mod index;
mod mails;
mod migrations;
mod open;
mod purge;
mod quarantine;
mod read_connection;
mod rows;
mod search;
mod sessions;
mod tokens;
mod undo;
mod vault;

pub use data_directory_check::ArchiveWarning;
pub use open::{OpenArchiveError, OpenedArchive};
pub use quarantine::QuarantinedArchive;
pub use vault::secrets_storage;

use crate::domain::stored_mail::Stored;
use crate::ports::archive::{Archive, ArchiveError};
use crate::ports::secrets::SecretStore;
use index::Merge;
use mails::NewMailRow;
use read_connection::ReadConnection;
use rusqlite::{Connection, ErrorCode};
use std::fmt;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;
use vault::Vault;

/// Timeout for a call to the archive if the archive was already locked during the previous call. If the archive is
/// still locked when the timeout expires, the call fails.
const LOCKED_TIMEOUT: Duration = Duration::from_millis(100);

/// Maximum number of texts that may be missing from the search index. If it is exceeded, each call that stores a single
/// mail also indexes some of these texts. The number is kept low, because every search must scan all unindexed texts.
const MAX_UNINDEXED: usize = 512;
/// Maximum number of texts that one transaction adds to the search index. A mail that arrives during the transaction is
/// not stored until the transaction ends.
const MAX_TEXTS_PER_STEP: usize = 4;

/// An archive stored in one SQLite file, or in memory.
pub struct SqliteArchive {
    // The read-only connection is closed before `connection`. The last connection that is closed removes the
    // write-ahead log, and it needs write access for that.
    reader: ReadConnection,
    connection: Mutex<Connection>,
    vault: Vault,
    place: String,
    /// Path of the archive file; `None` for an archive in memory.
    file: Option<PathBuf>,
    /// `true` if the archive was opened for writing; `false` if it is read-only.
    opened_for_writing: bool,
    /// `true` if another program had locked the archive at the last call. If so, the next call waits only for
    /// `LOCKED_TIMEOUT`.
    was_locked: AtomicBool,
}

impl fmt::Debug for SqliteArchive {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("SqliteArchive").field("place", &self.place).finish_non_exhaustive()
    }
}

impl SqliteArchive {
    /// Returns the path of the archive file, or `memory` if the archive is in memory.
    pub fn place(&self) -> &str {
        &self.place
    }

    /// Adds a keyring to the archive. Tokens and restore keys are then encrypted with a key from the keyring. A
    /// background thread requests the key immediately. A call to the archive waits for the keyring only if it needs an
    /// encrypted secret.
    #[must_use]
    pub fn with_keyring(self, keyring: Arc<dyn SecretStore>) -> Self {
        Self { vault: Vault::connect(keyring), ..self }
    }

    /// Adds a keyring as [`Self::with_keyring`] does, but does not request the key until a secret must be encrypted or
    /// decrypted. The keyring shows no unlock prompt.
    #[must_use]
    pub fn with_keyring_on_demand(self, keyring: Arc<dyn SecretStore>) -> Self {
        Self { vault: Vault::connect_on_demand(keyring), ..self }
    }

    /// Decrypts a stored secret. Returns an error if the keyring does not provide the right key. May wait for the
    /// keyring, so the caller must not hold the lock on the database connection.
    fn decrypt(&self, text: &str) -> Result<String, ArchiveError> {
        self.vault.decrypt_blocking(text).ok_or_else(|| ArchiveError::CannotDecrypt {
            place: self.place.clone(),
            reason: self.vault.problem(),
        })
    }

    fn with_connection<T>(
        &self,
        work: impl FnOnce(&mut Connection) -> Result<T, rusqlite::Error>,
    ) -> Result<T, ArchiveError> {
        // If a transaction panics, it is rolled back when it is dropped. The connection stays usable, so the poisoned
        // mutex is ignored.
        let mut connection = self.connection.lock().unwrap_or_else(PoisonError::into_inner);
        self.run_with_busy_timeout(&mut connection, work)
    }

    /// Runs `work` on a database connection, and converts an SQLite error to an `ArchiveError`. While the archive is
    /// locked, the first call waits for at most `BUSY`, and later calls wait for at most `LOCKED_TIMEOUT`. If each call
    /// waited for `BUSY`, a subcommand that makes many calls would take too long.
    fn run_with_busy_timeout<T>(
        &self,
        connection: &mut Connection,
        work: impl FnOnce(&mut Connection) -> Result<T, rusqlite::Error>,
    ) -> Result<T, ArchiveError> {
        let was_locked = self.was_locked.load(Ordering::Relaxed);
        let limited = connection.busy_timeout(if was_locked { LOCKED_TIMEOUT } else { open::BUSY });
        let done = limited.and_then(|()| work(connection));
        let busy = done.as_ref().err().and_then(rusqlite::Error::sqlite_error_code);
        let busy = matches!(busy, Some(ErrorCode::DatabaseBusy | ErrorCode::DatabaseLocked));
        self.was_locked.store(busy, Ordering::Relaxed);
        done.map_err(|error| {
            if busy { ArchiveError::Locked { place: self.place.clone() } } else { self.archive_error(&error) }
        })
    }

    /// Removes the texts of deleted mails from the search index. Returns `false` if there were none to remove.
    fn remove_deleted_texts(&self) -> Result<bool, ArchiveError> {
        if !self.with_connection(|db| purge::has_leftover(db))? {
            return Ok(false);
        }
        self.with_connection(|db| index::merge(db, Merge::All))?;
        while self.with_connection(|db| index::merge(db, Merge::Many))? {}
        self.with_connection(|db| purge::clear_leftovers(db))?;
        Ok(true)
    }

    /// Stores mails in one transaction. For each mail, returns whether it is new.
    fn put(&self, base: &str, mails: &[NewMailRow<'_>]) -> Result<Vec<Stored>, ArchiveError> {
        let stored = self.with_connection(|db| mails::put(db, base, mails))?;
        // Usually the runtime indexes texts in the background. For programs without that, storing a single mail also
        // indexes some of the waiting texts. The user waits for a long reply, so its mails are indexed later.
        if mails.len() == 1 && self.with_connection(|db| index::has_backlog(db, MAX_UNINDEXED))? {
            self.index_words(MAX_TEXTS_PER_STEP)?;
        }
        Ok(stored)
    }

    /// Runs a read operation while the user is waiting for its result. Uses the read-only connection, which does not
    /// wait for writes such as indexing. If there is no such connection, uses the connection for writes.
    fn with_read_connection<T>(
        &self,
        work: impl FnOnce(&mut Connection) -> Result<T, rusqlite::Error>,
    ) -> Result<T, ArchiveError> {
        match self.reader.connection(self.file.as_deref().filter(|_| self.opened_for_writing)) {
            Some(mut connection) => self.run_with_busy_timeout(&mut connection, work),
            None => self.with_connection(work),
        }
    }

    fn encryption_error(&self) -> ArchiveError {
        ArchiveError::CannotEncrypt { place: self.place.clone(), reason: self.vault.problem() }
    }

    fn archive_error(&self, why: &dyn fmt::Display) -> ArchiveError {
        ArchiveError::Failed { place: self.place.clone(), reason: why.to_string() }
    }
}

/// Minimum free disk space in bytes at which the archive counts as writable. Storing a session with its address and
/// restore key may need this much, because SQLite writes the changed pages both to the write-ahead log and to the
/// database.
const MIN_FREE_BYTES: u64 = 256 << 10;

/// Returns whether the file system that contains the archive file has at least `MIN_FREE_BYTES` of free space. Returns
/// `true` if the free space is unknown.
fn has_free_space(file: &Path) -> bool {
    rustix::fs::statvfs(file)
        .map_or(true, |disk| disk.f_bavail.saturating_mul(disk.f_frsize) >= MIN_FREE_BYTES)
}
