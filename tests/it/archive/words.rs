//! What a search finds.

use super::{BASE, OTHER, put};
use dropmail_tui::adapters::sqlite::SqliteArchive;
use dropmail_tui::domain::search::Query;
use dropmail_tui::ports::archive::Archive;

pub(super) fn found(archive: &SqliteArchive, words: &str) -> Vec<String> {
    let kept = archive.search(BASE, &Query::parse(words), 10).unwrap();
    kept.iter().map(|kept| kept.summary.envelope.id.to_string()).collect()
}

/// What no mail of the test holds, some of it in the words of a query language.
const NOTHING: [&str; 12] = [
    "語",
    "鬱鬱",
    "qj",
    "§¶",
    "検索 qj",
    "",
    "\"",
    "wordless",
    "line three",
    "' OR 1=1",
    "* NEAR(",
    "rep%2026",
];

#[test]
fn words_of_every_script_are_found_in_every_part_of_a_mail() {
    let archive = SqliteArchive::in_memory().unwrap();
    let text = "Content-Type: text/plain; charset=utf-8";
    put(&archive, "ja", 0, &format!("Subject: ログイン\n{text}\n\n検索する言葉と確認コード"));
    put(&archive, "ar", 1, &format!("Subject: a\n{text}\n\nرمز التحقق الخاص بك"));
    put(&archive, "ru", 2, &format!("Subject: b\n{text}\n\nВаш КОД Подтверждения"));
    put(
        &archive,
        "html",
        3,
        "Subject: c\nContent-Type: text/html\n\n<p>Your <b>ord</b>er &amp; par<i>cel</i></p>",
    );
    put(
        &archive,
        "file",
        4,
        "From: Léa Müller <lea@sender.example>\nSubject: d\nMIME-Version: 1.0\n\
         Content-Type: multipart/mixed; boundary=x\n\n--x\n\nline one\nline two\n--x\n\
         Content-Disposition: attachment; filename=\"Quarterly%Report_2026.pdf\"\n\nzz\n--x--\n",
    );
    for (words, want) in [
        ("確認コード", "ja"),
        ("検", "ja"),
        ("言葉", "ja"),
        ("グイ", "ja"),
        ("التحقق", "ar"),
        ("حق", "ar"),
        ("код подтв", "ru"),
        ("ДЕН", "ru"),
        ("order parcel", "html"),
        ("Report_2026", "file"),
        ("%Rep", "file"),
        ("müller", "file"),
        ("MU\u{308}LLER", "file"),
        ("sender.example", "file"),
        ("\"one line\" two", "file"),
        ("する", "ja"),
        ("葉と ン", "ja"),
        ("ко", "ru"),
        ("ز", "ar"),
        ("& p", "html"),
        ("y% t_ 6.", "file"),
    ] {
        assert_eq!(found(&archive, words), [want], "{words}");
    }
    assert_eq!(found(&archive, "drop.example"), ["file", "html", "ru", "ar", "ja"], "newest first");
    for nothing in NOTHING {
        assert!(found(&archive, nothing).is_empty(), "{nothing}");
    }
    assert!(archive.search(OTHER, &Query::parse("order"), 10).unwrap().is_empty());
}
