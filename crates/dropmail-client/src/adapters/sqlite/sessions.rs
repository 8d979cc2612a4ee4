//! Reads and writes tokens, sessions, addresses and their restore keys in the archive.

// This file exceeds 300 lines because the tables of tokens, sessions and keys are changed in the same transactions.

use super::rows;
use super::vault::Vault;
use crate::domain::ids::{AddressId, MailId, SessionId};
use crate::domain::secrets::{RestoreKey, Token};
use crate::domain::session::{Address, DeletedAddress, Session};
use crate::domain::time::Timestamp;
use crate::ports::archive::ArchivedToken;
use mail_reader::sanitize::SafeText;
use rusqlite::{Connection, Error, OptionalExtension, TransactionBehavior, params};

/// Returns the newest token for a service in its stored form, which may be encrypted. Returns `None` if no token is
/// stored.
pub(super) fn token(db: &Connection, base: &str) -> Result<Option<String>, Error> {
    db.prepare_cached("SELECT token FROM token WHERE base = ?1 ORDER BY n DESC LIMIT 1")?
        .query_row([base], |row| row.get(0))
        .optional()
}

/// Stores a token as the newest one, even if it is already stored. Returns `false` if the token cannot be stored
/// because the keyring is locked or does not reply.
pub(super) fn put_token(
    db: &mut Connection,
    vault: &Vault,
    base: &str,
    token: &ArchivedToken,
) -> Result<bool, Error> {
    let change = db.transaction_with_behavior(TransactionBehavior::Immediate)?;
    let earlier: Vec<(i64, String)> = change
        .prepare_cached("SELECT n, token FROM token WHERE base = ?1")?
        .query_map([base], |row| Ok((row.get(0)?, row.get(1)?)))?
        .collect::<Result<_, _>>()?;
    let newest = earlier.iter().max_by_key(|(n, _)| *n).map_or("", |(_, text)| text.as_str());
    let Some(text) = vault.reencrypt(&token_to_text(token), newest) else { return Ok(false) };
    for (n, text) in earlier {
        let known = vault.decrypt(&text).as_deref().and_then(read_token);
        if known.is_some_and(|known| known.token == token.token) {
            change.execute("DELETE FROM token WHERE n = ?1", [n])?;
        }
    }
    change.execute("INSERT INTO token (base, token) VALUES (?1, ?2)", [base, &text])?;
    change.commit().map(|()| true)
}

/// Formats a token for storage, followed by its expiry time in seconds since 1970, if known.
fn token_to_text(archived: &ArchivedToken) -> String {
    let token = archived.token.expose();
    archived.ends_at.map_or_else(|| token.to_owned(), |end| format!("{token} {}", end.as_second()))
}

/// Parses a stored token and its expiry time; `None` if the text contains no valid token.
pub(super) fn read_token(text: &str) -> Option<ArchivedToken> {
    let (token, end) = text.split_once(' ').map_or((text, None), |(token, end)| (token, Some(end)));
    let ends_at = end.and_then(|end| end.parse().ok()).and_then(|end| Timestamp::from_second(end).ok());
    Some(ArchivedToken { token: Token::parse(token).ok()?, ends_at })
}

/// Encrypts all secrets stored in plain text. They were stored by an earlier version of the program, or while there was
/// no keyring.
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

/// SQL query for the addresses of a session, as last listed by the service and in the same order.
const ADDRESSES: &str = "SELECT id, address, restore_key FROM address
    WHERE base = ?1 AND session = ?2 AND place IS NOT NULL ORDER BY place";

/// Returns a session with its addresses, as last listed by the service; `None` if the session is not stored.
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
        .query_map([base, id.as_str()], |row| address(row, vault))?
        .collect::<Result<_, _>>()?;
    Ok(Some(Session { id: id.clone(), expires_at: rows::from_micros(expires_at), addresses }))
}

/// Returns all sessions of a service, newest first, each with its addresses, as last listed by the service.
pub(super) fn all(db: &Connection, vault: &Vault, base: &str) -> Result<Vec<Session>, Error> {
    let mut addresses = db.prepare_cached(ADDRESSES)?;
    let mut sessions =
        db.prepare_cached("SELECT id, expires_at FROM session WHERE base = ?1 ORDER BY n DESC")?;
    let listed = sessions.query_map([base], |row| Ok((row.get::<_, String>(0)?, row.get::<_, i64>(1)?)))?;
    listed
        .map(|row| {
            let (id, expires_at) = row?;
            let of_it = addresses
                .query_map([base, id.as_str()], |row| address(row, vault))?
                .collect::<Result<_, _>>()?;
            Ok(Session {
                id: SessionId::new(id),
                expires_at: rows::from_micros(expires_at),
                addresses: of_it,
            })
        })
        .collect()
}

