//! Opens the archive file with SQLite, and detects a file that is not a valid archive.

use super::data_directory_check::FilePresence;
use super::open::{BUSY, OpenArchiveError, open_error};
use super::read_connection::ReadConnection;
use super::vault::Vault;
use super::{SqliteArchive, migrations};
use rusqlite::{Connection, ErrorCode};
use std::path::Path;
use std::sync::Mutex;
use std::sync::atomic::AtomicBool;

/// Capacity of the cache for prepared SQL statements. The program uses fewer statements, not counting searches,
/// so all of them stay in the cache.
pub(super) const STATEMENTS: usize = 64;

/// The reason why a file cannot be opened as the archive.
pub(super) enum UnusableArchive {
    /// The file is not a valid archive; the value is the reason. The caller renames such a file.
    Damaged(String),
    /// The file may be a valid archive, but SQLite is currently unable to open it.
    CannotOpen(OpenArchiveError),
}

impl UnusableArchive {
    fn new(path: &Path, source: rusqlite::Error) -> Self {
        match source.sqlite_error_code() {
            _ if is_damage(&source) => Self::Damaged(source.to_string()),
            Some(ErrorCode::DatabaseBusy | ErrorCode::DatabaseLocked) => {
                Self::CannotOpen(OpenArchiveError::Held { path: path.to_owned() })
            }
            _ => Self::CannotOpen(OpenArchiveError::Database { place: path.display().to_string(), source }),
        }
    }

    pub(super) fn into_error(self, path: &Path) -> OpenArchiveError {
        match self {
            Self::CannotOpen(error) => error,
            Self::Damaged(reason) => open_error(path, std::io::Error::other(reason)),
        }
    }
}

/// Opens an archive for writing. `before` states whether the archive file already existed when the program started to
/// open it. The returned `bool` is `true` if the file existed but was empty.
pub(super) fn connect(path: &Path, before: FilePresence) -> Result<(SqliteArchive, bool), UnusableArchive> {
    let place = path.display().to_string();
    let unusable = |source| UnusableArchive::new(path, source);
    let mut connection = Connection::open(path).map_err(unusable)?;
    connection.busy_timeout(BUSY).map_err(unusable)?;
    // The version is read before the file is changed, because the file may be a database of another program.
    let version = migrations::version(&connection).map_err(unusable)?;
    if version > migrations::VERSION {
        return Err(UnusableArchive::CannotOpen(OpenArchiveError::Newer { path: path.to_owned() }));
    }
    if version == 0 && migrations::has_schema(&connection).map_err(unusable)? {
        return Err(UnusableArchive::Damaged("it is the database of another program".to_owned()));
    }
    let was_empty = version == 0 && before != FilePresence::Missing;
    prepare(&connection).map_err(unusable)?;
    migrations::migrate(&mut connection).map_err(unusable)?;
    check(&connection).map_err(unusable)?;
    let archive = SqliteArchive {
        connection: Mutex::new(connection),
        reader: ReadConnection::default(),
        vault: Vault::default(),
        place,
        file: Some(path.to_owned()),
        opened_for_writing: true,
        was_locked: AtomicBool::new(false),
    };
    Ok((archive, was_empty))
}

fn prepare(connection: &Connection) -> Result<(), rusqlite::Error> {
    // All statements for storing a mail and for renewing a session stay prepared.
    connection.set_prepared_statement_cache_capacity(STATEMENTS);
    connection.pragma_update(None, "journal_mode", "WAL")?;
    connection.pragma_update(None, "synchronous", "FULL")?;
    // A checkpoint takes longer than storing a mail, so the program runs checkpoints while no mail arrives. This limit
    // in pages is for mails that arrive without a pause: it bounds the size of the write-ahead log.
    connection.pragma_update(None, "wal_autocheckpoint", 4000)?;
    connection.pragma_update(None, "secure_delete", "ON")?;
    keep_temporary_tables_in_memory(connection)?;
    connection.pragma_update(None, "foreign_keys", "ON")
}

/// Makes SQLite store temporary tables in memory, because they can contain text of mails.
pub(super) fn keep_temporary_tables_in_memory(connection: &Connection) -> Result<(), rusqlite::Error> {
    connection.pragma_update(None, "temp_store", "MEMORY")
}

/// Reads one row of every table in order to detect a damaged file. A full integrity check would read the whole archive
/// each time the program starts.
pub(super) fn check(connection: &Connection) -> Result<(), rusqlite::Error> {
    for table in [
        "token",
        "session",
        "address",
        "earlier_key",
        "mail",
        "raw",
        "parsed",
        "words",
        "outdated",
        "current_address",
        "history",
        "undo_step",
    ] {
        let mut first = connection.prepare(&format!("SELECT rowid FROM {table} LIMIT 1"))?;
        first.exists([])?;
    }
    // The full-text index stores no text and has no rows that can be read, so it is searched for an n-gram.
    connection.prepare("SELECT rowid FROM runs WHERE runs MATCH 'e' LIMIT 1")?.exists([])?;
    Ok(())
}

/// Returns whether an SQLite error means that the file itself is damaged. Returns `false` if the file is locked, the
/// disk is full or a permission is missing.
fn is_damage(error: &rusqlite::Error) -> bool {
    match error.sqlite_error_code() {
        Some(ErrorCode::NotADatabase | ErrorCode::DatabaseCorrupt) => true,
        // If a table of the file's schema version is missing, the file is not an archive of this program.
        Some(ErrorCode::Unknown) => error.to_string().contains("no such table"),
        _ => false,
    }
}
