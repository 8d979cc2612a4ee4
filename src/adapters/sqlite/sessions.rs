//! Tokens, sessions, addresses and their keys.

use super::rows;
use crate::domain::ids::{AddressId, SessionId};
use crate::domain::secrets::{RestoreKey, Token};
use crate::domain::session::{Address, Session};
use crate::ports::archive::Deleted;
use rusqlite::{Connection, Error, OptionalExtension, TransactionBehavior, params};

/// The newest token of a service; one that cannot be read as a token counts as none.
pub(super) fn token(db: &Connection, base: &str) -> Result<Option<Token>, Error> {
    let text: Option<String> = db
        .prepare_cached("SELECT token FROM token WHERE base = ?1 ORDER BY n DESC LIMIT 1")?
        .query_row([base], |row| row.get(0))
        .optional()?;
    Ok(text.and_then(|text| Token::parse(&text).ok()))
}

/// Adds a token; it is the newest from here on, also when it was there before.
pub(super) fn put_token(db: &mut Connection, base: &str, token: &Token) -> Result<(), Error> {
    let change = db.transaction_with_behavior(TransactionBehavior::Immediate)?;
    change.execute("DELETE FROM token WHERE base = ?1 AND token = ?2", [base, token.expose()])?;
    change.execute("INSERT INTO token (base, token) VALUES (?1, ?2)", [base, token.expose()])?;
    change.commit()
}

/// All sessions, newest first, each with the addresses that it listed last.
pub(super) fn all(db: &Connection, base: &str) -> Result<Vec<Session>, Error> {
    let mut addresses = db.prepare_cached(
        "SELECT id, address, restore_key FROM address
         WHERE base = ?1 AND session = ?2 AND place IS NOT NULL ORDER BY place",
    )?;
    let mut sessions =
        db.prepare_cached("SELECT id, expires_at FROM session WHERE base = ?1 ORDER BY n DESC")?;
    let listed = sessions.query_map([base], |row| Ok((row.get::<_, String>(0)?, row.get::<_, i64>(1)?)))?;
    listed
        .map(|row| {
            let (id, expires_at) = row?;
            let of_it = addresses.query_map([base, id.as_str()], address)?.collect::<Result<_, _>>()?;
            Ok(Session { id: SessionId::new(id), expires_at: rows::moment(expires_at), addresses: of_it })
        })
        .collect()
}

fn address(row: &rusqlite::Row<'_>) -> Result<Address, Error> {
    Ok(Address {
        id: AddressId::new(row.get::<_, String>(0)?),
        address: row.get::<_, String>(1)?.into(),
        restore_key: RestoreKey::new(row.get::<_, String>(2)?),
    })
}

/// Keeps a session as it is now. Addresses that it no longer lists lose their place, not their row.
pub(super) fn put(db: &mut Connection, base: &str, session: &Session) -> Result<(), Error> {
    let change = db.transaction_with_behavior(TransactionBehavior::Immediate)?;
    change
        .prepare_cached(
            "INSERT INTO session (base, id, expires_at) VALUES (?1, ?2, ?3)
             ON CONFLICT (base, id) DO UPDATE SET expires_at = excluded.expires_at",
        )?
        .execute(params![base, session.id.as_str(), rows::stamp(session.expires_at)])?;
    change
        .prepare_cached("UPDATE address SET place = NULL WHERE base = ?1 AND session = ?2")?
        .execute([base, session.id.as_str()])?;
    for (place, address) in (0_i64..).zip(&session.addresses) {
        upsert_address(&change, base, &session.id, address, place)?;
    }
    change.commit()
}

/// Keeps one address, at the top of its session.
pub(super) fn put_address(
    db: &mut Connection,
    base: &str,
    session: &SessionId,
    address: &Address,
) -> Result<(), Error> {
    let change = db.transaction_with_behavior(TransactionBehavior::Immediate)?;
    let top: i64 = change
        .prepare_cached("SELECT coalesce(min(place), 0) - 1 FROM address WHERE base = ?1 AND session = ?2")?
        .query_row([base, session.as_str()], |row| row.get(0))?;
    upsert_address(&change, base, session, address, top)?;
    change.commit()
}

/// The newest key of an address; the letter case of addresses does not matter to the service.
pub(super) fn restore_key(db: &Connection, base: &str, address: &str) -> Result<Option<RestoreKey>, Error> {
    let key: Option<String> = db
        .prepare_cached(
            "SELECT restore_key FROM address WHERE base = ?1 AND address = ?2 COLLATE NOCASE
             ORDER BY n DESC LIMIT 1",
        )?
        .query_row([base, address], |row| row.get(0))
        .optional()?;
    Ok(key.map(RestoreKey::new))
}

fn upsert_address(
    db: &Connection,
    base: &str,
    session: &SessionId,
    address: &Address,
    place: i64,
) -> Result<(), Error> {
    let key = address.restore_key.expose();
    db.prepare_cached(
        "INSERT INTO earlier_key (base, address, restore_key)
         SELECT base, address, restore_key FROM address
         WHERE base = ?1 AND address = ?2 AND restore_key <> ?3",
    )?
    .execute([base, address.address.as_str(), key])?;
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

/// Notes that the user deleted an address. It has no place in its session any more.
pub(super) fn mark_deleted(db: &Connection, base: &str, id: &AddressId) -> Result<(), Error> {
    let last = "(SELECT max(deleted) + 1 FROM address)";
    db.execute(
        &format!("UPDATE address SET deleted = {last}, place = NULL WHERE base = ?1 AND id = ?2"),
        [base, id.as_str()],
    )?;
    Ok(())
}

/// Addresses that the user deleted, the latest first.
pub(super) fn deleted(db: &Connection, base: &str) -> Result<Vec<Deleted>, Error> {
    db.prepare_cached(
        "SELECT id, address, restore_key, session FROM address
         WHERE base = ?1 AND deleted > 0 ORDER BY deleted DESC",
    )?
    .query_map([base], |row| {
        Ok(Deleted { session: SessionId::new(row.get::<_, String>(3)?), address: address(row)? })
    })?
    .collect()
}
