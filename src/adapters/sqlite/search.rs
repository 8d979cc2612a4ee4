//! What is searched through, and what was found in a mail.

use super::{mails, rows};
use crate::domain::ids::MailId;
use crate::domain::mail::{Envelope, Mail};
use crate::domain::search::{runs_of, text_of};
use crate::ports::archive::Findings;
use bytes::Bytes;
use rusqlite::{Connection, Error, OptionalExtension, TransactionBehavior, params};

/// What goes beside a mail's row: made before the database is locked.
#[derive(Debug)]
pub(super) struct Indexed {
    fields: String,
    text: String,
}

impl Indexed {
    pub(super) fn of(envelope: &Envelope, mail: &Mail) -> Self {
        Self { fields: rows::fields_text(mail), text: text_of(envelope, mail) }
    }
}

/// A text that the index does not know yet, by its mail.
pub(super) type Waiting = (i64, String);

/// Makes a mail known to the search: by its text until the index knows it, which is not for the
/// transaction that keeps it.
pub(super) fn add(db: &Connection, n: i64, indexed: &Indexed) -> Result<(), Error> {
    db.prepare_cached("INSERT OR REPLACE INTO parsed (mail, fields) VALUES (?1, ?2)")?
        .execute(params![n, indexed.fields])?;
    db.prepare_cached("INSERT INTO words (mail, text, indexed) VALUES (?1, ?2, 0)")?
        .execute(params![n, indexed.text])?;
    Ok(())
}

/// Whether more than so many texts wait for the index.
pub(super) fn wait_more_than(db: &Connection, count: usize) -> Result<bool, Error> {
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
            .execute(params![n, runs_of(text)])?;
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

/// Mails that an earlier version kept, the newest first: they are looked for soonest.
pub(super) fn unindexed(db: &Connection, count: usize) -> Result<Vec<(Envelope, Bytes)>, Error> {
    let sql = format!(
        "SELECT {}, (SELECT bytes FROM raw WHERE raw.mail = mail.n) FROM mail
         WHERE NOT EXISTS (SELECT 1 FROM parsed WHERE parsed.mail = mail.n) ORDER BY n DESC LIMIT ?1",
        mails::ROW
    );
    db.prepare_cached(&sql)?
        .query_map([i64::try_from(count).unwrap_or(i64::MAX)], |row| {
            let raw: Option<Vec<u8>> = row.get(13)?;
            Ok((rows::kept(row)?.summary.envelope, raw.unwrap_or_default().into()))
        })?
        .collect()
}

/// Makes mails of an earlier version known to the search.
pub(super) fn index(db: &mut Connection, mails: &[(&MailId, Indexed)]) -> Result<(), Error> {
    let change = db.transaction_with_behavior(TransactionBehavior::Immediate)?;
    for (id, indexed) in mails {
        // Another program may have come before.
        let n: Option<i64> = change
            .prepare_cached(
                "SELECT n FROM mail WHERE id = ?1 AND NOT EXISTS (SELECT 1 FROM parsed WHERE mail = n)",
            )?
            .query_row([id.as_str()], |row| row.get(0))
            .optional()?;
        if let Some(n) = n {
            add(&change, n, indexed)?;
        }
    }
    change.commit()
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
