//! The schema of the archive as a list of migrations. Existing migrations must not be changed or removed, because they
//! convert archives from earlier versions to the current version.

use rusqlite::{Connection, Error, TransactionBehavior};

/// The SQL of the migrations. The migration at index `n` converts an archive from schema version `n` to `n + 1`
/// (`PRAGMA user_version`).
const STEPS: [&str; 13] = [
    // The bytes of mails are in a separate table, so SQLite can list ten thousand mails without reading the pages that
    // contain their bytes.
    "
    CREATE TABLE token (
        n INTEGER PRIMARY KEY,
        base TEXT NOT NULL,
        token TEXT NOT NULL,
        UNIQUE (base, token)
    ) STRICT;
    CREATE TABLE session (
        n INTEGER PRIMARY KEY,
        base TEXT NOT NULL,
        id TEXT NOT NULL,
        expires_at INTEGER NOT NULL,
        UNIQUE (base, id)
    ) STRICT;
    CREATE TABLE address (
        n INTEGER PRIMARY KEY,
        base TEXT NOT NULL,
        address TEXT NOT NULL,
        id TEXT NOT NULL,
        session TEXT NOT NULL,
        restore_key TEXT NOT NULL,
        place INTEGER,
        UNIQUE (base, address)
    ) STRICT;
    CREATE INDEX address_by_session ON address (base, session, place);
    CREATE TABLE earlier_key (
        n INTEGER PRIMARY KEY,
        base TEXT NOT NULL,
        address TEXT NOT NULL,
        restore_key TEXT NOT NULL
    ) STRICT;
    CREATE TABLE mail (
        n INTEGER PRIMARY KEY,
        id TEXT NOT NULL UNIQUE,
        base TEXT NOT NULL,
        session TEXT NOT NULL,
        received_at INTEGER NOT NULL,
        mail_from TEXT NOT NULL,
        rcpt TEXT NOT NULL,
        rcpt_orig TEXT NOT NULL,
        size INTEGER NOT NULL,
        sender TEXT NOT NULL,
        subject TEXT NOT NULL,
        code TEXT,
        link TEXT,
        attachments INTEGER NOT NULL,
        read INTEGER NOT NULL DEFAULT 0,
        hidden INTEGER NOT NULL DEFAULT 0
    ) STRICT;
    CREATE INDEX mail_by_time ON mail (base, received_at);
    CREATE INDEX mail_by_session ON mail (session, received_at);
    CREATE TABLE raw (
        mail INTEGER PRIMARY KEY REFERENCES mail (n) ON DELETE CASCADE,
        bytes BLOB NOT NULL
    ) STRICT;
    ",
    // The searchable text and the findings of each mail. Mails of an earlier version have no row in `parsed`; the
    // program parses them again in the background. The index stores which trigrams a text contains, but not their
    // positions, so it is much smaller than the text. The text is stored to be scanned.
    "
    CREATE TABLE parsed (
        mail INTEGER PRIMARY KEY REFERENCES mail (n) ON DELETE CASCADE,
        fields TEXT NOT NULL
    ) STRICT;
    CREATE VIRTUAL TABLE search USING fts5(text, tokenize = 'trigram case_sensitive 1', detail = none);
    INSERT INTO search (search, rank) VALUES ('secure-delete', 1);
    CREATE INDEX mail_listed ON mail (base, hidden, received_at, n);
    CREATE INDEX mail_counted ON mail (base, hidden, session);
    CREATE INDEX mail_unread ON mail (base) WHERE read = 0 AND hidden = 0;
    ALTER TABLE address ADD COLUMN deleted INTEGER NOT NULL DEFAULT 0;
    ",
    // A trigram index cannot find words of two letters, and most Chinese words have two characters. The new index
    // stores n-grams of one, two and three letters as words. FTS5 keeps no copy of them; the text is in a separate
    // table. Texts that are not indexed yet are marked, and indexed in the background. Segments are merged in the
    // background too, because a new mail must not wait for a merge. A merge also removes the entries of deleted mails
    // from the index; until then, `leftover` contains a row.
    "
    CREATE TABLE words (
        mail INTEGER PRIMARY KEY REFERENCES mail (n) ON DELETE CASCADE,
        text TEXT NOT NULL,
        indexed INTEGER NOT NULL
    ) STRICT;
    INSERT INTO words SELECT rowid, text, 0 FROM search;
    CREATE INDEX words_waiting ON words (mail) WHERE indexed = 0;
    DROP TABLE search;
    CREATE VIRTUAL TABLE runs USING fts5(letters, content = '', columnsize = 0, detail = none, tokenize = 'ascii');
    INSERT INTO runs (runs, rank) VALUES ('automerge', 0);
    CREATE TABLE leftover (n INTEGER PRIMARY KEY) STRICT;
    ALTER TABLE session ADD COLUMN label TEXT NOT NULL DEFAULT '';
    ",
    // With automatic merging, every sixteenth mail waited for a merge of segments, and one in several hundred waited
    // for almost a second. Now a mail waits only if the background merge has fallen far behind.
    "
    INSERT INTO runs (runs, rank) VALUES ('crisismerge', 256);
    ",
    // Fewer indices have to be updated for each new mail. `mail_by_time` is unused, because `mail_listed` serves the
    // mail list. A single covering index now serves all counts.
    "
    DROP INDEX mail_by_time;
    DROP INDEX mail_unread;
    DROP INDEX mail_counted;
    CREATE INDEX mail_counted ON mail (base, hidden, session, read);
    ",
    // The id of the mail up to which the copy of a session is complete. Copies of an earlier version may have gaps, so
    // their mails are requested again once.
    "
    ALTER TABLE session ADD COLUMN complete_to TEXT;
    ",
    // The address in the header `From`, and the words of attached mails. Both exist only in the bytes of the mails. The
    // program parses all mails up to `last` again, in the background, newest first. Each batch decreases `last`. A
    // later version that derives more data from the bytes increases `last` again.
    "
    ALTER TABLE mail ADD COLUMN sender_address TEXT NOT NULL DEFAULT '';
    CREATE TABLE outdated (last INTEGER NOT NULL) STRICT;
    INSERT INTO outdated SELECT coalesce(max(n), 0) FROM mail;
    ",
    // The current address of each service: the one that commands use if the user specifies none.
    "
    CREATE TABLE current_address (
        base TEXT PRIMARY KEY,
        address TEXT NOT NULL
    ) STRICT;
    ",
    // The history of actions on addresses. It contains no secret, and no mail.
    "
    CREATE TABLE history (
        n INTEGER PRIMARY KEY,
        base TEXT NOT NULL,
        at INTEGER NOT NULL,
        address TEXT NOT NULL,
        action TEXT NOT NULL,
        mail TEXT,
        item TEXT NOT NULL,
        target TEXT NOT NULL
    ) STRICT;
    CREATE INDEX history_by_address ON history (base, address COLLATE NOCASE, n);
    ",
    // The SMTP rules that the sender of a mail broke.
    "
    ALTER TABLE mail ADD COLUMN oddities TEXT NOT NULL DEFAULT '';
    ",
    // Stars, the order of mails with the same timestamp, and expired sessions that the user has removed from the list.
    "
    ALTER TABLE mail ADD COLUMN starred INTEGER NOT NULL DEFAULT 0;
    ALTER TABLE mail ADD COLUMN arrival INTEGER NOT NULL DEFAULT 0;
    ALTER TABLE session ADD COLUMN removed INTEGER NOT NULL DEFAULT 0;
    ",
    // The changes that the user can undo after a restart, as JSON.
    "
    CREATE TABLE undo (
        base TEXT PRIMARY KEY,
        steps TEXT NOT NULL
    ) STRICT;
    ",
    // A row for each change that the user can undo, so that several windows can add and remove changes.
    "
    CREATE TABLE undo_step (
        n INTEGER PRIMARY KEY,
        base TEXT NOT NULL,
        step TEXT NOT NULL,
        mails INTEGER NOT NULL
    ) STRICT;
    INSERT INTO undo_step (base, step, mails)
        SELECT undo.base, stored.value, 0
        FROM undo, json_each(CASE WHEN json_valid(undo.steps) THEN undo.steps ELSE '[]' END) AS stored
        ORDER BY undo.base, stored.key;
    DROP TABLE undo;
    ",
];

