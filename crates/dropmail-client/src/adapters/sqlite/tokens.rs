//! Reads and writes tokens in the archive.

use super::vault::Vault;
use crate::domain::secrets::Token;
use crate::domain::time::Timestamp;
use crate::ports::archive::ArchivedToken;
use rusqlite::{Connection, Error, OptionalExtension, TransactionBehavior};

/// Returns the newest token for a service in its stored form, which may be encrypted. Returns `None` if no token is
/// stored.
pub(super) fn token(db: &Connection, base: &str) -> Result<Option<String>, Error> {
    db.prepare_cached("SELECT token FROM token WHERE base = ?1 ORDER BY n DESC LIMIT 1")?
        .query_row([base], |row| row.get(0))
        .optional()
}

/// Stores a token as the newest one, even if it was stored before. Returns `false` if the token cannot be stored
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
