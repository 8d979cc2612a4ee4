//! Searches the texts of mails. The full-text index finds the mails that contain all n-grams of the query, and the
//! texts of these mails are then scanned for the query's words. Texts that are not in the index are always scanned.

use super::{mails, rows};
use crate::domain::search::SearchQuery;
use crate::domain::sorting::sort_by_number;
use crate::domain::stored_mail::{SearchBatch, SearchCursor, StoredMail};
use rusqlite::{Connection, Error, ToSql};

/// A set of mails that a search step examines.
#[derive(Clone, Copy)]
enum SearchScope {
    /// The search examines the mails whose indexed text contains all n-grams of the query.
    Indexed,
    /// The search scans the texts of all mails that are not indexed yet.
    Waiting,
    /// The search examines all mails that contain text, because the query has no n-gram to look up in the index: it
    /// consists only of excluded words.
    Texts,
    /// The search examines all mails, because the query is empty.
    Mails,
}

impl SearchScope {
    /// Returns the SQL for this scope: the tables, the column with the row number of the mail, and additional
    /// conditions.
    fn sql(self) -> (&'static str, &'static str, &'static str) {
        let words = "words CROSS JOIN mail ON mail.n = words.mail";
        match self {
            Self::Indexed => (
                "runs CROSS JOIN mail ON mail.n = runs.rowid CROSS JOIN words ON words.mail = mail.n",
                "runs.rowid",
                " AND runs MATCH ?1",
            ),
            Self::Waiting => (words, "words.mail", " AND words.indexed = 0"),
            Self::Texts => (words, "words.mail", ""),
            Self::Mails => ("mail", "mail.n", ""),
        }
    }

    /// Returns the scopes that the steps of a search examine. The scopes do not overlap, and together they include all
    /// possible matches for the query.
    fn covering(query: &SearchQuery, runs: &str) -> &'static [Self] {
        match (runs.is_empty(), query.is_empty()) {
            (false, _) => &[Self::Waiting, Self::Indexed],
            (true, false) => &[Self::Texts],
            (true, true) => &[Self::Mails],
        }
    }
}

/// Formats the n-grams of a search query as an FTS5 query for the full-text index.
fn fts_query(query: &SearchQuery) -> String {
    let runs: Vec<String> = query.word_ngrams().iter().map(|run| format!("\"{run}\"")).collect();
    runs.join(" ")
}

/// Builds the SQL condition for a matching mail: the mail must belong to the service, and its text must contain all of
/// the query's words and none of its excluded words. Appends all these words to `given`, the list of SQL parameters.
fn match_condition<'q>(query: &'q SearchQuery, given: &mut Vec<&'q dyn ToSql>) -> String {
    let mut sql = String::from("mail.base = ?2");
    for (words, sign) in [(query.words(), "> 0"), (query.excluded_words(), "= 0")] {
        for word in words {
            given.push(word);
            sql.push_str(" AND instr(words.text, ?");
            sql.push_str(&given.len().to_string());
            sql.push_str(") ");
            sql.push_str(sign);
        }
    }
    sql
}

/// Returns at most `count` mails that match a query, newest first. Returns no mails if the query is empty.
pub(super) fn find(
    db: &Connection,
    base: &str,
    query: &SearchQuery,
    count: usize,
) -> Result<Vec<StoredMail>, Error> {
    if query.is_empty() {
        return Ok(Vec::new());
    }
    let (runs, limit) = (fts_query(query), i64::try_from(count).unwrap_or(i64::MAX));
    let mut given: Vec<&dyn ToSql> = vec![&runs, &base, &limit];
    let holds = match_condition(query, &mut given);
    let mut found: Vec<(i64, StoredMail)> = Vec::new();
    for among in SearchScope::covering(query, &runs) {
        let (tables, place, also) = among.sql();
        let sql = format!(
            "SELECT {}, {place} FROM {tables} WHERE {holds}{also} ORDER BY {place} DESC LIMIT ?3",
            mails::ROW
        );
        let mut statement = db.prepare_cached(&sql)?;
        let rows = statement
            .query_map(given.as_slice(), |row| Ok((row.get(mails::ROW_COLUMNS)?, rows::stored_mail(row)?)))?;
        for row in rows {
            found.push(row?);
        }
    }
    sort_by_number(&mut found, |(place, _)| -i128::from(*place));
    found.truncate(count);
    let mut found: Vec<StoredMail> = found.into_iter().map(|(_, mail)| mail).collect();
    sort_by_number(&mut found, |mail| -mail.summary.envelope.received_at.as_nanosecond());
    Ok(found)
}

/// Runs one step of a search, which examines at most `count` mails, most recently stored first. The step starts at
/// `from`, or at the most recently stored mail if `from` is `None`. Returns the matching mails and the position for the
/// next step. Hidden mails never match; an empty query matches every other mail. Other calls can use the database
/// between two steps.
pub(super) fn step(
    db: &Connection,
    base: &str,
    query: &SearchQuery,
    from: Option<SearchCursor>,
    count: usize,
) -> Result<SearchBatch, Error> {
    let (runs, limit) = (fts_query(query), i64::try_from(count).unwrap_or(i64::MAX));
    let from = from.map_or(i64::MAX, |SearchCursor(place)| place);
    let mut given: Vec<&dyn ToSql> = vec![&runs, &base, &limit, &from];
    let holds = match_condition(query, &mut given);
    let mut seen: Vec<(i64, Option<StoredMail>)> = Vec::new();
    for among in SearchScope::covering(query, &runs) {
        let (tables, place, also) = among.sql();
        let sql = format!(
            "SELECT {}, {place}, {holds} AND mail.hidden = 0 FROM {tables}
             WHERE {place} < ?4{also} ORDER BY {place} DESC LIMIT ?3",
            mails::ROW
        );
        let mut statement = db.prepare_cached(&sql)?;
        let mut looked = statement.query(given.as_slice())?;
        while let Some(row) = looked.next()? {
            let mail = if row.get(mails::ROW_COLUMNS + 1)? { Some(rows::stored_mail(row)?) } else { None };
            seen.push((row.get(mails::ROW_COLUMNS)?, mail));
        }
    }
    sort_by_number(&mut seen, |(place, _)| -i128::from(*place));
    let more = seen.len() >= count;
    seen.truncate(count);
    let reached = seen.last().filter(|_| more).map(|(place, _)| SearchCursor(*place));
    Ok(SearchBatch { mails: seen.into_iter().filter_map(|(_, mail)| mail).collect(), reached })
}
