//! What is searched, and what was found in a mail.

use super::{mails, rows};
use crate::domain::ids::MailId;
use crate::domain::mail::{Envelope, Mail};
use crate::domain::search::{Query, runs_of, text_of};
use crate::ports::archive::{Findings, Kept, Reached, Step};
use bytes::Bytes;
use rusqlite::{Connection, Error, OptionalExtension, ToSql, TransactionBehavior, params};

/// What goes beside a mail's row: made before the database is locked.
#[derive(Debug)]
pub(super) struct Indexed {
    fields: String,
    text: String,
    runs: String,
}

impl Indexed {
    pub(super) fn of(envelope: &Envelope, mail: &Mail) -> Self {
        let text = text_of(envelope, mail);
        Self { fields: rows::fields_text(mail), runs: runs_of(&text), text }
    }
}

/// Makes a mail known to the search. A part of the transaction that keeps it.
pub(super) fn add(db: &Connection, n: i64, indexed: &Indexed) -> Result<(), Error> {
    db.prepare_cached("INSERT OR REPLACE INTO parsed (mail, fields) VALUES (?1, ?2)")?
        .execute(params![n, indexed.fields])?;
    db.prepare_cached("INSERT INTO words (mail, text, indexed) VALUES (?1, ?2, 1)")?
        .execute(params![n, indexed.text])?;
    add_runs(db, n, &indexed.runs)
}

fn add_runs(db: &Connection, n: i64, runs: &str) -> Result<(), Error> {
    db.prepare_cached("INSERT INTO runs (rowid, letters) VALUES (?1, ?2)")?.execute(params![n, runs])?;
    Ok(())
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

/// Mails that hold all words, the newest first. The index tells which mails have all runs of letters
/// that the words have; each word is then looked for in the texts of those.
pub(super) fn find(db: &Connection, base: &str, query: &Query, count: usize) -> Result<Vec<Kept>, Error> {
    if query.is_empty() {
        return Ok(Vec::new());
    }
    let runs: Vec<String> = query.runs().iter().map(|run| format!("\"{run}\"")).collect();
    let runs = runs.join(" ");
    let limit = i64::try_from(count).unwrap_or(i64::MAX);
    let mut given: Vec<&dyn ToSql> = vec![&base, &limit];
    let mut sql = format!("SELECT {} FROM ", mails::ROW);
    // Until the index knows the mails of an earlier version, the texts of all are read.
    let whole = !db.prepare_cached("SELECT 1 FROM words WHERE indexed = 0 LIMIT 1")?.exists([])?;
    sql.push_str(if whole {
        given.push(&runs);
        "runs CROSS JOIN mail ON mail.n = runs.rowid CROSS JOIN words ON words.mail = mail.n
         WHERE mail.base = ?1 AND runs MATCH ?3"
    } else {
        "words CROSS JOIN mail ON mail.n = words.mail WHERE mail.base = ?1"
    });
    for word in query.words() {
        given.push(word);
        sql.push_str(" AND instr(words.text, ?");
        sql.push_str(&given.len().to_string());
        sql.push_str(") > 0");
    }
    sql.push_str(if whole { " ORDER BY runs.rowid" } else { " ORDER BY words.mail" });
    sql.push_str(" DESC LIMIT ?2");
    let mut found: Vec<Kept> =
        db.prepare_cached(&sql)?.query_map(given.as_slice(), rows::kept)?.collect::<Result<_, _>>()?;
    found.sort_by_key(|kept| std::cmp::Reverse(kept.summary.envelope.received_at));
    Ok(found)
}

/// A step of a search: looks at `count` mails that may hold the words and are listed, so that others get
/// at the database before the next one.
pub(super) fn step(
    db: &Connection,
    base: &str,
    query: &Query,
    from: Option<Reached>,
    count: usize,
) -> Result<Step, Error> {
    let runs: Vec<String> = query.runs().iter().map(|run| format!("\"{run}\"")).collect();
    let runs = runs.join(" ");
    let limit = i64::try_from(count).unwrap_or(i64::MAX);
    let from = from.map_or(i64::MAX, |Reached(place)| place);
    let mut given: Vec<&dyn ToSql> = vec![&base, &limit, &from];
    let mut holds = String::from("mail.base = ?1 AND mail.hidden = 0");
    for (words, sign) in [(query.words(), "> 0"), (query.without(), "= 0")] {
        for word in words {
            given.push(word);
            holds.push_str(" AND instr(words.text, ?");
            holds.push_str(&given.len().to_string());
            holds.push_str(") ");
            holds.push_str(sign);
        }
    }
    // Until the index knows the mails of an earlier version, the texts of all are read.
    let indexed =
        !runs.is_empty() && !db.prepare_cached("SELECT 1 FROM words WHERE indexed = 0 LIMIT 1")?.exists([])?;
    let (tables, place) = if indexed {
        given.push(&runs);
        ("runs CROSS JOIN mail ON mail.n = runs.rowid CROSS JOIN words ON words.mail = mail.n", "runs.rowid")
    } else if query.is_empty() {
        ("mail", "mail.n")
    } else {
        ("words CROSS JOIN mail ON mail.n = words.mail", "words.mail")
    };
    let matched = if indexed { format!(" AND runs MATCH ?{}", given.len()) } else { String::new() };
    let sql = format!(
        "SELECT {}, mail.n, {holds} FROM {tables} WHERE {place} < ?3{matched} ORDER BY {place} DESC LIMIT ?2",
        mails::ROW
    );
    let mut statement = db.prepare_cached(&sql)?;
    let mut looked = statement.query(given.as_slice())?;
    let (mut found, mut seen, mut last) = (Vec::new(), 0, from);
    while let Some(row) = looked.next()? {
        (seen, last) = (seen + 1, row.get(13)?);
        if row.get(14)? {
            found.push(rows::kept(row)?);
        }
    }
    Ok(Step { mails: found, reached: (seen >= count).then_some(Reached(last)) })
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

/// Makes texts known to the index that an earlier version kept, the newest first: at most `count`;
/// tells how many there were.
pub(super) fn index_words(db: &mut Connection, count: usize) -> Result<usize, Error> {
    let change = db.transaction_with_behavior(TransactionBehavior::Immediate)?;
    let waiting: Vec<(i64, String)> = change
        .prepare_cached("SELECT mail, text FROM words WHERE indexed = 0 ORDER BY mail DESC LIMIT ?1")?
        .query_map([i64::try_from(count).unwrap_or(i64::MAX)], |row| Ok((row.get(0)?, row.get(1)?)))?
        .collect::<Result<_, _>>()?;
    for (n, text) in &waiting {
        add_runs(&change, *n, &runs_of(text))?;
        change.prepare_cached("UPDATE words SET indexed = 1 WHERE mail = ?1")?.execute([n])?;
    }
    change.commit()?;
    Ok(waiting.len())
}
