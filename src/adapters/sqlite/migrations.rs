//! The archive's shape, as the steps that led to it. Steps are only ever added: an archive of any
//! earlier version walks through those that it has not seen.

use rusqlite::{Connection, Error, TransactionBehavior};

/// Step `n` brings an archive of version `n` to `n + 1` (`PRAGMA user_version`).
const STEPS: [&str; 7] = [
    // The bytes of mails have a table of their own, so that a list of ten thousand mails reads
    // pages of rows and not of mails.
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
    // What is searched and what was found in a mail. Mails of an earlier version have no row in
    // `parsed`: they are taken apart again, in the background, by the program that finds them so.
    // The index knows which runs of three letters a text holds, not where: the text itself is
    // beside it to look at, and the index stays a fraction of its size.
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
    // An index of three letters cannot be asked for words of two, which in Chinese most are. The new
    // one is given runs of one, two and three letters as its words; it keeps them nowhere else, and
    // the text has a table of its own. Texts that it does not know yet are marked: they are made
    // known in the background. Its parts are merged there as well: a new mail must not wait for it.
    // What is removed is gone from the index when that is done; `leftover` holds a row until then.
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
    // Every sixteenth mail had to wait until parts of the index were merged, and one in some hundreds
    // for most of a second. Only where nobody merges them beside the mail do parts become so many now.
    "
    INSERT INTO runs (runs, rank) VALUES ('crisismerge', 256);
    ",
    // Fewer indices for a new mail to go into: nothing is asked of the first since mails are listed by
    // another, and one alone tells all counts, from itself.
    "
    DROP INDEX mail_by_time;
    DROP INDEX mail_unread;
    DROP INDEX mail_counted;
    CREATE INDEX mail_counted ON mail (base, hidden, session, read);
    ",
    // The mail up to which the copy of a session is complete. What an earlier version has kept may have
    // gaps: nothing is known of it, and all is asked for once.
    "
    ALTER TABLE session ADD COLUMN complete_to TEXT;
    ",
    // The address in the header `From`, and the words of attached mails. Both are in the bytes of the mails
    // alone: the program reads all mails up to `last` again, in the background, newest first, and lowers
    // `last` with each batch. A later version that derives more from the bytes raises `last` again.
    "
    ALTER TABLE mail ADD COLUMN sender_address TEXT NOT NULL DEFAULT '';
    CREATE TABLE outdated (last INTEGER NOT NULL) STRICT;
    INSERT INTO outdated SELECT coalesce(max(n), 0) FROM mail;
    ",
];

/// The version that this program writes.
pub(super) const VERSION: usize = STEPS.len();

/// The steps that led to a version, for tests that make archives of earlier ones.
#[cfg(test)]
pub(super) fn steps_to(version: usize) -> String {
    STEPS.iter().take(version).copied().collect()
}

/// The version of an archive.
pub(super) fn version(db: &Connection) -> Result<usize, Error> {
    db.pragma_query_value(None, "user_version", |row| row.get::<_, i64>(0))
        .map(|version| usize::try_from(version).unwrap_or(usize::MAX))
}

/// Whether there is anything in a database.
pub(super) fn holds_anything(db: &Connection) -> Result<bool, Error> {
    db.prepare("SELECT 1 FROM sqlite_schema LIMIT 1")?.exists([])
}

/// Walks an archive through the steps that it has not seen, all or none of them. Another program
/// may be doing the same: the version is read under the lock.
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
