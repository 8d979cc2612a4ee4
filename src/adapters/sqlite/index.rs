//! What is searched through, and what was found in a mail.

use super::{mails, rows};
use crate::domain::ids::MailId;
use crate::domain::mail::{Envelope, Mail, Summary};
use crate::domain::search::{ngrams, text_of};
use crate::ports::archive::{Findings, StoredMail};
use bytes::Bytes;
use rusqlite::{Connection, Error, OptionalExtension, TransactionBehavior, params};

/// Bytes of mails after which a batch of [`outdated`] ends: they are in memory at once.
const MAX_OUTDATED_BYTES: usize = 4 << 20;

/// What goes beside a mail's row: made before the database is locked.
#[derive(Debug)]
pub(super) struct Indexed {
    fields: String,
    text: String,
}

impl Indexed {
    pub(super) fn of(envelope: &Envelope, mail: &Mail) -> Self {
        Self { fields: rows::fields_to_json(mail), text: text_of(envelope, mail) }
    }
}

/// A text that the index does not know yet, by its mail.
pub(super) type Waiting = (i64, String);

/// Makes a mail known to the search: by its text until the index knows it, which is not for the
/// transaction that keeps it.
pub(super) fn add(db: &Connection, n: i64, indexed: &Indexed) -> Result<(), Error> {
    put_fields(db, n, indexed)?;
    db.prepare_cached("INSERT INTO words (mail, text, indexed) VALUES (?1, ?2, 0)")?
        .execute(params![n, indexed.text])?;
    Ok(())
}

fn put_fields(db: &Connection, n: i64, indexed: &Indexed) -> Result<(), Error> {
    db.prepare_cached("INSERT OR REPLACE INTO parsed (mail, fields) VALUES (?1, ?2)")?
        .execute(params![n, indexed.fields])?;
    Ok(())
}

/// Whether more than so many texts wait for the index.
pub(super) fn has_backlog(db: &Connection, count: usize) -> Result<bool, Error> {
    db.prepare_cached("SELECT 1 FROM words WHERE indexed = 0 LIMIT 1 OFFSET ?1")?
        .exists([i64::try_from(count).unwrap_or(i64::MAX)])
}

/// Takes a mail out of the index; tells whether it was there. The index does not keep what it was
/// given: it is made again from the text. Until its parts are merged (see [`merge`]) the index holds
/// what was there and that it is not any more.
pub(super) fn forget(db: &Connection, n: i64) -> Result<bool, Error> {
    let text: Option<String> = db
        .prepare_cached("SELECT text FROM words WHERE mail = ?1 AND indexed = 1")?
        .query_row([n], |row| row.get(0))
        .optional()?;
    if let Some(text) = &text {
        db.prepare_cached("INSERT INTO runs (runs, rowid, letters) VALUES ('delete', ?1, ?2)")?
            .execute(params![n, ngrams(text)])?;
    }
    Ok(text.is_some())
}

/// How much of the index a step of merging writes, in pages: others write between two steps.
const STEP: i64 = 16;

/// What of the index is merged.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum Merge {
    /// Parts that have become many.
    Many,
    /// All of them, begun.
    All,
}

/// Goes a step of merging; tells whether there is more to do.
///
/// <https://www.sqlite.org/fts5.html#the_merge_command>: a negative count begins a merge of all parts,
/// and there was nothing to do where less than two rows have changed.
pub(super) fn merge(db: &Connection, what: Merge) -> Result<bool, Error> {
    let changes = || db.query_row("SELECT total_changes()", [], |row| row.get::<_, i64>(0));
    let before = changes()?;
    let step = if what == Merge::All { -STEP } else { STEP };
    db.prepare_cached("INSERT INTO runs (runs, rank) VALUES ('merge', ?1)")?.execute([step])?;
    Ok(changes()? - before >= 2)
}

/// All codes and links of a mail.
pub(super) fn findings(db: &Connection, id: &MailId) -> Result<Option<Findings>, Error> {
    let fields: Option<String> = db
        .prepare_cached("SELECT fields FROM parsed JOIN mail ON mail.n = parsed.mail WHERE mail.id = ?1")?
        .query_row([id.as_str()], |row| row.get(0))
        .optional()?;
    Ok(fields.map(|fields| rows::findings(&fields)))
}

