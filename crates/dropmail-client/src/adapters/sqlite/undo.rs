//! Reads and writes the changes that the user can undo after a restart of the program. Each change is a row that
//! contains JSON.

use crate::domain::ids::{MailId, SessionId};
use crate::domain::undo_step::{UndoEdit, UndoStep};
use mail_reader::sanitize::SafeText;
use rusqlite::{Connection, Error, TransactionBehavior, params};
use serde::{Deserialize, Serialize};

/// A change that the user can undo, in the JSON form that is stored in the archive.
#[derive(Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
enum StoredUndoStep {
    Hidden(Vec<String>),
    Read(Vec<String>, bool),
    Starred(Vec<String>, bool),
    Label(String, String),
    AddressDeleted(String, String),
    SessionRemoved(String),
}

/// Maximum number of stored undo steps (changes that the user can undo) per service. If it is exceeded, the oldest are
/// dropped.
const MAX_STEPS: i64 = 50;

/// A stored undo step (change that the user can undo) is dropped once the newer undo steps for the service affect at
/// least this many mails in total. The newest undo step is always kept, however many mails it affects.
const MAX_MAILS: i64 = 1_000;

/// Returns the stored undo steps (changes that the user can undo), newest last. Omits those that only a later version
/// of the program can read.
pub(super) fn steps(db: &Connection, base: &str) -> Result<Vec<UndoStep>, Error> {
    Ok(rows(db, base)?.into_iter().map(|(_, step)| step).collect())
}

/// Applies `edits`, in order, to the stored undo steps (changes that the user can undo) in one transaction. Drops the
/// oldest undo steps if there are too many.
pub(super) fn edit_steps(db: &mut Connection, base: &str, edits: &[UndoEdit]) -> Result<(), Error> {
    let change = db.transaction_with_behavior(TransactionBehavior::Immediate)?;
    for edit in edits {
        match edit {
            UndoEdit::Add(step) => change
                .prepare_cached("INSERT INTO undo_step (base, step, mails) VALUES (?1, ?2, ?3)")?
                .execute(params![base, to_text(step), mail_count(step)])?,
            UndoEdit::Remove(step) => match newest_row(&change, base, step)? {
                Some(row) => change.prepare_cached("DELETE FROM undo_step WHERE n = ?1")?.execute([row])?,
                None => 0,
            },
            UndoEdit::Replace(before, after) => match newest_row(&change, base, before)? {
                Some(row) => change
                    .prepare_cached("UPDATE undo_step SET step = ?2, mails = ?3 WHERE n = ?1")?
                    .execute(params![row, to_text(after), mail_count(after)])?,
                None => 0,
            },
        };
    }
    change
        .prepare_cached(
            "DELETE FROM undo_step WHERE base = ?1 AND n <= (
                 SELECT max(n) FROM (
                     SELECT n, row_number() OVER newest AS place, sum(mails) OVER newest - mails AS newer
                     FROM undo_step WHERE base = ?1 WINDOW newest AS (ORDER BY n DESC)
                 ) WHERE place > ?2 OR newer >= ?3
             )",
        )?
        .execute(params![base, MAX_STEPS, MAX_MAILS])?;
    change.commit()
}

/// Returns the stored changes that this version can read, with their row numbers, newest last.
fn rows(db: &Connection, base: &str) -> Result<Vec<(i64, UndoStep)>, Error> {
    let mut query = db.prepare_cached("SELECT n, step FROM undo_step WHERE base = ?1 ORDER BY n")?;
    let rows = query.query_map([base], |row| Ok((row.get(0)?, row.get(1)?)))?;
    let stored: Vec<(i64, String)> = rows.collect::<Result<_, Error>>()?;
    let readable = |(n, text): (i64, String)| Some((n, from_stored(serde_json::from_str(&text).ok()?)));
    Ok(stored.into_iter().filter_map(readable).collect())
}

/// Returns the row number of the newest stored change that equals `step`; `None` if there is none, for example because
/// another program window has removed it.
fn newest_row(db: &Connection, base: &str, step: &UndoStep) -> Result<Option<i64>, Error> {
    Ok(rows(db, base)?.into_iter().rev().find(|(_, stored)| stored == step).map(|(n, _)| n))
}

fn to_text(step: &UndoStep) -> String {
    serde_json::to_string(&to_stored(step)).unwrap_or_default()
}

fn mail_count(step: &UndoStep) -> i64 {
    i64::try_from(step.mail_count()).unwrap_or(i64::MAX)
}

fn to_stored(step: &UndoStep) -> StoredUndoStep {
    let texts = |ids: &[MailId]| ids.iter().map(ToString::to_string).collect();
    match step {
        UndoStep::Hidden(ids) => StoredUndoStep::Hidden(texts(ids)),
        UndoStep::Read(ids, read) => StoredUndoStep::Read(texts(ids), *read),
        UndoStep::Starred(ids, starred) => StoredUndoStep::Starred(texts(ids), *starred),
        UndoStep::Label(session, name) => StoredUndoStep::Label(session.to_string(), name.to_string()),
        UndoStep::AddressDeleted(session, address) => {
            StoredUndoStep::AddressDeleted(session.to_string(), address.to_string())
        }
        UndoStep::SessionRemoved(session) => StoredUndoStep::SessionRemoved(session.to_string()),
    }
}

