//! Reads and writes sessions in the archive, and encrypts secrets that are stored in plain text.

use super::addresses;
use super::rows;
use super::vault::Vault;
use crate::domain::ids::{MailId, SessionId};
use crate::domain::session::Session;
use mail_reader::sanitize::SafeText;
use rusqlite::{Connection, Error, OptionalExtension, TransactionBehavior, params};

/// Encrypts all secrets that are stored in plain text. Such secrets come from an earlier version of the program or from
/// a time when there was no keyring.
pub(super) fn encrypt_all(db: &mut Connection, vault: &Vault) -> Result<(), Error> {
    let change = db.transaction_with_behavior(TransactionBehavior::Immediate)?;
    for (table, column) in [("token", "token"), ("address", "restore_key"), ("earlier_key", "restore_key")] {
        let plain: Vec<(i64, String)> = change
            .prepare(&format!("SELECT n, {column} FROM {table}"))?
            .query_map([], |row| Ok((row.get(0)?, row.get::<_, String>(1)?)))?
            .filter(|row| !matches!(row, Ok((_, text)) if !Vault::is_plain(text) || text.is_empty()))
            .collect::<Result<_, _>>()?;
        for (n, text) in plain {
            let Some(sealed) = vault.encrypt(&text) else { continue };
            change.execute(&format!("UPDATE {table} SET {column} = ?2 WHERE n = ?1"), params![n, sealed])?;
        }
    }
    change.commit()
}

/// SQL query for the addresses that the service most recently listed for a session, in the order of that list.
const ADDRESSES: &str = "SELECT id, address, restore_key FROM address
    WHERE base = ?1 AND session = ?2 AND place IS NOT NULL ORDER BY place";

/// Returns a session with its addresses, as most recently listed by the service; `None` if the session is not stored.
pub(super) fn find(
    db: &Connection,
    vault: &Vault,
    base: &str,
    id: &SessionId,
) -> Result<Option<Session>, Error> {
    let expires_at: Option<i64> = db
        .prepare_cached("SELECT expires_at FROM session WHERE base = ?1 AND id = ?2")?
        .query_row([base, id.as_str()], |row| row.get(0))
        .optional()?;
    let Some(expires_at) = expires_at else { return Ok(None) };
    let addresses = db
        .prepare_cached(ADDRESSES)?
        .query_map([base, id.as_str()], |row| addresses::address(row, vault))?
        .collect::<Result<_, _>>()?;
    Ok(Some(Session { id: id.clone(), expires_at: rows::from_micros(expires_at), addresses }))
}

/// Returns all sessions of a service, newest first, each with its addresses, as most recently listed by the service.
pub(super) fn all(db: &Connection, vault: &Vault, base: &str) -> Result<Vec<Session>, Error> {
    let mut addresses = db.prepare_cached(ADDRESSES)?;
    let mut sessions =
        db.prepare_cached("SELECT id, expires_at FROM session WHERE base = ?1 ORDER BY n DESC")?;
    let listed = sessions.query_map([base], |row| Ok((row.get::<_, String>(0)?, row.get::<_, i64>(1)?)))?;
    listed
        .map(|row| {
            let (id, expires_at) = row?;
            let of_it = addresses
                .query_map([base, id.as_str()], |row| addresses::address(row, vault))?
                .collect::<Result<_, _>>()?;
            Ok(Session {
                id: SessionId::new(id),
                expires_at: rows::from_micros(expires_at),
                addresses: of_it,
            })
        })
        .collect()
}

/// Stores the current state of a session. An address that the service no longer lists stays in the archive, but its
/// `place` column (its position in the session) becomes null.
pub(super) fn put(db: &mut Connection, vault: &Vault, base: &str, session: &Session) -> Result<(), Error> {
    let change = db.transaction_with_behavior(TransactionBehavior::Immediate)?;
    change
        .prepare_cached(
            "INSERT INTO session (base, id, expires_at) VALUES (?1, ?2, ?3)
             ON CONFLICT (base, id) DO UPDATE SET expires_at = excluded.expires_at",
        )?
        .execute(params![base, session.id.as_str(), rows::to_micros(session.expires_at)])?;
    change
        .prepare_cached("UPDATE address SET place = NULL WHERE base = ?1 AND session = ?2")?
        .execute([base, session.id.as_str()])?;
    for (place, address) in (0_i64..).zip(&session.addresses) {
        addresses::upsert_address(&change, vault, base, &session.id, address, place)?;
    }
    change.commit()
}

/// Returns the sessions to which the user has given a label, with their labels.
pub(super) fn labels(db: &Connection, base: &str) -> Result<Vec<(SessionId, SafeText)>, Error> {
    db.prepare_cached("SELECT id, label FROM session WHERE base = ?1 AND label <> ''")?
        .query_map([base], |row| {
            Ok((SessionId::new(row.get::<_, String>(0)?), row.get::<_, String>(1)?.into()))
        })?
        .collect()
}

/// Stores the label that the user has entered for a session.
pub(super) fn set_label(
    db: &Connection,
    base: &str,
    session: &SessionId,
    label: &SafeText,
) -> Result<(), Error> {
    db.execute(
        "UPDATE session SET label = ?3 WHERE base = ?1 AND id = ?2",
        [base, session.as_str(), label.as_str()],
    )?;
    Ok(())
}

/// Returns the expired sessions that the user has removed from the list of sessions.
pub(super) fn removed(db: &Connection, base: &str) -> Result<Vec<SessionId>, Error> {
    db.prepare_cached("SELECT id FROM session WHERE base = ?1 AND removed = 1")?
        .query_map([base], |row| row.get::<_, String>(0).map(SessionId::new))?
        .collect()
}

/// Records that the user has removed an expired session from the list of sessions or, if `removed` is `false`, that it
/// is in the list again.
pub(super) fn set_removed(
    db: &Connection,
    base: &str,
    session: &SessionId,
    removed: bool,
) -> Result<(), Error> {
    db.prepare_cached("UPDATE session SET removed = ?3 WHERE base = ?1 AND id = ?2")?.execute(params![
        base,
        session.as_str(),
        removed
    ])?;
    Ok(())
}

/// Returns the completeness mark of a session: the id of a mail such that the archive contains that mail and all
/// earlier ones. Returns `None` if the session has no completeness mark.
pub(super) fn complete_to(db: &Connection, base: &str, session: &SessionId) -> Result<Option<MailId>, Error> {
    db.prepare_cached("SELECT complete_to FROM session WHERE base = ?1 AND id = ?2")?
        .query_row([base, session.as_str()], |row| row.get::<_, Option<String>>(0))
        .optional()
        .map(|id| id.flatten().map(MailId::new))
}

/// Moves the completeness mark of a session (see [`complete_to`]) from the mail `from` to the mail `to`. If `from` is
/// `None`, sets the mark only if there is none yet. Returns `false` and changes nothing if the current mark is not
/// `from`.
pub(super) fn move_complete_to(
    db: &Connection,
    base: &str,
    session: &SessionId,
    from: Option<&MailId>,
    to: &MailId,
) -> Result<bool, Error> {
    let moved = db
        .prepare_cached(
            "UPDATE session SET complete_to = ?4 WHERE base = ?1 AND id = ?2 AND complete_to IS ?3",
        )?
        .execute(params![base, session.as_str(), from.map(MailId::as_str), to.as_str()])?;
    Ok(moved > 0)
}
