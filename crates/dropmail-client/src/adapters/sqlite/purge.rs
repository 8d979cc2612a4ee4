//! Deletes mails and secrets permanently. No trace of them remains in the rows, the search index or the write-ahead
//! log of the archive.

use super::index;
use rusqlite::{Connection, Error, TransactionBehavior, params};

/// Maximum number of mails that one transaction deletes. It is small, because other programs can write to the archive
/// only between transactions.
const MAILS_PER_BATCH: i64 = 50;
/// Size of SQLite's page cache in KiB while all mails are deleted. The cache is large, because consecutive batches
/// change the same pages, which are scattered over the file.
const PURGE_CACHE_KIB: i64 = 64 << 10;

/// Empties the entire search index. When all mails are being deleted, this is faster than removing entries one by one.
/// If the deletion is interrupted, the remaining mails are indexed again, as after an update of the program.
pub(super) fn clear_index(db: &mut Connection) -> Result<(), Error> {
    db.pragma_update(None, "cache_size", -PURGE_CACHE_KIB)?;
    let change = db.transaction_with_behavior(TransactionBehavior::Immediate)?;
    change.execute("INSERT INTO runs (runs) VALUES ('delete-all')", [])?;
    change.execute("DELETE FROM words", [])?;
    change.execute("DELETE FROM parsed", [])?;
    change.execute("DELETE FROM leftover", [])?;
    change.commit()
}

/// Deletes the tokens, sessions, addresses, restore keys, history and undo steps, and shrinks the archive file to its
/// minimum size.
pub(super) fn delete_account(db: &mut Connection) -> Result<(), Error> {
    let change = db.transaction_with_behavior(TransactionBehavior::Immediate)?;
    for table in ["token", "session", "address", "earlier_key", "current_address", "history", "undo_step"] {
        change.execute(&format!("DELETE FROM {table}"), [])?;
    }
    change.commit()?;
    db.execute_batch("VACUUM")
}

/// Returns the number of mails that arrived before the given time (in microseconds since 1970).
pub(super) fn count(db: &Connection, before: i64) -> Result<usize, Error> {
    let count = db.query_row("SELECT count(*) FROM mail WHERE received_at < ?1", [before], |row| row.get(0));
    count.map(|count: i64| usize::try_from(count).unwrap_or(usize::MAX))
}

/// Deletes the history entries from before the given time (in microseconds since 1970).
pub(super) fn delete_history(db: &Connection, before: i64) -> Result<(), Error> {
    db.execute("DELETE FROM history WHERE at < ?1", [before]).map(drop)
}

/// Deletes a batch of mails that arrived before the given time (in microseconds since 1970). Returns the number of
/// deleted mails.
pub(super) fn delete_batch(db: &mut Connection, before: i64) -> Result<usize, Error> {
    let change = db.transaction_with_behavior(TransactionBehavior::Immediate)?;
    let old: Vec<i64> = change
        .prepare_cached("SELECT n FROM mail WHERE received_at < ?1 LIMIT ?2")?
        .query_map(params![before, MAILS_PER_BATCH], |row| row.get(0))?
        .collect::<Result<_, _>>()?;
    for n in &old {
        if index::remove(&change, *n)? {
            change.prepare_cached("INSERT OR IGNORE INTO leftover (n) VALUES (1)")?.execute([])?;
        }
        // Through foreign keys, this also deletes the bytes, text and findings of the mail.
        change.prepare_cached("DELETE FROM mail WHERE n = ?1")?.execute([n])?;
    }
    change.commit()?;
    Ok(old.len())
}

/// Writes the write-ahead log back to the archive file and then truncates the log, because it may contain earlier
/// versions of pages. SQLite has already overwritten the freed pages in the archive file (`secure_delete`).
pub(super) fn checkpoint_truncate(db: &Connection) -> Result<(), Error> {
    // The first column is not 0 if another program prevented the truncation of the log.
    let busy: i64 = db.query_row("PRAGMA wal_checkpoint(TRUNCATE)", [], |row| row.get(0))?;
    if busy != 0 {
        tracing::warn!("another program holds the archive's log; it is cut when that one is done");
    }
    Ok(())
}

/// Writes the write-ahead log back to the archive file, except for parts that other programs are still reading. Later
/// writes reuse the log's disk space.
pub(super) fn checkpoint(db: &Connection) -> Result<(), Error> {
    db.query_row("PRAGMA wal_checkpoint(PASSIVE)", [], |_row| Ok(()))
}

/// Returns whether the search index still contains entries for deleted mails.
pub(super) fn has_leftover(db: &Connection) -> Result<bool, Error> {
    db.prepare_cached("SELECT 1 FROM leftover LIMIT 1")?.exists([])
}

/// Records that the search index no longer contains entries for deleted mails.
pub(super) fn clear_leftovers(db: &Connection) -> Result<(), Error> {
    db.execute("DELETE FROM leftover", []).map(drop)
}
