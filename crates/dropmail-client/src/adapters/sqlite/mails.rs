//! Reads and writes mails in the archive. Each mail has a row; its raw bytes are in a separate table.

use super::index::{self, Indexed};
use super::rows;
use crate::domain::ids::{MailId, SessionId};
use crate::domain::mail::{Envelope, Summary};
use crate::domain::stored_mail::{ArrivalOrder, MailCounts, Stored, StoredMail};
use bytes::Bytes;
use mail_reader::smtp_oddity;
use rusqlite::blob::ZeroBlob;
use rusqlite::{Connection, Error, OptionalExtension, TransactionBehavior, params};

/// The columns of a mail's database row, in the order in which [`rows::stored_mail`] reads them.
pub(super) const ROW: &str = "id, session, received_at, mail_from, rcpt, rcpt_orig, size,
    sender, subject, code, link, attachments, read, sender_address, oddities, starred, arrival";

/// Number of columns in [`ROW`]. This is also the index of the first additional column in a query that starts with
/// these columns.
pub(super) const ROW_COLUMNS: usize = 17;

/// The sort order of the mail list: newest first. Mails with the same timestamp are sorted in the order in which the
/// service reported them.
const NEWEST_FIRST: &str = "received_at DESC, arrival DESC, n DESC";

/// A mail to be stored, with its searchable text, codes and links.
pub(super) struct NewMailRow<'a> {
    pub(super) summary: &'a Summary,
    pub(super) raw: &'a [u8],
    pub(super) indexed: &'a Indexed,
    pub(super) order: ArrivalOrder,
}

/// Stores mails and their raw bytes in one transaction. Leaves mails that are already stored unchanged. For each mail,
/// returns whether it was new.
pub(super) fn put(db: &mut Connection, base: &str, mails: &[NewMailRow<'_>]) -> Result<Vec<Stored>, Error> {
    let change = db.transaction_with_behavior(TransactionBehavior::Immediate)?;
    let stored = mails.iter().map(|mail| put_one(&change, base, mail)).collect::<Result<Vec<_>, _>>()?;
    if stored.contains(&Stored::New) {
        change.commit()?;
    }
    Ok(stored)
}

fn put_one(change: &Connection, base: &str, mail: &NewMailRow<'_>) -> Result<Stored, Error> {
    let NewMailRow { summary, raw, indexed, order } = mail;
    let envelope = &summary.envelope;
    let added = change
        .prepare_cached(
            "INSERT INTO mail (id, base, session, received_at, mail_from, rcpt, rcpt_orig, size,
                 sender, subject, code, link, attachments, sender_address, oddities, arrival)
             VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14, ?15, ?16)
             ON CONFLICT (id) DO NOTHING",
        )?
        .execute(params![
            envelope.id.as_str(),
            base,
            envelope.session.as_str(),
            rows::to_micros(envelope.received_at),
            envelope.from.as_str(),
            envelope.to.as_str(),
            envelope.to_orig.as_str(),
            i64::try_from(envelope.size).unwrap_or(i64::MAX),
            summary.sender.as_str(),
            summary.subject.as_str(),
            summary.code.as_ref().and_then(rows::codes_to_json),
            summary.link.as_ref().and_then(rows::links_to_json),
            i64::try_from(summary.attachments).unwrap_or(i64::MAX),
            summary.sender_address.as_str(),
            smtp_oddity::names(&envelope.oddities),
            order.0,
        ])?;
    if added == 0 {
        return Ok(Stored::AlreadyPresent);
    }
    let n = change.last_insert_rowid();
    put_bytes(change, n, raw)?;
    index::add(change, n, indexed)?;
    Ok(Stored::New)
}

/// A mail of at least this size in bytes is written and read in chunks. Binding such a large value to an SQL statement
/// would create three copies of it in memory.
const LARGE_BYTES: usize = 1 << 20;

fn put_bytes(db: &Connection, n: i64, raw: &[u8]) -> Result<(), Error> {
    if raw.len() < LARGE_BYTES {
        db.prepare_cached("INSERT INTO raw (mail, bytes) VALUES (?1, ?2)")?.execute(params![n, raw])?;
        return Ok(());
    }
    db.prepare_cached("INSERT INTO raw (mail, bytes) VALUES (?1, ?2)")?
        .execute(params![n, ZeroBlob(raw.len() as u64)])?;
    let mut blob = db.blob_open("main", "raw", "bytes", n, false)?;
    for (at, chunk) in raw.chunks(LARGE_BYTES).enumerate() {
        blob.write_at(chunk, at * LARGE_BYTES)?;
    }
    blob.close()
}

/// Updates the row of a reparsed mail. Changes only the columns whose values come from parsing, so the mail stays read,
/// starred or hidden.
pub(super) fn update(db: &Connection, n: i64, summary: &Summary) -> Result<(), Error> {
    db.prepare_cached(
        "UPDATE mail SET sender = ?2, sender_address = ?3, subject = ?4, code = ?5, link = ?6, attachments = ?7
         WHERE n = ?1",
    )?
    .execute(params![
        n,
        summary.sender.as_str(),
        summary.sender_address.as_str(),
        summary.subject.as_str(),
        summary.code.as_ref().and_then(rows::codes_to_json),
        summary.link.as_ref().and_then(rows::links_to_json),
        i64::try_from(summary.attachments).unwrap_or(i64::MAX),
    ])?;
    Ok(())
}

/// Returns the mails of a service, newest first: only hidden mails if `hidden` is `true`, and only mails that are not
/// hidden if it is `false`.
pub(super) fn all(db: &Connection, base: &str, hidden: bool) -> Result<Vec<StoredMail>, Error> {
    db.prepare_cached(&format!(
        "SELECT {ROW} FROM mail WHERE base = ?1 AND hidden = ?2 ORDER BY {NEWEST_FIRST}"
    ))?
    .query_map(params![base, hidden], rows::stored_mail)?
    .collect()
}