/// Reads an address from a row. Leaves out its restore key if the vault cannot decrypt it.
fn address(row: &rusqlite::Row<'_>, vault: &Vault) -> Result<Address, Error> {
    Ok(Address {
        id: AddressId::new(row.get::<_, String>(0)?),
        address: row.get::<_, String>(1)?.into(),
        restore_key: RestoreKey::new(vault.decrypt(row.get_ref(2)?.as_str()?).unwrap_or_default()),
    })
}

/// Stores the current state of a session. An address that the service no longer lists stays in the archive, but its
/// column `place` (its position in the session) becomes null.
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
        upsert_address(&change, vault, base, &session.id, address, place)?;
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

/// Returns the expired sessions that the user has removed from the list.
pub(super) fn removed(db: &Connection, base: &str) -> Result<Vec<SessionId>, Error> {
    db.prepare_cached("SELECT id FROM session WHERE base = ?1 AND removed = 1")?
        .query_map([base], |row| row.get::<_, String>(0).map(SessionId::new))?
        .collect()
}

/// Records that the user has removed an expired session from the list or, if `removed` is `false`, that it is in the
/// list again.
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

/// Returns all addresses of a service, in the order in which they were first stored.
pub(super) fn known_addresses(db: &Connection, base: &str) -> Result<Vec<SafeText>, Error> {
    db.prepare_cached("SELECT address FROM address WHERE base = ?1 ORDER BY n")?
        .query_map([base], |row| row.get::<_, String>(0).map(SafeText::from))?
        .collect()
}

/// Returns the current address, which commands use if the user specifies none; `None` if there is no current address.
pub(super) fn current_address(db: &Connection, base: &str) -> Result<Option<SafeText>, Error> {
    db.prepare_cached("SELECT address FROM current_address WHERE base = ?1")?
        .query_row([base], |row| row.get::<_, String>(0))
        .optional()
        .map(|address| address.map(SafeText::from))
}

/// Stores the current address; with `None`, stores that there is no current address.
pub(super) fn set_current_address(
    db: &Connection,
    base: &str,
    address: Option<&SafeText>,
) -> Result<(), Error> {
    match address {
        Some(address) => db.execute(
            "INSERT INTO current_address (base, address) VALUES (?1, ?2)
             ON CONFLICT (base) DO UPDATE SET address = excluded.address",
            [base, address.as_str()],
        )?,
        None => db.execute("DELETE FROM current_address WHERE base = ?1", [base])?,
    };
    Ok(())
}

/// Returns the completeness mark of a session: the id of a mail such that the archive contains that mail and all
/// earlier ones. Returns `None` if the session has no mark.
pub(super) fn complete_to(db: &Connection, base: &str, session: &SessionId) -> Result<Option<MailId>, Error> {
    db.prepare_cached("SELECT complete_to FROM session WHERE base = ?1 AND id = ?2")?
        .query_row([base, session.as_str()], |row| row.get::<_, Option<String>>(0))
        .optional()
        .map(|id| id.flatten().map(MailId::new))
}

/// Moves the completeness mark of a session (see [`complete_to`]) from the mail `from` to the mail `to`; `from` is
/// `None` if the session should have no mark yet. If the mark is elsewhere, does not move it and returns `false`.
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

/// Stores an address as the first address of its session.
pub(super) fn put_address(
    db: &mut Connection,
    vault: &Vault,
    base: &str,
    session: &SessionId,
    address: &Address,
) -> Result<(), Error> {
    let change = db.transaction_with_behavior(TransactionBehavior::Immediate)?;
    let top: i64 = change
        .prepare_cached("SELECT coalesce(min(place), 0) - 1 FROM address WHERE base = ?1 AND session = ?2")?
        .query_row([base, session.as_str()], |row| row.get(0))?;
    let before: Option<String> = change
        .prepare_cached("SELECT session FROM address WHERE base = ?1 AND address = ?2")?
        .query_row([base, address.address.as_str()], |row| row.get(0))
        .optional()?;
    upsert_address(&change, vault, base, session, address, top)?;
    if let Some(before) = before.filter(|before| before != session.as_str()) {
        move_label(&change, base, &before, session)?;
    }
    change.commit()
}

