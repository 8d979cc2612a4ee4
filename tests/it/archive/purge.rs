//! Tests that deleted data leaves no trace in the files of the archive.

use super::words::found;
use super::{BASE, address, at, open, put, session};
use dropmail_client::ports::archive::{Archive, PurgeScope};
use std::path::Path;

/// Returns whether any file in a directory contains a word.
fn any_file_contains(folder: &Path, word: &str) -> bool {
    std::fs::read_dir(folder).unwrap().any(|entry| {
        let bytes = std::fs::read(entry.unwrap().path()).unwrap();
        bytes.windows(word.len()).any(|window| window == word.as_bytes())
    })
}

#[test]
fn purged_data_is_in_no_file() {
    let folder = tempfile::tempdir().unwrap();
    let archive = open(folder.path());
    let long = "filler words of this mail ".repeat(800);
    put(&archive, "old", 0, &format!("Subject: xylophone\n\nzanzibarword {long}"));
    put(&archive, "new", 100, &format!("Subject: trombone\n\nmadagascarword {long}"));
    while archive.optimize().unwrap() {}
    // This mail is removed before it is indexed.
    put(&archive, "waits", 0, "Subject: theremin\n\nlaplandword");
    archive.put_session(BASE, &session("s", vec![address("a", "secretkeyword")])).unwrap();
    for word in ["zanzibarword", "xylophone", "laplandword", "secretkeyword"] {
        assert!(any_file_contains(folder.path(), word), "{word} is in a file before the purge");
    }
    assert_eq!(archive.purge(PurgeScope::Before(at(50))).unwrap(), 2);
    // Three-letter sequences that occur only in the removed mails have left the index too.
    for word in ["zanzibarword", "xylophone", "xyl", "yloph", "laplandword", "theremin"] {
        assert!(!any_file_contains(folder.path(), word), "a file still contains {word}");
    }
    assert!(found(&archive, "zanzibarword").is_empty());
    assert_eq!(found(&archive, "madagascarword"), ["new"]);
    assert!(any_file_contains(folder.path(), "secretkeyword"), "a purge of old mail keeps restore keys");
    assert_eq!(archive.purge(PurgeScope::Everything).unwrap(), 1);
    for word in ["madagascarword", "trombone", "secretkeyword"] {
        assert!(!any_file_contains(folder.path(), word), "a file still contains {word}");
    }
    // The index was rebuilt, and later purges must still remove their text from it.
    put(&archive, "again", 0, "Subject: bassoon\n\nquagmireword");
    put(&archive, "stays", 100, "Subject: viola\n\nwords");
    while archive.optimize().unwrap() {}
    assert_eq!(archive.purge(PurgeScope::Before(at(50))).unwrap(), 1);
    for word in ["bassoon", "quagmire", "quag", "uag"] {
        assert!(!any_file_contains(folder.path(), word), "a file still contains {word}");
    }
    assert_eq!(found(&archive, "viola wo"), ["stays"]);
    drop(archive);
    let db = rusqlite::Connection::open(folder.path().join("archive.sqlite3")).unwrap();
    db.execute("INSERT INTO runs (runs) VALUES ('integrity-check')", []).unwrap();
    drop(db);
    assert_eq!(open(folder.path()).mails(BASE).unwrap().len(), 1);
}
