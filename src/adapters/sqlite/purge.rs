//! Removing for good: rows, index and log, so that the files hold nothing of it any more.

use super::index;
use rusqlite::{Connection, Error, TransactionBehavior, params};

/// How many mails go in one transaction: the program stays able to write in between.
const BATCH: i64 = 50;
/// How much of the file is held while all of it goes, in KiB: of a large one each batch touches pages
/// far apart, and again with the next.
const HELD: i64 = 64 << 10;

/// Empties the index: taking mails out of it one by one is for those that leave others behind. Those
/// that are still there when this is cut short are as if an earlier version had kept them.
pub(super) fn clear_index(db: &mut Connection) -> Result<(), Error> {
    db.pragma_update(None, "cache_size", -HELD)?;
    let change = db.transaction_with_behavior(TransactionBehavior::Immediate)?;
    change.execute("INSERT INTO runs (runs) VALUES ('delete-all')", [])?;
    change.execute("DELETE FROM words", [])?;
    change.execute("DELETE FROM parsed", [])?;
    change.execute("DELETE FROM leftover", [])?;
    change.commit()
}

/// Removes tokens, sessions, addresses and keys; the file shrinks to what an empty archive takes.
pub(super) fn forget_account(db: &mut Connection) -> Result<(), Error> {
    let change = db.transaction_with_behavior(TransactionBehavior::Immediate)?;
    for table in ["token", "session", "address", "earlier_key"] {
        change.execute(&format!("DELETE FROM {table}"), [])?;
    }
    change.commit()?;
    db.execute_batch("VACUUM")
}

/// Removes some of the mails from before a moment; tells how many.
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
        // Its bytes, words and findings go with it.
        change.prepare_cached("DELETE FROM mail WHERE n = ?1")?.execute([n])?;
    }
    change.commit()?;
    Ok(old.len())
}

/// Pages that were freed are overwritten as they are freed (`secure_delete`). What is left is the
/// log, where earlier forms of the pages may stand: it is written back and cut to nothing.
pub(super) fn checkpoint_truncate(db: &Connection) -> Result<(), Error> {
    // The first column tells whether another program kept the log from being cut.
    let busy: i64 = db.query_row("PRAGMA wal_checkpoint(TRUNCATE)", [], |row| row.get(0))?;
    if busy != 0 {
        tracing::warn!("another program holds the archive's log; it is cut when that one is done");
    }
    Ok(())
}

/// Writes the log back into the file, as far as no other program still reads from it: what comes next
/// begins it anew, where it has its place on the disk already.
pub(super) fn checkpoint(db: &Connection) -> Result<(), Error> {
    db.query_row("PRAGMA wal_checkpoint(PASSIVE)", [], |_told| Ok(()))
}

/// Whether the index still holds something of mails that were removed.
pub(super) fn has_leftover(db: &Connection) -> Result<bool, Error> {
    db.prepare_cached("SELECT 1 FROM leftover LIMIT 1")?.exists([])
}

/// Notes that it does not any more.
pub(super) fn clear_leftovers(db: &Connection) -> Result<(), Error> {
    db.execute("DELETE FROM leftover", []).map(drop)
}
