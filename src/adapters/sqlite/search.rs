//! What is searched, and what was found in a mail.

use super::{mails, rows};
use crate::domain::ids::MailId;
use crate::domain::mail::{Envelope, Mail};
use crate::domain::search::{Query, text_of};
use crate::ports::archive::{Findings, Kept};
use bytes::Bytes;
use rusqlite::{Connection, Error, OptionalExtension, ToSql, TransactionBehavior, params};

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

/// Makes a mail known to the search. A part of the transaction that keeps it.
pub(super) fn add(db: &Connection, n: i64, indexed: &Indexed) -> Result<(), Error> {
    db.prepare_cached("INSERT OR REPLACE INTO parsed (mail, fields) VALUES (?1, ?2)")?
        .execute(params![n, indexed.fields])?;
    db.prepare_cached("INSERT INTO search (rowid, text) VALUES (?1, ?2)")?
        .execute(params![n, indexed.text])?;
    Ok(())
}

/// Mails that hold all words, the newest first. Words of three letters and more are looked up;
/// each word is then looked for in the texts that are left. A query of shorter words alone (one
/// Chinese character is a word) reads the texts, the newest first, until there are enough.
pub(super) fn find(db: &Connection, base: &str, query: &Query, count: usize) -> Result<Vec<Kept>, Error> {
    if query.is_empty() {
        return Ok(Vec::new());
    }
    let runs: Vec<String> =
        query.trigrams().iter().map(|run| format!("\"{}\"", run.replace('"', "\"\""))).collect();
    let runs = runs.join(" ");
    let limit = i64::try_from(count).unwrap_or(i64::MAX);
    let mut given: Vec<&dyn ToSql> = vec![&base, &limit];
    let mut sql = format!(
        "SELECT {} FROM search CROSS JOIN mail ON mail.n = search.rowid WHERE mail.base = ?1",
        mails::ROW
    );
    if !runs.is_empty() {
        sql.push_str(" AND search MATCH ?3");
        given.push(&runs);
    }
    for word in query.words() {
        given.push(word);
        sql.push_str(" AND instr(search.text, ?");
        sql.push_str(&given.len().to_string());
        sql.push_str(") > 0");
    }
    sql.push_str(" ORDER BY search.rowid DESC LIMIT ?2");
    let mut found: Vec<Kept> =
        db.prepare_cached(&sql)?.query_map(given.as_slice(), rows::kept)?.collect::<Result<_, _>>()?;
    found.sort_by_key(|kept| std::cmp::Reverse(kept.summary.envelope.received_at));
    Ok(found)
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
