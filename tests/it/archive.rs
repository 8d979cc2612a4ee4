//! Tests an archive on a real disk: it must return stored data unchanged and in order, and rename damaged files.

// This file exceeds 300 lines because it contains a test for each table of the archive.

use dropmail_client::adapters::sqlite::{OpenArchiveError, SqliteArchive};
use dropmail_client::domain::ids::{AddressId, MailId, SessionId};
use dropmail_client::domain::mail::{Envelope, Summary};
use dropmail_client::domain::secrets::{RestoreKey, Token};
use dropmail_client::domain::session::{Address, Session};
use dropmail_client::domain::stored_mail::Stored;
use dropmail_client::domain::time::Timestamp;
use dropmail_client::ports::archive::{Archive, ArchivedToken};
use mail_codes::{Code, CodeKind, CodePurpose, Confidence, Link, LinkKind, MailWithFindings};
use std::path::Path;

mod batches;
mod marks;
mod purge;
mod words;

const BASE: &str = "http://h/api/graphql";
const OTHER: &str = "http://other/api/graphql";

fn open(folder: &Path) -> SqliteArchive {
    let opened = SqliteArchive::open(folder, Timestamp::UNIX_EPOCH).unwrap();
    assert_eq!(opened.quarantine, None);
    opened.archive
}

fn at(seconds: i64) -> Timestamp {
    Timestamp::from_second(1_700_000_000 + seconds).unwrap()
}

fn summary(id: &str, session: &str, seconds: i64) -> Summary {
    Summary {
        envelope: Envelope {
            id: MailId::new(id),
            session: SessionId::new(session),
            received_at: at(seconds),
            from: "bounce@example.com".into(),
            to: "a@drop.example".into(),
            to_orig: "a+x@drop.example".into(),
            size: 4,
            oddities: Vec::new(),
        },
        sender: "Exämple".into(),
        sender_address: "no-reply@example.net".into(),
        subject: "Your code".into(),
        code: Some(Code {
            value: "482-951".into(),
            confidence: Confidence::from_thousandths(970),
            kind: CodeKind::Digits,
            purpose: CodePurpose::Pin,
            life: Some(300),
            sent_at: Some(at(-3)),
            ambiguous: true,
            reason: "alone on a line".into(),
        }),
        link: Some(Link {
            url: "https://example.com/v?t=1".into(),
            kind: LinkKind::SignIn,
            confidence: Confidence::from_thousandths(800),
            reason: "a button".into(),
            words: "Sign in".into(),
            leads_to: Some("https://example.com/inner".into()),
            warnings: vec!["another host".into()],
        }),
        attachments: 2,
    }
}

fn address(name: &str, key: &str) -> Address {
    Address {
        id: AddressId::new(format!("id-{name}-{key}")),
        address: format!("{name}@drop.example").into(),
        restore_key: RestoreKey::new(key),
    }
}

fn session(id: &str, addresses: Vec<Address>) -> Session {
    Session { id: SessionId::new(id), expires_at: at(600), addresses }
}

#[test]
fn a_mail_is_unchanged_after_a_restart() {
    let folder = tempfile::tempdir().unwrap();
    let raw = b"Subject: \xff\x00\r\n.\r\n\x80";
    let stored_summary = summary("m1", "s", 0);
    {
        let archive = open(folder.path());
        assert_eq!(
            archive.put_mail(BASE, &stored_summary, raw, &MailWithFindings::default()).unwrap(),
            Stored::New
        );
        assert_eq!(
            archive.put_mail(BASE, &stored_summary, b"other", &MailWithFindings::default()).unwrap(),
            Stored::AlreadyPresent
        );
        archive.set_read(&stored_summary.envelope.id, true).unwrap();
    }
    let archive = open(folder.path());
    let (envelope, bytes) = archive.mail(&stored_summary.envelope.id).unwrap().unwrap();
    assert_eq!(envelope, stored_summary.envelope);
    assert_eq!(&bytes[..], raw);
    let stored = archive.mails(BASE).unwrap();
    assert_eq!(stored.len(), 1);
    assert_eq!(stored[0].summary, stored_summary);
    assert!(stored[0].read);
    assert_eq!(archive.stored_mail(&stored_summary.envelope.id).unwrap().as_ref(), Some(&stored[0]));
    assert_eq!(archive.mail(&MailId::new("none")).unwrap(), None);
    assert!(archive.mails(OTHER).unwrap().is_empty());
}

