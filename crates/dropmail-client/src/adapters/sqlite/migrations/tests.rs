use crate::adapters::sqlite::SqliteArchive;
use crate::domain::ids::MailId;
use crate::domain::mail::Envelope;
use crate::domain::search::{SearchQuery, ngrams};
use crate::domain::stored_mail::StoredMail;
use crate::domain::time::Timestamp;
use crate::ports::archive::Archive;
use mail_codes::MailWithFindings;
use rusqlite::Connection;
use std::path::Path;

const BASE: &str = "http://h/api/graphql";

/// Creates an archive as an earlier version of the program would have created it, with a row in every table.
fn create_with_version(version: usize, folder: &Path) {
    let db = Connection::open(folder.join("archive.sqlite3")).unwrap();
    db.execute_batch(&super::steps_to(version)).unwrap();
    db.pragma_update(None, "user_version", i64::try_from(version).unwrap()).unwrap();
    db.execute_batch(&format!(
        "INSERT INTO token (base, token) VALUES ('{BASE}', 'af_oldtoken1');
         INSERT INTO session (base, id, expires_at) VALUES ('{BASE}', 's', 1700000000000000);
         INSERT INTO address (base, address, id, session, restore_key, place)
             VALUES ('{BASE}', 'a@drop.example', 'A', 's', 'key', 0);
         INSERT INTO earlier_key (base, address, restore_key) VALUES ('{BASE}', 'a@drop.example', 'older');
         INSERT INTO mail (id, base, session, received_at, mail_from, rcpt, rcpt_orig, size, sender,
             subject, attachments) VALUES ('m', '{BASE}', 's', 1700000000000000, 'f@x', 'a@drop.example',
             'a@drop.example', 9, 'Sender', 'Sübject', 0);
         INSERT INTO raw (mail, bytes) VALUES (1, CAST('From: Sender <who@shop.example>' || char(13,10)
             || 'Subject: =?utf-8?q?S=C3=BCbject?=' || char(13,10,13,10)
             || 'Tidings. An ancient word: 検索 wonderland' AS BLOB));"
    ))
    .unwrap();
    if version == 2 {
        db.execute_batch(
            "INSERT INTO parsed (mail, fields) VALUES (1, '{}');
             INSERT INTO search (rowid, text) VALUES (1, 'tidings f@x an ancient word: 検索 wonderland');",
        )
        .unwrap();
    }
}

/// Returns the mails that an earlier version of the program stored, reparsed by this version.
fn outdated(archive: &SqliteArchive, count: usize) -> Vec<(Envelope, MailWithFindings)> {
    let outdated = archive.outdated(count).unwrap();
    outdated.into_iter().map(|(envelope, raw)| (envelope, mail_codes::parse(&raw))).collect()
}

/// The first schema version with complete rows and searchable texts. Mails in an archive of this version need not be
/// reparsed.
const ROWS_COMPLETE: usize = 7;

#[test]
fn an_archive_of_every_earlier_version_is_migrated_completely() {
    for version in 1..super::VERSION {
        let folder = tempfile::tempdir().unwrap();
        create_with_version(version, folder.path());
        let opened = SqliteArchive::open(folder.path(), Timestamp::UNIX_EPOCH).unwrap();
        assert_eq!(opened.quarantine, None);
        let archive = opened.archive;
        assert_eq!(archive.token(BASE).unwrap().unwrap().token.expose(), "af_oldtoken1");
        let sessions = archive.sessions(BASE).unwrap();
        assert_eq!(sessions[0].addresses[0].restore_key.expose(), "key", "version {version}");
        let stored = archive.page(BASE, None, 10).unwrap();
        assert_eq!(stored[0].summary.subject.as_str(), "Sübject");
        assert!(archive.deleted_addresses(BASE).unwrap().is_empty());
        assert_eq!(archive.current_address(BASE).unwrap(), None);
        assert!(archive.history(BASE, None, 10).unwrap().is_empty());
        assert!(stored[0].summary.envelope.oddities.is_empty());
        if version >= ROWS_COMPLETE {
            assert!(outdated(&archive, 10).is_empty());
            continue;
        }

        let words = ["wonderland", "検索", "nderl", "ancient TIDINGS", "f@", ": 検", "d"];
        let assert_all_found = |archive: &SqliteArchive, stored: &[StoredMail]| {
            for words in words {
                assert_eq!(archive.search(BASE, &SearchQuery::parse(words), 10).unwrap(), stored, "{words}");
            }
            assert!(archive.search(BASE, &SearchQuery::parse("§¶"), 10).unwrap().is_empty());
        };
        if version == 2 {
            // A search finds the texts even before they are in the new index.
            assert_all_found(&archive, &stored);
        }
        let parsed = outdated(&archive, 10);
        let updated = archive.update(&parsed).unwrap();
        assert_eq!(updated[0].summary.sender_address.as_str(), "who@shop.example");
        assert_eq!(updated, archive.page(BASE, None, 10).unwrap());
        assert!(archive.update(&parsed).unwrap().is_empty(), "each row is updated once");
        archive.index_words(10).unwrap();
        assert_eq!(archive.index_words(10).unwrap(), 0);
        assert_all_found(&archive, &updated);
        assert!(outdated(&archive, 10).is_empty());
        drop(archive);
        let db = Connection::open(folder.path().join("archive.sqlite3")).unwrap();
        assert_eq!(super::version(&db).unwrap(), super::VERSION);
        let earlier: i64 = db.query_row("SELECT count(*) FROM earlier_key", [], |row| row.get(0)).unwrap();
        assert_eq!(earlier, 1);
    }
}

