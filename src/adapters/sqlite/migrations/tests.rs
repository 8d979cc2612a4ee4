use crate::adapters::sqlite::SqliteArchive;
use crate::domain::mail::Mail;
use crate::domain::mime;
use crate::domain::search::Query;
use crate::domain::time::Timestamp;
use crate::ports::archive::Archive;
use rusqlite::Connection;
use std::path::Path;

const BASE: &str = "http://h/api/graphql";

/// An archive as the program of a version left it, with something in every table of the time.
fn made_by(version: usize, folder: &Path) {
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
         INSERT INTO raw (mail, bytes) VALUES (1, CAST('Subject: Tidings' || char(13,10,13,10)
             || 'An ancient word: 検索 wonderland' AS BLOB));"
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

#[test]
fn an_archive_of_every_earlier_version_is_taken_over_whole() {
    for version in 1..super::VERSION {
        let folder = tempfile::tempdir().unwrap();
        made_by(version, folder.path());
        let opened = SqliteArchive::open(folder.path(), Timestamp::UNIX_EPOCH).unwrap();
        assert_eq!(opened.set_aside, None);
        let archive = opened.archive;
        assert_eq!(archive.token(BASE).unwrap().unwrap().token.expose(), "af_oldtoken1");
        let sessions = archive.sessions(BASE).unwrap();
        assert_eq!(sessions[0].addresses[0].restore_key.expose(), "key", "version {version}");
        let kept = archive.page(BASE, None, 10).unwrap();
        assert_eq!(kept[0].summary.subject.as_str(), "Sübject");
        assert!(archive.deleted(BASE).unwrap().is_empty());

        let words = ["wonderland", "検索", "nderl", "ancient TIDINGS", "f@", ": 検", "d"];
        let all_are_found = |archive: &SqliteArchive| {
            for words in words {
                assert_eq!(archive.search(BASE, &Query::parse(words), 10).unwrap(), kept, "{words}");
            }
            assert!(archive.search(BASE, &Query::parse("§¶"), 10).unwrap().is_empty());
        };
        if version == 2 {
            // Before the new index knows them as well.
            all_are_found(&archive);
        }
        let waiting = archive.unindexed(10).unwrap();
        let parsed: Vec<(_, Mail)> =
            waiting.into_iter().map(|(envelope, raw)| (envelope, mime::parse(&raw))).collect();
        archive.index(&parsed).unwrap();
        archive.index(&parsed).unwrap();
        archive.index_words(10).unwrap();
        assert_eq!(archive.index_words(10).unwrap(), 0);
        all_are_found(&archive);
        assert!(archive.unindexed(10).unwrap().is_empty());
        drop(archive);
        let db = Connection::open(folder.path().join("archive.sqlite3")).unwrap();
        assert_eq!(super::version(&db).unwrap(), super::VERSION);
        let earlier: i64 = db.query_row("SELECT count(*) FROM earlier_key", [], |row| row.get(0)).unwrap();
        assert_eq!(earlier, 1);
    }
}