/// The schema version of the archives that this program writes.
pub(super) const VERSION: usize = STEPS.len();

/// Returns the SQL of all migrations up to a schema version. Tests use it to create archives of earlier versions.
#[cfg(test)]
pub(super) fn steps_to(version: usize) -> String {
    STEPS.iter().take(version).copied().collect()
}

/// Returns the schema version of an archive (`PRAGMA user_version`).
pub(super) fn version(db: &Connection) -> Result<usize, Error> {
    db.pragma_query_value(None, "user_version", |row| row.get::<_, i64>(0))
        .map(|version| usize::try_from(version).unwrap_or(usize::MAX))
}

/// Returns whether a database contains any table or index; `false` for a new database.
pub(super) fn has_schema(db: &Connection) -> Result<bool, Error> {
    db.prepare("SELECT 1 FROM sqlite_schema LIMIT 1")?.exists([])
}

/// Applies all missing migrations to an archive in one transaction. Reads the schema version again inside the
/// transaction, because another program may have migrated the archive in the meantime.
pub(super) fn migrate(db: &mut Connection) -> Result<(), Error> {
    if version(db)? >= VERSION {
        return Ok(());
    }
    let change = db.transaction_with_behavior(TransactionBehavior::Immediate)?;
    for step in STEPS.iter().skip(version(&change)?) {
        change.execute_batch(step)?;
    }
    change.pragma_update(None, "user_version", i64::try_from(VERSION).unwrap_or(i64::MAX))?;
    change.commit()
}

#[cfg(test)]
mod tests;
