//! Reads and writes the changes that the user can undo after a restart of the program. They are stored as JSON.

use crate::domain::ids::{MailId, SessionId};
use crate::domain::undo_step::UndoStep;
use mail_reader::sanitize::SafeText;
use rusqlite::{Connection, Error, OptionalExtension, params};
use serde::{Deserialize, Serialize};

/// A change that the user can undo, in the form in which the archive stores it as JSON.
#[derive(Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
enum Step {
    Hidden(Vec<String>),
    Read(Vec<String>, bool),
    Starred(Vec<String>, bool),
    Label(String, String),
    AddressDeleted(String, String),
    SessionRemoved(String),
}

/// Returns the stored changes, the newest last. Omits changes that only a later version of the program can read.
pub(super) fn steps(db: &Connection, base: &str) -> Result<Vec<UndoStep>, Error> {
    let text: Option<String> = db
        .prepare_cached("SELECT steps FROM undo WHERE base = ?1")?
        .query_row([base], |row| row.get(0))
        .optional()?;
    let stored: Vec<serde_json::Value> =
        text.and_then(|text| serde_json::from_str(&text).ok()).unwrap_or_default();
    Ok(stored.into_iter().filter_map(|step| serde_json::from_value(step).ok()).map(from_stored).collect())
}

/// Stores the changes that the user can undo, the newest last. They replace the stored ones.
pub(super) fn set_steps(db: &Connection, base: &str, steps: &[UndoStep]) -> Result<(), Error> {
    let stored: Vec<Step> = steps.iter().map(to_stored).collect();
    db.prepare_cached(
        "INSERT INTO undo (base, steps) VALUES (?1, ?2)
         ON CONFLICT (base) DO UPDATE SET steps = excluded.steps",
    )?
    .execute(params![base, serde_json::to_string(&stored).unwrap_or_default()])
    .map(drop)
}

fn to_stored(step: &UndoStep) -> Step {
    let texts = |ids: &[MailId]| ids.iter().map(ToString::to_string).collect();
    match step {
        UndoStep::Hidden(ids) => Step::Hidden(texts(ids)),
        UndoStep::Read(ids, read) => Step::Read(texts(ids), *read),
        UndoStep::Starred(ids, starred) => Step::Starred(texts(ids), *starred),
        UndoStep::Label(session, name) => Step::Label(session.to_string(), name.to_string()),
        UndoStep::AddressDeleted(session, address) => {
            Step::AddressDeleted(session.to_string(), address.to_string())
        }
        UndoStep::SessionRemoved(session) => Step::SessionRemoved(session.to_string()),
    }
}

fn from_stored(step: Step) -> UndoStep {
    let ids = |texts: Vec<String>| texts.into_iter().map(MailId::new).collect();
    match step {
        Step::Hidden(texts) => UndoStep::Hidden(ids(texts)),
        Step::Read(texts, read) => UndoStep::Read(ids(texts), read),
        Step::Starred(texts, starred) => UndoStep::Starred(ids(texts), starred),
        Step::Label(session, name) => UndoStep::Label(SessionId::new(session), SafeText::from(name)),
        Step::AddressDeleted(session, address) => {
            UndoStep::AddressDeleted(SessionId::new(session), SafeText::from(address))
        }
        Step::SessionRemoved(session) => UndoStep::SessionRemoved(SessionId::new(session)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::adapters::sqlite::migrations::migrate;

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
        set_steps(&db, "base", &all).unwrap();
        assert_eq!(steps(&db, "base").unwrap(), all);
        assert_eq!(steps(&db, "other").unwrap(), []);
        let text = r#"[{"later": 1}, {"session-removed": "s"}]"#;
        db.execute("UPDATE undo SET steps = ?1", [text]).unwrap();
        assert_eq!(steps(&db, "base").unwrap(), all[5..]);
    }
}