/// Number of forwarded mails in the archive that [`forwards_of_version_6`] creates.
const FORWARDS: i64 = 7;

/// Creates an archive of schema version 6 with forwarded mails. Version 6 did not store the words of attached mails in
/// the searchable texts.
fn forwards_of_version_6(folder: &Path) {
    let db = Connection::open(folder.join("archive.sqlite3")).unwrap();
    db.execute_batch(&super::steps_to(6)).unwrap();
    db.pragma_update(None, "user_version", 6).unwrap();
    for n in 1..=FORWARDS {
        let raw = format!(
            "From: Shop <team@header{n}.example>\r\nSubject: Fwd {n}\r\n\
             Content-Type: multipart/mixed; boundary=b\r\n\r\n--b\r\n\r\nouter{n} words\r\n\
             --b\r\nContent-Type: message/rfc822\r\n\r\nSubject: inner\r\n\r\ntreasure{n}\r\n--b--\r\n"
        );
        db.execute(
            "INSERT INTO mail (id, base, session, received_at, mail_from, rcpt, rcpt_orig, size, sender,
                 subject, attachments, read, hidden) VALUES (?1, ?2, 's', ?3, 'bounce@mailer.example',
                 'a@drop.example', 'a@drop.example', 9, 'Shop', ?4, 1, ?5, ?6)",
            rusqlite::params![format!("m{n}"), BASE, n, format!("Fwd {n}"), n == 1, n == 2],
        )
        .unwrap();
        let text = format!("fwd {n} bounce@mailer.example outer{n} words");
        db.execute("INSERT INTO raw (mail, bytes) VALUES (?1, ?2)", rusqlite::params![n, raw.as_bytes()])
            .unwrap();
        db.execute("INSERT INTO parsed (mail, fields) VALUES (?1, '{}')", [n]).unwrap();
        db.execute("INSERT INTO words (mail, text, indexed) VALUES (?1, ?2, 1)", rusqlite::params![n, text])
            .unwrap();
        db.execute("INSERT INTO runs (rowid, letters) VALUES (?1, ?2)", rusqlite::params![n, ngrams(&text)])
            .unwrap();
    }
}

#[test]
fn a_migration_killed_twice_still_indexes_attached_mails_and_header_addresses() {
    let folder = tempfile::tempdir().unwrap();
    forwards_of_version_6(folder.path());
    let open = || SqliteArchive::open(folder.path(), Timestamp::UNIX_EPOCH).unwrap().archive;
    let found = |archive: &SqliteArchive, words: &str| -> Vec<String> {
        let mails = archive.search(BASE, &SearchQuery::parse(words), 10).unwrap();
        mails.iter().map(|mail| mail.summary.envelope.id.to_string()).collect()
    };

    let archive = open();
    assert!(found(&archive, "treasure7").is_empty());
    assert_eq!(
        found(&archive, "outer7"),
        ["m7"],
        "mails indexed by the earlier version are found during the migration"
    );
    // If the process ends while it reads a batch, nothing is changed. If it ends after storing a batch, that batch
    // stays updated.
    assert_eq!(outdated(&archive, 2).len(), 2);
    drop(archive);
    let archive = open();
    let batch = outdated(&archive, 2);
    assert_eq!(batch.iter().map(|(envelope, _)| envelope.id.as_str()).collect::<Vec<_>>(), ["m7", "m6"]);
    archive.update(&batch).unwrap();
    drop(archive);

    let archive = open();
    assert_eq!((found(&archive, "treasure7"), found(&archive, "treasure5")), (vec!["m7".to_owned()], vec![]));
    // Another program updates the same batch.
    let batch = outdated(&archive, 3);
    archive.update(&batch).unwrap();
    assert!(archive.update(&batch).unwrap().is_empty());
    loop {
        let batch = outdated(&archive, 3);
        if batch.is_empty() {
            break;
        }
        archive.update(&batch).unwrap();
    }
    while archive.index_words(10).unwrap() > 0 {}
    for n in 1..=FORWARDS {
        for words in [format!("treasure{n}"), format!("outer{n}"), format!("team@header{n}")] {
            assert_eq!(found(&archive, &words), [format!("m{n}")], "{words}");
        }
    }
    let stored = archive.stored_mail(&MailId::new("m1")).unwrap().unwrap();
    assert_eq!(stored.summary.sender_address.as_str(), "team@header1.example");
    assert!(stored.read, "the read mark is kept");
    assert_eq!(archive.hidden_mails(BASE).unwrap().len(), 1);
    assert!(archive.findings(&MailId::new("m1")).unwrap().is_some());
}

#[test]
fn a_batch_of_outdated_mails_is_limited_in_bytes() {
    let folder = tempfile::tempdir().unwrap();
    forwards_of_version_6(folder.path());
    let db = Connection::open(folder.path().join("archive.sqlite3")).unwrap();
    db.execute("UPDATE raw SET bytes = zeroblob(3000000)", []).unwrap();
    drop(db);
    let archive = SqliteArchive::open(folder.path(), Timestamp::UNIX_EPOCH).unwrap().archive;
    assert_eq!(archive.outdated(100).unwrap().len(), 2);
}