#[test]
fn a_mail_of_any_size_is_stored_unchanged() {
    let folder = tempfile::tempdir().unwrap();
    let archive = open(folder.path());
    // The sizes are close to multiples of the chunk size in which the archive stores large mails.
    for size in [0, 1, (1 << 20) - 1, 1 << 20, (1 << 20) + 1, (3 << 20) + 5] {
        let raw: Vec<u8> = (0..size).map(|at: usize| u8::try_from(at % 251).unwrap()).collect();
        let stored_summary = summary(&format!("m{size}"), "s", 0);
        assert_eq!(
            archive.put_mail(BASE, &stored_summary, &raw, &MailWithFindings::default()).unwrap(),
            Stored::New
        );
        let (_, loaded) = archive.mail(&stored_summary.envelope.id).unwrap().unwrap();
        assert!(loaded == raw, "a mail of {size} bytes is changed");
    }
}

#[test]
fn mails_are_listed_newest_first_without_hidden_ones() {
    let archive = SqliteArchive::in_memory().unwrap();
    for (id, seconds) in [("b", 1), ("a", 0), ("d", 2), ("c", 1)] {
        archive.put_mail(BASE, &summary(id, "s", seconds), b"", &MailWithFindings::default()).unwrap();
    }
    let ids = |archive: &SqliteArchive| -> Vec<String> {
        archive.mails(BASE).unwrap().iter().map(|stored| stored.summary.envelope.id.to_string()).collect()
    };
    assert_eq!(ids(&archive), ["d", "c", "b", "a"]);
    archive.set_hidden(&MailId::new("d"), true).unwrap();
    assert_eq!(ids(&archive), ["c", "b", "a"]);
    let newest = archive.newest_mail_id(&SessionId::new("s")).unwrap();
    assert_eq!(newest, Some(MailId::new("d")), "the newest mail can be a hidden one");
    assert_eq!(archive.newest_mail_id(&SessionId::new("t")).unwrap(), None);
}

#[test]
fn the_end_of_the_complete_copy_only_moves_forward() {
    let archive = SqliteArchive::in_memory().unwrap();
    let (id, other) = (SessionId::new("s"), SessionId::new("t"));
    let (first, second) = (MailId::new("1"), MailId::new("2"));
    archive.put_session(BASE, &session("s", Vec::new())).unwrap();
    assert_eq!(archive.complete_to(BASE, &id).unwrap(), None);
    assert!(archive.move_complete_to(BASE, &id, None, &first).unwrap());
    assert!(
        !archive.move_complete_to(BASE, &id, None, &second).unwrap(),
        "the end moves only if the given end is the stored one"
    );
    assert!(archive.move_complete_to(BASE, &id, Some(&first), &second).unwrap());
    archive.put_session(BASE, &session("s", Vec::new())).unwrap();
    assert_eq!(archive.complete_to(BASE, &id).unwrap(), Some(second));
    assert_eq!(archive.complete_to(OTHER, &id).unwrap(), None);
    assert_eq!(archive.complete_to(BASE, &other).unwrap(), None);
}

