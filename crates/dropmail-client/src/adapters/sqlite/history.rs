//! Reads and writes the history of addresses in the archive.

use super::rows;
use crate::domain::copied_to::CopiedTo;
use crate::domain::history::{CopiedItem, HistoryAction, HistoryEntry};
use crate::domain::ids::MailId;
use rusqlite::{Connection, Error, Row, params};

/// Maximum number of entries in the history. If it is exceeded, the oldest entries are deleted.
const MAX_ENTRIES: i64 = 100_000;
/// Number of new history entries after which the archive checks whether old entries must be deleted.
const PRUNE_EVERY: i64 = 1_000;

/// Adds an entry to the history. Ignores the arrival of a mail, because the mail's own row already records it.
pub(super) fn add(db: &Connection, base: &str, entry: &HistoryEntry) -> Result<(), Error> {
    let (item, target) = match &entry.action {
        HistoryAction::Copied { item, to, .. } => (item.as_str(), to.as_str()),
        HistoryAction::Released { to, .. } => ("", to.as_str()),
        HistoryAction::Made | HistoryAction::Restored | HistoryAction::Deleted => ("", ""),
        // The row of the mail already records its arrival.
        HistoryAction::Arrived { .. } => return Ok(()),
    };
    db.prepare_cached(
        "INSERT INTO history (base, at, address, action, mail, item, target)
         VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7)",
    )?
    .execute(params![
        base,
        rows::to_micros(entry.at),
        entry.address.as_str(),
        entry.action.name(),
        entry.action.mail().map(MailId::as_str),
        item,
        target,
    ])?;
    let n = db.last_insert_rowid();
    if n % PRUNE_EVERY == 0 {
        db.execute("DELETE FROM history WHERE n <= ?1", [n - MAX_ENTRIES])?;
    }
    Ok(())
}

/// Returns at most `count` history entries, newest first: those for one address or, if `address` is `None`, those for
/// all addresses.
pub(super) fn list(
    db: &Connection,
    base: &str,
    address: Option<&str>,
    count: usize,
) -> Result<Vec<HistoryEntry>, Error> {
    let rows = db
        .prepare_cached(
            "SELECT at, address, action, mail, item, target FROM history
             WHERE base = ?1 AND (?2 IS NULL OR address = ?2 COLLATE NOCASE) ORDER BY n DESC LIMIT ?3",
        )?
        .query_map(params![base, address, i64::try_from(count).unwrap_or(i64::MAX)], entry)?
        .collect::<Result<Vec<_>, _>>()?;
    Ok(rows.into_iter().flatten().collect())
}

/// Reads a history entry from a database row. Returns `None` for an unknown action, which can only have been written by
/// a later version of the program.
fn entry(row: &Row<'_>) -> Result<Option<HistoryEntry>, Error> {
    let mail: Option<String> = row.get(3)?;
    let mail = mail.map(MailId::new);
    let (item, target): (String, String) = (row.get(4)?, row.get(5)?);
    let action = match (row.get_ref(2)?.as_str()?, mail) {
        ("made", _) => Some(HistoryAction::Made),
        ("restored", _) => Some(HistoryAction::Restored),
        ("deleted", _) => Some(HistoryAction::Deleted),
        ("copied", mail) => CopiedItem::parse(&item)
            .zip(CopiedTo::parse(&target))
            .map(|(item, to)| HistoryAction::Copied { item, to, mail }),
        ("released", Some(mail)) => Some(HistoryAction::Released { mail, to: target.into() }),
        _ => None,
    };
    let (at, address) = (rows::from_micros(row.get(0)?), row.get::<_, String>(1)?.into());
    Ok(action.map(|action| HistoryEntry { at, address, action }))
}