/// Mails that an earlier version read, newest first: at most `count` mails, and no further mail once they
/// hold [`MAX_OUTDATED_BYTES`].
pub(super) fn outdated(db: &Connection, count: usize) -> Result<Vec<(Envelope, Bytes)>, Error> {
    let sql = format!(
        "SELECT {}, raw.bytes FROM mail CROSS JOIN raw ON raw.mail = mail.n
         WHERE mail.n <= (SELECT last FROM outdated) ORDER BY mail.n DESC LIMIT ?1",
        mails::ROW
    );
    let mut statement = db.prepare_cached(&sql)?;
    let mut rows = statement.query([i64::try_from(count).unwrap_or(i64::MAX)])?;
    let (mut mails, mut bytes) = (Vec::new(), 0);
    while bytes < MAX_OUTDATED_BYTES
        && let Some(row) = rows.next()?
    {
        let raw: Vec<u8> = row.get(mails::ROW_COLUMNS)?;
        bytes += raw.len();
        mails.push((rows::stored_mail(row)?.summary.envelope, raw.into()));
    }
    Ok(mails)
}

/// Stores what this version reads in mails of [`outdated`]. Returns their rows as they are now.
pub(super) fn update(db: &mut Connection, mails: &[(Summary, Indexed)]) -> Result<Vec<StoredMail>, Error> {
    let change = db.transaction_with_behavior(TransactionBehavior::Immediate)?;
    let mut updated = Vec::with_capacity(mails.len());
    let mut last: i64 = change.query_row("SELECT last FROM outdated", [], |row| row.get(0))?;
    let end = last;
    for (summary, indexed) in mails {
        // Another program may have removed the mail, or updated it.
        let id = &summary.envelope.id;
        let n: Option<i64> = change
            .prepare_cached("SELECT n FROM mail WHERE id = ?1 AND n <= ?2")?
            .query_row(params![id.as_str(), end], |row| row.get(0))
            .optional()?;
        if let Some(n) = n {
            mails::update(&change, n, summary)?;
            replace(&change, n, indexed)?;
            updated.extend(mails::find_mail(&change, id)?);
            last = last.min(n - 1);
        }
    }
    change.execute("UPDATE outdated SET last = ?1", [last])?;
    change.commit()?;
    Ok(updated)
}

/// Replaces the words of a mail and what was found in it. A text that is the same stays in the index.
fn replace(db: &Connection, n: i64, indexed: &Indexed) -> Result<(), Error> {
    let same = db
        .prepare_cached("SELECT 1 FROM words WHERE mail = ?1 AND text = ?2")?
        .exists(params![n, indexed.text])?;
    if same {
        return put_fields(db, n, indexed);
    }
    forget(db, n)?;
    db.prepare_cached("DELETE FROM words WHERE mail = ?1")?.execute([n])?;
    add(db, n, indexed)
}

/// Texts that wait for the index, the newest first: at most `count`.
pub(super) fn waiting(db: &Connection, count: usize) -> Result<Vec<Waiting>, Error> {
    db.prepare_cached("SELECT mail, text FROM words WHERE indexed = 0 ORDER BY mail DESC LIMIT ?1")?
        .query_map([i64::try_from(count).unwrap_or(i64::MAX)], |row| Ok((row.get(0)?, row.get(1)?)))?
        .collect()
}

/// Gives the index the runs of texts that waited for it: all of them become one part of it.
pub(super) fn index_runs(db: &mut Connection, runs: &[(i64, String)]) -> Result<(), Error> {
    let change = db.transaction_with_behavior(TransactionBehavior::Immediate)?;
    for (n, runs) in runs {
        // Another program may have come before, or have removed the mail.
        let waited = change
            .prepare_cached("UPDATE words SET indexed = 1 WHERE mail = ?1 AND indexed = 0")?
            .execute([n])?;
        if waited > 0 {
            change
                .prepare_cached("INSERT INTO runs (rowid, letters) VALUES (?1, ?2)")?
                .execute(params![n, runs])?;
        }
    }
    change.commit()
}