#[test]
fn a_restore_key_is_never_lost() {
    let archive = SqliteArchive::in_memory().unwrap();
    let key = |name: &str| {
        let key = archive.restore_key(BASE, &format!("{name}@drop.example")).unwrap();
        key.map(|key| key.expose().to_owned())
    };
    archive.put_session(BASE, &session("s", vec![address("b", "k2"), address("a", "k1")])).unwrap();
    archive.put_session(BASE, &session("s", vec![address("b", "k2")])).unwrap();
    let listed = archive.sessions(BASE).unwrap();
    assert_eq!(
        listed,
        [session("s", vec![address("b", "k2")])],
        "the list equals the last reply of the service"
    );
    assert_eq!(key("a").as_deref(), Some("k1"), "the key of a deleted address is still stored");
    assert_eq!(key("A").as_deref(), Some("k1"));

    archive.put_session(BASE, &session("t", vec![])).unwrap();
    archive.put_address(BASE, &SessionId::new("t"), &address("a", "k9")).unwrap();
    assert_eq!(key("a").as_deref(), Some("k9"), "the key of the restored address is the new one");
    let listed = archive.sessions(BASE).unwrap();
    assert_eq!(listed[0], session("t", vec![address("a", "k9")]), "the newest session is listed first");
    assert_eq!(key("nobody"), None);
    assert!(archive.restore_key(OTHER, "a@drop.example").unwrap().is_none());
}

#[test]
fn an_added_address_is_listed_first() {
    let archive = SqliteArchive::in_memory().unwrap();
    archive.put_session(BASE, &session("s", vec![address("b", "k"), address("a", "k")])).unwrap();
    archive.put_address(BASE, &SessionId::new("s"), &address("c", "k")).unwrap();
    let names: Vec<_> =
        archive.sessions(BASE).unwrap()[0].addresses.iter().map(|a| a.address.to_string()).collect();
    assert_eq!(names, ["c@drop.example", "b@drop.example", "a@drop.example"]);
}

#[test]
fn the_newest_token_of_a_service_is_used() {
    let archive = SqliteArchive::in_memory().unwrap();
    let token = |text, end| ArchivedToken {
        token: Token::parse(text).unwrap(),
        ends_at: Some(end).filter(|end| *end > 0).map(|end| Timestamp::from_second(end).unwrap()),
    };
    assert_eq!(archive.token(BASE).unwrap(), None);
    for (text, end) in [("af_first0000", 0), ("af_second000", 1_772_366_400), ("af_first0000", 1)] {
        let token = |text| token(text, end);
        archive.put_token(BASE, &token(text)).unwrap();
        assert_eq!(archive.token(BASE).unwrap(), Some(token(text)));
    }
    assert_eq!(archive.token(OTHER).unwrap(), None);
}

#[cfg(unix)]
#[test]
fn only_the_user_can_read_archive_files() {
    use std::os::unix::fs::PermissionsExt;
    let temporary = tempfile::tempdir().unwrap();
    let folder = temporary.path().join("new/data");
    let archive = open(&folder);
    archive.put_mail(BASE, &summary("m", "s", 0), b"secret", &MailWithFindings::default()).unwrap();
    let mode = |path: &Path| std::fs::metadata(path).unwrap().permissions().mode() & 0o777;
    assert_eq!(mode(&folder), 0o700);
    let mut files = 0;
    for entry in std::fs::read_dir(&folder).unwrap() {
        let path = entry.unwrap().path();
        assert_eq!(mode(&path), 0o600, "{path:?}");
        files += 1;
    }
    assert!(files >= 2, "the folder contains the database and its log");
}

#[test]
fn a_damaged_archive_is_set_aside_and_reported() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("archive.sqlite3");
    for round in 0..2 {
        let garbage = format!("this is no database, for the {round}. time {}", "x".repeat(5000));
        std::fs::write(&file, &garbage).unwrap();
        let opened = SqliteArchive::open(folder.path(), at(0)).unwrap();
        let quarantine = opened.quarantine.expect("the damaged file was moved");
        assert_eq!(std::fs::read_to_string(&quarantine.moved_to).unwrap(), garbage);
        assert!(
            quarantine.moved_to.to_string_lossy().contains("archive.sqlite3.broken-2023"),
            "{quarantine}"
        );
        assert!(quarantine.to_string().contains("a new one was begun"), "{quarantine}");
        opened.archive.put_mail(BASE, &summary("m", "s", 0), b"x", &MailWithFindings::default()).unwrap();
        drop(opened.archive);
        assert_eq!(
            open(folder.path()).mails(BASE).unwrap().len(),
            1,
            "the new archive is usable and is kept"
        );
    }
}

