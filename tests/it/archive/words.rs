//! Tests that a full-text search finds the matching stored mails, and only these.

use super::{BASE, OTHER, put};
use dropmail_client::adapters::sqlite::SqliteArchive;
use dropmail_client::domain::ids::MailId;
use dropmail_client::domain::search::SearchQuery;
use dropmail_client::ports::archive::Archive;

pub(super) fn found(archive: &SqliteArchive, words: &str) -> Vec<String> {
    let query = SearchQuery::parse(words);
    let mail = archive.search(BASE, &query, 10).unwrap();
    let ids: Vec<String> = mail.iter().map(|mail| mail.summary.envelope.id.to_string()).collect();
    if !query.is_empty() {
        assert_eq!(in_steps(archive, &query), ids, "{words}: a search in steps finds the same mails");
    }
    ids
}

/// Runs a search that examines two mails per step, and returns the ids of all matching mails.
fn in_steps(archive: &SqliteArchive, query: &SearchQuery) -> Vec<String> {
    let (mut ids, mut from) = (Vec::new(), None);
    loop {
        let step = archive.search_step(BASE, query, from, 2).unwrap();
        ids.extend(step.mails.iter().map(|mail| mail.summary.envelope.id.to_string()));
        from = step.reached;
        if from.is_none() {
            return ids;
        }
    }
}

#[test]
fn a_stepwise_search_skips_hidden_mails_and_excluded_words() {
    let archive = SqliteArchive::in_memory().unwrap();
    for (n, id) in ["a", "b", "c", "d", "e"].iter().enumerate() {
        let more = if *id == "c" { "ship" } else { "" };
        put(&archive, id, i64::try_from(n).unwrap(), &format!("Subject: Code {id}\n\nyour code {more}\n"));
    }
    archive.set_hidden(&MailId::new("b"), true).unwrap();
    let found_ids = |words: &[&str], without: &[&str]| {
        let all = |words: &[&str]| words.iter().map(|word| (*word).to_owned()).collect();
        in_steps(&archive, &SearchQuery::from_words(all(words), all(without)))
    };
    for indexed in [0, 2, 3] {
        archive.index_words(indexed).unwrap();
        assert_eq!(found_ids(&["code"], &[]), ["e", "d", "c", "a"]);
        assert_eq!(found_ids(&["code"], &["SHIP"]), ["e", "d", "a"]);
        assert_eq!(found_ids(&[], &["ship"]), ["e", "d", "a"]);
        assert_eq!(
            found_ids(&[], &[]),
            ["e", "d", "c", "a"],
            "a query with excluded words only searches all mails"
        );
    }
    assert!(archive.search_step(OTHER, &SearchQuery::parse("code"), None, 9).unwrap().mails.is_empty());
}

/// Search queries that must match no mail. Some of them contain operators of query languages, which must have no
/// effect.
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
    check_words(&archive);
    // A search must find the words while only some of the mails are indexed, and also when all are.
    archive.index_words(2).unwrap();
    check_words(&archive);
    while archive.optimize().unwrap() {}
    assert_eq!(archive.index_words(2).unwrap(), 0, "all mails are indexed");
    check_words(&archive);
}

fn check_words(archive: &SqliteArchive) {
    for (words, expected) in [
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
        assert_eq!(found(archive, words), [expected], "{words}");
    }
    assert_eq!(
        found(archive, "drop.example"),
        ["file", "html", "ru", "ar", "ja"],
        "the newest mail is listed first"
    );
    for query in NOTHING {
        assert!(found(archive, query).is_empty(), "{query}");
    }
    assert!(archive.search(OTHER, &SearchQuery::parse("order"), 10).unwrap().is_empty());
}

#[test]
fn the_search_index_of_many_mails_is_merged_automatically() {
    let archive = SqliteArchive::in_memory().unwrap();
    let index_the_rest = || {
        let mut count = 0;
        // The function that returns the number of indexed mails also indexes them.
        while archive.index_words(1).unwrap() > 0 {
            count += 1;
        }
        count
    };
    for n in 0..700 {
        put(&archive, &format!("m{n}"), n, &format!("Subject: Code\n\nnumber{n}x\n"));
    }
    let unindexed = index_the_rest();
    assert!((450..=512).contains(&unindexed), "{unindexed}");
    assert_eq!(found(&archive, "number3x"), ["m3"]);
}