/// Copies the label of the session `from` to the session `into`, unless `into` already has a label. Called after an
/// address has moved from `from` to `into`. Deletes the label of `from` if `from` has no addresses left.
fn move_label(db: &Connection, base: &str, from: &str, into: &SessionId) -> Result<(), Error> {
    db.prepare_cached(
        "UPDATE session SET label = (SELECT label FROM session WHERE base = ?1 AND id = ?2)
         WHERE base = ?1 AND id = ?3 AND label = ''
             AND EXISTS (SELECT 1 FROM session WHERE base = ?1 AND id = ?2)",
    )?
    .execute([base, from, into.as_str()])?;
    db.prepare_cached(
        "UPDATE session SET label = '' WHERE base = ?1 AND id = ?2 AND NOT EXISTS
             (SELECT 1 FROM address WHERE base = ?1 AND session = ?2 AND place IS NOT NULL)",
    )?
    .execute([base, from])?;
    Ok(())
}

/// Returns the newest restore key of an address in its stored form, which may be encrypted; `None` if there is none.
/// Ignores the case of the address, as the service does.
pub(super) fn restore_key(db: &Connection, base: &str, address: &str) -> Result<Option<String>, Error> {
    db.prepare_cached(
        "SELECT restore_key FROM address WHERE base = ?1 AND address = ?2 COLLATE NOCASE
             ORDER BY n DESC LIMIT 1",
    )?
    .query_row([base, address], |row| row.get(0))
    .optional()
}

/// Returns at most `count` earlier restore keys of an address, newest first, in their stored form, which may be
/// encrypted.
pub(super) fn previous_restore_keys(
    db: &Connection,
    base: &str,
    address: &str,
    count: usize,
) -> Result<Vec<String>, Error> {
    db.prepare_cached(
        "SELECT restore_key FROM earlier_key WHERE base = ?1 AND address = ?2 COLLATE NOCASE
             ORDER BY n DESC LIMIT ?3",
    )?
    .query_map(params![base, address, i64::try_from(count).unwrap_or(i64::MAX)], |row| row.get(0))?
    .collect()
}

fn upsert_address(
    db: &Connection,
    vault: &Vault,
    base: &str,
    session: &SessionId,
    address: &Address,
    place: i64,
) -> Result<(), Error> {
    let known: Option<String> = db
        .prepare_cached("SELECT restore_key FROM address WHERE base = ?1 AND address = ?2")?
        .query_row([base, address.address.as_str()], |row| row.get(0))
        .optional()?;
    let new = address.restore_key.expose();
    let key = match known {
        // If the restore key could not be decrypted when the address was read, the stored key is kept.
        Some(known) if address.restore_key.is_absent() || vault.decrypt(&known).as_deref() == Some(new) => {
            known
        }
        Some(known) => match vault.reencrypt(new, &known) {
            Some(key) => {
                if !known.is_empty() {
                    db.prepare_cached(
                        "INSERT INTO earlier_key (base, address, restore_key) VALUES (?1, ?2, ?3)",
                    )?
                    .execute([base, address.address.as_str(), &known])?;
                }
                key
            }
            None => known,
        },
        // While the keyring is locked, the restore key is left out. It is stored when the session is stored again.
        None => vault.encrypt(new).unwrap_or_default(),
    };
    db.prepare_cached(
        "INSERT INTO address (base, address, id, session, restore_key, place)
         VALUES (?1, ?2, ?3, ?4, ?5, ?6)
         ON CONFLICT (base, address) DO UPDATE SET
             id = excluded.id, session = excluded.session,
             restore_key = excluded.restore_key, place = excluded.place, deleted = 0",
    )?
    .execute(params![
        base,
        address.address.as_str(),
        address.id.as_str(),
        session.as_str(),
        key,
        place
    ])?;
    Ok(())
}

/// Records that the user deleted an address. The address loses its position in its session (column `place`). If it was
/// the current address, there is no longer a current address.
pub(super) fn mark_deleted(db: &Connection, base: &str, id: &AddressId) -> Result<(), Error> {
    db.execute(
        "DELETE FROM current_address WHERE base = ?1
             AND address IN (SELECT address FROM address WHERE base = ?1 AND id = ?2)",
        [base, id.as_str()],
    )?;
    let last = "(SELECT max(deleted) + 1 FROM address)";
    db.execute(
        &format!("UPDATE address SET deleted = {last}, place = NULL WHERE base = ?1 AND id = ?2"),
        [base, id.as_str()],
    )?;
    Ok(())
}

/// Returns the addresses that the user has deleted, most recently deleted first.
pub(super) fn deleted(db: &Connection, vault: &Vault, base: &str) -> Result<Vec<DeletedAddress>, Error> {
    db.prepare_cached(
        "SELECT id, address, restore_key, session FROM address
         WHERE base = ?1 AND deleted > 0 ORDER BY deleted DESC",
    )?
    .query_map([base], |row| {
        Ok(DeletedAddress {
            session: SessionId::new(row.get::<_, String>(3)?),
            address: address(row, vault)?,
        })
    })?
    .collect()
}