/// Returns a page of the mail list, newest first: at most `count` mails that come after the mail `below`, or the newest
/// mails if `below` is `None`. Returns an empty page if the mail `below` is not stored.
pub(super) fn page(
    db: &Connection,
    base: &str,
    below: Option<&MailId>,
    count: usize,
) -> Result<Vec<StoredMail>, Error> {
    let place = match below {
        None => (i64::MAX, i64::MAX, i64::MAX),
        Some(id) => {
            let place = db
                .prepare_cached("SELECT received_at, arrival, n FROM mail WHERE id = ?1")?
                .query_row([id.as_str()], |row| Ok((row.get(0)?, row.get(1)?, row.get(2)?)))
                .optional()?;
            // If the mail `below` has been removed, its position in the list is unknown.
            let Some(place) = place else { return Ok(Vec::new()) };
            place
        }
    };
    db.prepare_cached(&format!(
        "SELECT {ROW} FROM mail
         WHERE base = ?1 AND hidden = 0 AND received_at <= ?2 AND (received_at, arrival, n) < (?2, ?3, ?4)
         ORDER BY {NEWEST_FIRST} LIMIT ?5"
    ))?
    .query_map(
        params![base, place.0, place.1, place.2, i64::try_from(count).unwrap_or(i64::MAX)],
        rows::stored_mail,
    )?
    .collect()
}

/// Counts the mails in each session, and the unread mails in all sessions, excluding hidden mails.
pub(super) fn count_mails(db: &Connection, base: &str) -> Result<MailCounts, Error> {
    let count = |n: i64| usize::try_from(n).unwrap_or(0);
    let mut tally = MailCounts::default();
    let mut counted = db.prepare_cached(
        "SELECT session, count(*), sum(read = 0) FROM mail WHERE base = ?1 AND hidden = 0 GROUP BY session",
    )?;
    let mut sessions = counted.query([base])?;
    while let Some(row) = sessions.next()? {
        tally.by_session.push((SessionId::new(row.get::<_, String>(0)?), count(row.get(1)?)));
        tally.unread += count(row.get(2)?);
    }
    Ok(tally)
}

/// Reads a mail without its raw bytes; `None` if the mail is not stored.
pub(super) fn find_mail(db: &Connection, id: &MailId) -> Result<Option<StoredMail>, Error> {
    db.prepare_cached(&format!("SELECT {ROW} FROM mail WHERE id = ?1"))?
        .query_row([id.as_str()], rows::stored_mail)
        .optional()
}

/// Reads a mail with its raw bytes; `None` if the mail is not stored.
pub(super) fn find_with_bytes(db: &Connection, id: &MailId) -> Result<Option<(Envelope, Bytes)>, Error> {
    let Some(stored) = find_mail(db, id)? else { return Ok(None) };
    let (n, size): (i64, i64) = db
        .prepare_cached(
            "SELECT raw.mail, length(bytes) FROM raw JOIN mail ON raw.mail = mail.n WHERE mail.id = ?1",
        )?
        .query_row([id.as_str()], |row| Ok((row.get(0)?, row.get(1)?)))?;
    let bytes = if usize::try_from(size).is_ok_and(|size| size >= LARGE_BYTES) {
        let blob = db.blob_open("main", "raw", "bytes", n, true)?;
        let mut bytes = vec![0; blob.len()];
        blob.read_at_exact(&mut bytes, 0)?;
        bytes
    } else {
        let statement = "SELECT bytes FROM raw WHERE mail = ?1";
        db.prepare_cached(statement)?.query_row([n], |row| row.get::<_, Vec<u8>>(0))?
    };
    Ok(Some((stored.summary.envelope, bytes.into())))
}

/// Returns the id of the newest mail of a session, which may be hidden; `None` if the session has no mail.
pub(super) fn newest_id(db: &Connection, session: &SessionId) -> Result<Option<MailId>, Error> {
    db.prepare_cached(&format!("SELECT id FROM mail WHERE session = ?1 ORDER BY {NEWEST_FIRST} LIMIT 1"))?
        .query_row([session.as_str()], |row| row.get::<_, String>(0))
        .optional()
        .map(|id| id.map(MailId::new))
}

/// Marks a mail as read or, if `read` is `false`, as unread.
pub(super) fn set_read(db: &Connection, id: &MailId, read: bool) -> Result<(), Error> {
    db.prepare_cached("UPDATE mail SET read = ?2 WHERE id = ?1")?.execute(params![id.as_str(), read])?;
    Ok(())
}

/// Adds a star to a mail or, if `starred` is `false`, removes it.
pub(super) fn set_starred(db: &Connection, id: &MailId, starred: bool) -> Result<(), Error> {
    db.prepare_cached("UPDATE mail SET starred = ?2 WHERE id = ?1")?
        .execute(params![id.as_str(), starred])?;
    Ok(())
}

/// Hides a mail from the mail list or, if `hidden` is `false`, shows it there again.
pub(super) fn set_hidden(db: &Connection, id: &MailId, hidden: bool) -> Result<(), Error> {
    db.prepare_cached("UPDATE mail SET hidden = ?2 WHERE id = ?1")?.execute(params![id.as_str(), hidden])?;
    Ok(())
}

/// Returns whether a mail is hidden from the mail list.
pub(super) fn is_hidden(db: &Connection, id: &MailId) -> Result<bool, Error> {
    db.prepare_cached("SELECT 1 FROM mail WHERE id = ?1 AND hidden = 1")?.exists([id.as_str()])
}
