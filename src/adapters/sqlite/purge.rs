//! Deletes mails and secrets permanently, so that no trace of them remains in the rows, the index or the log.

use super::index;
use rusqlite::{Connection, Error, TransactionBehavior, params};

/// Maximum number of mails that one transaction deletes; other writers can write between two transactions.
const BATCH: i64 = 50;
/// Size of the page cache in KiB while everything is deleted. In a large file each batch touches distant pages,
/// and the next batch touches the same pages again.
const HELD: i64 = 64 << 10;

/// Empties the whole search index. Removing mails from it one by one is only worthwhile if other mails remain.
/// If the purge is interrupted, the remaining mails count as mails of an earlier version, so that they are
/// indexed again.
pub(super) fn clear_index(db: &mut Connection) -> Result<(), Error> {
    db.pragma_update(None, "cache_size", -HELD)?;
    let change = db.transaction_with_behavior(TransactionBehavior::Immediate)?;
    change.execute("INSERT INTO runs (runs) VALUES ('delete-all')", [])?;
    change.execute("DELETE FROM words", [])?;
    change.execute("DELETE FROM parsed", [])?;
    change.execute("DELETE FROM leftover", [])?;
    change.commit()
}

/// Deletes tokens, sessions, addresses and keys. The file shrinks to the size of an empty archive.
pub(super) fn forget_account(db: &mut Connection) -> Result<(), Error> {
    let change = db.transaction_with_behavior(TransactionBehavior::Immediate)?;
    for table in ["token", "session", "address", "earlier_key", "current_address", "history"] {
        change.execute(&format!("DELETE FROM {table}"), [])?;
    }
    change.commit()?;
    db.execute_batch("VACUUM")
}

/// Counts the mails that arrived before a time.
pub(super) fn count(db: &Connection, before: i64) -> Result<usize, Error> {
    let count = db.query_row("SELECT count(*) FROM mail WHERE received_at < ?1", [before], |row| row.get(0));
    count.map(|count: i64| usize::try_from(count).unwrap_or(usize::MAX))
}

/// Deletes the history before a time.
pub(super) fn forget_history(db: &Connection, before: i64) -> Result<(), Error> {
    db.execute("DELETE FROM history WHERE at < ?1", [before]).map(drop)
}

/// Deletes a batch of mails that arrived before a time; returns how many mails were deleted.
pub(super) fn batch(db: &mut Connection, before: i64) -> Result<usize, Error> {
    let change = db.transaction_with_behavior(TransactionBehavior::Immediate)?;
    let old: Vec<i64> = change
        .prepare_cached("SELECT n FROM mail WHERE received_at < ?1 LIMIT ?2")?
        .query_map(params![before, BATCH], |row| row.get(0))?
        .collect::<Result<_, _>>()?;
    for n in &old {
        if index::forget(&change, *n)? {
            change.prepare_cached("INSERT OR IGNORE INTO leftover (n) VALUES (1)")?.execute([])?;
        }
        // The foreign keys delete the bytes, text and findings of the mail too.
        change.prepare_cached("DELETE FROM mail WHERE n = ?1")?.execute([n])?;
    }
    change.commit()?;
    Ok(old.len())
}

/// Writes the log back into the archive file and truncates the log, because it may contain earlier versions of
/// the pages. Freed pages are already overwritten (`secure_delete`).
pub(super) fn checkpoint_truncate(db: &Connection) -> Result<(), Error> {
    // The first column is not 0 if another program prevented the truncation.
    let busy: i64 = db.query_row("PRAGMA wal_checkpoint(TRUNCATE)", [], |row| row.get(0))?;
    if busy != 0 {
        tracing::warn!("another program holds the archive's log; it is cut when that one is done");
    }
    Ok(())
}

/// Writes the log back into the archive file, as far as no other program still reads from the log. Later writes
/// reuse the log's disk space from its start.
pub(super) fn checkpoint(db: &Connection) -> Result<(), Error> {
    db.query_row("PRAGMA wal_checkpoint(PASSIVE)", [], |_told| Ok(()))
}

/// Returns whether the search index still contains entries of deleted mails.
pub(super) fn has_leftover(db: &Connection) -> Result<bool, Error> {
    db.prepare_cached("SELECT 1 FROM leftover LIMIT 1")?.exists([])
}

/// Records that the search index contains no more entries of deleted mails.
pub(super) fn clear_leftovers(db: &Connection) -> Result<(), Error> {
    db.execute("DELETE FROM leftover", []).map(drop)
}
