//! Reads and writes the addresses of sessions and their restore keys in the archive.

use super::vault::Vault;
use crate::domain::ids::{AddressId, SessionId};
use crate::domain::secrets::RestoreKey;
use crate::domain::session::{Address, DeletedAddress};
use mail_reader::sanitize::SafeText;
use rusqlite::{Connection, Error, OptionalExtension, TransactionBehavior, params};

/// Stores an address at the start of a session's list of addresses, as its newest one. If the address was in another
/// session, that session's label may move with the address (see [`move_label`]).
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

pub(super) fn upsert_address(
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

/// Gives the session `into` the label of the session `from`, unless `into` already has a label. Called after an address
/// has moved from `from` to `into`. Deletes the label of `from` if `from` has no addresses left.
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

/// Returns all addresses stored for a service, in the order in which they were first stored.
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

/// Returns at most `count` earlier restore keys of an address, newest first. They are in their stored form, which may
/// be encrypted.
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

/// Records that the user has deleted an address. The address loses its position in its session (the `place` column). If
/// it was the current address, there is no longer a current address.
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

/// Reads an address from a database row. Omits its restore key if the vault cannot decrypt it.
pub(super) fn address(row: &rusqlite::Row<'_>, vault: &Vault) -> Result<Address, Error> {
    Ok(Address {
        id: AddressId::new(row.get::<_, String>(0)?),
        address: row.get::<_, String>(1)?.into(),
        restore_key: RestoreKey::new(vault.decrypt(row.get_ref(2)?.as_str()?).unwrap_or_default()),
    })
}
