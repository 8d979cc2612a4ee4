//! A second, read-only connection to the archive. Because of the write-ahead log, a read on this connection does not
//! wait for a write on the main connection.

use super::{connect, open};
use rusqlite::{Connection, OpenFlags};
use std::path::Path;
use std::sync::{Mutex, MutexGuard, OnceLock, PoisonError};

/// A read-only connection to the archive, opened on first use. If it cannot be opened, the connection for writes is
/// also used for reads.
#[derive(Default)]
pub(super) struct ReadConnection(OnceLock<Option<Mutex<Connection>>>);

impl ReadConnection {
    /// Returns the read-only connection; `None` if the archive has no file or the file cannot be opened.
    pub(super) fn connection(&self, file: Option<&Path>) -> Option<MutexGuard<'_, Connection>> {
        let file = file?;
        let connection = self.0.get_or_init(|| match open_reader(file) {
            Ok(connection) => Some(Mutex::new(connection)),
            Err(error) => {
                tracing::warn!(%error, "mails are read by the connection that writes them");
                None
            }
        });
        connection.as_ref().map(|connection| connection.lock().unwrap_or_else(PoisonError::into_inner))
    }
}

fn open_reader(file: &Path) -> Result<Connection, rusqlite::Error> {
    let flags = OpenFlags::SQLITE_OPEN_READ_ONLY | OpenFlags::SQLITE_OPEN_NO_MUTEX;
    let connection = Connection::open_with_flags(file, flags)?;
    connection.busy_timeout(open::BUSY)?;
    connection.set_prepared_statement_cache_capacity(connect::STATEMENTS);
    connect::keep_temporary_tables_in_memory(&connection)?;
    Ok(connection)
}

#[cfg(test)]
mod tests {
    use super::ReadConnection;
    use crate::adapters::sqlite::SqliteArchive;
    use crate::domain::time::Timestamp;

    #[test]
    fn readers_do_not_wait_for_a_writer_and_see_committed_data() {
        let folder = tempfile::tempdir().unwrap();
        let archive = SqliteArchive::open(folder.path(), Timestamp::UNIX_EPOCH).unwrap().archive;
        let count = |archive: &SqliteArchive| {
            archive.with_read_connection(|db| {
                db.query_row("SELECT count(*) FROM leftover", [], |row| row.get::<_, i64>(0))
            })
        };
        assert_eq!(count(&archive).unwrap(), 0);
        archive.with_connection(|db| db.execute("INSERT INTO leftover VALUES (1)", [])).unwrap();
        assert_eq!(count(&archive).unwrap(), 1);
        let writes = archive.connection.lock().unwrap();
        writes.execute_batch("BEGIN IMMEDIATE; DELETE FROM leftover").unwrap();
        assert_eq!(count(&archive).unwrap(), 1);
        writes.execute_batch("COMMIT").unwrap();
        assert_eq!(count(&archive).unwrap(), 0);
    }

    #[test]
    fn temporary_tables_of_a_reader_are_stored_in_memory() {
        let folder = tempfile::tempdir().unwrap();
        let archive = SqliteArchive::open(folder.path(), Timestamp::UNIX_EPOCH).unwrap().archive;
        let store = archive
            .with_read_connection(|db| db.pragma_query_value(None, "temp_store", |row| row.get::<_, i64>(0)));
        assert_eq!(store.unwrap(), 2);
    }

    #[test]
    fn the_write_ahead_log_is_truncated_although_a_reader_was_open() {
        let folder = tempfile::tempdir().unwrap();
        let archive = SqliteArchive::open(folder.path(), Timestamp::UNIX_EPOCH).unwrap().archive;
        archive.with_read_connection(|db| db.query_row("SELECT count(*) FROM mail", [], |_| Ok(()))).unwrap();
        let logs = || {
            let files = std::fs::read_dir(folder.path()).unwrap();
            files
                .filter(|file| file.as_ref().unwrap().file_name().to_string_lossy().ends_with("-wal"))
                .count()
        };
        assert_eq!(logs(), 1);
        drop(archive);
        assert_eq!(logs(), 0);
    }

    #[test]
    fn an_archive_in_memory_has_one_connection() {
        assert!(ReadConnection::default().connection(None).is_none());
    }
}
