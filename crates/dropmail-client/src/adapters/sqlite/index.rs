//! Stores the search index, and the codes and links that were found in mails.

use super::{mails, rows};
use crate::domain::ids::MailId;
use crate::domain::mail::{Envelope, Summary};
use crate::domain::search::{ngrams, text_of};
use crate::domain::stored_mail::StoredMail;
use bytes::Bytes;
use mail_codes::{Findings, MailWithFindings};
use rusqlite::{Connection, Error, OptionalExtension, TransactionBehavior, params};

/// Total size in bytes at which a batch of mails to be reparsed (see [`outdated`]) ends. This limit is low, because the
/// whole batch is in memory.
const MAX_OUTDATED_BYTES: usize = 4 << 20;

/// A mail's searchable text, and its codes and links as JSON. The caller must compute both before it locks the
/// database.
#[derive(Debug)]
pub(super) struct Indexed {
    fields: String,
    text: String,
}

impl Indexed {
    pub(super) fn new(envelope: &Envelope, mail: &MailWithFindings) -> Self {
        Self { fields: rows::fields_to_json(mail), text: text_of(envelope, mail) }
    }
}

/// The row number and text of a mail whose text is not indexed yet.
pub(super) type Waiting = (i64, String);

/// Stores a mail's searchable text, codes and links. The text is indexed later, in a separate transaction. Until then,
/// each search scans it.
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

/// Returns whether more than `count` texts are not indexed yet.
pub(super) fn has_backlog(db: &Connection, count: usize) -> Result<bool, Error> {
    db.prepare_cached("SELECT 1 FROM words WHERE indexed = 0 LIMIT 1 OFFSET ?1")?
        .exists([i64::try_from(count).unwrap_or(i64::MAX)])
}

/// Removes a mail's text from the search index; returns whether the text was indexed. FTS5 requires the n-grams of the
/// removed text, so these are recomputed from the text. The index keeps the entries, together with a deletion mark,
/// until its segments are merged (see [`merge`]).
pub(super) fn remove(db: &Connection, n: i64) -> Result<bool, Error> {
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

/// Number of index pages that one merge step writes. It is small, because other programs can write to the archive only
/// between steps.
const STEP: i64 = 16;

/// Selects the segments of the search index that are merged.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum Merge {
    /// Only the levels of the search index that have many segments are merged.
    Many,
    /// All segments of the search index are merged into one.
    All,
}

/// Runs one merge step of the search index; returns whether more steps are necessary.
///
/// A negative page count starts a merge of all segments (<https://www.sqlite.org/fts5.html#the_merge_command>). The
/// merge is complete after a step that changes fewer than two rows.
pub(super) fn merge(db: &Connection, what: Merge) -> Result<bool, Error> {
    let changes = || db.query_row("SELECT total_changes()", [], |row| row.get::<_, i64>(0));
    let before = changes()?;
    let step = if what == Merge::All { -STEP } else { STEP };
    db.prepare_cached("INSERT INTO runs (runs, rank) VALUES ('merge', ?1)")?.execute([step])?;
    Ok(changes()? - before >= 2)
}

/// Reads the stored codes and links of a mail. Returns `None` if the archive has not stored them, for example because
/// an earlier version of the program stored the mail. Returns empty findings if the mail has no codes or links.
pub(super) fn findings(db: &Connection, id: &MailId) -> Result<Option<Findings>, Error> {
    let fields: Option<String> = db
        .prepare_cached("SELECT fields FROM parsed JOIN mail ON mail.n = parsed.mail WHERE mail.id = ?1")?
        .query_row([id.as_str()], |row| row.get(0))
        .optional()?;
    Ok(fields.map(|fields| rows::findings(&fields)))
}

/// Returns a batch of mails that were parsed by an earlier version of the program, most recently stored first. The
/// batch ends after `count` mails, or when it reaches [`MAX_OUTDATED_BYTES`] bytes.
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

/// Stores the results of reparsing mails from [`outdated`] with this version of the program. Returns the updated rows.
pub(super) fn update(db: &mut Connection, mails: &[(Summary, Indexed)]) -> Result<Vec<StoredMail>, Error> {
    let change = db.transaction_with_behavior(TransactionBehavior::Immediate)?;
    let mut updated = Vec::with_capacity(mails.len());
    let mut last: i64 = change.query_row("SELECT last FROM outdated", [], |row| row.get(0))?;
    let end = last;
    for (summary, indexed) in mails {
        // Another program may have removed or updated the mail in the meantime.
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

/// Replaces a mail's searchable text, codes and links. Text that has not changed is not indexed again.
fn replace(db: &Connection, n: i64, indexed: &Indexed) -> Result<(), Error> {
    let same = db
        .prepare_cached("SELECT 1 FROM words WHERE mail = ?1 AND text = ?2")?
        .exists(params![n, indexed.text])?;
    if same {
        return put_fields(db, n, indexed);
    }
    remove(db, n)?;
    db.prepare_cached("DELETE FROM words WHERE mail = ?1")?.execute([n])?;
    add(db, n, indexed)
}

/// Returns at most `count` texts that are not indexed yet, those of the most recently stored mails first.
pub(super) fn unindexed(db: &Connection, count: usize) -> Result<Vec<Waiting>, Error> {
    db.prepare_cached("SELECT mail, text FROM words WHERE indexed = 0 ORDER BY mail DESC LIMIT ?1")?
        .query_map([i64::try_from(count).unwrap_or(i64::MAX)], |row| Ok((row.get(0)?, row.get(1)?)))?
        .collect()
}

/// Adds the n-grams of several texts to the search index in one transaction, as one segment of the index.
pub(super) fn index_runs(db: &mut Connection, runs: &[(i64, String)]) -> Result<(), Error> {
    let change = db.transaction_with_behavior(TransactionBehavior::Immediate)?;
    for (n, runs) in runs {
        // Another program may have indexed or removed the mail in the meantime.
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