#[test]
fn an_archive_of_a_later_version_is_not_changed() {
    let folder = tempfile::tempdir().unwrap();
    drop(open(folder.path()));
    let db = rusqlite::Connection::open(folder.path().join("archive.sqlite3")).unwrap();
    db.pragma_update(None, "user_version", 999).unwrap();
    drop(db);
    let refused = SqliteArchive::open(folder.path(), at(0)).unwrap_err();
    assert!(matches!(refused, OpenArchiveError::Newer { .. }), "{refused}");
    let names = std::fs::read_dir(folder.path()).unwrap().map(|entry| entry.unwrap().file_name());
    assert!(
        !names.into_iter().any(|name| name.to_string_lossy().contains("broken")),
        "the archive was not moved"
    );
}

#[test]
fn a_folder_that_cannot_be_created_is_reported_with_a_remedy() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("file");
    std::fs::write(&file, "").unwrap();
    let refused = SqliteArchive::open(&file.join("data"), at(0)).unwrap_err().to_string();
    assert!(refused.contains("file") && refused.contains("DROPMAIL_DATA_DIR"), "{refused}");
}

#[test]
fn two_processes_share_one_archive() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path();
    std::thread::scope(|scope| {
        for program in 0..2 {
            scope.spawn(move || {
                let archive = open(path);
                for n in 0..50 {
                    archive
                        .put_mail(
                            BASE,
                            &summary(&format!("{program}-{n}"), "s", n),
                            b"x",
                            &MailWithFindings::default(),
                        )
                        .unwrap();
                }
            });
        }
    });
    assert_eq!(open(path).mails(BASE).unwrap().len(), 100);
}

fn parsed(raw: &str) -> (Vec<u8>, MailWithFindings) {
    let raw = raw.replace('\n', "\r\n").into_bytes();
    let mail = mail_codes::parse(&raw);
    (raw, mail)
}

fn put(archive: &SqliteArchive, id: &str, seconds: i64, raw: &str) {
    let (raw, mail) = parsed(raw);
    let envelope = summary(id, "s", seconds).envelope;
    archive.put_mail(BASE, &Summary::new(envelope, &mail), &raw, &mail).unwrap();
}

#[test]
fn pages_contain_every_mail_once_and_match_the_count() {
    let archive = SqliteArchive::in_memory().unwrap();
    for n in 0..25 {
        let session = if n % 5 == 0 { "t" } else { "s" };
        let mail = summary(&format!("m{n}"), session, n / 3);
        archive.put_mail(BASE, &mail, b"", &MailWithFindings::default()).unwrap();
    }
    archive.set_read(&MailId::new("m3"), true).unwrap();
    archive.set_hidden(&MailId::new("m4"), true).unwrap();
    let all = archive.mails(BASE).unwrap();
    let (mut paged, mut after) = (Vec::new(), None);
    loop {
        let page = archive.page(BASE, after.as_ref(), 7).unwrap();
        let Some(last) = page.last() else { break };
        after = Some(last.summary.envelope.id.clone());
        paged.extend(page);
    }
    assert_eq!(paged, all);
    let tally = archive.count_mails(BASE).unwrap();
    assert_eq!((tally.total(), tally.unread), (24, 23));
    assert!(tally.by_session.contains(&(SessionId::new("t"), 5)));
    assert_eq!(archive.hidden_mails(BASE).unwrap().len(), 1);
}

#[test]
fn all_codes_and_links_are_stored() {
    let archive = SqliteArchive::in_memory().unwrap();
    let raw = "Subject: Your code\n\nYour verification code is 482913.\nhttps://x.example/verify?t=1\n\
               Your backup code is 771204.\n";
    let (_, mail) = parsed(raw);
    put(&archive, "m", 0, raw);
    let findings = archive.findings(&MailId::new("m")).unwrap().unwrap();
    assert_eq!(findings.codes, mail.findings.codes);
    assert_eq!(findings.links, mail.findings.links);
    assert!(!findings.codes.is_empty() && !findings.links.is_empty());
    assert_eq!(archive.findings(&MailId::new("none")).unwrap(), None);
}