fn from_stored(step: StoredUndoStep) -> UndoStep {
    let ids = |texts: Vec<String>| texts.into_iter().map(MailId::new).collect();
    match step {
        StoredUndoStep::Hidden(texts) => UndoStep::Hidden(ids(texts)),
        StoredUndoStep::Read(texts, read) => UndoStep::Read(ids(texts), read),
        StoredUndoStep::Starred(texts, starred) => UndoStep::Starred(ids(texts), starred),
        StoredUndoStep::Label(session, name) => {
            UndoStep::Label(SessionId::new(session), SafeText::from(name))
        }
        StoredUndoStep::AddressDeleted(session, address) => {
            UndoStep::AddressDeleted(SessionId::new(session), SafeText::from(address))
        }
        StoredUndoStep::SessionRemoved(session) => UndoStep::SessionRemoved(SessionId::new(session)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::adapters::sqlite::migrations::{VERSION, migrate, steps_to};

    #[test]
    fn every_step_is_read_as_it_was_stored_and_unknown_ones_are_left_out() {
        let mut db = Connection::open_in_memory().unwrap();
        migrate(&mut db).unwrap();
        assert_eq!(steps(&db, "base").unwrap(), []);
        let (mails, session) = (vec![MailId::new("m1"), MailId::new("m2")], SessionId::new("s"));
        let all = [
            UndoStep::Hidden(mails.clone()),
            UndoStep::Read(mails.clone(), true),
            UndoStep::Starred(mails, false),
            UndoStep::Label(session.clone(), "work".into()),
            UndoStep::AddressDeleted(session.clone(), "a@drop.example".into()),
            UndoStep::SessionRemoved(session),
        ];
        let adds = all.clone().map(UndoEdit::Add);
        edit_steps(&mut db, "base", &adds).unwrap();
        assert_eq!(steps(&db, "base").unwrap(), all);
        assert_eq!(steps(&db, "other").unwrap(), []);
        db.execute("INSERT INTO undo_step (base, step, mails) VALUES ('base', '{\"later\":1}', 0)", [])
            .unwrap();
        assert_eq!(steps(&db, "base").unwrap(), all);
    }

    fn hidden(ids: &[&str]) -> UndoStep {
        UndoStep::Hidden(ids.iter().copied().map(MailId::new).collect())
    }

    #[test]
    fn a_window_removes_only_its_own_changes() {
        let folder = tempfile::tempdir().unwrap();
        let open = || Connection::open(folder.path().join("archive.sqlite3")).unwrap();
        let (mut first, mut second) = (open(), open());
        migrate(&mut first).unwrap();
        let edit = |db: &mut Connection, edit: UndoEdit| edit_steps(db, "base", &[edit]).unwrap();
        edit(&mut first, UndoEdit::Add(hidden(&["m1", "m2"])));
        edit(&mut second, UndoEdit::Add(hidden(&["m3"])));
        edit(&mut second, UndoEdit::Add(hidden(&["m3"])));
        edit(&mut first, UndoEdit::Replace(hidden(&["m1", "m2"]), hidden(&["m2"])));
        edit(&mut first, UndoEdit::Remove(hidden(&["m1", "m2"])));
        edit(&mut second, UndoEdit::Remove(hidden(&["m3"])));
        assert_eq!(steps(&first, "base").unwrap(), [hidden(&["m2"]), hidden(&["m3"])]);
    }

    #[test]
    fn the_oldest_changes_are_dropped_if_there_are_too_many() {
        let mut db = Connection::open_in_memory().unwrap();
        migrate(&mut db).unwrap();
        let names: Vec<String> = (0..60).map(|n| format!("m{n}")).collect();
        let adds: Vec<UndoEdit> = names.iter().map(|name| UndoEdit::Add(hidden(&[name.as_str()]))).collect();
        edit_steps(&mut db, "base", &adds).unwrap();
        let stored = steps(&db, "base").unwrap();
        assert_eq!((stored.len(), &stored[0]), (50, &hidden(&["m10"])));
        let many = UndoStep::Hidden((0..960).map(|n| MailId::new(format!("n{n}"))).collect());
        edit_steps(&mut db, "base", &[UndoEdit::Add(many.clone())]).unwrap();
        let stored = steps(&db, "base").unwrap();
        assert_eq!((stored.len(), stored.last()), (41, Some(&many)), "1,000 mails and no more");
    }

    #[test]
    fn a_change_to_very_many_mails_is_kept() {
        let mut db = Connection::open_in_memory().unwrap();
        migrate(&mut db).unwrap();
        let many = UndoStep::Hidden((0..2_500).map(|n| MailId::new(format!("m{n}"))).collect());
        let add = |db: &mut Connection, step: &UndoStep| {
            edit_steps(db, "base", &[UndoEdit::Add(step.clone())]).unwrap();
            steps(db, "base").unwrap()
        };
        add(&mut db, &hidden(&["old"]));
        assert_eq!(add(&mut db, &many), std::slice::from_ref(&many), "an older change is dropped");
        let label = UndoStep::Label(SessionId::new("s"), "work".into());
        add(&mut db, &label);
        assert_eq!(add(&mut db, &hidden(&["new"])), [many, label, hidden(&["new"])]);
    }

    #[test]
    fn the_changes_of_an_archive_with_one_text_are_kept_in_their_order() {
        let mut db = Connection::open_in_memory().unwrap();
        db.execute_batch(&steps_to(VERSION - 1)).unwrap();
        db.pragma_update(None, "user_version", i64::try_from(VERSION - 1).unwrap()).unwrap();
        let text = r#"[{"hidden":["m1"]}, {"label":["s","wörk"]}, {"later":1}]"#;
        db.execute("INSERT INTO undo VALUES ('base', ?1), ('broken', '[{')", [text]).unwrap();
        migrate(&mut db).unwrap();
        let label = UndoStep::Label(SessionId::new("s"), "wörk".into());
        assert_eq!(steps(&db, "base").unwrap(), [hidden(&["m1"]), label]);
    }
}
